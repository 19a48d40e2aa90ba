use maud::{Markup, html};
use naragtive::excerpt::first_line;
use naragtive::overview::Part;
use naragtive::{Overview, Scene, Store};

use super::address::{Trail, person, reading};
use super::day;
use super::form::FormField;
use super::hits::{line, results};
use super::layout::{Tab, many, number, sentence};
use super::view::PageView;
use crate::Error;
use crate::http::problem::status;
use crate::http::reply::Reply;
use crate::sessions::ALL;

/// The hits that are shown, and those that say by what they can be narrowed.
const SHOWN: usize = 20;
const FOUND: usize = 60;
/// The conversations that are listed at once.
const PARTS: usize = 12;
/// The people and the scenes that a store opens with.
const PEOPLE: usize = 14;
const LATEST: usize = 3;
/// The letters of a scene's beginning.
const LINE: usize = 180;

/// The search, and what it found; without one, what there is.
pub(super) fn home(view: &PageView<'_>) -> Result<Reply, Error> {
    // A store opens with its own heading; all else has one for those who don't see where they are.
    let is_titled = view.is_search() || view.arguments.text("store") == Some(ALL);
    let only_results = view.arguments.text("part") == Some("results");
    let is_empty = view.sessions.registered()?.0.is_empty();
    let (title, found) = match view.is_search() && !is_empty {
        true => (searched(view), found(view)?),
        false => ("Your stories".to_owned(), html! { div id="results" { (opening(view)?) } }),
    };
    if only_results {
        return Ok(Reply::html(&found));
    }
    let content = html! { @if is_titled { h1 class="hidden" dir="auto" { (title) } }
    (form(view)?) p id="status" role="status" aria-atomic="true" class="hidden" {} (found) };
    view.page(Tab::Search, &title, &content)
}

fn searched(view: &PageView<'_>) -> String {
    view.arguments.text("q").map_or_else(|| "Scenes like one".to_owned(), |asked| first_line(asked, 60))
}

fn found(view: &PageView<'_>) -> Result<Markup, Error> {
    let found = view.found(FOUND, false)?;
    let is_more = found.hits.len() == FOUND;
    let shown = if view.arguments.flag("list") { FOUND } else { SHOWN };
    let trail = view.trail();
    let more = found.hits.len() > shown;
    let asks = view.has_server() && trail.get("q").is_some();
    Ok(html! {
        (results(&found, shown, &trail, is_more, asks))
        @if more { p class="more" { a href=(trail.with("list", Some("1")).at("/")) { "Show all that were found" } } }
    })
}

/// The field of a search; that of one for scenes like another says so.
fn form(view: &PageView<'_>) -> Result<Markup, Error> {
    let like = view.trail().get("similar_to").map(str::to_owned);
    let field = FormField {
        action: "/",
        label: if like.is_some() { "Scenes like one you read" } else { "What do you remember?" },
        placeholder: "who lied to the harbour master",
        button: "Search",
        is_first: !view.is_search(),
        like,
    };
    field.form(view)
}

/// What a store opens with.
fn opening(view: &PageView<'_>) -> Result<Markup, Error> {
    let (entries, _) = view.sessions.registered()?;
    if entries.is_empty() {
        return Ok(no_stories());
    }
    if view.arguments.text("store") == Some(ALL) {
        return stores(view);
    }
    let (name, store, overview) = view.overview()?;
    let latest = latest(&store, &overview);
    let past = on_this_day(view, &overview);
    Ok(html! {
        h1 class="store" dir="auto" { (name) }
        p class="lead" {
            (many(overview.stats.records, "scene", "scenes"))
            @if let Some((first, last)) = &overview.stats.dates { ", " (day::span(first, last)) }
        }
        (contents(&name, &overview.contents.parts, view.arguments.flag("list")))
        div class="pair" {
            section { h2 { (if overview.timeline.latest.is_empty() { "At the end" } else { "Latest" }) } (lines(&name, &store.scenes(&latest)?)) }
            @if !past.is_empty() {
                section { h2 { "On this day" } (lines(&name, &store.scenes(&past)?)) }
            }
        }
        (people(&name, &overview))
        @if entries.len() > 1 { (stores(view)?) }
    })
}

/// What is shown where a store can't be used, if that is what is wrong: which one it is, why, and the way to the others. None for
/// any other error, and where there is no other store.
pub(super) fn instead(view: &PageView<'_>, error: &Error) -> Option<Result<Reply, Error>> {
    let Error::Library(found) = error else { return None };
    let (entries, default) = view.sessions.registered().ok()?;
    let name = view.here(default.as_deref()).filter(|name| *name != ALL)?;
    let broken = entries.iter().find(|entry| entry.name == name)?;
    if !found.is_of_store() || entries.len() < 2 || broken.at.open().is_ok() {
        return None;
    }
    let content = || -> Result<Markup, Error> {
        Ok(html! {
            h1 { "Store " (name) " can't be read" }
            p { (sentence(&error.to_string())) }
            @for hint in error.hints() { p class="hint" { (sentence(&hint.to_string())) } }
            (stores(view)?)
        })
    };
    let page = content().and_then(|content| view.page(Tab::Search, "A store can't be read", &content));
    Some(page.map(|reply| reply.with_status(status(error))))
}

/// What a home without a store says.
pub(super) fn no_stories() -> Markup {
    html! {
        section {
            h1 { "No stories yet" }
            p { "Store an export of your chats, and come back:" }
            pre { "naragtive ingest FILE --register NAME" }
        }
    }
}

fn contents(store: &str, parts: &[Part], whole: bool) -> Markup {
    let shown = if whole { parts.len() } else { PARTS };
    html! {
        section {
            h2 { "Read" }
            ol class="contents" {
                @for part in parts.iter().take(shown) {
                    li {
                        a href=(reading(store, &part.first)) dir="auto" { (part.title) }
                        span class="count" {
                            @if let Some((first, last)) = &part.dates { (day::span(first, last)) ", " }
                            (many(part.scenes, "scene", "scenes"))
                        }
                    }
                }
            }
            @if parts.len() > shown {
                p class="more" {
                    a href=(Trail::none().with("store", Some(store)).with("list", Some("1")).at("/")) {
                        "All " (many(parts.len(), "conversation", "conversations"))
                    }
                }
            }
        }
    }
}

/// The newest scenes; where none has a date, the last ones.
fn latest(store: &Store, overview: &Overview) -> Vec<usize> {
    match overview.timeline.latest.is_empty() {
        true => (0..store.len()).rev().take(LATEST).collect(),
        false => overview.timeline.latest.iter().copied().take(LATEST).collect(),
    }
}

/// The first scenes of the days of other years that have today's date.
fn on_this_day(view: &PageView<'_>, overview: &Overview) -> Vec<usize> {
    let today = view.sessions.today()().to_string();
    let Some(day) = today.get(4..) else { return Vec::new() };
    let days = overview.timeline.days.iter().rev();
    let past = days.filter(|(date, _)| date.get(4..) == Some(day) && **date != today);
    past.take(LATEST).map(|(_, (_, row))| *row).collect()
}

/// Scenes as their days and first lines.
fn lines(store: &str, scenes: &[Scene]) -> Markup {
    html! {
        ul class="lines" {
            @for scene in scenes { (line(store, scene, LINE)) }
        }
    }
}

fn people(store: &str, overview: &Overview) -> Markup {
    html! {
        @if !overview.people.all.is_empty() {
            section {
                h2 { "People" }
                ul class="chips" {
                    @for one in overview.people.all.iter().take(PEOPLE) {
                        li {
                            a href=(person(store, &one.name)) dir="auto" {
                                (one.name) " " span class="count" { (number(one.scenes)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// All stores, with the way to each.
fn stores(view: &PageView<'_>) -> Result<Markup, Error> {
    let (entries, _) = view.sessions.registered()?;
    let rows: Vec<_> = entries.iter().map(|entry| (entry, entry.at.open().ok())).collect();
    Ok(html! {
        section {
            h2 { "Stores" }
            ul class="contents" {
                @for (entry, store) in &rows {
                    li {
                        a href=(Trail::none().with("store", Some(&entry.name)).at("/")) dir="auto" { (entry.name) }
                        span class="count" {
                            @match store {
                                Some(store) => (many(store.len(), "scene", "scenes")),
                                None => "can't be read: naragtive doctor",
                            }
                        }
                    }
                }
            }
        }
    })
}
