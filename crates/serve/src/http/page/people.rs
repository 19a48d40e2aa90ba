use maud::{Markup, html};
use naragtive::overview::{People, Person};

use super::address::person;
use super::day::span;
use super::layout::{Tab, many, number};
use super::view::PageView;
use crate::Error;
use crate::http::reply::Reply;

/// The people of the matrix, and those of the table.
const PAIRED: usize = 14;
const LISTED: usize = 200;

/// Who is in a store, and with whom.
pub(super) fn people(view: &PageView<'_>) -> Result<Reply, Error> {
    let (name, _, overview) = view.overview()?;
    let people = &overview.people;
    let content = html! {
        h1 { "Who is in it" }
        @if people.all.is_empty() {
            p { "No scene of this store says who is in it." }
        } @else {
            p class="lead" { (many(people.all.len(), "person", "people")) }
            (table(people, &name))
            (matrix(people, &name))
        }
    };
    view.page(Tab::People, &format!("People, {name}"), &content)
}

fn table(people: &People, store: &str) -> Markup {
    let has_pairs = (0..people.all.len().min(LISTED)).any(|place| !people.bonds(place, 2).is_empty());
    html! {
        div class="scroll" tabindex="0" role="region" aria-label="People" {
            table class="people" {
                thead {
                    tr {
                        th scope="col" { "Name" }
                        th scope="col" class="number" { "Scenes" }
                        th scope="col" { "When" }
                        @if has_pairs { th scope="col" class="with" { "Mostly with" } }
                    }
                }
                tbody {
                    @for (place, one) in people.all.iter().take(LISTED).enumerate() {
                        tr {
                            th scope="row" { a href=(person(store, &one.name)) dir="auto" { (one.name) } }
                            td class="number" { (number(one.scenes)) }
                            td class="days" { (when(one)) }
                            @if has_pairs { td class="with" { (mostly(people, place, store)) } }
                        }
                    }
                }
            }
        }
        @if people.all.len() > LISTED { p { "and " (number(people.all.len() - LISTED)) " more, in fewer scenes" } }
    }
}

pub(super) fn when(one: &Person) -> String {
    one.dates.as_ref().map(|(first, last)| span(first, last)).unwrap_or_default()
}

fn mostly(people: &People, place: usize, store: &str) -> Markup {
    let bonds = people.bonds(place, 2);
    html! {
        @for (place, bond) in bonds.iter().take(2).enumerate() {
            @if let Some(other) = people.all.get(bond.other) {
                @if place > 0 { ", " }
                a href=(person(store, &other.name)) dir="auto" { (other.name) }
                " " span class="count" { (number(bond.scenes)) }
            }
        }
    }
}

/// How often each is together with each: those in most scenes, darker where they are together in more of these.
fn matrix(people: &People, store: &str) -> Markup {
    let shown: Vec<&Person> = people.all.iter().take(PAIRED).collect();
    let most = (0..shown.len()).flat_map(|one| (0..one).map(move |other| people.together(one, other))).max();
    let most = most.unwrap_or(0);
    html! {
        @if most > 0 {
            h2 { "Who with whom" }
            p { "The scenes in which both are." }
            div class="scroll" tabindex="0" role="region" aria-label="Who with whom" {
                table class="matrix" {
                    thead {
                        tr {
                            td {}
                            @for (number, one) in shown.iter().enumerate() {
                                th scope="col" { abbr title=(one.name) { (number + 1) } }
                            }
                        }
                    }
                    tbody {
                        @for (row, one) in shown.iter().enumerate() {
                            tr {
                                th scope="row" {
                                    span class="count" { (row + 1) } " "
                                    a href=(person(store, &one.name)) dir="auto" { (one.name) }
                                }
                                @for column in 0..shown.len() {
                                    (cell(if row == column { None } else { Some(people.together(row, column)) }, most))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn cell(together: Option<usize>, most: usize) -> Markup {
    let shade = together.map_or(0, |scenes| (scenes * 4).div_ceil(most.max(1)));
    html! {
        td class=(format!("w{shade}")) { @if let Some(scenes) = together.filter(|scenes| *scenes > 0) { (number(scenes)) } }
    }
}
