//! What is known about a role-play scene, by looking for the lexicon's words in its text.
//!
//! Words are looked for in the lower-cased text, anywhere in it, as the Python tool does; only the
//! people are found with more care (see `cast`).

use std::collections::BTreeSet;

use crate::{Lexicon, words};

/// What the words of one scene tell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Annotation<'a> {
    pub(crate) pov: &'a str,
    pub(crate) location: &'a str,
    pub(crate) ships: Vec<String>,
    pub(crate) events: Vec<&'a str>,
    pub(crate) tone: &'static str,
    /// In [0, 1].
    pub(crate) emotional_intensity: f64,
    /// In [0, 1].
    pub(crate) action_level: f64,
}

/// Annotates a scene; `first_speaker` lends the point of view where the text doesn't tell.
pub(crate) fn annotate<'a>(text: &str, first_speaker: &'a str, lexicon: &'a Lexicon) -> Annotation<'a> {
    let present = lexicon.present(&words::lowered(text));
    let (action, emotion) = (present.action(), present.emotion());
    Annotation {
        pov: pov(text, first_speaker, lexicon),
        location: present.locations().next().unwrap_or("unknown"),
        ships: ships(text, lexicon),
        events: present.events().collect::<BTreeSet<_>>().into_iter().collect(),
        tone: tone(action, emotion),
        emotional_intensity: (0.1 * emotion as f64 + 0.05 * count(text, '!') as f64).min(1.0),
        action_level: (0.15 * action as f64).min(1.0),
    }
}

fn pov<'a>(text: &str, first_speaker: &'a str, lexicon: &'a Lexicon) -> &'a str {
    let first_person = whole_words(text).filter(|word| *word == "I").count() >= 2;
    let second_person = whole_words(text).filter(|word| word.eq_ignore_ascii_case("you")).count() >= 2;
    let voice = match (first_person, second_person) {
        (true, false) => lexicon.players().first(),
        (false, true) => lexicon.narrators().first(),
        _ => None,
    };
    match voice.map_or(first_speaker, String::as_str) {
        "" => naragtive_scene::key::UNKNOWN,
        name => name,
    }
}

fn whole_words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
}

fn ships(text: &str, lexicon: &Lexicon) -> Vec<String> {
    let named = lexicon.ships().iter().filter(|ship| text.contains(ship.as_str())).cloned();
    let mut ships: BTreeSet<String> = named.collect();
    if let Some(pattern) = lexicon.ship_pattern() {
        ships.extend(pattern.captures_iter(text).filter_map(|found| Some(found.get(1)?.as_str().to_owned())));
    }
    ships.into_iter().collect()
}

fn tone(action: usize, emotion: usize) -> &'static str {
    if action > 1 {
        "tense"
    } else if emotion > 1 {
        "emotional"
    } else {
        "neutral"
    }
}

/// How often `c` occurs in `text`.
pub(crate) fn count(text: &str, c: char) -> usize {
    text.matches(c).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_point_of_view_is_told_by_who_is_spoken_of() {
        let lexicon = Lexicon::builtin();
        for (text, pov) in [
            ("I nod. I'm fine.", "User"),
            ("You see. YOU hear.", "Venice"),
            ("I and I, you and you.", "Matt"),
            ("I see you.", "Matt"),
            ("It is. Your yours.", "Matt"),
        ] {
            assert_eq!(annotate(text, "Matt", &lexicon).pov, pov, "{text}");
        }
        assert_eq!(annotate("", "", &lexicon).pov, "UNKNOWN");
    }

    #[test]
    fn words_are_found_in_the_order_of_the_lists() {
        let lexicon = Lexicon::builtin();
        for (text, location, ships, events, tone) in [
            ("Medbay, then the BRIDGE", "bridge", &[][..], &[][..], "neutral"),
            ("The captain's lounge on Titan", "captains_lounge", &[], &[], "neutral"),
            (
                "SRV  Kite_2, SRV Kite_2, Belleau, thunderchild",
                "unknown",
                &["Belleau", "Kite_2"],
                &[],
                "neutral",
            ),
            ("Undocking, scan, burn!", "docking", &[], &["engine_burn", "scanning", "undocking"], "neutral"),
            ("attack, flip", "unknown", &[], &["midcourse_flip"], "tense"),
            ("joy and fear", "unknown", &[], &[], "emotional"),
        ] {
            let found = annotate(text, "x", &lexicon);
            assert_eq!((found.location, found.tone), (location, tone), "{text}");
            assert_eq!(
                (&found.ships[..], &found.events[..]),
                (&ships.iter().map(ToString::to_string).collect::<Vec<_>>()[..], events)
            );
        }
    }

    #[test]
    fn levels_stop_at_one() {
        let lexicon = Lexicon::builtin();
        let found = annotate(&format!("{}{}", "!".repeat(30), lexicon.action().join(" ")), "x", &lexicon);
        assert_eq!((found.emotional_intensity, found.action_level), (1.0, 1.0));
    }
}
