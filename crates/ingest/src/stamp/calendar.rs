//! The day in a stamp.

use std::sync::LazyLock;

use jiff::civil::{Date, ISOWeekDate, Weekday};
use regex::{Captures, Regex};

use super::{compiled, month};

/// A day, or two numbers of which one is the day and the other the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Day {
    Sure(Date),
    Either { day_first: Date, month_first: Date },
}

const YEAR_FIRST: &str =
    r"(?:^|[^0-9])(?<y>[0-9]{4})\s?[-/.]\s?(?<m>[0-9]{1,2})\s?[-/.]\s?(?<d>[0-9]{1,2})(?:[^0-9:]|$)";
const WEEK: &str = r"(?:^|[^0-9])(?<y>[0-9]{4})-?w(?<w>[0-9]{2})(?:-?(?<d>[1-7]))?(?:[^0-9]|$)";
const ORDINAL: &str = r"(?:^|[^0-9])(?<y>[0-9]{4})-(?<n>[0-9]{3})(?:[^0-9-]|$)";
const YEAR_LAST: &str = r"(?:^|[^0-9])(?<a>[0-9]{1,2})\s?(?<sep>[-/.])\s?(?<b>[0-9]{1,2})\s?(?<second>[-/.])\s?(?<y>[0-9]{4}|[0-9]{2})(?<end>[^0-9:]|$)";
/// A year counted from the beginning of an emperor's reign in Japan or of the republic in Taiwan.
const ERA: &str = r"(?:^|[^a-z])(?<era>令和|平成|昭和|民國|民国|r|h|s)\s?(?<n>[0-9]{1,3}|元)\s?[-/.]\s?(?<m>[0-9]{1,2})\s?[-/.]\s?(?<d>[0-9]{1,2})(?:[^0-9:]|$)";
/// `10 tháng 11, 2025` and `10 thg 11, 2025`.
const VIETNAMESE: &str = r"(?:^|[^0-9])(?<d>[0-9]{1,2})\s+(?:tháng|thg)\s+(?<m>[0-9]{1,2})[,\s]\s*(?:năm\s+)?(?<y>[0-9]{4})(?:[^0-9:]|$)";
/// Up to three numbers that stand alone, for dates with the month's name.
const NUMBERS: &str = r"[0-9]+";

static FORMS: LazyLock<[Regex; 6]> =
    LazyLock::new(|| [ERA, YEAR_FIRST, WEEK, ORDINAL, YEAR_LAST, VIETNAMESE].map(compiled));
static DOTTED: LazyLock<Regex> = LazyLock::new(|| compiled(r"[\s,][0-9]{1,2}\.[0-9]{2}(?:\.[0-9]{2})?\s*$"));
static YEAR: LazyLock<Regex> = LazyLock::new(|| compiled(r"[0-9]{4}"));
static YEAR_WITH_STOP: LazyLock<Regex> = LazyLock::new(|| compiled(r"[0-9]{4}\."));
static NUMBER: LazyLock<Regex> = LazyLock::new(|| compiled(NUMBERS));

/// The day in `text`, which is normal and has no time of day in it any more, and what is left of it. `foreign` says
/// that its digits weren't ASCII ones, so that the day comes first.
pub(super) fn take(text: &str, foreign: bool) -> Option<(Day, String)> {
    let [era, year_first, week, ordinal, year_last, vietnamese] = &*FORMS;
    let rest = |found: &Captures<'_>| {
        let whole = found.get(0).map_or(0..0, |whole| whole.range());
        format!(
            "{} {}",
            text.get(..whole.start).unwrap_or_default(),
            text.get(whole.end..).unwrap_or_default()
        )
    };
    if let Some(found) = era.captures(text) {
        let year = number(&found, "n").unwrap_or(1) + year_before(found.name("era")?.as_str());
        let date = gregorian(year, number(&found, "m")?, number(&found, "d")?)?;
        return Some((Day::Sure(date), rest(&found)));
    }
    if let Some(found) = year_first.captures(text) {
        let (year, month, day) = (number(&found, "y")?, number(&found, "m")?, number(&found, "d")?);
        let date = gregorian(year, month, day).or_else(|| persian(year, month, day))?;
        return Some((Day::Sure(date), rest(&found)));
    }
    if let Some(found) = vietnamese.captures(text) {
        let date = gregorian(number(&found, "y")?, number(&found, "m")?, number(&found, "d")?)?;
        return Some((Day::Sure(date), rest(&found)));
    }
    if let Some(found) = week.captures(text) {
        let weekday = Weekday::from_monday_one_offset(number(&found, "d").unwrap_or(1)).ok()?;
        let date = ISOWeekDate::new(number(&found, "y")?, number(&found, "w")?, weekday).ok()?.date();
        return Some((Day::Sure(date), rest(&found)));
    }
    if let Some(found) = ordinal.captures(text) {
        let first = Date::new(number(&found, "y")?, 1, 1).ok()?;
        let date = first.with().day_of_year(number(&found, "n")?).build().ok()?;
        return Some((Day::Sure(date), rest(&found)));
    }
    // Behind a whole date, `09.07.41` is the time of day.
    let timed = DOTTED.find(text).and_then(|time| text.get(..time.start())).filter(|day| YEAR.is_match(day));
    if let Some(found) = timed.and_then(|_| named(text)) {
        return Some(found);
    }
    if let Some(found) = year_last.captures(text) {
        return Some((numeric(&found, foreign)?, rest(&found)));
    }
    named(text)
}

/// The last year before an era.
fn year_before(era: &str) -> i16 {
    match era {
        "令和" | "r" => 2018,
        "平成" | "h" => 1988,
        "昭和" | "s" => 1925,
        _ => 1911,
    }
}

/// A year of two digits may as well come first, as in Korea and Hungary (`25. 11. 10.`) and in file names (`25-11-10`);
/// the later of both years is meant, as what is written down in an export was written lately. Between dots without a
/// space and a dot at the end the day comes first everywhere.
fn short_year_first(found: &Captures<'_>) -> Option<Date> {
    let (first, last): (i16, i8) = (number(found, "a")?, number(found, "y")?);
    let whole = found.get(0)?.as_str();
    let may = found.name("sep")?.as_str() != "." || whole.contains(' ') && found.name("end")?.as_str() == ".";
    let is_later = found.name("a")?.len() == 2 && first > i16::from(last);
    if may && is_later { gregorian(first + 2000, number(found, "b")?, last) } else { None }
}

fn numeric(found: &Captures<'_>, foreign: bool) -> Option<Day> {
    let (a, b): (i8, i8) = (number(found, "a")?, number(found, "b")?);
    let written = found.name("y")?.as_str();
    if written.len() == 2 {
        // Numbers of a text, not of a date.
        (found.name("sep")?.as_str() == found.name("second")?.as_str()).then_some(())?;
        if let Some(date) = short_year_first(found) {
            return Some(Day::Sure(date));
        }
    }
    let year: i16 = written.parse().ok()?;
    // Thailand writes years of the Buddhist era, 543 ahead; nobody else has such a year.
    let buddhist = (2500..=2643).contains(&year) || written.len() == 2 && (60..=86).contains(&year);
    let year = match year {
        // Nobody writes from the years 2060 on; in Thailand that is how this year is written.
        60..=86 if written.len() == 2 => year + 2500 - 543,
        _ if written.len() == 2 => year + 2000,
        _ if buddhist => year - 543,
        _ => year,
    };
    let (day_first, month_first) = (gregorian(year, b, a), gregorian(year, a, b));
    // Day first wherever dots are used, or digits of a script of its own.
    if found.name("sep")?.as_str() == "." || foreign || buddhist {
        return day_first.map(Day::Sure);
    }
    match (day_first, month_first) {
        (Some(day_first), Some(month_first)) if day_first != month_first => {
            Some(Day::Either { day_first, month_first })
        }
        (one, other) => one.or(other).map(Day::Sure),
    }
}

/// A day with the name of its month: `10 Nov 2025`, `November 3, 2025`, `2025 Nov 10`, `10Nov2025`.
fn named(text: &str) -> Option<(Day, String)> {
    // A time of day with stops, as in Denmark and Indonesia, is no part of the day.
    let (text, time) = match DOTTED.find(text) {
        Some(found) => text.split_at_checked(found.start())?,
        None => (text, ""),
    };
    let (mut rest, mut month) = (String::new(), None);
    for word in apart(text).split(|c: char| c.is_whitespace() || matches!(c, ',' | '-' | '/')) {
        let bare = bare(word);
        match month_of(bare, text) {
            // A weekday's name may begin as a month's does (`mar. 10 nov.`), and stands before it.
            Some(found) => month = Some(found),
            None => rest.push_str(word),
        }
        rest.push(' ');
    }
    let numbers: Vec<&str> = NUMBER.find_iter(&rest).map(|number| number.as_str()).collect();
    let [one, other] = numbers.as_slice() else { return None };
    let (year, day) = match (one.len(), other.len()) {
        (4, 1 | 2) => (one.parse().ok()?, other.parse().ok()?),
        (1 | 2, 4) => (other.parse().ok()?, one.parse().ok()?),
        (1 | 2, 2) => (other.parse::<i16>().ok()? + 2000, one.parse().ok()?),
        _ => return None,
    };
    let date = match month? {
        Month::Persian(month) => persian(year, month, day)?,
        Month::Ours(month) => {
            let year = if (2443..=2643).contains(&year) && is_thai(text) { year - 543 } else { year };
            gregorian(year, month, day)?
        }
    };
    Some((Day::Sure(date), NUMBER.replace_all(&rest, " ").into_owned() + time))
}

/// A month by its name.
enum Month {
    Ours(i8),
    Persian(i8),
}

/// The month that a word of `text` names.
fn month_of(word: &str, text: &str) -> Option<Month> {
    let croatian = if YEAR_WITH_STOP.is_match(text) { month::croatian(word) } else { None };
    let ours = croatian.or_else(|| month::named(word)).map(Month::Ours);
    ours.or_else(|| month::persian(word).map(Month::Persian))
}

/// `text` with spaces between numbers and words.
fn apart(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() + 4);
    let mut last = ' ';
    for c in text.chars() {
        if last.is_ascii_digit() && c.is_alphabetic() || last.is_alphabetic() && c.is_ascii_digit() {
            spaced.push(' ');
        }
        spaced.push(c);
        last = c;
    }
    spaced
}

/// A word without the stops and marks at its ends, and without what some languages put before the name of a month.
fn bare(word: &str) -> &str {
    let word = word.trim_matches(['.', '\'', '׳']);
    let word = word.strip_prefix("d'").unwrap_or(word);
    word.strip_prefix('ב').filter(|rest| month::named(rest).is_some()).unwrap_or(word)
}

/// A day of the Persian calendar, whose years begin in March. A year is a leap year eight times in 33, which is right
/// from 1925 to 2089.
fn persian(year: i16, month: i8, day: i8) -> Option<Date> {
    const LEAP: [i32; 8] = [1, 5, 9, 13, 17, 22, 26, 30];
    (1304..=1468).contains(&year).then_some(())?;
    let is_leap = |year: i32| LEAP.contains(&year.rem_euclid(33));
    let longest = match month {
        1..=6 => 31,
        7..=11 => 30,
        12 => 29 + i8::from(is_leap(i32::from(year))),
        _ => return None,
    };
    (1..=longest).contains(&day).then_some(())?;
    // 1 Farvardin 1304 was 21 March 1925; 1304 mod 33 is 17.
    let years = (1304..i32::from(year)).map(|year| 365 + i32::from(is_leap(year))).sum::<i32>();
    let months = i32::from(month - 1) * 30 + i32::from((month - 1).min(6));
    let days = jiff::Span::new().try_days(years + months + i32::from(day) - 1).ok()?;
    Date::new(1925, 3, 21).ok()?.checked_add(days).ok()
}

fn is_thai(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{e00}'..='\u{e7f}'))
}

/// A day of our calendar. Years after the Hijra (1447) name no day that we could tell: their months begin by the moon.
fn gregorian(year: i16, month: i8, day: i8) -> Option<Date> {
    (1600..=9999).contains(&year).then(|| Date::new(year, month, day).ok())?
}

fn number<T: std::str::FromStr>(found: &Captures<'_>, name: &str) -> Option<T> {
    found.name(name)?.as_str().parse().ok()
}
