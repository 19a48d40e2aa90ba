//! Real sessions: who is found, and what is not taken for someone.

use std::collections::BTreeMap;

use naragtive_ingest::Format;

use crate::support::{ingest, shared};

/// How many scenes each name is listed in.
fn people(episode: &str) -> BTreeMap<String, usize> {
    let ingested = ingest(Format::Neptune, &shared(&format!("data/crd3/neptune/{episode}.txt"))).unwrap();
    let mut people = BTreeMap::new();
    for name in ingested.scenes.iter().flat_map(|scene| scene.metadata.characters()) {
        *people.entry(name).or_default() += 1;
    }
    people
}

#[test]
fn print_people() {
    for episode in ["C1E001", "C1E005", "C1E010"] {
        let people = people(episode);
        let mut list: Vec<_> = people.into_iter().collect();
        list.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        println!("{episode} {} {list:?}", list.len());
    }
}
