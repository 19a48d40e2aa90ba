use std::path::PathBuf;

use clap::Args as ClapArgs;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use naragtive::export::ExportFormat;

use super::example;
use super::find::{FindingArgs, StoresArgs};

#[derive(Debug, ClapArgs)]
#[command(after_help = formats()
    + &example("naragtive export \"the burn for home\" --format rag --limit 5 --output context.md"))]
pub struct ExportArgs {
    /// What you remember of the scenes, in your own words
    #[arg(required_unless_present = "similar_to")]
    pub query: Option<String>,
    /// Find scenes like this one instead
    #[arg(long, value_name = "ID", conflicts_with_all = ["query", "rerank"])]
    pub similar_to: Option<String>,
    /// The form to write
    #[arg(short, long, value_name = "FORMAT", default_value_t, value_parser = export_format())]
    pub format: ExportFormat,
    /// Where to write it; without this it is printed
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write over the file that --output names, if it is there and no store
    #[arg(long, requires = "output")]
    pub force: bool,
    /// How many tokens an `llm-context` may have, at four characters each
    #[arg(long, value_name = "TOKENS", default_value = "4000", allow_negative_numbers = true)]
    pub budget: usize,
    #[command(flatten)]
    pub stores: StoresArgs,
    #[command(flatten)]
    pub finding: FindingArgs,
}

/// What each form is; those that people read come first.
fn formats() -> String {
    let mut all = ExportFormat::ALL;
    all.sort_by_key(|format| match format {
        ExportFormat::LlmContext => 0,
        ExportFormat::Rag | ExportFormat::RagMinimal | ExportFormat::RagStructured => 1,
        ExportFormat::Llamafile | ExportFormat::Jsonl => 2,
        ExportFormat::Bge => 3,
    });
    let line = |format: &ExportFormat| format!("    {:<16}{}\n", format.as_str(), format.about());
    format!("Formats:\n{}\n", all.iter().map(line).collect::<String>())
}

fn export_format() -> impl TypedValueParser<Value = ExportFormat> {
    PossibleValuesParser::new(ExportFormat::ALL.map(ExportFormat::as_str)).try_map(|name| name.parse())
}
