use naragtive_index::Signal;
use naragtive_scene::SceneId;

use crate::Explained;

/// One thing that speaks for a scene, in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// What it has in the score, in 0..=1; none where it is no part of anything.
    pub share: Option<f32>,
    /// What it is.
    pub name: &'static str,
    /// How strong, or which scene; empty where the name says all.
    pub detail: String,
}

/// What adds up to a scene's score.
pub fn why(explained: &Explained) -> Vec<Reason> {
    let signals = &explained.signals;
    let signal = |name: &'static str, of: &str, signal: Signal| {
        let Signal { value, rank, share, .. } = signal;
        Reason { share: Some(share), name, detail: format!("({of} {value:.3}, {})", ordinal(rank)) }
    };
    // Alone, BM25 is the score, which is no part of anything.
    let words = signals.words.map(|words| match signals.meaning {
        None if signals.rrf_rank.is_none() => Reason { share: None, ..signal("words", "BM25", words) },
        _ => signal("words", "BM25", words),
    });
    let meaning = signals.meaning.map(|meaning| signal("meaning", "cosine", meaning));
    let lent = signals.neighbour.map(|(_, share)| {
        let from = explained.neighbour.as_ref().map_or("a neighbour", SceneId::as_str);
        Reason { share: Some(share), name: "lent by", detail: from.to_owned() }
    });
    let around = signals.around.map(|around| signal("words around", "BM25", around));
    let parts = [
        (signals.session, "by its session"),
        (signals.date, "by its date"),
        (signals.phrases, "by what is quoted"),
        (signals.cue, "by signs of such an answer"),
    ];
    let parts = parts.into_iter().filter(|(share, _)| *share > 0.0);
    let parts = parts.map(|(share, name)| Reason { share: Some(share), name, detail: String::new() });
    meaning.into_iter().chain(words).chain(around).chain(lent).chain(parts).collect()
}

/// A place in an order, as English says it.
pub fn ordinal(rank: usize) -> String {
    let end = match (rank % 10, rank % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{rank}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_said_in_english() {
        let said = [1, 2, 3, 4, 11, 12, 13, 21, 102, 111, 113].map(ordinal);
        assert_eq!(
            said,
            ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th", "113th"]
        );
    }
}
