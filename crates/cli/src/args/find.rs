use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args as ClapArgs;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap_complete::ArgValueCandidates;
use naragtive::{DateSpec, Day, Filter, Mode};

use super::rerank::{RerankArgs, RerankerArgs};
use super::{example, whole};
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

/// Which stores a command uses.
#[derive(Debug, Clone, ClapArgs)]
pub struct StoresArgs {
    #[command(flatten)]
    pub one: StoreArgs,
    /// Several stores as one: names or files, with commas between them
    #[arg(long, value_name = "NAMES", value_delimiter = ',', conflicts_with_all = ["store", "store_name"])]
    #[arg(add = ArgValueCandidates::new(names::to_choose))]
    pub stores: Vec<String>,
    /// Every named store
    #[arg(long, conflicts_with_all = ["store", "store_name", "stores"])]
    pub all_stores: bool,
    /// Search shared stores on their server, and keep no copy of them here
    #[arg(long)]
    pub no_copy: bool,
    /// With --no-copy: look only at scenes that the server takes for near or that have most of the words, however many there are
    #[arg(long, requires = "no_copy")]
    pub approximate: bool,
}

/// How scenes are found, and how many.
#[derive(Debug, Clone, ClapArgs)]
pub struct FindingArgs {
    /// How many scenes at most [default: 10]
    #[arg(short, long, value_name = "N", value_parser = whole, allow_negative_numbers = true)]
    pub limit: Option<NonZeroUsize>,
    /// By meaning and words (hybrid), by meaning (semantic) or by words (keyword) [default: hybrid]
    #[arg(long, value_name = "MODE", value_parser = mode())]
    pub mode: Option<Mode>,
    /// What meaning counts for beside words in hybrid mode, 0.5 for half; to find out what is best (eval/tune-meaning)
    #[arg(long, value_name = "SHARE", value_parser = score, hide = true, allow_negative_numbers = true)]
    pub meaning: Option<f32>,
    /// So many scenes before and after each one too
    #[arg(
        long,
        value_name = "N",
        default_value_t = 0,
        hide_default_value = true,
        allow_negative_numbers = true
    )]
    pub context: usize,
    /// Search every word as it is typed: one that no scene has doesn't stand for the nearest one that some scene has
    #[arg(long)]
    pub exact: bool,
    /// For questions whose answers are spread over many sessions, like "all inns they slept in": what the rest of its
    /// session says doesn't count for a scene
    #[arg(long)]
    pub spread: bool,
    /// Leave out scenes that are less likely to answer: 0.4 for 40%; with --mode semantic a cosine, with --mode keyword a BM25
    /// score
    #[arg(long, value_name = "SCORE", value_parser = score, allow_negative_numbers = true)]
    pub min_score: Option<f32>,
    #[command(flatten)]
    pub reranking: RerankArgs,
    /// Only scenes with this character, speaker or user
    #[arg(long, value_name = "NAME", help_heading = "Which scenes")]
    pub character: Option<String>,
    /// Only scenes at this location
    #[arg(long, value_name = "PLACE", help_heading = "Which scenes")]
    pub location: Option<String>,
    /// Only scenes of this day, month or year (2025-11-10, 2025-11, 2025), or of yesterday, last week, 3 days ago
    #[arg(long, value_name = "DATE", help_heading = "Which scenes")]
    pub date: Option<DateSpec>,
    #[command(flatten)]
    pub only: OnlyArgs,
}

/// Conditions that searching and listing share, letter for letter.
#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "Which scenes")]
pub struct OnlyArgs {
    /// Only scenes in which this one speaks
    #[arg(long, value_name = "NAME")]
    pub speaker: Option<String>,
    /// Only scenes from this day, month or year on
    #[arg(long, value_name = "DATE")]
    pub since: Option<DateSpec>,
    /// Only scenes up to this day, month or year
    #[arg(long, value_name = "DATE")]
    pub until: Option<DateSpec>,
    /// Only scenes read from this file
    #[arg(long, value_name = "FILE")]
    pub source: Option<String>,
    /// A campaign file (TOML) whose aliases count as names [env: NARAGTIVE_LEXICON]
    #[arg(long, value_name = "FILE")]
    pub lexicon: Option<PathBuf>,
    /// Only scenes whose metadata has this value under this key; may be given several times
    #[arg(long = "where", value_name = "KEY=VALUE", value_parser = pair)]
    pub having: Vec<(String, String)>,
}

/// A score as a number, or as results show it: in percent.
fn score(text: &str) -> Result<f32, String> {
    let text = text.trim();
    let (number, of) = text.strip_suffix('%').map_or((text, 1.0), |percent| (percent.trim_end(), 100.0));
    // No score is above or below what is no number.
    let score = number.parse().ok().filter(|score: &f32| score.is_finite());
    score.map(|score| score / of).ok_or_else(|| format!("expected a score like 0.4 or 40%, found `{text}`"))
}

pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("expected KEY=VALUE, found no `=`")?;
    if key.trim().is_empty() {
        return Err("expected KEY=VALUE, found no key before the `=`".to_owned());
    }
    Ok((key.to_owned(), value.to_owned()))
}

impl FindingArgs {
    pub fn filter(&self, today: impl Fn() -> Day) -> Filter {
        let (character, location) = (&self.character, &self.location);
        Filter {
            character: character.clone(),
            location: location.clone(),
            date: self.date.map(|date| date.range(&today)),
            ..self.only.filter(today)
        }
    }

    pub fn mode(&self) -> Mode {
        self.mode.unwrap_or(Mode::Hybrid)
    }
}

/// A mode by its name.
fn mode() -> impl TypedValueParser<Value = Mode> {
    PossibleValuesParser::new(Mode::ALL.map(Mode::name)).try_map(|name| {
        Mode::ALL.into_iter().find(|mode| mode.name() == name).ok_or("expected the name of a mode")
    })
}

impl OnlyArgs {
    fn filter(&self, today: impl Fn() -> Day) -> Filter {
        Filter {
            speaker: self.speaker.clone(),
            since: self.since.map(|date| date.range(&today)),
            until: self.until.map(|date| date.range(&today)),
            source: self.source.clone(),
            having: self.having.clone(),
            ..Filter::default()
        }
    }
}

impl ListArgs {
    pub fn filter(&self, today: impl Fn() -> Day) -> Filter {
        let (character, location) = (&self.character, &self.location);
        Filter {
            character: character.clone(),
            location: location.clone(),
            date: self.date.map(|date| date.range(&today)),
            ..self.only.filter(today)
        }
    }
}

#[derive(Debug, ClapArgs)]
#[command(after_help = example("naragtive search \"who lied to the harbour master\" --store-name my-campaign"))]
pub struct SearchArgs {
    /// What you remember of the scene, in your own words; "a phrase" alone must be there, in a longer question it had better be;
    /// -word must not, and begin* stands for any word that begins so
    #[arg(required_unless_present_any = ["queries", "similar_to"], allow_hyphen_values = true)]
    pub query: Option<String>,
    /// Search for every line of this file instead; prints a JSON object for each
    #[arg(long, value_name = "FILE", conflicts_with = "query")]
    pub queries: Option<PathBuf>,
    /// Find scenes like this one instead
    #[arg(long, value_name = "ID", conflicts_with_all = ["query", "queries", "rerank"])]
    pub similar_to: Option<String>,
    /// Say of each scene why it was found
    #[arg(long)]
    pub explain: bool,
    #[command(flatten)]
    pub stores: StoresArgs,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub finding: FindingArgs,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = example("naragtive interactive --store-name my-campaign --limit 5")
    + "\nAt the prompt, :help says what can be typed.")]
pub struct InteractiveArgs {
    /// Say of each scene why it was found
    #[arg(long)]
    pub explain: bool,
    #[command(flatten)]
    pub stores: StoresArgs,
    /// Answer with one JSON object a line
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub finding: FindingArgs,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = example("naragtive list --character \"Eva Rostova\" --date 2025-11")
    + "\nThe first 20 are printed; --json has them all.")]
pub struct ListArgs {
    /// Scenes with this character, speaker or user
    #[arg(short, long, value_name = "NAME")]
    pub character: Option<String>,
    /// Scenes at this location
    #[arg(short, long, value_name = "PLACE")]
    pub location: Option<String>,
    /// Scenes of this day, month or year (2025-11-10, 2025-11, 2025)
    #[arg(short, long, value_name = "DATE")]
    pub date: Option<DateSpec>,
    #[command(flatten)]
    pub store: StoreArgs,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub only: OnlyArgs,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = example("naragtive stats --store-name my-campaign"))]
pub struct StatsArgs {
    #[command(flatten)]
    pub store: StoreArgs,
    /// Say how it stands with the reranker too
    #[arg(long)]
    pub show_reranker: bool,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub reranker: RerankerArgs,
}
