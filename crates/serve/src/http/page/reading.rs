use axum::http::header::CONTENT_DISPOSITION;
use maud::{Markup, html};
use naragtive::views::brief::who;
use naragtive::{Hit, Scene, SceneId, Surroundings};

use super::address::{Trail, anchor, person, reading as place, scene as place_of, why};
use super::day;
use super::hits::title;
use super::layout::Tab;
use super::place::{is_known, written};
use super::prose::prose;
use super::view::PageView;
use crate::http::reply::Reply;
use crate::{Error, resources};

/// The scenes that a page begins with before and after the one that is read, and how many more come at a time.
const BEFORE: usize = 6;
const AFTER: usize = 14;
const MORE: usize = 20;
/// The hits that are gone through from a reading view.
const HITS: usize = 60;

/// A conversation as one flow, around one of its scenes.
pub(super) fn reading(view: &PageView<'_>, id: &str) -> Result<Reply, Error> {
    let chosen = view.one()?;
    let store = view.named.as_deref().unwrap_or_default();
    if view.arguments.text("as") == Some("markdown") {
        let text = resources::markdown(view.sessions, store, id, &|| false)?;
        let reply = Reply::of("text/markdown; charset=utf-8", text);
        return Ok(reply.with(CONTENT_DISPOSITION, "attachment; filename=\"scene.md\""));
    }
    let part = view.arguments.text("part");
    let sides = match part {
        Some("before") => [MORE + 1, 0],
        Some("after") => [0, MORE + 1],
        // One more than shown tells whether there is more.
        _ => [BEFORE + 1, AFTER + 1],
    };
    let session = view.session(&chosen)?;
    let found = session.surroundings(&SceneId::new(id), sides);
    let found = found.map_err(|error| chosen.unknown_scene(error))?;
    let trail = view.trail();
    match part {
        Some("before") => Ok(Reply::html(&piece(&found, store, &trail, Side::Before))),
        Some("after") => Ok(Reply::html(&piece(&found, store, &trail, Side::After))),
        _ => whole(view, &found, store, &trail),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    After,
}

/// What a script puts before or after what is there: the further scenes, and the way to those after them.
fn piece(found: &Surroundings, store: &str, trail: &Trail, side: Side) -> Markup {
    let others = match side {
        Side::Before => found.scenes.get(..found.at),
        Side::After => found.scenes.get(found.at + 1..),
    };
    let others = others.unwrap_or_default();
    let is_more = others.len() > MORE;
    let shown = match side {
        Side::Before => others.get(usize::from(is_more)..),
        Side::After => others.get(..others.len() - usize::from(is_more)),
    };
    let shown = shown.unwrap_or_default();
    let before = found.scenes.get(found.at);
    let flow = flow(shown, if side == Side::After { before } else { None }, store, trail, None);
    html! {
        @if side == Side::Before { (further(shown.first().filter(|_| is_more), store, trail, side)) }
        (flow)
        @if side == Side::After { (further(shown.last().filter(|_| is_more), store, trail, side)) }
    }
}

/// The way to what is before the first or after the last scene shown; none where there is nothing.
fn further(scene: Option<&Scene>, store: &str, trail: &Trail, side: Side) -> Markup {
    let (name, word) = match side {
        Side::Before => ("before", "Earlier"),
        Side::After => ("after", "Later"),
    };
    html! {
        @if let Some(scene) = scene {
            p class=(format!("further {name}")) {
                a href=(trail.at(&place(store, scene.id.as_str()))) data-part=(name) rel=(if side == Side::Before { "prev" } else { "next" }) { (word) }
            }
        } @else {
            p class=(format!("end {name}")) { (if side == Side::Before { "The beginning" } else { "The end" }) }
        }
    }
}

fn whole(view: &PageView<'_>, found: &Surroundings, store: &str, trail: &Trail) -> Result<Reply, Error> {
    let here = found.scenes.get(found.at).ok_or(Error::Bug)?;
    let earlier = found.at > BEFORE;
    let later = found.scenes.len() - found.at - 1 > AFTER;
    let shown = found.scenes.get(usize::from(earlier)..found.scenes.len() - usize::from(later));
    let shown = shown.unwrap_or_default();
    let hits = if trail.is_search() { view.found(HITS, false)?.hits } else { Vec::new() };
    let title = title(&here.metadata).unwrap_or_else(|| store.to_owned());
    let content = html! {
        h1 dir="auto" { (title) }
        (around(view, &hits, here, store, trail))
        div id="flow" data-store=(store) data-here=(here.id.as_str()) {
            (further(shown.first().filter(|_| earlier), store, trail, Side::Before))
            (flow(shown, None, store, trail, Some((here, &hits))))
            (further(shown.last().filter(|_| later), store, trail, Side::After))
        }
    };
    view.page(Tab::Reading, &title, &content)
}

/// The way back, which stays in sight however far one reads, and the ones to the hits before and after this one.
fn around(view: &PageView<'_>, hits: &[Hit], here: &Scene, store: &str, trail: &Trail) -> Markup {
    let number = hits.iter().position(|hit| hit.scene.id == here.id);
    let number = number.unwrap_or_else(|| view.arguments.whole("n"));
    let at = |number: Option<usize>| number.and_then(|number| Some((number, hits.get(number)?)));
    let address = |(number, hit): (usize, &Hit)| {
        let store = hit.store.name.as_deref().unwrap_or_default();
        place_of(&trail.with("n", Some(&number.to_string())), store, hit.scene.id.as_str())
    };
    let all = if trail.is_search() { trail.clone() } else { Trail::none().with("store", Some(store)) };
    html! {
        nav class="hits" aria-label="Back and on" {
            a href=(all.at("/")) { @if trail.is_search() { "All that was found" } @else { "All of " (store) } }
            @if let Some(hit) = at(number.checked_sub(1)) { a href=(address(hit)) rel="prev" { "Hit before" } }
            @if let Some(hit) = at(Some(number + 1)) { a href=(address(hit)) rel="next" { "Next hit" } }
        }
    }
}

/// Scenes one after another; a day or a place is told where it changes, and so is who speaks.
fn flow(
    scenes: &[Scene],
    before: Option<&Scene>,
    store: &str,
    trail: &Trail,
    here: Option<(&Scene, &[Hit])>,
) -> Markup {
    let befores = std::iter::once(before).chain(scenes.iter().map(Some));
    html! {
        @for (scene, before) in scenes.iter().zip(befores) {
            (one(scene, before, store, trail, here.filter(|(here, _)| here.id == scene.id).map(|(_, hits)| hits)))
        }
    }
}

fn one(scene: &Scene, before: Option<&Scene>, store: &str, trail: &Trail, hits: Option<&[Hit]>) -> Markup {
    let id = scene.id.as_str();
    let marks = hits.and_then(|hits| hits.iter().find(|hit| hit.scene.id == scene.id));
    let marks = marks.map(|hit| hit.matches.clone()).unwrap_or_default();
    let speakers = scene.metadata.speakers();
    let told = told(scene, before);
    html! {
        article id=(anchor(id)) data-id=(id) class=(if hits.is_some() { "scene here" } else { "scene" })
            aria-label=(told.clone().unwrap_or_else(|| "A scene".to_owned())) {
            @if let Some(told) = &told { p class="when" dir="auto" { (told) } }
            @if let Some(name) = only_speaker(scene, before) { h2 class="speaker" dir="auto" { (name) } }
            div class="text" { (prose(&scene.text, &marks, &speakers)) }
            (aside(scene, store, trail))
        }
    }
}

/// What can be done with a scene.
fn aside(scene: &Scene, store: &str, trail: &Trail) -> Markup {
    let id = scene.id.as_str();
    let names = who(&scene.metadata);
    let like = Trail::none().with("similar_to", Some(id)).with("store", Some(store));
    html! {
        footer {
            a href=(place_of(trail, store, id)) class="here" { "Link" }
            @if trail.is_search() { a href=(trail.with("store", None).at(&why(store, id))) { "Why" } }
            a href=(like.at("/")) { "Scenes like this" }
            a href=(Trail::none().with("as", Some("markdown")).at(&place(store, id))) class="markdown" { "Markdown" }
            @for name in names.iter().filter(|name| is_known(name)).take(4) { a href=(person(store, name)) class="person" dir="auto" { (name) } }
        }
    }
}

/// The day and the place of a scene, as far as they are others than those of the scene before.
fn told(scene: &Scene, before: Option<&Scene>) -> Option<String> {
    let date = scene.metadata.date();
    let place = scene.metadata.location().filter(|place| is_known(place));
    let is_new = |of: fn(&Scene) -> Option<&str>| before.is_none_or(|before| of(before) != of(scene));
    let date = date.filter(|_| is_new(|scene| scene.metadata.date())).map(day::written);
    let place = place.filter(|_| is_new(|scene| scene.metadata.location())).map(written);
    let told = [date, place].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    (!told.is_empty()).then_some(told)
}

/// The one who speaks in a scene that is one message, unless they spoke just before and nothing else changed.
fn only_speaker(scene: &Scene, before: Option<&Scene>) -> Option<String> {
    let one = |scene: &Scene| match scene.metadata.speakers().as_slice() {
        [one] if is_known(one) && !scene.text.starts_with(&format!("{one}:")) => Some(one.clone()),
        _ => None,
    };
    let name = one(scene)?;
    let goes_on = before
        .is_some_and(|before| one(before).as_ref() == Some(&name) && told(scene, Some(before)).is_none());
    (!goes_on).then_some(name)
}
