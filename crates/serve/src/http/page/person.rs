use maud::{Markup, html};
use naragtive::overview::{People, Person};
use naragtive::{Filter, Store};

use super::address::{person as address, side};
use super::circle::circle;
use super::hits::line;
use super::layout::{Tab, many, number};
use super::people::when;
use super::place::{is_known, written};
use super::view::PageView;
use crate::Error;
use crate::http::reply::Reply;

/// Those around somebody.
const NEAREST: usize = 12;
const PLACES: usize = 12;
const LINE: usize = 140;

/// Somebody: with whom, where, and in which scenes.
pub(super) fn person(view: &PageView<'_>, name: &str) -> Result<Reply, Error> {
    let (store_name, store, overview) = view.overview()?;
    let people = &overview.people;
    let found = people.find(name).and_then(|place| Some((place, people.all.get(place)?)));
    let Some((place, one)) = found else {
        return Err(Error::nobody(name, people));
    };
    let content = html! {
        nav aria-label="Back" class="back" { a href=(side("people", &store_name)) { "All people" } }
        h1 dir="auto" { (name) }
        p class="lead" { (many(one.scenes, "scene", "scenes")) @if one.dates.is_some() { ", " (when(one)) } }
        @let others = others(view, name);
        @if !others.is_empty() { p class="lead" dir="auto" { "also called " (others.join(", ")) } }
        form action="/" method="get" class="ask small" {
            label for="q" { "Search in these scenes" }
            input type="hidden" name="store" value=(store_name);
            input type="hidden" name="character" value=(name);
            div class="line" { input id="q" name="q" type="search" autocomplete="off" dir="auto"; button { "Search" } }
        }
        (around(people, place, name, &store_name))
        @if !one.places.is_empty() {
            h2 { "Where" }
            ul class="chips" {
                @for place in one.places.iter().filter(|place| is_known(&place.name)).take(PLACES) {
                    li {
                        span dir="auto" { (written(&place.name)) " " span class="count" { (number(place.scenes)) } }
                    }
                }
            }
        }
        (scenes(&store, &store_name, one)?)
    };
    view.page(Tab::People, name, &content)
}

/// The other names that the campaign file has. Without one that can be read, a page is a page still.
fn others(view: &PageView<'_>, name: &str) -> Vec<String> {
    let asked = Filter { character: Some(name.to_owned()), ..Filter::default() };
    let known = naragtive::with_known_names(asked, None, view.sessions.library());
    let names = known.map(|filter| filter.character_aliases).unwrap_or_default();
    names.into_iter().filter(|other| other != name).collect()
}

/// Those who are nearest, as a picture and as a table.
fn around(people: &People, place: usize, name: &str, store: &str) -> Markup {
    let bonds = people.bonds(place, 1);
    let nearest = bonds.get(..bonds.len().min(NEAREST)).unwrap_or_default();
    html! {
        @if !nearest.is_empty() {
            h2 { "With whom" }
            div class="pair" {
                figure { (circle(people, name, nearest, store)) }
                table {
                    thead {
                        tr {
                            th scope="col" { "Name" }
                            th scope="col" class="number" { "Scenes" }
                            th scope="col" class="number" { abbr title="of the scenes of whoever has fewer" { "Share" } }
                        }
                    }
                    tbody {
                        @for bond in nearest {
                            @if let Some(other) = people.all.get(bond.other) {
                                tr {
                                    th scope="row" { a href=(address(store, &other.name)) dir="auto" { (other.name) } }
                                    td class="number" { (number(bond.scenes)) }
                                    td class="number" { (format!("{:.0} %", bond.share * 100.0)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn scenes(store: &Store, store_name: &str, one: &Person) -> Result<Markup, Error> {
    let scenes = store.scenes(&one.rows)?;
    Ok(html! {
        h2 { "Scenes" }
        ol class="lines" {
            @for scene in &scenes { (line(store_name, scene, LINE)) }
        }
        @if one.scenes > scenes.len() { p { "and " (many(one.scenes - scenes.len(), "more", "more")) } }
    })
}
