use std::collections::BTreeSet;

use crate::words::query::{Pattern, Prefix};
use crate::{Analyzer, WordQuery};

/// Terms that have so many first characters in common are kept together.
const BEGINNING: usize = 2;

/// What a term is kept under.
pub(crate) fn beginning(term: &str) -> &str {
    let end = term.char_indices().nth(BEGINNING).map_or(term.len(), |(at, _)| at);
    term.get(..end).unwrap_or_default()
}

/// The terms that a query looks up, whatever it does with them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lookups {
    terms: BTreeSet<String>,
    starts: BTreeSet<String>,
}

impl Lookups {
    /// Those of this query.
    pub fn of(query: &str, analyzer: &Analyzer) -> Self {
        let words = WordQuery::parse(query, analyzer);
        let mut lookups = Self::default();
        // Whether any row has a word is asked of all words but these.
        let asked = analyzer.asked_terms(query).map(|term| term.text);
        lookups.terms.extend(asked.filter(|term| !analyzer.is_function_word(term)));
        lookups.terms.extend(words.terms.into_iter().map(|(term, _)| term));
        words.prefixes.into_iter().for_each(|prefix| lookups.add_prefix(prefix));
        let phrases = words.required.into_iter().chain(words.wished).map(Pattern::Phrase);
        for pattern in phrases.chain(words.excluded) {
            match pattern {
                Pattern::Phrase(phrase) => lookups.terms.extend(phrase.into_iter().map(|(term, _)| term)),
                Pattern::Prefix(prefix) => lookups.add_prefix(prefix),
            }
        }
        lookups
    }

    fn add_prefix(&mut self, Prefix { start, whole }: Prefix) {
        self.terms.insert(whole);
        self.starts.insert(start);
    }

    /// Whether the query looks up this term.
    pub fn wants(&self, term: &str) -> bool {
        self.terms.contains(term) || self.starts.iter().any(|start| term.starts_with(start))
    }

    /// What the terms are kept under in a block: the first are whole beginnings, of the second anything that starts so is meant.
    pub fn beginnings(&self) -> [Vec<String>; 2] {
        let is_short = |start: &str| start.chars().count() < BEGINNING;
        let (short, long): (Vec<&String>, Vec<&String>) =
            self.starts.iter().partition(|start| is_short(start));
        let whole: BTreeSet<String> =
            self.terms.iter().chain(long).map(|term| beginning(term).to_owned()).collect();
        [whole.into_iter().collect(), short.into_iter().cloned().collect()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;

    #[test]
    fn a_query_looks_up_its_words_phrases_and_beginnings_and_no_word_that_only_joins() {
        let english = Analyzer::new(Language::ENGLISH);
        for (query, wanted, unwanted, whole, short) in [
            ("the dragon's gold", &["dragon", "gold"][..], &["the", "drag"][..], &["dr", "go"][..], &[][..]),
            ("\"to be\" drag*", &["to", "be", "drag", "dragonfli"], &["draw"], &["be", "dr", "to"], &[]),
            ("-\"old keeper\" -a*", &["old", "keeper", "arm"], &["it"], &["a", "ke", "ol"], &["a"]),
            ("who was it", &["who", "be", "it"], &["the"], &["be", "it", "wh"], &[]),
            ("灯台", &["灯台"], &["灯"], &["灯台"], &[]),
            ("", &[], &["a"], &[], &[]),
        ] {
            let lookups = Lookups::of(query, &english);
            assert!(wanted.iter().all(|term| lookups.wants(term)), "{query}: {lookups:?}");
            assert!(!unwanted.iter().any(|term| lookups.wants(term)), "{query}: {lookups:?}");
            let [found_whole, found_short] = lookups.beginnings();
            assert_eq!((found_whole, found_short), (owned(whole), owned(short)), "{query}");
        }
    }

    fn owned(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }
}
