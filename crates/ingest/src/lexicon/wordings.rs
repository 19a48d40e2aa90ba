//! The words of a lexicon, looked for in a text all at once: some hundreds of them are looked for in every scene.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError};

use super::Lexicon;
use super::file::{File, Named};

/// So many bytes of words are found by a table of all their letters; of more it would be too large.
const SMALL: usize = 16 << 10;

/// All words, and where those of each list stand among them.
#[derive(Debug, Clone)]
pub(super) struct Wordings {
    all: AhoCorasick,
    locations: Vec<Range<usize>>,
    events: Vec<Range<usize>>,
    action: Range<usize>,
    emotion: Range<usize>,
    themes: Vec<Range<usize>>,
    tones: Vec<Range<usize>>,
}

impl Wordings {
    /// # Errors
    /// When there are more words than can be looked for at once.
    pub(super) fn of(file: &File) -> Result<Self, BuildError> {
        let mut words = Vec::new();
        let (mut themes, mut tones) = (Vec::new(), Vec::new());
        let locations = each(&file.locations, &mut words);
        let events = each(&file.events, &mut words);
        let [action, emotion] = [&file.tone.action, &file.tone.emotion].map(|list| add(list, &mut words));
        if let Some(llama) = &file.llama {
            themes = each(&llama.themes, &mut words);
            tones = each(&llama.tones, &mut words);
        }
        let is_small = words.iter().map(|word| word.len()).sum::<usize>() <= SMALL;
        let kind = is_small.then_some(AhoCorasickKind::DFA);
        let all = AhoCorasick::builder().kind(kind).build(words)?;
        Ok(Self { all, locations, events, action, emotion, themes, tones })
    }

    fn found(&self, low: &str) -> Vec<bool> {
        let mut found = vec![false; self.all.patterns_len()];
        for one in self.all.find_overlapping_iter(low) {
            found.get_mut(one.pattern().as_usize()).into_iter().for_each(|found| *found = true);
        }
        found
    }
}

fn add<'a>(list: &'a [String], words: &mut Vec<&'a str>) -> Range<usize> {
    let start = words.len();
    words.extend(list.iter().map(String::as_str));
    start..words.len()
}

fn each<'a>(lists: &'a [Named], words: &mut Vec<&'a str>) -> Vec<Range<usize>> {
    lists.iter().map(|named| add(&named.words, words)).collect()
}

/// Which words of a lexicon stand in a text, whole or as parts of other words.
pub(crate) struct Present<'a> {
    lexicon: &'a Lexicon,
    found: Vec<bool>,
}

impl<'a> Present<'a> {
    /// Those in a text that is in lower case.
    pub(super) fn of(lexicon: &'a Lexicon, low: &str) -> Self {
        Self { lexicon, found: lexicon.wordings.found(low) }
    }

    fn count(&self, words: &Range<usize>) -> usize {
        self.found.get(words.clone()).unwrap_or_default().iter().filter(|found| **found).count()
    }

    fn named(&self, lists: &'a [Named], words: &'a [Range<usize>]) -> impl Iterator<Item = (&'a str, usize)> {
        lists.iter().zip(words).map(|(named, words)| (named.name.as_str(), self.count(words)))
    }

    /// The places that are told of, in their order.
    pub(crate) fn locations(&self) -> impl Iterator<Item = &'a str> {
        told(self.named(self.lexicon.locations(), &self.lexicon.wordings.locations))
    }

    /// What happens.
    pub(crate) fn events(&self) -> impl Iterator<Item = &'a str> {
        told(self.named(&self.lexicon.file.events, &self.lexicon.wordings.events))
    }

    /// How many words of action there are.
    pub(crate) fn action(&self) -> usize {
        self.count(&self.lexicon.wordings.action)
    }

    /// How many of emotion.
    pub(crate) fn emotion(&self) -> usize {
        self.count(&self.lexicon.wordings.emotion)
    }

    /// What is spoken of.
    pub(crate) fn themes(&self) -> impl Iterator<Item = &'a str> {
        told(self.named(self.lexicon.themes(), &self.lexicon.wordings.themes))
    }

    /// Every tone, and how many of its words there are.
    pub(crate) fn tones(&self) -> impl Iterator<Item = (&'a str, usize)> {
        self.named(self.lexicon.tones(), &self.lexicon.wordings.tones)
    }
}

fn told<'a>(named: impl Iterator<Item = (&'a str, usize)>) -> impl Iterator<Item = &'a str> {
    named.filter(|(_, words)| *words > 0).map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn words_are_found_together_as_each_is_alone(parts in prop::collection::vec(0..400_usize, 0..12)) {
            let lexicon = Lexicon::builtin();
            let words = || lexicon.locations().iter().chain(&lexicon.file.events).chain(lexicon.themes()).flat_map(|named| &named.words);
            let all: Vec<&String> = words().collect();
            let low: String = parts.iter().map(|at| all[at % all.len()].as_str()).collect::<Vec<_>>().join("é");
            let present = Present::of(&lexicon, &low);
            let holds = |named: &&Named| named.words.iter().any(|word| low.contains(word.as_str()));
            let names = |lists: &[Named]| lists.iter().filter(holds).map(|named| named.name.clone()).collect::<Vec<_>>();
            prop_assert_eq!(present.locations().collect::<Vec<_>>(), names(lexicon.locations()));
            prop_assert_eq!(present.events().collect::<Vec<_>>(), names(&lexicon.file.events));
            prop_assert_eq!(present.themes().collect::<Vec<_>>(), names(lexicon.themes()));
            let holding = |words: &[String]| words.iter().filter(|word| low.contains(word.as_str())).count();
            prop_assert_eq!(present.action(), holding(lexicon.action()));
            prop_assert_eq!(present.emotion(), holding(lexicon.emotion()));
            let tones: Vec<_> = lexicon.tones().iter().map(|tone| (tone.name.as_str(), holding(&tone.words))).collect();
            prop_assert_eq!(present.tones().collect::<Vec<_>>(), tones);
        }
    }
}
