//! Two who add to one store at the same time.

use naragtive::{Flow, How, add};
use naragtive_disk::Patience;

use crate::support::{Bench, Message, message, scenes};

fn chat(numbers: std::ops::Range<u64>) -> Vec<Message> {
    numbers
        .map(|at| message(at, ["Ann", "Bo"][at as usize % 2], 10 * at as i64, &format!("Number {at}.")))
        .collect()
}

#[test]
fn where_the_messages_of_two_writers_meet_they_are_read_with_each_other() {
    for (reason, before, slow, quick) in [
        ("into a store, one behind the other", 0..10, 8..200, 200..260),
        ("into a store, one before the other", 0..10, 100..300, 9..101),
        ("the same ones", 0..10, 9..150, 9..150),
        ("into none", 0..0, 0..200, 199..260),
        ("one within the other", 0..10, 5..220, 60..90),
    ] {
        let bench = Bench::new();
        let end = slow.end.max(quick.end);
        bench.add("once", scenes("/a", None, &chat(0..end)));
        if !before.is_empty() {
            bench.add("s", scenes("/a", None, &chat(before)));
        }
        let mut other = None;
        let added = add(
            scenes("/a", None, &chat(slow)),
            &bench.path("s").into(),
            How::Merge,
            bench.model,
            &Patience::default(),
            |_| {
                other.get_or_insert_with(|| bench.counts("s", scenes("/a", None, &chat(quick.clone()))));
                Flow::Continue
            },
        );
        assert!(added.unwrap().appended.outdated, "{reason}");
        bench.add("s", scenes("/a", None, &chat(0..end)));
        let read = |store: &str| {
            bench
                .rows(store)
                .into_iter()
                .map(|row| (row.scene.text, row.embedding, row.passages))
                .collect::<Vec<_>>()
        };
        assert_eq!(read("s").len(), read("once").len(), "{reason}");
        for (found, expected) in read("s").into_iter().zip(read("once")) {
            assert_eq!(found, expected, "{reason}");
        }
    }
}
