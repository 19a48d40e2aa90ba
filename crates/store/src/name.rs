use std::fmt;
use std::str::FromStr;

use crate::{NameProblem, StoreError};

const LONGEST: usize = 64;
const RESERVED: &str = "default";

/// A name that a store can be registered under: 1 to 64 ASCII letters, digits, `-`, `_` and `.`, not
/// starting with `.` or `-`, and not `default`. Names that differ only in case are the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoreName(String);

impl StoreName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for StoreName {
    type Err = StoreError;

    fn from_str(name: &str) -> Result<Self, StoreError> {
        match problem(name) {
            None => Ok(Self(name.to_owned())),
            Some(problem) => Err(StoreError::BadName { name: name.to_owned(), problem }),
        }
    }
}

impl fmt::Display for StoreName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn problem(name: &str) -> Option<NameProblem> {
    let Some(first) = name.chars().next() else { return Some(NameProblem::Empty) };
    if let Some(other) = name.chars().find(|c| !c.is_ascii_alphanumeric() && !"-_.".contains(*c)) {
        return Some(NameProblem::BadCharacter(other));
    }
    match first {
        '.' | '-' => Some(NameProblem::BadStart(first)),
        _ if name.len() > LONGEST => Some(NameProblem::TooLong(name.len())),
        _ if name.eq_ignore_ascii_case(RESERVED) => Some(NameProblem::Reserved),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_refused_for_one_reason() {
        let (longest, too_long) = ("n".repeat(64), "n".repeat(65));
        for (name, expected) in [
            ("campaign-1", None),
            ("_2025.11", None),
            ("defaults", None),
            (&*longest, None),
            (&*too_long, Some(NameProblem::TooLong(65))),
            ("", Some(NameProblem::Empty)),
            (".hidden", Some(NameProblem::BadStart('.'))),
            ("-flag", Some(NameProblem::BadStart('-'))),
            ("my campaign", Some(NameProblem::BadCharacter(' '))),
            ("a/b", Some(NameProblem::BadCharacter('/'))),
            ("caf\u{e9}", Some(NameProblem::BadCharacter('\u{e9}'))),
            ("Default", Some(NameProblem::Reserved)),
        ] {
            let found = match name.parse::<StoreName>() {
                Ok(parsed) => {
                    assert_eq!(parsed.to_string(), name);
                    None
                }
                Err(StoreError::BadName { problem, .. }) => Some(problem),
                Err(other) => panic!("{other}"),
            };
            assert_eq!(found, expected, "{name}");
        }
    }
}
