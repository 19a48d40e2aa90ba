use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args as ClapArgs, ValueEnum};
use clap_complete::ArgValueCandidates;
use naragtive::{Branches, Format, Mapping, SceneRule};

use super::whole;
use crate::names;

/// Where scenes are stored, for every command that stores some.
#[derive(Debug, Clone, ClapArgs)]
pub struct TargetArgs {
    /// Replace the store instead of adding to it
    #[arg(long)]
    pub no_append: bool,
    /// Register the store under this name; without --output it is kept in the home folder
    #[arg(long, value_name = "NAME", add = ArgValueCandidates::new(names::registered))]
    pub register: Option<String>,
    /// Report as JSON
    #[arg(long)]
    pub json: bool,
}

/// How dates are read, for every command that reads exports.
#[derive(Debug, Clone, ClapArgs)]
pub struct DateArgs {
    /// In dates like 10/11/2025 the day comes first, or with =false the month [default: the file's dates tell]
    #[arg(long, value_name = "true|false", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "true", hide_possible_values = true)]
    pub day_first: Option<bool>,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = formats())]
pub struct IngestArgs {
    /// The exports, each of any format: files, folders, zip and tar archives, - for standard input
    #[arg(value_name = "PATH", required = true)]
    pub exports: Vec<PathBuf>,
    #[command(flatten)]
    pub taking: TakingArgs,
    /// Say what would be stored, and store nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Remove what the store has of these exports that they don't hold any more, after asking
    #[arg(long, conflicts_with_all = ["dry_run", "no_append"])]
    pub prune: bool,
    /// Don't ask before scenes are removed
    #[arg(short, long, requires = "prune")]
    pub yes: bool,
    #[command(flatten)]
    pub dates: DateArgs,
    #[command(flatten)]
    pub target: TargetArgs,
}

/// What exports of any format are, where their scenes go, and how they are read.
#[derive(Debug, Clone, ClapArgs)]
pub struct TakingArgs {
    /// What they are [default: what is in each of them tells]
    #[arg(long = "as", value_name = "FORMAT", hide_possible_values = true, value_parser = format())]
    pub format: Option<Format>,
    /// Where the store is written [default: ./scenes.parquet]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// A campaign file (TOML) with your characters, places, ships and words [env: NARAGTIVE_LEXICON]
    #[arg(long, value_name = "FILE")]
    pub lexicon: Option<PathBuf>,
    /// Which branches of a conversation are taken: the one you see, or the others too
    #[arg(long, value_name = "WHICH", default_value = "active", value_parser = branches())]
    pub branches: Branches,
    /// How many characters a piece of plain text has at most
    #[arg(long, value_name = "N", default_value = "500", value_parser = whole, allow_negative_numbers = true)]
    pub chunk_size: NonZeroUsize,
    /// How turns become scenes: turn, exchange, gap, chapter, or a number of turns [default: the format's own way]
    #[arg(long, value_name = "RULE")]
    pub scene: Option<SceneRule>,
    /// What the fields of records are: message=FIELD,user=FIELD,time=FIELD,channel=FIELD,id=FIELD [default: their names tell]
    #[arg(long, value_name = "MAP", value_delimiter = ',')]
    pub map: Vec<Mapping>,
    /// Which column of a table is the text: --map message=COLUMN in fewer words
    #[arg(long, value_name = "COLUMN")]
    pub text_column: Option<String>,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "What changes is taken in when it has been left alone for a while; what is stored is not embedded \
                        again, and\nnothing is removed.\n\n\
                        Example:\n  naragtive watch ~/SillyTavern/data/default-user/chats --register my-campaign"
)]
pub struct WatchArgs {
    /// Files and folders, which need not be there yet
    #[arg(value_name = "PATH", required = true)]
    pub exports: Vec<PathBuf>,
    #[command(flatten)]
    pub taking: TakingArgs,
    /// How many seconds lie between two looks, and for how long a file is left alone before it is taken
    #[arg(long, value_name = "SECONDS", default_value = "2", value_parser = seconds)]
    pub every: f64,
    #[command(flatten)]
    pub dates: DateArgs,
    /// Register the store under this name; without --output it is kept in the home folder
    #[arg(long, value_name = "NAME", add = ArgValueCandidates::new(names::registered))]
    pub register: Option<String>,
    /// Report as JSON, a line for each time that something is taken in
    #[arg(long)]
    pub json: bool,
}

/// A number of seconds that somebody may wait for.
fn seconds(text: &str) -> Result<f64, &'static str> {
    let seconds = text.parse::<f64>().ok().filter(|seconds| (0.05..=86_400.0).contains(seconds));
    seconds.ok_or("expected seconds from 0.05 to 86400")
}

/// A format by its name in the table.
fn format() -> impl TypedValueParser<Value = Format> {
    let names = PossibleValuesParser::new(Format::all().map(Format::name));
    names.try_map(|name| Format::named(&name).ok_or("expected the name of a format"))
}

/// What the table has on every format.
fn formats() -> String {
    let mut text = "Formats:\n".to_owned();
    for format in Format::all() {
        let (name, help, export) = (format.name(), format.help(), format.how_to_export());
        text += &format!("  --as {name:<12} {help}\n{:20}({export})\n", "");
    }
    text + "\nExample:\n  naragtive ingest chapter1.txt chats.zip --register my-campaign"
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  naragtive ingest-neptune --export chapter1.txt --register my-campaign")]
pub struct IngestNeptuneArgs {
    /// The export
    #[arg(short, long, value_name = "FILE")]
    pub export: PathBuf,
    /// Where the store is written [default: ./scenes.parquet]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// A campaign file (TOML) with your characters, places, ships and words [env: NARAGTIVE_LEXICON]
    #[arg(long, value_name = "FILE")]
    pub lexicon: Option<PathBuf>,
    #[command(flatten)]
    pub dates: DateArgs,
    #[command(flatten)]
    pub target: TargetArgs,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example:\n  naragtive ingest-llama --export monday.json --export tuesday.jsonl --register chats"
)]
pub struct IngestLlamaArgs {
    /// The export; may be given several times
    #[arg(short, long, value_name = "FILE", required = true)]
    pub export: Vec<PathBuf>,
    /// Where the store is written [default: ./llama_chats.parquet]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Which branches of a conversation are taken: the one you see, or the others too
    #[arg(long, value_name = "WHICH", default_value = "active", value_parser = branches())]
    pub branches: Branches,
    #[command(flatten)]
    pub dates: DateArgs,
    #[command(flatten)]
    pub target: TargetArgs,
}

/// Which branches, by their name.
fn branches() -> impl TypedValueParser<Value = Branches> {
    const NAMES: [(&str, Branches); 2] = [("active", Branches::Active), ("all", Branches::All)];
    PossibleValuesParser::new(NAMES.map(|(name, _)| name)).try_map(|typed| {
        let found = NAMES.into_iter().find(|(name, _)| *name == typed);
        found.map(|(_, branches)| branches).ok_or("expected active or all")
    })
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example:\n  naragtive ingest-chat --source draft.txt --type txt --chunk-size 800 --register draft"
)]
pub struct IngestChatArgs {
    /// The messages or the text
    #[arg(short, long, value_name = "FILE")]
    pub source: PathBuf,
    /// What the file is: an array of messages, or plain text
    #[arg(long = "type", value_name = "TYPE", default_value = "json")]
    pub kind: ChatKind,
    /// Where the store is written [default: ./chat_transcripts.parquet]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// How many characters a piece of plain text has at most
    #[arg(long, value_name = "N", default_value = "500", value_parser = whole, allow_negative_numbers = true)]
    pub chunk_size: NonZeroUsize,
    #[command(flatten)]
    pub dates: DateArgs,
    #[command(flatten)]
    pub target: TargetArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ChatKind {
    Json,
    Txt,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  naragtive migrate --from ./thunderchild_db --register thunderchild")]
pub struct MigrateArgs {
    /// The folder in which ChromaDB keeps chroma.sqlite3; it is only read
    #[arg(long, value_name = "FOLDER", default_value = "./thunderchild_db")]
    pub from: PathBuf,
    /// The collection
    #[arg(long, value_name = "NAME", default_value = "scenes")]
    pub collection: String,
    /// Where the store is written [default: ./thunderchild_scenes.parquet]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub target: TargetArgs,
}
