//! Real sessions: who is found, and what is not taken for someone.

use std::collections::BTreeMap;

use naragtive_ingest::Format;

use crate::support::{ingest, shared};

/// How many scenes of an episode each name is listed in.
fn people(episode: &str) -> BTreeMap<String, usize> {
    let ingested = ingest(Format::NEPTUNE, &shared(&format!("data/crd3/neptune/{episode}.txt"))).unwrap();
    let mut people = BTreeMap::new();
    for name in ingested.scenes.iter().flat_map(|scene| scene.metadata.characters()) {
        *people.entry(name).or_default() += 1;
    }
    people
}

#[test]
fn the_cast_of_a_real_session_is_found() {
    for (episode, cast) in [
        (
            "C1E001",
            &[
                "Grog",
                "Keyleth",
                "Percy",
                "Pike",
                "Scanlan",
                "Tiberius",
                "Trinket",
                "Vax",
                "Vex",
                "Lady Kima",
            ][..],
        ),
        (
            "C1E005",
            &["Clarota", "Grog", "Keyleth", "Percy", "Pike", "Scanlan", "Tiberius", "Vax", "King Murghol"],
        ),
        (
            "C1E010",
            &["Grog", "Gilmore", "Keyleth", "Liam", "Matt", "Percy", "Pike", "Scanlan", "Sovereign Uriel"],
        ),
    ] {
        let people = people(episode);
        let missed: Vec<_> = cast.iter().filter(|name| !people.contains_key(**name)).collect();
        assert!(missed.is_empty(), "{episode}: {missed:?} not in {people:?}");
    }
}

/// Who is meant was looked up by hand. Of all listings, at most a tenth may be of something else.
#[test]
fn few_who_are_listed_are_nobody() {
    let nobody = [
        "Anyways",
        "Bloodborne",
        "Conjure Barrage",
        "Critical Role",
        "Critical Role Thursdays",
        "Critters",
        "Cure Wounds",
        "DMing",
        "DMs",
        "Demon Souls",
        "Dimension Door",
        "Draconia",
        "Dwarvish",
        "Edition",
        "Elder Scrolls",
        "Emon",
        "Gilmore Glorious Goods",
        "Gryffindor",
        "Hungry Hungry Hippos",
        "Hunter Mark",
        "Hunter Marked",
        "Kraghammer",
        "Negihama",
        "Neverland Ranch",
        "Newgrounds Voices",
        "Palace Greyspine",
        "Pathfinder",
        "Southwest",
        "Stilben",
        "Stillben",
        "TPK'd",
        "Teespring",
        "Twitch",
        "Twitter",
        "Undercommon",
        "Vox Machina",
        "Warmachine Hordes",
        "Whitestone",
    ];
    let (mut listed, mut wrong) = (0, 0);
    for people in ["C1E001", "C1E005", "C1E010"].map(people) {
        listed += people.values().sum::<usize>();
        wrong += nobody.iter().filter_map(|name| people.get(*name)).sum::<usize>();
    }
    assert!(listed > 1200 && wrong * 10 <= listed, "{wrong} of {listed}");
}

#[test]
fn a_word_that_opens_sentences_is_nobody() {
    let people = people("C1E005");
    for word in [
        "Do", "Then", "Okay", "All", "Yeah", "Right", "Roll", "Natural", "Dungeon", "You", "Oh", "Critical",
        "God", "Thursday",
    ] {
        assert!(!people.contains_key(word), "{word}");
    }
}
