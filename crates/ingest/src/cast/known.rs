use std::collections::{HashMap, HashSet};

use super::token::{Token, lower, plain};
use crate::Lexicon;

/// What the lexicon and the list of speakers say about words, ready to be asked for each word of a text.
pub(super) struct Known<'a> {
    /// By first word: the words of a way to write a name, and the name. Longest first.
    cast: HashMap<&'a str, Vec<(Vec<&'a str>, &'a str)>>,
    titles: HashSet<&'a str>,
    common: HashSet<&'a str>,
    speech: HashSet<&'a str>,
    articles: HashSet<&'a str>,
    /// Lower-cased words of places and ships, tone words, and those who only play or narrate.
    things: HashSet<String>,
}

/// What a word can be in a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WordKind {
    /// `Captain`.
    Title,
    /// A capitalised word that nothing is known about.
    Open,
    /// No part of a name.
    Never,
}

impl<'a> Known<'a> {
    pub(super) fn new(lexicon: &'a Lexicon, speakers: &[&'a str]) -> Self {
        let list = |choose: fn(&'a crate::lexicon::Names) -> &'a [String]| -> HashSet<&'a str> {
            lexicon.names().map(choose).unwrap_or_default().iter().map(String::as_str).collect()
        };
        let mut known = Self {
            cast: HashMap::new(),
            titles: list(|names| &names.titles),
            common: list(|names| &names.common),
            speech: list(|names| &names.speech),
            articles: list(|names| &names.articles),
            things: things(lexicon),
        };
        for character in lexicon.characters() {
            known.add(&character.name, &character.name);
            character.aliases.iter().for_each(|alias| known.add(alias, &character.name));
        }
        for speaker in speakers {
            known.add_speaker(speaker, lexicon);
        }
        known
    }

    fn add_speaker(&mut self, speaker: &'a str, lexicon: &Lexicon) {
        let voices = || lexicon.narrators().iter().chain(lexicon.players());
        let lower = speaker.to_lowercase();
        if !voices().any(|voice| voice == speaker) && !self.common.contains(lower.as_str()) {
            self.add(speaker, speaker);
        }
    }

    fn add(&mut self, written: &'a str, name: &'a str) {
        let words: Vec<&str> = plain(written).map(|token| token.word).collect();
        let Some(first) = words.first() else { return };
        let ways = self.cast.entry(first).or_default();
        if !ways.iter().any(|(known, _)| *known == words) {
            ways.push((words, name));
            ways.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
        }
    }

    /// The member of the cast named at `at`, and in how many words. A name that is a common word too
    /// (`Will`) doesn't count where a sentence begins.
    pub(super) fn cast_at(&self, tokens: &[Token<'_>], at: usize) -> Option<(&'a str, usize)> {
        let first = tokens.get(at)?;
        let ways = self.cast.get(first.word)?;
        let found = ways.iter().find(|(words, _)| {
            let here = tokens.get(at..at + words.len()).unwrap_or_default();
            here.iter().map(|token| token.word).eq(words.iter().copied())
                && here.iter().skip(1).all(|token| token.joined)
        });
        found
            .filter(|(words, _)| words.len() > 1 || !first.opens || !self.is_common(first.word))
            .map(|(words, name)| (*name, words.len()))
    }

    pub(super) fn kind(&self, token: &Token<'_>) -> WordKind {
        if !token.is_name_shaped() {
            return WordKind::Never;
        }
        let lower = lower(token.word);
        if self.common.contains(&*lower) {
            WordKind::Never
        } else if self.titles.contains(lower.trim_end_matches('.')) {
            WordKind::Title
        } else if self.things.contains(&*lower) {
            WordKind::Never
        } else {
            WordKind::Open
        }
    }

    pub(super) fn is_title(&self, word: &str) -> bool {
        self.titles.contains(&*lower(word))
    }

    pub(super) fn is_speech(&self, word: &str) -> bool {
        self.speech.contains(word)
    }

    pub(super) fn is_article(&self, word: &str) -> bool {
        self.articles.contains(&*lower(word))
    }

    fn is_common(&self, word: &str) -> bool {
        self.common.contains(&*lower(word))
    }
}

fn things(lexicon: &Lexicon) -> HashSet<String> {
    let places = lexicon.locations().iter().flat_map(|place| &place.words);
    let voices = lexicon.narrators().iter().chain(lexicon.players());
    let events = lexicon.events().iter().flat_map(|event| &event.words);
    places
        .chain(lexicon.ships())
        .chain(voices)
        .chain(events)
        .chain(lexicon.action())
        .chain(lexicon.emotion())
        .flat_map(|phrase| plain(phrase))
        .map(|token| token.word.to_lowercase())
        .collect()
}
