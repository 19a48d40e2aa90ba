use std::num::NonZeroUsize;

use clap::Args as ClapArgs;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap_complete::ArgValueCandidates;
use naragtive::models::ChosenReranker;
use naragtive::{Rerank, Reranking, Settings};

use super::whole;
use crate::names;

/// Which reranker is meant.
#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "Reranking")]
pub struct RerankerArgs {
    /// The reranker: a name of `model list`, or a folder [env: NARAGTIVE_RERANK_MODEL]
    #[arg(long, value_name = "NAME|FOLDER", add = ArgValueCandidates::new(names::rerankers))]
    pub rerank_model: Option<String>,
    /// A server that reranks, like llama-server --rerank [env: NARAGTIVE_RERANK_URL]
    #[arg(long, value_name = "URL")]
    pub rerank_url: Option<String>,
}

/// All about reranking.
#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "Reranking")]
pub struct RerankArgs {
    /// Let a second model read what was found and put it in order; =require fails where there is none, =off does
    /// without
    #[arg(long, value_name = "WHEN", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "prefer", hide_possible_values = true)]
    #[arg(value_parser = when())]
    pub rerank: Option<Rerank>,
    #[command(flatten)]
    pub which: RerankerArgs,
    /// How many scenes the reranker reads [default: 50]
    #[arg(long, value_name = "N", value_parser = whole, allow_negative_numbers = true)]
    pub initial_k: Option<NonZeroUsize>,
}

impl RerankerArgs {
    /// The one that is meant by what was typed, over the settings.
    pub fn over(&self, settings: &Settings) -> ChosenReranker {
        ChosenReranker::of(settings, self.rerank_model.clone(), self.rerank_url.clone())
    }
}

impl RerankArgs {
    /// What was typed, over the settings.
    pub fn over(&self, settings: &Settings) -> Reranking {
        let RerankerArgs { rerank_model, rerank_url } = self.which.clone();
        Reranking::asked(settings, self.rerank, rerank_model, rerank_url, self.initial_k)
    }
}

fn when() -> impl TypedValueParser<Value = Rerank> {
    PossibleValuesParser::new(Rerank::ALL.map(Rerank::name)).try_map(|name| name.parse())
}
