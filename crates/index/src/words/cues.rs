//! What kind of answer a text holds signs of, and what kind a question asks for. English only.

use std::mem::swap;

use naragtive_text::spelt;

/// When something was.
pub(crate) const TIME: u8 = 1;
/// How many there are, how long it takes, how old it is.
pub(crate) const NUMBER: u8 = 2;
/// Why something is so.
pub(crate) const REASON: u8 = 4;

/// The signs in a text: bits.
pub(crate) fn of_text(text: &str) -> u8 {
    let (mut second, mut first, mut word) = (String::new(), String::new(), String::new());
    let mut signs = 0;
    for spelt in spelt(text) {
        put_lower(spelt, &mut word);
        signs |= signs_of([&second, &first, &word]);
        swap(&mut second, &mut first);
        swap(&mut first, &mut word);
    }
    signs
}

/// The sign that answers a question have; none if the question isn't of a kind that has one.
pub(crate) fn of_question(question: &str) -> Option<u8> {
    let lower = question.to_lowercase();
    let asked: Vec<&str> = spelt(&lower).collect();
    let pair = |second: &str| asked.windows(2).any(|pair| pair == ["how", second]);
    if asked.contains(&"when") {
        Some(TIME)
    } else if ["many", "long", "old"].into_iter().any(pair) {
        Some(NUMBER)
    } else {
        asked.contains(&"why").then_some(REASON)
    }
}

fn put_lower(word: &str, to: &mut String) {
    to.clear();
    to.extend(word.chars().flat_map(char::to_lowercase).map(|c| if c == '’' { '\'' } else { c }));
}

fn signs_of([second, first, word]: [&str; 3]) -> u8 {
    let digits = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let mut signs = 0;
    if digits && word.len() == 4 || is_time([second, first, word]) {
        signs |= TIME;
    }
    if digits || NUMBERS.contains(&word) {
        signs |= NUMBER;
    }
    if is_reason([first, word]) {
        signs |= REASON;
    }
    signs
}

fn is_time([second, first, word]: [&str; 3]) -> bool {
    let near = match first {
        "last" | "next" => SPANS.contains(&word) || word.ends_with("day"),
        "this" => SPANS.contains(&word),
        "other" => second == "the" && word == "day",
        _ => second == "for" && ["years", "months", "weeks", "days"].contains(&word),
    };
    near || TIMES.contains(&word)
}

fn is_reason([first, word]: [&str; 2]) -> bool {
    let near = match first {
        "so" => ["that", "i", "he", "she", "they", "we"].contains(&word),
        "that's" => word == "why",
        "for" => word == "fear",
        "in" => word == "order",
        _ => false,
    };
    near || ["because", "since", "reason"].contains(&word)
}

/// Words that say by themselves when something was. May is mostly no month.
const TIMES: &[&str] = &[
    "yesterday",
    "today",
    "tonight",
    "tomorrow",
    "ago",
    "recently",
    "just",
    "since",
    "weekend",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];
const SPANS: &[&str] =
    &["night", "morning", "week", "weekend", "month", "year", "summer", "spring", "fall", "autumn", "winter"];
const NUMBERS: &[&str] = &[
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "dozen", "twice", "once",
    "couple", "several", "first", "second", "third",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_the_signs_of_what_it_could_answer() {
        for (text, signs) in [
            ("We met last Tuesday", TIME),
            ("that was LAST WINTER, by the sea", TIME),
            ("the other day", TIME),
            ("every other day", 0),
            ("I have lived here for many years", TIME),
            ("It was 1492.", TIME | NUMBER),
            ("two of 12 orcs", NUMBER),
            ("we went so that they could sleep; once", NUMBER | REASON),
            ("That’s why he left", REASON),
            ("so we left because of it", REASON),
            ("I may be there", 0),
            ("", 0),
        ] {
            assert_eq!(of_text(text), signs, "{text}");
        }
    }

    #[test]
    fn a_question_asks_for_one_kind() {
        for (question, sign) in [
            ("When did she leave?", Some(TIME)),
            ("What did he do when they came, and why?", Some(TIME)),
            ("How many orcs?", Some(NUMBER)),
            ("for how long", Some(NUMBER)),
            ("How old is she", Some(NUMBER)),
            ("How did she leave?", None),
            ("Why?", Some(REASON)),
            ("whenever", None),
            ("", None),
        ] {
            assert_eq!(of_question(question), sign, "{question}");
        }
    }
}
