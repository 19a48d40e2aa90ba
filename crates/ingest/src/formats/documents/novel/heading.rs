use std::collections::HashSet;

use crate::chapters::is_scene_break;
use crate::words;

/// Words that a chapter's line begins with.
const CHAPTERS: [&str; 16] = [
    "chapter",
    "part",
    "book",
    "prologue",
    "epilogue",
    "act",
    "scene",
    "canto",
    "letter",
    "interlude",
    "kapitel",
    "teil",
    "chapitre",
    "capítulo",
    "capitolo",
    "глава",
];
/// Those that need no number.
const ALONE: [&str; 3] = ["prologue", "epilogue", "interlude"];
/// Those above chapters.
const PARTS: [&str; 3] = ["part", "book", "teil"];
/// How many words a chapter's line has at most.
const WORDS: usize = 12;

/// How deep a chapter's line is and what the chapter is called.
pub(super) fn heading(line: &str) -> Option<(usize, &str)> {
    let line = words::trim_end(line);
    let marks = line.bytes().take_while(|byte| *byte == b'#').count();
    if (1..=6).contains(&marks) {
        let name = line.get(marks..)?.strip_prefix(' ')?.trim().trim_end_matches('#').trim_end();
        return (!name.is_empty()).then_some((marks, name));
    }
    let name = line.trim();
    let mut parts = name.split_whitespace();
    let first = parts.next()?.trim_end_matches([':', '.', ',']).to_lowercase();
    if !CHAPTERS.contains(&first.as_str()) {
        return None;
    }
    let alone = ALONE.contains(&first.as_str());
    let second = parts.next().map(|word| word.trim_matches([':', '.', '-', '—', '–']));
    let is_numbered = second.map_or(alone, |second| alone || is_number(second));
    let count = name.split_whitespace().count();
    let ends = name.ends_with(['.', ',', ';', '?', '!']) && count > 3;
    let depth = if PARTS.contains(&first.as_str()) { 7 } else { 8 };
    (is_numbered && !ends && count <= WORDS).then_some((depth, name))
}

/// The heading that the next line underlines: `===` for the highest, `---` for the one below it.
pub(super) fn underlined<'a>(lines: &[&'a str], at: usize) -> Option<(usize, &'a str)> {
    let name = lines.get(at)?.trim();
    let below = lines.get(at + 1)?.trim_end();
    let stands_alone =
        at.checked_sub(1).and_then(|above| lines.get(above)).is_none_or(|line| line.trim().is_empty());
    let level = match below.chars().next()? {
        '=' => 1,
        '-' => 2,
        _ => return None,
    };
    let is_line = below.len() >= 3 && below.bytes().all(|byte| byte == b"=-"[level - 1]);
    let is_name = !name.is_empty()
        && name.split_whitespace().count() <= WORDS
        && !name.ends_with(['.', ',', ';', '”', '"']);
    (is_line && is_name && stands_alone && !is_scene_break(name) && !name.starts_with(['-', '|', '>']))
        .then_some((level, name))
}

/// Lines that are a number and nothing else, where they count from one on: the chapters of a book that has no other names
/// for them.
pub(super) fn numbered(lines: &[&str]) -> HashSet<usize> {
    let is_blank =
        |at: Option<usize>| at.and_then(|at| lines.get(at)).is_none_or(|line| line.trim().is_empty());
    let mut found = HashSet::new();
    let mut next = 1;
    for (at, line) in lines.iter().enumerate() {
        let text = line.trim().trim_end_matches('.');
        let stands_alone = || is_blank(at.checked_sub(1)) && is_blank(at.checked_add(1));
        if text.len() <= 12 && value(text) == Some(next) && stands_alone() {
            found.insert(at);
            next += 1;
        }
    }
    if found.len() > 1 { found } else { HashSet::new() }
}

/// What a number in digits, Roman ones or words is.
fn value(text: &str) -> Option<usize> {
    const NAMES: [&str; 20] = [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
        "twenty",
    ];
    if text.is_empty() {
        return None;
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok();
    }
    let named = NAMES.iter().position(|name| name.eq_ignore_ascii_case(text)).map(|at| at + 1);
    named.or_else(|| roman(text))
}

fn roman(text: &str) -> Option<usize> {
    let digit = |c: char| {
        Some(match c {
            'I' => 1,
            'V' => 5,
            'X' => 10,
            'L' => 50,
            'C' => 100,
            'D' => 500,
            'M' => 1000,
            _ => return None,
        })
    };
    let digits: Vec<usize> = text.chars().map(digit).collect::<Option<_>>()?;
    // A digit before a greater one counts against it.
    let signed = |(at, own): (usize, &usize)| {
        let is_less = digits.get(at + 1).is_some_and(|next| next > own);
        let own = i64::try_from(*own).unwrap_or(0);
        if is_less { -own } else { own }
    };
    usize::try_from(digits.iter().enumerate().map(signed).sum::<i64>()).ok().filter(|sum| *sum > 0)
}

/// Digits, a Roman number, or a number in words.
fn is_number(word: &str) -> bool {
    const NAMES: [&str; 7] = ["the", "first", "second", "third", "last", "thirty", "forty"];
    let low = word.to_lowercase();
    let first = low.split('-').next().unwrap_or_default();
    let is_roman = !word.is_empty() && word.chars().all(|c| "IVXLCDM".contains(c));
    word.starts_with(|c: char| c.is_ascii_digit())
        || is_roman
        || NAMES.contains(&first)
        || value(first).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chapters_are_told_from_sentences() {
        for (line, level) in [
            ("# One", Some(1)),
            ("### Three ###", Some(3)),
            ("#tag", None),
            ("CHAPTER IV. The Lamp", Some(8)),
            ("Chapter 12", Some(8)),
            ("Chapter Sixteen", Some(8)),
            ("Kapitel 3", Some(8)),
            ("Part Two: Ice", Some(7)),
            ("Prologue", Some(8)),
            ("Part of the crew went ashore.", None),
            ("Chapter after chapter he read on.", None),
            ("Act one was over, and nobody clapped.", None),
        ] {
            assert_eq!(heading(line).map(|(level, _)| level), level, "{line}");
        }
    }

    #[test]
    fn numbers_are_chapters_where_they_count_up() {
        for (text, found) in [
            ("1\n\na\n\n2\n\nb", &[0, 4][..]),
            ("I.\n\na\n\nII.\n\nb\n\nIV\n\nc", &[0, 4]),
            ("One\n\na\n\nTwo\n\nb", &[0, 4]),
            ("I\n\na", &[]),
            ("I\nam here\n\nII\n\nb", &[]),
            ("7\n\na\n\n8\n\nb", &[]),
        ] {
            let lines: Vec<&str> = text.lines().collect();
            let mut numbers: Vec<usize> = numbered(&lines).into_iter().collect();
            numbers.sort_unstable();
            assert_eq!(numbers, found, "{text}");
        }
        let values = ["IV", "IX", "XIV", "XL", "XC", "MCMXCIV", "i", ""].map(roman);
        assert_eq!(values, [Some(4), Some(9), Some(14), Some(40), Some(90), Some(1994), None, None]);
    }

    #[test]
    fn a_line_below_a_name_makes_it_a_heading() {
        for (text, level) in [
            ("The Lamp\n========", Some(1)),
            ("Below\n---", Some(2)),
            ("Below\n--", None),
            ("He left.\n---", None),
            ("", None),
        ] {
            let lines: Vec<&str> = text.lines().collect();
            assert_eq!(underlined(&lines, 0).map(|(level, _)| level), level, "{text}");
        }
        assert_eq!(underlined(&["a", "b", "---"], 1), None);
    }
}
