//! Whether two files whose scenes have neither ids nor moments are parts of one conversation.

use std::collections::HashSet;

use naragtive_scene::align;

use super::fact::Fact;
use super::hash::long_hash;

/// How many bytes of one scene count at most: a greeting that all chats with a character begin with may be long.
const MOST: usize = 60;
/// How many bytes have to be the same at least: two long scenes, or three to five lines of talk. Two chats may well share a
/// greeting and what is said to that; that they share more, up to the end of one, is no accident.
const ENOUGH: usize = 120;

/// Whether scenes of one file go on where those of the other end, or are within them, so that they overlap.
///
/// The overlap begins where one of the two begins and ends where one ends. In between, three of four scenes are the same,
/// with speakers and ids; different ones of them have [`ENOUGH`] bytes together. Where two files only begin alike, and
/// then each goes on in its own way, they are two: what is stored twice can be mended, a loss can't.
pub(super) fn overlap(old: &[&Fact], new: &[&Fact]) -> bool {
    let pairs = align(&tokens(old), &tokens(new));
    let (Some(first), Some(last)) = (pairs.first(), pairs.last()) else { return false };
    let begins = first.0 <= halves(old.first(), old.get(1)) || first.1 <= halves(new.first(), new.get(1));
    let [old_last, new_last] = [old, new].map(|facts| halves(facts.last(), facts.iter().rev().nth(1)));
    let ends = last.0 + 1 + old_last >= old.len() || last.1 + 1 + new_last >= new.len();
    let length = (last.0 - first.0).max(last.1 - first.1) + 1;
    let mut seen = HashSet::new();
    let different = pairs.iter().filter(|(_, at)| seen.insert(new[*at].text));
    let bytes: usize = different.map(|(_, at)| (new[*at].bytes as usize).min(MOST)).sum();
    begins && ends && pairs.len() * 4 >= length * 3 && bytes >= ENOUGH
}

/// How many scenes at an edge may be half of one only: a file of exchanges may begin or end within one.
fn halves(edge: Option<&&Fact>, next: Option<&&Fact>) -> usize {
    usize::from(edge.zip(next).is_some_and(|(edge, next)| edge.turns <= 1 && next.turns > 1))
}

fn tokens(facts: &[&Fact]) -> Vec<u128> {
    let token = |fact: &&Fact| {
        let own = fact.own.map_or(0, |own| own.get());
        long_hash(
            [fact.text, fact.speaker, fact.channel, own]
                .map(u64::to_le_bytes)
                .iter()
                .map(<[u8; 8]>::as_slice),
        )
    };
    facts.iter().map(token).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(lines: &[&str]) -> Vec<Fact> {
        let fact = |line: &&str| Fact { bytes: line.len() as u32, ..Fact::unknown(line) };
        lines.iter().map(fact).collect()
    }

    #[test]
    fn an_overlap_is_one_only_if_it_is_no_accident() {
        let line = |at: usize| format!("This is line number {at} of some evening's talk.");
        let lines: Vec<String> = (0..12).map(line).collect();
        let range =
            |range: std::ops::Range<usize>| lines[range].iter().map(String::as_str).collect::<Vec<_>>();
        let greeting = "Welcome to the inn, traveller! ".repeat(40);
        let greeting = greeting.as_str();
        for (reason, old, new, expected) in [
            ("goes on", range(0..8), range(5..12), true),
            ("goes before", range(5..12), range(0..8), true),
            ("all of it and more", range(0..6), range(0..9), true),
            ("a part of it", range(0..12), range(4..8), true),
            ("the same", range(0..5), range(0..5), true),
            ("two lines", range(0..6), range(4..9), false),
            ("one edited within", range(0..8), [range(3..5), vec!["Else."], range(6..10)].concat(), true),
            (
                "begin alike",
                [range(0..4), vec!["And so."]].concat(),
                [range(0..4), vec!["No!"]].concat(),
                false,
            ),
            ("a greeting", vec![greeting, "Hi"], vec![greeting, "Hello there"], false),
            (
                "a greeting and what is said to it",
                vec![greeting, "Hi!"],
                vec![greeting, "Hi!", "Sit down."],
                false,
            ),
            (
                "the same line again and again",
                vec!["Ok, and then what happens?"; 9],
                vec!["Ok, and then what happens?"; 9],
                false,
            ),
            ("nothing in common", range(0..5), range(6..12), false),
            ("nothing", vec![], vec![], false),
        ] {
            let (old, new) = (facts(&old), facts(&new));
            let [old, new] = [&old, &new].map(|facts| facts.iter().collect::<Vec<_>>());
            assert_eq!(overlap(&old, &new), expected, "{reason}");
        }
    }
}
