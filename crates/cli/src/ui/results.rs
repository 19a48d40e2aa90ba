use std::fmt::Write;

use naragtive::{Hit, Hits, Metadata, Reranked, Scene};

use super::Ui;
use super::excerpt::{excerpt, neighbours};
use super::field::field;
use super::why::why;

/// What a search prints.
pub fn hits(ui: &Ui, hits: &Hits) -> String {
    let rule = ui.rule("=");
    let title = match &hits.like {
        Some(id) => format!("SCENES LIKE: {id}"),
        None => format!("SCENE SEARCH: '{}'", hits.query),
    };
    let mut out = format!("{rule}\n{}\n{rule}\n", ui.bold(&title));
    if let Some(Reranked { by, candidates }) = &hits.reranked {
        let _ = writeln!(out, "Reranked by {by}: {candidates} candidates in, {} out", hits.hits.len());
    }
    if hits.hits.iter().any(|hit| hit.explained.is_some()) {
        for (store, way) in hits.stores.iter().filter_map(|store| Some((store, store.way()?))) {
            let _ = writeln!(out, "{} was searched {way}", store.title());
        }
    }
    if hits.nothing_close() {
        out.push_str("\nNothing close was found. What comes nearest:\n");
    }
    for hit in &hits.hits {
        out.push('\n');
        out.push_str(&one(ui, hits, hit));
    }
    if hits.hits.is_empty() {
        out.push_str("\nNo scene found.\n");
    }
    ui.wrapped(out.trim_end())
}

/// What a hit scores: by the reranker, with what the embedding says, or by the search.
fn scored(hits: &Hits, hit: &Hit) -> String {
    let Some(reranked) = &hits.reranked else { return format!("Relevance: {}", hits.relevance(hit)) };
    let label = if reranked.by.starts_with("bge-") { "BGE Score" } else { "Reranker Score" };
    let embedding = hit.scores.dense.map(|dense| format!(" (Embedding: {:.1}%)", dense * 100.0));
    format!("{label}: {}{}", hits.relevance(hit), embedding.unwrap_or_default())
}

fn one(ui: &Ui, hits: &Hits, hit: &Hit) -> String {
    let title = format!("[Result {}] {}", hit.rank, scored(hits, hit));
    let mut out = format!("{}\n", ui.bold(&title));
    field(&mut out, "Scene", hit.scene.id.as_str());
    if hits.stores.len() > 1 {
        field(&mut out, "Store", &hit.store.title());
    }
    about(&mut out, &hit.scene.metadata);
    out.push('\n');
    let parts =
        [neighbours(ui, "before", &hit.before), excerpt(ui, hit), neighbours(ui, "after", &hit.after)];
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    let _ = writeln!(out, "{}", parts.join("\n\n"));
    if let Some(explained) = &hit.explained {
        let _ = write!(out, "\n{}", why(explained, &hit.scene.text, &hits.also_searched));
    }
    let _ = writeln!(out, "{}", ui.dim(&ui.rule("-")));
    out
}

/// What `list` prints: how many there are, and the first of them.
pub fn listing(ui: &Ui, found: usize, scenes: &[Scene]) -> String {
    let title = format!("Found {found} matching scene{}", if found == 1 { "" } else { "s" });
    let mut out = format!("{}\n", ui.bold(&title));
    for scene in scenes {
        let _ = writeln!(out, "\n{}", scene.id);
        about(&mut out, &scene.metadata);
    }
    if scenes.len() < found {
        let _ = writeln!(out, "\n... and {} more", found - scenes.len());
    }
    ui.wrapped(out.trim_end())
}

/// Date, place, point of view and people, each where it is known.
fn about(out: &mut String, metadata: &Metadata) {
    let names = |names: Vec<String>| (!names.is_empty()).then(|| names.join(", "));
    for (label, value) in [
        ("Date", metadata.date().map(str::to_owned)),
        ("Location", metadata.location().map(str::to_owned)),
        ("POV", metadata.pov().map(str::to_owned)),
        ("Speakers", names(metadata.speakers()).filter(|_| metadata.pov().is_none())),
        ("Characters", names(metadata.characters())),
    ] {
        if let Some(value) = value {
            field(out, label, &value);
        }
    }
}
