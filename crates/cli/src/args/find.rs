use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args as ClapArgs;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap_complete::ArgValueCandidates;
use naragtive::export::ExportFormat;

use crate::names;

/// Which store a command uses.
#[derive(Debug, Clone, ClapArgs)]
pub struct StoreArgs {
    /// The store's parquet file
    #[arg(short, long, value_name = "FILE")]
    pub store: Option<PathBuf>,
    /// The store's registered name, or `default`
    #[arg(long, value_name = "NAME", add = ArgValueCandidates::new(names::to_choose))]
    pub store_name: Option<String>,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example:\n  naragtive search \"who lied to the harbour master\" --store-name my-campaign"
)]
pub struct Search {
    /// What you remember of the scene, in your own words
    pub query: String,
    /// How many scenes at most [default: 10]
    #[arg(short, long, value_name = "N")]
    pub limit: Option<NonZeroUsize>,
    #[command(flatten)]
    pub store: StoreArgs,
    /// Let a second model put what was found in order
    #[arg(long)]
    pub rerank: bool,
    /// How many scenes that model looks at [default: 50]
    #[arg(long, value_name = "N")]
    pub initial_k: Option<NonZeroUsize>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example:\n  naragtive interactive --store-name my-campaign --limit 5\nType :help there."
)]
pub struct Interactive {
    /// How many scenes at most [default: 10]
    #[arg(short, long, value_name = "N")]
    pub limit: Option<NonZeroUsize>,
    #[command(flatten)]
    pub store: StoreArgs,
    /// Let a second model put what was found in order
    #[arg(long)]
    pub rerank: bool,
    /// How many scenes that model looks at [default: 50]
    #[arg(long, value_name = "N")]
    pub initial_k: Option<NonZeroUsize>,
    /// Answer with one JSON object a line
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example:\n  naragtive export \"the burn for home\" --format rag --limit 5 --output context.md"
)]
pub struct Export {
    /// What you remember of the scenes, in your own words
    pub query: String,
    /// The form to write
    #[arg(short, long, value_name = "FORMAT", default_value_t, value_parser = export_format())]
    pub format: ExportFormat,
    /// Where to write it; without this it is printed
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// How many scenes at most [default: 10]
    #[arg(short, long, value_name = "N")]
    pub limit: Option<NonZeroUsize>,
    /// How many tokens an `llm-context` may have, at four characters each
    #[arg(long, value_name = "TOKENS", default_value = "4000")]
    pub budget: usize,
    #[command(flatten)]
    pub store: StoreArgs,
    /// Let a second model put what was found in order
    #[arg(long)]
    pub rerank: bool,
    /// How many scenes that model looks at [default: 50]
    #[arg(long, value_name = "N")]
    pub initial_k: Option<NonZeroUsize>,
}

fn export_format() -> impl TypedValueParser<Value = ExportFormat> {
    PossibleValuesParser::new(ExportFormat::ALL.map(ExportFormat::as_str)).try_map(|name| name.parse())
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  naragtive list --character \"Eva Rostova\" --date 2025-11")]
pub struct List {
    /// Scenes with this character, speaker or user
    #[arg(short, long, value_name = "NAME")]
    pub character: Option<String>,
    /// Scenes at this location
    #[arg(short, long, value_name = "PLACE")]
    pub location: Option<String>,
    /// Scenes of this day, month or year (2025-11-10, 2025-11, 2025)
    #[arg(short, long, value_name = "DATE")]
    pub date: Option<String>,
    #[command(flatten)]
    pub store: StoreArgs,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  naragtive stats --store-name my-campaign")]
pub struct Stats {
    #[command(flatten)]
    pub store: StoreArgs,
    /// Say how it stands with the reranker too
    #[arg(long)]
    pub show_reranker: bool,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}
