use maud::{Markup, html};
use naragtive::{Hit, views};

use super::address::scene as place_of;
use super::bars::share;
use super::hits::heading;
use super::layout::Tab;
use super::prose::prose;
use super::view::PageView;
use crate::Error;
use crate::http::reply::Reply;

/// So far down a scene may stand in what was found to be explained.
const DEEPEST: usize = 200;
/// Most come from the hits that a page lists, and explaining many takes a while.
const USUAL: usize = 60;

/// Why a scene was found.
pub(super) fn why(view: &PageView<'_>, id: &str) -> Result<Reply, Error> {
    let store = view.named.as_deref().unwrap_or_default();
    if !view.is_search() {
        return Err(Error::Missing { expected: "`q` or `similar_to`, as the search had it".to_owned() });
    }
    let is_it = |hit: &&Hit| hit.scene.id.as_str() == id && hit.store.name.as_deref() == Some(store);
    let mut found = view.found(USUAL, true)?;
    if !found.hits.iter().any(|hit| is_it(&hit)) {
        found = view.found(DEEPEST, true)?;
    }
    let hit = found.hits.iter().find(is_it);
    let trail = view.trail();
    let content = match hit {
        None => html! {
            h1 { "Not among what was found" }
            p { "The search doesn't find this scene among its best " (DEEPEST) "." }
        },
        Some(hit) => html! {
            nav aria-label="Back" class="back" {
                a href=(trail.at("/")) { "All that was found" }
                a href=(place_of(&trail, store, id)) { "Read it" }
            }
            h1 { "Why it was found" }
            p class="lead" { "In " (views::ordinal(hit.rank)) " place, for " b dir="auto" { (found.query) } }
            (parts(hit))
            h2 dir="auto" { (heading(&hit.scene.metadata, id)) }
            div class="text" { (prose(&hit.scene.text, &hit.matches, &hit.scene.metadata.speakers())) }
        },
    };
    view.page(Tab::Search, "Why it was found", &content)
}

fn parts(hit: &Hit) -> Markup {
    let parts = hit.explained.as_ref().map(views::why).unwrap_or_default();
    let terms = hit.explained.iter().flat_map(|explained| &explained.signals.terms).collect::<Vec<_>>();
    html! {
        table class="shares why" {
            thead class="hidden" {
                tr { th scope="col" { "What" } th scope="col" { "Part of the score" } th scope="col" { "Bar" } }
            }
            tbody {
                @for part in &parts {
                    tr {
                        th scope="row" { (part.name) @if !part.detail.is_empty() { " " span class="count" { (part.detail) } } }
                        td class="number" { @if let Some(of) = part.share { (format!("{:.1} %", of * 100.0)) } }
                        td class="bar" { @if let Some(of) = part.share { (share(of)) } }
                    }
                }
            }
        }
        @if !terms.is_empty() {
            h2 { "Words" }
            ul class="chips" {
                @for (term, worth) in terms { li { span dir="auto" { (term) " " span class="count" { (format!("{worth:.1}")) } } } }
            }
        }
    }
}
