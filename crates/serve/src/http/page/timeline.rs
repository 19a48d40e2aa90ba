use maud::{Markup, html};
use naragtive::overview::{Bar, Grain, Timeline};
use naragtive::{Filter, Store};

use super::address::{Trail, person, scene as place_of, side};
use super::bars::{SCENES, figure, lane, table};
use super::day::span;
use super::hits::line;
use super::layout::{Tab, beginning, many};
use super::view::PageView;
use crate::http::reply::Reply;
use crate::{Error, filter};

/// The scenes that are listed under the bars.
const LISTED: usize = 60;
const LINE: usize = 140;

/// When the scenes of a store happen.
pub(super) fn timeline(view: &PageView<'_>) -> Result<Reply, Error> {
    let (name, store, overview) = view.overview()?;
    let timeline = &overview.timeline;
    let grain = view.arguments.text("by").and_then(Grain::named).unwrap_or_else(|| timeline.grain());
    let all = timeline.bars(grain);
    let filter = filter::of(&view.arguments, view.sessions)?;
    let content = html! {
        h1 { "When it happens" }
        @if all.is_empty() {
            p { "No scene of this store has a date. In the order of the story they are "
                a href=(Trail::none().with("store", Some(&name)).at("/")) { "on its first page" } "." }
        } @else {
            (grains(&name, grain))
            (figure(&all, &name, grain, SCENES))
            (lanes(&name, &timeline.lanes.iter().map(|lane| lane.name.as_str()).collect::<Vec<_>>(), &all))
            (listed(view, &name, &filter)?)
            details { summary { "As a table" } (table(&all, &name, grain, SCENES)) }
        }
        @if timeline.undated > 0 {
            (undated(&name, &store, timeline)?)
        }
    };
    view.page(Tab::Timeline, &format!("When, {name}"), &content)
}

fn grains(store: &str, here: Grain) -> Markup {
    html! {
        nav class="choice" aria-label="One bar is" {
            @for grain in Grain::ALL {
                a href=(Trail::none().with("by", Some(grain.name())).at(&side("timeline", store)))
                    aria-current=[(grain == here).then_some("true")] { (grain.name()) }
            }
        }
    }
}

fn lanes(store: &str, names: &[&str], all: &[Bar]) -> Markup {
    html! {
        @if names.len() > 1 && all.len() > 1 {
            h2 { "The main people" }
            ul class="lanes" {
                @for (number, name) in names.iter().enumerate() {
                    li { a href=(person(store, name)) dir="auto" { (name) } (lane(all, number)) }
                }
            }
        }
    }
}

/// The scenes of the bar that was chosen.
fn listed(view: &PageView<'_>, name: &str, filter: &Filter) -> Result<Markup, Error> {
    let (Some(since), Some(until)) = (view.arguments.text("since"), view.arguments.text("until")) else {
        return Ok(html! {});
    };
    let listed = view.listed(filter)?;
    let (found, scenes) = (listed.len(), listed.scenes(0..LISTED)?);
    Ok(html! {
        section id="listed" {
            h2 { (span(since, until)) ", " (many(found, "scene", "scenes")) }
            ol class="lines" {
                @for (_, scene) in &scenes { (line(name, scene, LINE)) }
            }
            @if found > scenes.len() {
                p { "and " (many(found - scenes.len(), "more", "more")) ". A finer bar shows them." }
            }
        }
    })
}

/// Scenes without a date, which are not hidden.
fn undated(name: &str, store: &Store, timeline: &Timeline) -> Result<Markup, Error> {
    let scenes = store.scenes(&timeline.first_undated)?;
    Ok(html! {
        details {
            summary { (many(timeline.undated, "scene without a date", "scenes without a date")) }
            ol class="lines" {
                @for scene in &scenes {
                    li {
                        a href=(place_of(&Trail::none(), name, scene.id.as_str())) dir="auto" { (beginning(&scene.text, LINE)) }
                    }
                }
            }
        }
    })
}
