//! Rows that are put between others, and rows that are replaced.

use std::path::Path;
use std::sync::Arc;

use naragtive_scene::{Conversation, Origin, Source};
use naragtive_store::{Appended, EmbeddedScene};

use crate::append::groups;
use crate::support::{append, folder, row, stored, tiny};

/// A message of one conversation, said at the moment that is its number.
fn said(file: &str, number: usize, text: &str) -> EmbeddedScene {
    let conversation =
        Conversation { source: Source::Json, file: file.into(), part_of: None, id: None, channel: None };
    let origin = Origin {
        conversation: Arc::new(conversation),
        own_id: Some(number.to_string()),
        speaker: Some("Ann".into()),
        moment: Some(number as i64),
        place: 0,
        turns: 0,
        spoken: Vec::new(),
        said: Vec::new(),
        wording: 0,
        added: None,
    };
    let mut row = row(&format!("chat_{number:06}_Ann"), text, number % 50);
    row.scene.origin = Some(origin);
    row
}

fn chat(numbers: impl Iterator<Item = usize>) -> Vec<EmbeddedScene> {
    numbers.map(|number| said("/a", number, &format!("text {number}"))).collect()
}

fn ids(path: &Path) -> Vec<String> {
    stored(path).into_iter().map(|row| row.scene.id.to_string()).collect()
}

#[test]
fn what_is_put_between_others_costs_no_other_row_group() {
    let folder = folder();
    let path = folder.path().join("s.parquet");
    append(&path, chat((0..17_000).filter(|number| *number != 10_000)), &tiny()).unwrap();
    let before = groups(&path);
    let appended = append(&path, chat(9_999..10_002), &tiny()).unwrap();
    assert_eq!((appended.added, appended.already_there, appended.kept), (1, 2, 10_000));
    let after = groups(&path);
    assert_eq!(after.iter().map(|(rows, _)| *rows).collect::<Vec<_>>(), [8192, 8193, 615]);
    assert!(before[0] == after[0] && before[1] != after[1]);
    assert_eq!(ids(&path), (0..17_000).map(|number| format!("chat_{number:06}_Ann")).collect::<Vec<_>>());
}

#[test]
fn many_rows_before_the_first_one_are_divided_among_row_groups() {
    let folder = folder();
    let path = folder.path().join("s.parquet");
    append(&path, chat(20_000..29_000), &tiny()).unwrap();
    let appended = append(&path, chat(0..20_001), &tiny()).unwrap();
    assert_eq!((appended.added, appended.total, appended.kept), (20_000, 29_000, 0));
    assert!(groups(&path).iter().all(|(rows, _)| *rows <= 12_288));
    assert_eq!(ids(&path).len(), 29_000);
    assert!(ids(&path).is_sorted());
}

#[test]
fn a_row_that_is_replaced_keeps_its_id_and_what_others_wrote_there() {
    let folder = folder();
    let path = folder.path().join("s.parquet");
    append(&path, chat(0..9_000), &tiny()).unwrap();
    let edited = EmbeddedScene { embedding: vec![0.5; 4], ..said("/b", 5, "another text") };
    let appended = append(&path, vec![said("/b", 4, "text 4"), edited.clone()], &tiny()).unwrap();
    assert_eq!(
        appended,
        Appended {
            updated: 1,
            already_there: 1,
            total: 9_000,
            kept: 9_000,
            rewritten: vec![5],
            before: appended.before,
            ..Appended::default()
        }
    );
    let rows = stored(&path);
    assert_eq!((rows[5].scene.text.as_str(), &rows[5].embedding), ("another text", &edited.embedding));
    assert_eq!(rows[5].scene.id.as_str(), "chat_000005_Ann");
    assert_eq!(rows.len(), 9_000);
}

#[test]
fn conversations_that_turn_out_to_be_one_stand_in_its_order() {
    let folder = folder();
    let path = folder.path().join("s.parquet");
    append(&path, vec![said("/b", 7, "seven"), said("/b", 8, "eight")], &tiny()).unwrap();
    append(&path, vec![row("other", "other", 1)], &tiny()).unwrap();
    append(&path, vec![said("/a", 1, "one"), said("/a", 2, "two")], &tiny()).unwrap();
    let appended =
        append(&path, vec![said("/c", 2, "two"), said("/c", 5, "five"), said("/c", 7, "seven")], &tiny());
    assert_eq!(appended.unwrap().added, 1);
    let texts: Vec<_> = stored(&path)
        .into_iter()
        .filter(|row| row.scene.origin.is_some())
        .map(|row| row.scene.text)
        .collect();
    assert_eq!(texts, ["one", "two", "five", "seven", "eight"]);
    let groups: std::collections::HashSet<_> = stored(&path)
        .iter()
        .filter(|row| row.scene.origin.is_some())
        .map(|row| row.scene.group().unwrap().into_owned())
        .collect();
    assert_eq!(groups.len(), 1);
    assert_eq!(stored(&path).len(), 6);
}
