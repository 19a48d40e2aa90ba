use std::num::NonZeroUsize;

use crate::home::{Rerank, Settings};
use crate::models::ChosenReranker;
use crate::rerank::Weight;

/// Whether searches are reranked, by what, and how much of what was found it reads.
#[derive(Debug, Clone)]
pub struct Reranking {
    /// Whether.
    pub when: Rerank,
    /// By what.
    pub by: ChosenReranker,
    /// How many scenes it reads.
    pub initial_k: NonZeroUsize,
    /// How much it counts beside the search.
    pub weight: Weight,
}

impl Reranking {
    /// What the settings say.
    pub fn of(settings: &Settings) -> Self {
        Self::asked(settings, None, None, None, None)
    }

    /// What was asked for one command, else what the settings say. Naming a reranker is asking for it.
    pub fn asked(
        settings: &Settings,
        when: Option<Rerank>,
        model: Option<String>,
        url: Option<String>,
        initial_k: Option<NonZeroUsize>,
    ) -> Self {
        let names_one = model.is_some() || url.is_some();
        let when = match when {
            Some(when) => when,
            None if names_one && settings.rerank.value == Rerank::Off => Rerank::Prefer,
            None => settings.rerank.value,
        };
        Self {
            when,
            by: ChosenReranker::of(settings, model, url),
            initial_k: settings.initial_k.or_flag("--initial-k", initial_k).value,
            weight: settings.rerank_weight.value,
        }
    }
}
