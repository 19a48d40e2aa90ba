use std::collections::HashMap;
use std::ops::Range;

use maud::{Markup, html};
use naragtive::views::brief::who;
use naragtive::{Hit, Hits, Metadata, Scene};

use super::address::{Trail, scene as place_of, why};
use super::conditions::CONDITIONS;
use super::day;
use super::inline::inline;
use super::layout::{beginning, many, number, sentence};
use super::place::{is_known, written};

/// The letters of a passage that says why.
const PASSAGE: usize = 420;
/// The names of a kind that are offered to narrow a search by.
const FACETS: usize = 8;
/// The people who are named at a hit.
const NAMES: usize = 6;

/// What was found, and by what it can be narrowed; a script puts it in the place of what was there. Where a server answers in
/// words, it can be asked from here.
pub(super) fn results(found: &Hits, shown: usize, trail: &Trail, is_more: bool, asks: bool) -> Markup {
    let several = found.stores.len() > 1;
    html! {
        div id="results" data-status=(status(found.hits.len(), is_more)) {
            (conditions(trail))
            @if asks && !found.hits.is_empty() {
                p class="also" { a href=(trail.at("/ask")) { "Have it answered in words" } }
            }
            @for passed in &found.passed_over {
                p class="also" { "Store " b { (passed.store) } " is left out: " (passed.reason) }
            }
            @for remark in found.remarks() { p class="also" dir="auto" { (sentence(&remark)) } }
            @if found.nothing_close() {
                p class="nothing" { "Nothing close was found. What comes nearest:" }
            }
            @if found.hits.is_empty() {
                p class="nothing" {
                    "No scene was found."
                    @if found.remarks().is_empty() { " Fewer or other words may find one." }
                }
            }
            div class="columns" {
                ol class="hits" {
                    @for (number, hit) in found.hits.iter().take(shown).enumerate() {
                        li { (one(hit, number, trail, several)) }
                    }
                }
                @if !found.hits.is_empty() { (facets(found, trail)) }
            }
        }
    }
}

fn status(found: usize, is_more: bool) -> String {
    match is_more {
        true => format!("The {found} best scenes"),
        false => many(found, "scene", "scenes"),
    }
}

/// Where a hit is read, by the search that found it: its number there tells which hit is the next.
pub(super) fn read_at(hit: &Hit, number: usize, trail: &Trail, several: bool) -> String {
    let place = of_store(trail, several).with("n", Some(&number.to_string()));
    place_of(&place, hit.store.name.as_deref().unwrap_or_default(), hit.scene.id.as_str())
}

/// The address says which store a hit is of; the search is of another one only where it is of several.
fn of_store(trail: &Trail, several: bool) -> Trail {
    trail.with("store", trail.get("store").filter(|_| several))
}

/// A hit: what it is called, the passage that says why, and who is there.
pub(super) fn one(hit: &Hit, number: usize, trail: &Trail, several: bool) -> Markup {
    let store = hit.store.name.as_deref().unwrap_or_default();
    let id = hit.scene.id.as_str();
    let (from, to, marks) = passage(hit);
    let text = hit.scene.text.get(from..to).unwrap_or_default();
    html! {
        article {
            h2 { a href=(read_at(hit, number, trail, several)) dir="auto" { (heading(&hit.scene.metadata, id)) } }
            p class="passage" dir="auto" {
                @if from > 0 { "…\u{a0}" }
                (inline(text, &marks))
                @if to < hit.scene.text.trim_end().len() { "\u{a0}…" }
            }
            p class="about" {
                @if several { span { (store) } }
                @if let Some(names) = names(&hit.scene.metadata) { span dir="auto" { (names) } }
                a href=(of_store(trail, several).at(&why(store, id))) { (share(hit)) }
            }
        }
    }
}

/// How well it answers: a share of a full match; by words alone that has no end.
fn share(hit: &Hit) -> String {
    match hit.score {
        score if score > 1.0 => format!("why, {score:.1}"),
        score if score < 0.005 => "why, under 1 %".to_owned(),
        score => format!("why, {:.0} %", score * 100.0),
    }
}

/// What a scene is called: its day and place, else who is in it, else what it is a part of; else its id.
pub(super) fn heading(metadata: &Metadata, id: &str) -> String {
    let place = metadata.location().filter(|place| is_known(place));
    let parts = [metadata.date().map(day::written), place.map(written)];
    let heading = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let told = Some(heading).filter(|heading| !heading.is_empty());
    told.or_else(|| names(metadata)).or_else(|| title(metadata)).unwrap_or_else(|| id.to_owned())
}

/// What the conversation of a scene is called.
pub(super) fn title(metadata: &Metadata) -> Option<String> {
    let keys = ["source_title", "conversation_name", "conversation_title", "title", "channel", "source_file"];
    let title = keys.iter().find_map(|key| metadata.text(key).filter(|title| !title.trim().is_empty()));
    title.map(|title| title.trim().to_owned())
}

/// A scene in a list: its day and place, and so many letters of its beginning.
pub(super) fn line(store: &str, scene: &Scene, most: usize) -> Markup {
    let id = scene.id.as_str();
    html! {
        li {
            a href=(place_of(&Trail::none(), store, id)) dir="auto" { (heading(&scene.metadata, id)) }
            p dir="auto" { (inline(&beginning(&scene.text, most), &[])) }
        }
    }
}

fn names(metadata: &Metadata) -> Option<String> {
    let names: Vec<String> = who(metadata).into_iter().filter(|name| is_known(name)).collect();
    let more = names.len().saturating_sub(NAMES);
    let shown = names.iter().take(NAMES).cloned().collect::<Vec<_>>().join(", ");
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!shown.is_empty()).then(|| shown + &rest)
}

/// The bytes of the text that say why, of whole words, with the matched words among them.
fn passage(hit: &Hit) -> (usize, usize, Vec<Range<usize>>) {
    let text = hit.scene.text.as_str();
    let first = hit.matches.first().map_or(0, |word| word.start);
    let whole = hit.passage.clone().unwrap_or(first..text.len());
    // The words that were looked for stand in it, however far into a long passage.
    let word = hit.matches.iter().find(|word| whole.start <= word.start && word.end <= whole.end);
    let start = match word {
        Some(word) if letters(text, whole.start, word.end) > PASSAGE => back(text, word.start, PASSAGE / 3),
        None if hit.passage.is_none() => back(text, whole.start, 0),
        _ if hit.passage.is_none() => back(text, whole.start, PASSAGE / 3),
        _ => whole.start,
    };
    let end = text
        .get(start..)
        .and_then(|rest| rest.char_indices().nth(PASSAGE))
        .map_or(text.len(), |(at, _)| start + at);
    let end = end.min(whole.end.max(start));
    let cut = text.get(start..end).unwrap_or_default();
    let end = match cut.rfind(char::is_whitespace) {
        Some(blank) if end < text.len() && end < whole.end => start + blank,
        _ => end,
    };
    let marks = hit.matches.iter().filter(|word| start <= word.start && word.end <= end);
    (start, end, marks.map(|word| word.start - start..word.end - start).collect())
}

fn letters(text: &str, from: usize, to: usize) -> usize {
    text.get(from..to).map_or(0, |text| text.chars().count())
}

/// The start of a word so many letters before a byte.
fn back(text: &str, at: usize, letters: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    let start = before.char_indices().rev().nth(letters).map_or(0, |(at, _)| at);
    let blank = text.get(start..at).and_then(|text| text.find(char::is_whitespace));
    match blank {
        Some(blank) if start > 0 => start + blank + 1,
        _ => start,
    }
}

/// The conditions of the search, each with the way to go on without it.
fn conditions(trail: &Trail) -> Markup {
    let set = CONDITIONS.iter().filter_map(|(name, word)| Some((name, word, trail.get(name)?)));
    let set: Vec<_> = set.collect();
    html! {
        @if !set.is_empty() {
            ul class="chips" aria-label="Only scenes" {
                @for (name, word, value) in &set {
                    li {
                        a href=(trail.with(name, None).at("/")) {
                            (word) " " b dir="auto" { (value) }
                            span class="hidden" { ", leave this out" }
                            span aria-hidden="true" { " ×" }
                        }
                    }
                }
            }
        }
    }
}

/// What the hits have in common, with counts.
fn facets(found: &Hits, trail: &Trail) -> Markup {
    let metadata = || found.hits.iter().map(|hit| &hit.scene.metadata);
    let places = metadata().filter_map(Metadata::location).map(str::to_owned);
    let months = metadata().filter_map(Metadata::date).filter_map(|date| date.get(..7)).map(str::to_owned);
    let all = [
        ("People", "character", counted(metadata().flat_map(who).filter(|name| is_known(name)))),
        ("Places", "location", counted(places.filter(|place| is_known(place)))),
        ("Months", "date", counted(months)),
    ];
    html! {
        aside aria-label="Narrow by" {
            @for (title, name, counts) in all {
                @if counts.len() > 1 && trail.get(name).is_none() {
                    h2 { (title) }
                    ul {
                        @for (value, count) in counts.iter().take(FACETS) {
                            li {
                                a href=(trail.with(name, Some(value)).at("/")) dir="auto" {
                                    (if name == "date" { day::written(value) } else { written(value) })
                                }
                                " " span class="count" { (number(*count)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn counted(values: impl Iterator<Item = String>) -> Vec<(String, usize)> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    values.for_each(|value| *counts.entry(value).or_default() += 1);
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|(a, one), (b, other)| other.cmp(one).then_with(|| a.cmp(b)));
    counts
}
