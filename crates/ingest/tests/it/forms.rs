//! How small exports of every format are written: what stands before all turns, each turn, and what stands behind.

mod people;
mod programs;
mod prose;

use serde_json::{Value, json};

/// A way to write an export.
pub(crate) struct Form {
    pub(crate) format: &'static str,
    /// The format, and which of its variants.
    pub(crate) name: &'static str,
    pub(crate) head: &'static str,
    /// The turn of that number, which says that.
    pub(crate) entry: fn(usize, &str) -> String,
    pub(crate) between: &'static str,
    pub(crate) end: &'static str,
}

/// The same in a line.
const fn form(
    format: &'static str,
    name: &'static str,
    head: &'static str,
    entry: fn(usize, &str) -> String,
    between: &'static str,
    end: &'static str,
) -> Form {
    Form { format, name, head, entry, between, end }
}

/// Who says what has that number, as programs have names for it.
fn part(number: usize, user: &'static str, other: &'static str) -> &'static str {
    if number.is_multiple_of(2) { user } else { other }
}

fn before(number: usize) -> Value {
    number.checked_sub(1).map_or(Value::Null, |before| json!(format!("m{before}")))
}

/// The time of a turn: a minute behind the one before.
fn time(number: usize) -> String {
    format!("2025-11-02T21:{number:02}:00.000Z")
}

/// Every format in each of the ways in which it is written as text.
pub(crate) fn forms() -> impl Iterator<Item = &'static Form> {
    [people::FORMS, programs::FORMS, prose::FORMS].into_iter().flatten()
}
