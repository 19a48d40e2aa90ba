//! Text, cut into pieces of a limited length.
//!
//! A piece ends at the last end of a paragraph within the limit; if there is none, at the last end of a sentence, which
//! in some scripts has no space behind it; if there is none, between words; and inside a word only if nothing else
//! is within the limit. Nothing but white space is lost between two pieces.

use std::collections::HashMap;
use std::sync::Arc;

use naragtive_scene::{Conversation, Metadata, Origin, Scene, SceneId, Transcript, Turn, key};
use naragtive_text::{ends_sentence, hangs_on, sentence_ends_within};

use super::{Place, origin};
use crate::{IngestReport, Options, words};

/// A scene for each piece.
pub(super) fn scenes(
    transcript: &Transcript,
    place: &Place<'_>,
    options: &Options<'_>,
    report: &mut IngestReport,
) -> Vec<Scene> {
    let limit = options.chunk_size.get();
    let mut chapters: HashMap<Option<&str>, (Arc<Conversation>, usize)> = HashMap::new();
    let mut scenes = Vec::new();
    for turn in &transcript.turns {
        let chapter = turn.channel.as_deref();
        let (conversation, next) =
            chapters.entry(chapter).or_insert_with(|| (place.conversation(chapter), 0));
        let about = [
            ("title", transcript.title.as_deref()),
            ("author", turn.speaker.as_deref()),
            ("chapter", chapter),
        ];
        for piece in pieces(&turn.text, limit) {
            let origin = origin(conversation, &Turn::default(), *next);
            *next += 1;
            scenes.push(scene(piece, &about, scenes.len(), origin, options));
        }
    }
    report.turns += scenes.len();
    scenes
}

/// What is known of a piece beside its text: names and values, those that are there.
type About<'a> = [(&'static str, Option<&'a str>)];

fn scene(piece: &str, about: &About<'_>, index: usize, origin: Origin, options: &Options<'_>) -> Scene {
    let mut metadata = Metadata::default().with("chunk_index", index);
    for (name, value) in about {
        if let Some(value) = value {
            metadata.set(name, *value);
        }
    }
    let metadata = metadata
        .with(key::SOURCE_FILE, options.source_file)
        .with("chunk_size", options.chunk_size.get())
        .with("character_count", words::length(piece))
        .with("word_count", words::words(piece).count())
        .with("ingestion_date", options.ingested_at.to_string());
    let id = SceneId::new(format!("chunk_{index:06}"));
    Scene { id, text: piece.to_owned(), metadata, origin: Some(origin) }
}

/// The pieces of `text`, trimmed, each of 1 to `limit` characters.
fn pieces(text: &str, limit: usize) -> impl Iterator<Item = &str> {
    let mut rest = words::trim(text);
    std::iter::from_fn(move || {
        let (piece, behind) = rest.split_at_checked(cut(rest, limit))?;
        rest = behind.trim_start_matches(words::is_space);
        (!piece.is_empty()).then(|| words::trim_end(piece))
    })
}

/// Where the first piece of `text` ends; it doesn't begin with white space.
fn cut(text: &str, limit: usize) -> usize {
    let mut best: Option<(Break, usize)> = None;
    let mut in_gap = false;
    // The last place before the limit where nothing is torn apart that is shown as one character.
    let mut whole = 0;
    let reach = text.char_indices().nth(limit).map_or(text.len(), |(at, _)| at);
    let mut ends = sentence_ends_within(text.get(..reach).unwrap_or(text)).peekable();
    for (count, (at, c)) in text.char_indices().enumerate() {
        if ends.next_if_eq(&at).is_some() {
            best = best.filter(|(kind, _)| *kind > Break::Sentence).or(Some((Break::Sentence, at)));
        }
        whole = if at > 0 && hangs_on(c) { whole } else { at };
        if words::is_space(c) && !in_gap && count <= limit {
            let found = Break::at(text, at);
            best = best.filter(|(kind, _)| *kind > found).or(Some((found, at)));
        }
        in_gap = words::is_space(c);
        if count >= limit {
            return best.map_or(if whole > 0 { whole } else { at }, |(_, end)| end);
        }
    }
    text.len()
}

/// What ends where white space begins; the better to cut at, the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Break {
    Word,
    Sentence,
    Paragraph,
}

impl Break {
    fn at(text: &str, gap: usize) -> Self {
        let (before, behind) = text.split_at_checked(gap).unwrap_or((text, ""));
        let lines = behind.chars().take_while(|c| words::is_space(*c)).filter(|c| *c == '\n').take(2).count();
        if lines == 2 {
            Self::Paragraph
        } else if ends_sentence(before) {
            Self::Sentence
        } else {
            Self::Word
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_piece_ends_at_the_best_place_within_the_limit() {
        for (text, limit, found) in [
            ("One two. Three four.", 20, &["One two. Three four."][..]),
            ("One two. Three four.", 19, &["One two.", "Three four."]),
            ("One two.\n\nThree. Four.", 17, &["One two.", "Three. Four."]),
            ("One two.\n \nThree. Four.", 18, &["One two.", "Three. Four."]),
            ("One. Two\nthree", 9, &["One.", "Two\nthree"]),
            ("\"One!\" two three", 10, &["\"One!\"", "two three"]),
            ("光。船、港。彼女は", 8, &["光。船、港。", "彼女は"]),
            ("「行け。」光。 船", 6, &["「行け。」", "光。 船"]),
            ("น้ำน้ำ", 5, &["น้ำ", "น้ำ"]),
            ("one two three", 7, &["one two", "three"]),
            ("one two three", 6, &["one", "two", "three"]),
            ("abcdefgh ij", 3, &["abc", "def", "gh", "ij"]),
            ("ééééé", 2, &["éé", "éé", "é"]),
            ("  \n a \n ", 1, &["a"]),
            ("ab  c", 2, &["ab", "c"]),
            ("", 5, &[]),
        ] {
            assert_eq!(pieces(text, limit).collect::<Vec<_>>(), found, "{text:?} at {limit}");
        }
    }

    proptest! {
        #[test]
        fn nothing_but_white_space_is_lost(text in "[a-c.!é \n\u{a0}]{0,200}", limit in 1_usize..30) {
            let pieces: Vec<&str> = pieces(&text, limit).collect();
            let solid = |text: &str| text.replace(words::is_space, "");
            prop_assert_eq!(solid(&pieces.concat()), solid(&text));
            for piece in pieces {
                prop_assert!((1..=limit).contains(&words::length(piece)) && words::trim(piece) == piece);
            }
        }

        #[test]
        fn a_word_within_the_limit_stays_whole(text in "[a-c. \n]{0,200}", limit in 1_usize..30) {
            let whole: Vec<&str> = words::words(&text).filter(|word| word.len() <= limit).collect();
            let kept: Vec<&str> = pieces(&text, limit).flat_map(words::words).collect();
            prop_assert!(whole.iter().all(|word| kept.contains(word)));
        }
    }
}
