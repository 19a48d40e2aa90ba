//! Which pieces of a long scene are read.

use std::cmp::Reverse;
use std::ops::Range;

use crate::Hit;
use crate::embedding::passage::{holds, split};
use crate::estimate::{tokens, word};

/// So many pieces of a scene are read at most.
const MOST: usize = 3;

/// The pieces of a scene that are read, in bytes of its text, each of about `room` tokens at most: the whole text
/// where that fits; else the passage that answers best with as many around it as fit, then the best one that was left
/// out, and so on.
pub(super) fn pieces(hit: &Hit, room: usize) -> Vec<Range<usize>> {
    let text = hit.scene.text.as_str();
    if tokens(text) <= room {
        return std::iter::once(0..text.len()).collect();
    }
    let ranked = ranked(hit);
    let mut in_order = ranked.clone();
    in_order.sort_by_key(|passage| (passage.start, passage.end));
    let mut pieces: Vec<Range<usize>> = Vec::new();
    for passage in ranked {
        let is_read = pieces.iter().any(|piece| holds(piece, &passage));
        if !is_read && pieces.len() < MOST {
            pieces.push(grown(text, &in_order, &passage, room));
        }
    }
    pieces
}

/// The passages of a scene, the best first. Where none are known, the text is cut, and those come first that hold most
/// of the words that were looked for.
fn ranked(hit: &Hit) -> Vec<Range<usize>> {
    if !hit.passages.is_empty() {
        return hit.passages.clone();
    }
    let mut passages = split(&hit.scene.text, word);
    let inside = |passage: &Range<usize>| hit.matches.iter().filter(|found| holds(passage, found)).count();
    // Stable: equal ones stay in the order of the text.
    passages.sort_by_key(|passage| Reverse(inside(passage)));
    passages
}

/// A passage with those that adjoin it, by turns behind and before it, as long as they fit.
fn grown(text: &str, in_order: &[Range<usize>], passage: &Range<usize>, room: usize) -> Range<usize> {
    let mut piece = passage.clone();
    let fits = |piece: &Range<usize>| text.get(piece.clone()).is_some_and(|text| tokens(text) <= room);
    let (mut behind, mut before) = (true, true);
    while behind || before {
        if behind {
            let next = in_order.iter().filter(|next| next.end > piece.end).min_by_key(|next| next.end);
            behind = take(&mut piece, next.map(|next| next.end), fits, |piece, end| piece.end = end);
        }
        if before {
            let next = in_order.iter().filter(|next| next.start < piece.start).max_by_key(|next| next.start);
            before = take(&mut piece, next.map(|next| next.start), fits, |piece, start| piece.start = start);
        }
    }
    piece
}

/// Moves one end of the piece there if that fits; whether it did.
fn take(
    piece: &mut Range<usize>,
    end: Option<usize>,
    fits: impl Fn(&Range<usize>) -> bool,
    set: impl Fn(&mut Range<usize>, usize),
) -> bool {
    let Some(end) = end else { return false };
    let mut longer = piece.clone();
    set(&mut longer, end);
    let does = fits(&longer);
    if does {
        *piece = longer;
    }
    does
}

#[cfg(test)]
mod tests {
    use naragtive_scene::{Metadata, Scene, SceneId};

    use super::*;
    use crate::{Scores, StoreInfo};

    /// Ten sentences of eight tokens, `s0` to `s9`, each a passage; `ranked` are the best ones, best first.
    fn hit(ranked: &[usize], matches: &[&str]) -> (Hit, Vec<Range<usize>>) {
        let sentences: Vec<String> = (0..10).map(|n| format!("s{n} a b c d e f g.")).collect();
        let text = sentences.join(" ");
        let place = |part: &str| text.find(part).map(|at| at..at + part.len()).unwrap();
        let passages: Vec<Range<usize>> = sentences.iter().map(|part| place(part)).collect();
        let rest = (0..10).filter(|n| !ranked.is_empty() && !ranked.contains(n));
        let hit = Hit {
            rank: 1,
            score: 0.5,
            blend: 0.5,
            scores: Scores::default(),
            passage: None,
            passages: ranked.iter().copied().chain(rest).map(|n| passages[n].clone()).collect(),
            matches: matches.iter().map(|part| place(part)).collect(),
            store: StoreInfo { name: None, at: "s.parquet".into(), records: 1 },
            before: Vec::new(),
            after: Vec::new(),
            explained: None,
            scene: Scene {
                id: SceneId::new("s"),
                text: text.clone(),
                metadata: Metadata::default(),
                origin: None,
            },
        };
        (hit, passages)
    }

    fn read(ranked: &[usize], room: usize) -> Vec<String> {
        let (hit, passages) = hit(ranked, &[]);
        let number =
            |at: usize, end: fn(&Range<usize>) -> usize| passages.iter().position(|p| end(p) == at).unwrap();
        let name = |piece: Range<usize>| {
            format!("{}-{}", number(piece.start, |p| p.start), number(piece.end, |p| p.end))
        };
        pieces(&hit, room).into_iter().map(name).collect()
    }

    #[test]
    fn a_scene_is_read_whole_or_around_its_best_passages() {
        for (ranked, room, expected) in [
            (&[5][..], 80, &["0-9"][..]),
            (&[5, 0, 9], 79, &["1-9", "0-8"]),
            (&[5, 4, 1, 9], 24, &["4-6", "0-2", "7-9"]),
            (&[0, 9], 24, &["0-2", "7-9", "2-4"]),
            (&[5, 6, 4], 8, &["5-5", "6-6", "4-4"]),
            (&[5, 6, 4], 3, &["5-5", "6-6", "4-4"]),
        ] {
            assert_eq!(read(ranked, room), expected, "{ranked:?} {room}");
        }
    }

    #[test]
    fn where_no_passage_is_known_those_with_the_words_are_read() {
        let (mut hit, _) = hit(&[], &["s7", "s8"]);
        hit.scene.text = hit.scene.text.replace(". ", ".\n\n") + &" z".repeat(600);
        let words: Vec<Range<usize>> =
            ["s7", "s8"].iter().map(|w| hit.scene.text.find(w).map(|at| at..at + 2).unwrap()).collect();
        hit.matches = words.clone();
        let pieces = pieces(&hit, 100);
        assert_eq!(pieces.len(), 3);
        let first = pieces.first().unwrap();
        assert!(first.start <= words[0].start && words[1].end <= first.end, "{pieces:?}");
        assert!(pieces.iter().all(|piece| tokens(&hit.scene.text[piece.clone()]) <= 100));
    }

    #[test]
    fn an_empty_scene_is_read_as_it_is() {
        let (mut hit, _) = hit(&[], &[]);
        hit.scene.text.clear();
        assert_eq!(pieces(&hit, 0).first(), Some(&(0..0)));
    }
}
