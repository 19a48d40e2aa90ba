use naragtive::views::{self, Reason, ordinal};
use naragtive::{Explained, Judgement, Respelt, SceneId};

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
    views::why(explained).into_iter().map(|Reason { share, name, detail }| {
        let share = share.map(percent);
        let parts = [share.as_deref(), Some(name), Some(detail.as_str())];
        let parts = parts.into_iter().flatten().filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join(" ")
    })
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
