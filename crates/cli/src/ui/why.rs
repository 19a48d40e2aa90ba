use naragtive::{Explained, Judgement, Respelt, SceneId, Signal};

use super::excerpt::beginning;
use super::field::field;

/// Why a scene with this text was found, in lines of their own.
pub fn why(explained: &Explained, text: &str, respelt: &[Respelt]) -> String {
    let mut out = String::new();
    if let Some(judgement) = &explained.judgement {
        judged(&mut out, judgement, text);
    }
    if explained.features.words.is_some() {
        field(&mut out, "Ranked by", &format!("{}, made of", percent(explained.blend).trim_start()));
    }
    for (part, label) in shares(explained).zip(std::iter::once("Why").chain(std::iter::repeat(""))) {
        field(&mut out, label, &part);
    }
    let terms = terms(explained, respelt);
    if !terms.is_empty() {
        field(&mut out, "Words", &terms);
    }
    if let Some(rank) = explained.signals.rrf_rank {
        field(&mut out, "By ranks", &format!("{} (RRF, k = 60)", ordinal(rank)));
    }
    if let Some([number, of]) = explained.passage {
        field(&mut out, "Passage", &format!("{number} of {of}"));
    }
    if !explained.window.is_empty() {
        let ids: Vec<&str> = explained.window.iter().map(SceneId::as_str).collect();
        field(&mut out, "Together", &ids.join(", "));
    }
    out
}

/// What the reranker thought of it, and the beginning of what it read.
fn judged(out: &mut String, judgement: &Judgement, text: &str) {
    let Judgement { score, piece, pieces, rank_before, .. } = judgement;
    let before = ordinal(*rank_before);
    field(out, "Reranker", &format!("{} (the search had it {before})", percent(*score)));
    let part = text.get(piece.clone()).map(beginning).unwrap_or_default();
    let read = match pieces {
        _ if *piece == (0..text.len()) => "the whole scene".to_owned(),
        1 => format!("of it: {part}"),
        several => format!("{several} parts of it, the best one: {part}"),
    };
    field(out, "It read", &read);
}

/// What adds up to the score.
fn shares(explained: &Explained) -> impl Iterator<Item = String> {
    let signals = &explained.signals;
    let signal = |name: &str, of: &str, signal: Signal| {
        let Signal { value, rank, share, .. } = signal;
        format!("{} {name} ({of} {value:.3}, {})", percent(share), ordinal(rank))
    };
    // Alone, BM25 is the score, which is no part of anything.
    let words = signals.words.map(|words| match signals.meaning {
        None if signals.rrf_rank.is_none() => {
            format!("words (BM25 {:.3}, {})", words.value, ordinal(words.rank))
        }
        _ => signal("words", "BM25", words),
    });
    let meaning = signals.meaning.map(|meaning| signal("meaning", "cosine", meaning));
    let lent = signals.neighbour.map(|(_, share)| {
        let from = explained.neighbour.as_ref().map_or("a neighbour", SceneId::as_str);
        format!("{} lent by {from}", percent(share))
    });
    let around = signals.around.map(|around| signal("words around", "BM25", around));
    let parts = [
        (signals.session, "by its session"),
        (signals.date, "by its date"),
        (signals.phrases, "by what is quoted"),
        (signals.cue, "by signs of such an answer"),
    ];
    let parts = parts.into_iter().filter(|(share, _)| *share > 0.0);
    let parts = parts.map(|(share, by)| format!("{} {by}", percent(share)));
    meaning.into_iter().chain(words).chain(around).chain(lent).chain(parts)
}

fn terms(explained: &Explained, respelt: &[Respelt]) -> String {
    let typed = |term: &str| respelt.iter().find(|word| word.meant == term).map(|word| word.typed.as_str());
    let terms = explained.signals.terms.iter().map(|(term, worth)| match typed(term) {
        Some(typed) => format!("{term} (for {typed}) {worth:.2}"),
        None => format!("{term} {worth:.2}"),
    });
    let near = Some(explained.signals.near).filter(|near| *near > 0.0);
    terms.chain(near.map(|near| format!("near each other {near:.2}"))).collect::<Vec<_>>().join(", ")
}

fn percent(share: f32) -> String {
    format!("{:4.1}%", share * 100.0)
}

fn ordinal(rank: usize) -> String {
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
