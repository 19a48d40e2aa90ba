use maud::{Markup, html};
use naragtive::overview::Lengths;
use naragtive::{Count, Stats};

use super::bars::{BarUnit, figure, share, table};
use super::day::span;
use super::layout::{Tab, number};
use super::place::written;
use super::view::PageView;
use crate::Error;
use crate::http::reply::Reply;

/// The names of a kind that are listed.
const LISTED: usize = 12;
const WORDS: BarUnit = ["word", "words"];

/// What is in a store, in numbers.
pub(super) fn stats(view: &PageView<'_>) -> Result<Reply, Error> {
    let (name, store, overview) = view.overview()?;
    let (stats, lengths) = (&overview.stats, view.sessions.lengths(&store)?);
    let content = html! {
        h1 { "In numbers" }
        (facts(stats, &lengths))
        (told(&lengths, &name))
        div class="pair" {
            (shares("Who speaks", &stats.speakers, stats.records))
            (shares("Who is there", &stats.characters, stats.records))
            (shares("Where", &stats.locations, stats.records))
            (shares("Read from", &files(&stats.sources), stats.records))
        }
    };
    view.page(Tab::Stats, &format!("Numbers, {name}"), &content)
}

/// How much is told when.
fn told(lengths: &Lengths, store: &str) -> Markup {
    let timeline = lengths.timeline();
    let grain = timeline.grain();
    let bars = timeline.bars(grain);
    html! {
        @if bars.len() > 1 {
            section {
                h2 { "How much is told" }
                (figure(&bars, store, grain, WORDS))
                details { summary { "As a table" } (table(&bars, store, grain, WORDS)) }
            }
        }
    }
}

fn facts(stats: &Stats, lengths: &Lengths) -> Markup {
    let days = stats.dates.as_ref().map(|(first, last)| span(first, last));
    let model = stats.model.as_ref().map(|model| format!("{}, {} numbers", model.name, model.dimension));
    let rows = [
        ("Scenes", Some(number(stats.records))),
        ("Words", Some(number(lengths.words))),
        ("Days", days),
        ("File", Some(size(stats.file_bytes))),
        ("Vectors in memory", Some(size(stats.embedding_bytes))),
        ("Model", model),
        ("Without passages", Some(stats.lacking_passages).filter(|left| *left > 0).map(number)),
    ];
    html! {
        dl class="facts" {
            @for (name, value) in rows.iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
                div { dt { (name) } dd { (value) } }
            }
        }
    }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{:.0} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// Files by their names: the folders that they were in say nothing, and may be long.
fn files(sources: &[Count]) -> Vec<Count> {
    let name = |path: &str| path.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or(path).to_owned();
    sources.iter().map(|source| Count { name: name(&source.name), scenes: source.scenes }).collect()
}

fn shares(title: &str, counts: &[Count], all: usize) -> Markup {
    html! {
        @if !counts.is_empty() {
            section {
                h2 { (title) }
                table class="shares" {
                    thead class="hidden" {
                        tr { th scope="col" { "Name" } th scope="col" { "Scenes" } th scope="col" { "Share" } }
                    }
                    tbody {
                        @for count in counts.iter().take(LISTED) {
                            tr {
                                th scope="row" dir="auto" { (written(&count.name)) }
                                td class="number" { (number(count.scenes)) }
                                td class="bar" { (share(count.scenes as f32 / all.max(1) as f32)) }
                            }
                        }
                    }
                }
                @if counts.len() > LISTED { p class="count" { "and " (number(counts.len() - LISTED)) " more" } }
            }
        }
    }
}
