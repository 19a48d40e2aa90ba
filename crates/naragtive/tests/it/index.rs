//! The index of a store that got more scenes, and others in between.

use std::num::NonZeroUsize;

use naragtive::{Flow, Indexes, Language, Scene, Store, StoreRef};

use crate::support::{Bench, Message, message, scenes};

fn chat(from: u64, to: u64) -> Vec<Message> {
    (from..to)
        .map(|at| message(at, ["Ann", "Bo"][at as usize % 2], at as i64, &format!("Word{at} of many.")))
        .collect()
}

/// Adds the scenes and brings the index up to date, which is what one that is built anew would be; says whether the one
/// that was there could be used.
fn extended(bench: &Bench, indexes: &Indexes, added: Vec<Scene>) -> bool {
    let mut go_on = |_| Flow::Continue;
    let path = bench.path("s");
    let added = bench.add("s", added);
    let extended = indexes.extend(&StoreRef::from(&path), &added.appended, &mut go_on).unwrap();
    let store = Store::open(&path).unwrap();
    // Nothing is built: a stop would be an error.
    let ours =
        if extended { indexes.open(&store, &mut |_| Flow::Stop) } else { indexes.open(&store, &mut go_on) };
    let fresh = Indexes { root: bench.path("fresh"), ..indexes.clone() }.build(&store, &mut go_on).unwrap();
    let ours = ours.unwrap();
    assert_eq!(ours.rows(), fresh.rows());
    for row in 0..fresh.rows() {
        assert_eq!(ours.neighbours(row).unwrap(), fresh.neighbours(row).unwrap(), "{row}");
        assert_eq!(ours.vectors(row).unwrap(), fresh.vectors(row).unwrap(), "{row}");
    }
    extended
}

#[test]
fn an_index_is_brought_up_to_date_after_any_change() {
    let bench = Bench::new();
    let indexes = Indexes {
        root: bench.path("index"),
        language: Language::default(),
        threads: NonZeroUsize::MIN,
        patience: naragtive::Patience::default(),
    };
    let edited = || {
        let mut edited = chat(20, 26);
        edited[2].text = "Another word.".into();
        edited
    };
    let moved = || {
        let mut moved = chat(30, 34);
        moved[1].channel = Some("pier".into());
        moved
    };
    for (reason, file, messages, used) in [
        ("the first", "/a", chat(20, 30), false),
        ("another conversation", "/b", chat(1000, 1040), true),
        ("one goes on, so that a window in the middle changes", "/a", chat(29, 34), true),
        ("a new wording in the middle", "/a", edited(), true),
        ("older ones, before all", "/a", chat(10, 22), true),
        ("a message goes to another channel", "/a", moved(), true),
        ("and the other one goes on", "/b", chat(1035, 1050), true),
    ] {
        assert_eq!(extended(&bench, &indexes, scenes(file, None, &messages)), used, "{reason}");
    }
}
