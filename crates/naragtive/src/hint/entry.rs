use std::fmt::{self, Display, Formatter};
use std::path::Path;

use naragtive_store::{EntryCondition, StoreEntry};

use super::{Hint, quoted};

/// What a list of stores says under one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreRemark {
    /// What is the matter.
    pub about: String,
    /// What to do.
    pub hint: Hint,
    /// Whether something is wrong; else something could be better.
    pub is_fault: bool,
}

impl StoreRemark {
    /// What is wrong with a store in this condition, or what would make it better.
    pub fn of(entry: &StoreEntry, condition: &EntryCondition) -> Option<Self> {
        let (name, at, source) = (&entry.name, &entry.at, &entry.source);
        let create = |path: &str| format!("naragtive create-store {name} {path} {source}");
        Some(match condition {
            EntryCondition::Present if at.is_relative() => {
                Self::fault("its path works in this folder only", Hint::to("mend it", create(&quoted(at))))
            }
            EntryCondition::Present => return Self::better(entry),
            EntryCondition::Missing if at.is_relative() => Self::fault(
                format!("missing: {at}, a path from another folder"),
                Hint::to("mend it", create(&quoted(Path::new("/WHOLE/PATH").join(at)))),
            ),
            EntryCondition::Missing => {
                let anew = format!("naragtive delete-store {name} && {}", create("NEWPATH"));
                Self::fault(format!("missing: {at}"), Hint::to("if it moved", anew))
            }
            EntryCondition::Changed { found, .. } => Self::fault(
                format!("changed: it holds {found} records now"),
                Hint::to("note that", create(&quoted(at))),
            ),
            EntryCondition::Unreadable(error) => {
                let forget = format!("naragtive delete-store {name}");
                Self::fault(
                    format!("damaged: {error}"),
                    Hint::to("take it from a backup, or forget it", forget),
                )
            }
        })
    }

    fn fault(about: impl Into<String>, hint: Hint) -> Self {
        Self { about: about.into(), hint, is_fault: true }
    }

    fn better(entry: &StoreEntry) -> Option<Self> {
        let lacking = entry.at.open().ok()?.lacking_passages();
        let hint = Hint::to("to be found better", format!("naragtive upgrade {}", entry.name));
        let about = format!("{lacking} without passages");
        (lacking > 0).then_some(Self { about, hint, is_fault: false })
    }
}

impl Display for StoreRemark {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let between = if self.is_fault { "; " } else { ", " };
        write!(out, "{}{between}{}", self.about, self.hint)
    }
}

#[cfg(test)]
mod tests {
    use naragtive_scene::Source;
    use naragtive_store::StoreError;

    use super::*;

    #[cfg(unix)]
    #[test]
    fn every_fault_of_a_registered_store_comes_with_the_command_that_mends_it() {
        let gone = || EntryCondition::Missing;
        let changed = || EntryCondition::Changed { registered: 4, found: 9 };
        let newer = || {
            let path = "/s.parquet".into();
            EntryCondition::Unreadable(StoreError::NewerSchema { path, found: 9, known: 1 })
        };
        for (path, condition, expected) in [
            (
                "s.parquet",
                EntryCondition::Present,
                "its path works in this folder only; mend it: naragtive create-store tale s.parquet neptune",
            ),
            (
                "s.parquet",
                gone(),
                "missing: s.parquet, a path from another folder; mend it: naragtive create-store tale /WHOLE/PATH/s.parquet neptune",
            ),
            (
                "/a b/s.parquet",
                gone(),
                "missing: /a b/s.parquet; if it moved: naragtive delete-store tale && naragtive create-store tale NEWPATH neptune",
            ),
            (
                "/a b/s.parquet",
                changed(),
                "changed: it holds 9 records now; note that: naragtive create-store tale '/a b/s.parquet' neptune",
            ),
            ("/s.parquet", newer(), "damaged: "),
        ] {
            let entry = StoreEntry {
                name: "tale".into(),
                at: Path::new(path).to_owned().into(),
                created_at: String::new(),
                source: Source::Neptune,
                record_count: 4,
                description: None,
            };
            let remark = StoreRemark::of(&entry, &condition).unwrap();
            assert!(remark.is_fault && remark.to_string().starts_with(expected), "{remark}");
        }
    }
}
