use axum::http::StatusCode;
use maud::{DOCTYPE, Markup, html};
use naragtive::excerpt::first_line;

use super::address::{Trail, side};
use super::asset;
use crate::Error;

/// Which page one is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    Search,
    Ask,
    Reading,
    Timeline,
    People,
    Stats,
}

/// A whole page: what is on it, and the way to the others.
pub(super) fn page(tab: Tab, title: &str, store: Option<&str>, stores: &[&str], content: &Markup) -> Markup {
    let class = if tab == Tab::Reading { "reading" } else { "plain" };
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                meta name="color-scheme" content="light dark";
                title { (title) " · NaRAGtive" }
                link rel="icon" type="image/svg+xml" href=(asset::address("icon.svg"));
                link rel="stylesheet" href=(asset::address("page.css"));
                script type="module" src=(asset::address("page.js")) {}
            }
            body class=(class) {
                a class="skip" href="#main" { "Skip to the text" }
                header class="top" {
                    a class="name" href="/" { "NaRAGtive" }
                    @if let Some(store) = store.filter(|store| stores.contains(store)) {
                        (tabs(tab, store))
                    }
                }
                main id="main" { (content) }
            }
        }
    }
}

fn tabs(tab: Tab, store: &str) -> Markup {
    let of_store = Trail::none().with("store", Some(store));
    let all = [
        (Tab::Search, "Search", of_store.at("/")),
        (Tab::Ask, "Ask", of_store.at("/ask")),
        (Tab::Timeline, "Timeline", side("timeline", store)),
        (Tab::People, "People", side("people", store)),
        (Tab::Stats, "Numbers", side("stats", store)),
    ];
    html! {
        nav aria-label=(format!("Of {store}")) {
            @for (one, name, address) in &all {
                a href=(address) aria-current=[(*one == tab).then_some("page")] { (name) }
            }
        }
    }
}

/// What went wrong, and what to do.
pub(in crate::http) fn problem(error: &Error, status: StatusCode) -> Markup {
    let title = match status {
        StatusCode::NOT_FOUND => "Nothing is here",
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => "You can't come in this way",
        StatusCode::BAD_REQUEST => "That can't be asked",
        _ => "Something went wrong",
    };
    let content = html! {
        h1 { (title) }
        p { (sentence(&error.to_string())) }
        @for hint in error.hints() { p class="hint" { (sentence(&hint.to_string())) } }
        p { a href="/" { "To the beginning" } }
    };
    page(Tab::Search, title, None, &[], &content)
}

/// What is said, as one says it to a reader: with a capital at its beginning, unless that is an address, and a stop at its end.
pub(super) fn sentence(said: &str) -> String {
    let is_address = said.split_whitespace().next().is_some_and(|word| word.contains("://"));
    let mut letters = said.chars();
    let capital =
        |letter: char| if is_address { letter.to_string() } else { letter.to_uppercase().to_string() };
    let first = letters.next().map(capital).unwrap_or_default();
    let stop = if said.is_empty() || said.ends_with(['.', '?', '!', '`']) { "" } else { "." };
    format!("{first}{}{stop}", letters.as_str())
}

/// The beginning of a text, of whole words, on one line.
pub(super) fn beginning(text: &str, most: usize) -> String {
    let line = first_line(text, usize::MAX);
    let Some((end, _)) = line.char_indices().nth(most) else { return line };
    let start = line.get(..end).unwrap_or(&line);
    let words = start.rsplit_once(char::is_whitespace).map_or(start, |(words, _)| words);
    format!("{}\u{a0}…", words.trim_end())
}

/// How many of something, in words: `1 scene`, `2,300 scenes`.
pub(super) fn many(count: usize, one: &str, several: &str) -> String {
    format!("{} {}", number(count), if count == 1 { one } else { several })
}

/// A number with its thousands parted.
pub(super) fn number(count: usize) -> String {
    let digits = count.to_string();
    let mut parted = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            parted.push(',');
        }
        parted.push(digit);
    }
    parted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_wrong_is_a_sentence() {
        for (said, expected) in [
            ("there is nothing", "There is nothing."),
            ("did you mean `Ada`?", "Did you mean `Ada`?"),
            ("type: naragtive doctor", "Type: naragtive doctor."),
            ("http://localhost gave no answer", "http://localhost gave no answer."),
            ("", ""),
        ] {
            assert_eq!(sentence(said), expected);
        }
    }

    #[test]
    fn a_beginning_ends_with_a_word() {
        for (text, expected) in [
            ("One two.", "One two."),
            ("One two three", "One two\u{a0}…"),
            ("\n Onetwothree", "Onetwoth\u{a0}…"),
            ("", ""),
        ] {
            assert_eq!(beginning(text, 8), expected);
        }
    }

    #[test]
    fn numbers_are_parted_by_thousands() {
        for (count, expected) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(number(count), expected);
        }
        assert_eq!(
            (many(1, "scene", "scenes"), many(0, "scene", "scenes")),
            ("1 scene".into(), "0 scenes".into())
        );
    }
}
