//! In which order the files of a folder are read: as a person would put them, `part 2` before `part 10`, and a file before
//! those whose names go on behind its own, as `tavern.json` before `tavern [part 2].json`.

use std::cmp::Ordering;

/// Compares the names of two files of one folder.
pub fn by_name(one: &str, other: &str) -> Ordering {
    by_numbers(stem(one), stem(other)).then_with(|| one.cmp(other))
}

/// A name without what it ends with.
fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Compares texts letter by letter, and numbers in them by what they count.
fn by_numbers(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one, other);
    loop {
        let ((a, a_rest), (b, b_rest)) = (first(one), first(other));
        let order = match (number(a), number(b)) {
            (Some(a), Some(b)) => a.len().cmp(&b.len()).then_with(|| a.cmp(b)),
            _ => a.cmp(b),
        };
        if order.is_ne() || a.is_empty() {
            return order;
        }
        (one, other) = (a_rest, b_rest);
    }
}

/// The number or the letter that a text begins with, and what comes behind it.
fn first(text: &str) -> (&str, &str) {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let length = if digits > 0 { digits } else { text.chars().next().map_or(0, char::len_utf8) };
    text.split_at(length)
}

/// The digits of a number that count.
fn number(text: &str) -> Option<&str> {
    text.starts_with(|c: char| c.is_ascii_digit()).then(|| text.trim_start_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_as_a_person_would_put_them() {
        for names in [
            &["tavern [9].json", "tavern [9] [part 2].json", "tavern [9] [part 10].json"][..],
            &["conversations.json", "conversations-000.json", "conversations-001.json"],
            &["1.txt", "2.txt", "10.txt", "a.txt"],
            &["2024-01-01.json", "2024-01-02.json", "2024-02-01.json"],
            &["07.jsonl", "7.json", "8.json"],
            &["", "é", "灯"],
        ] {
            let mut found = names.to_vec();
            found.reverse();
            found.sort_by(|one, other| by_name(one, other));
            assert_eq!(found, names);
        }
    }
}
