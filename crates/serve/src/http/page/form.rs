use maud::{Markup, html};

use super::view::PageView;
use crate::Error;
use crate::sessions::ALL;

/// The other words of a form that say which scenes are meant; where one is said already they are seen at once.
const NARROWS: [&str; 5] = ["character", "location", "since", "until", "mode"];
const MODES: [(&str, &str); 3] =
    [("hybrid", "meaning and words"), ("semantic", "meaning"), ("keyword", "words")];

/// The field in which one says what one looks for. Without a script it is a form that leads to an address.
pub(super) struct FormField {
    pub(super) action: &'static str,
    pub(super) label: &'static str,
    pub(super) placeholder: &'static str,
    pub(super) button: &'static str,
    /// Whether there is nothing else on the page yet.
    pub(super) is_first: bool,
    /// The scene that others are to be like; then nothing is typed.
    pub(super) like: Option<String>,
}

impl FormField {
    /// With what was said last in it, and behind it what else can be said.
    pub(super) fn form(&self, view: &PageView<'_>) -> Result<Markup, Error> {
        let trail = view.trail();
        let is_narrow = NARROWS.iter().any(|name| trail.get(name).is_some());
        let fields = fields(view)?;
        Ok(html! {
            search {
                form action=(self.action) method="get" class="ask" {
                    @if let Some(like) = &self.like { input type="hidden" name="similar_to" value=(like); }
                    label for="q" { (self.label) }
                    div class="line" {
                        input id="q" name="q" type="search" value=[view.arguments.text("q")] autocomplete="off"
                            autofocus[self.is_first] enterkeyhint="search" maxlength="8192" dir="auto"
                            placeholder=(self.placeholder) disabled[self.like.is_some()];
                        button { (self.button) }
                    }
                    details open[is_narrow] { summary { "Narrow" } (fields) }
                }
            }
        })
    }
}

/// Which store, and which of its scenes.
fn fields(view: &PageView<'_>) -> Result<Markup, Error> {
    let (entries, default) = view.sessions.registered()?;
    let trail = view.trail();
    let here = trail.get("store").or(default.as_deref());
    Ok(html! {
        div class="fields" {
            @if entries.len() > 1 {
                label { "Store"
                    select name="store" {
                        @for entry in &entries {
                            option value=(entry.name) selected[Some(entry.name.as_str()) == here] { (entry.name) }
                        }
                        option value=(ALL) selected[here == Some(ALL)] { "All of them" }
                    }
                }
            }
            label { "With" input name="character" value=[trail.get("character")] placeholder="somebody"; }
            label { "At" input name="location" value=[trail.get("location")] placeholder="a place"; }
            label { "Since" input name="since" value=[trail.get("since")] placeholder="2025-02"; }
            label { "Until" input name="until" value=[trail.get("until")] placeholder="2025-05-14"; }
            label { "By"
                select name="mode" {
                    @for (mode, word) in MODES {
                        option value=(mode) selected[trail.get("mode") == Some(mode)] { (word) }
                    }
                }
            }
        }
    })
}
