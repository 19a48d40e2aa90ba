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
/// Up to three numbers that stand alone, for dates with the month's name.
const NUMBERS: &str = r"[0-9]+";

static FORMS: LazyLock<[Regex; 5]> =
    LazyLock::new(|| [ERA, YEAR_FIRST, WEEK, ORDINAL, YEAR_LAST].map(compiled));
static NUMBER: LazyLock<Regex> = LazyLock::new(|| compiled(NUMBERS));

/// The day in `text`, which is normal and has no time of day in it any more, and what is left of it. `foreign` says
/// that its digits weren't ASCII ones, so that the day comes first.
pub(super) fn take(text: &str, foreign: bool) -> Option<(Day, String)> {
    let [era, year_first, week, ordinal, year_last] = &*FORMS;
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
    let buddhist = (2500..=2643).contains(&year);
    let year = match year {
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

/// A day with the name of its month: `10 Nov 2025`, `November 3, 2025`, `2025 Nov 10`.
fn named(text: &str) -> Option<(Day, String)> {
    let mut rest = String::new();
    let mut month = None;
    for word in text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '-' | '/')) {
        let bare = word.trim_matches(['.', '\'']).trim_start_matches(|c: char| c.is_ascii_digit());
        match month::named(bare.trim_end_matches('.')) {
            // A weekday's name may begin as a month's does (`mar. 10 nov.`), and stands before it.
            Some(found) => {
                month = Some(found);
                rest.push_str(&word.replace(bare, " "));
            }
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
    let year = if (2443..=2643).contains(&year) && is_thai(text) { year - 543 } else { year };
    let date = gregorian(year, month?, day)?;
    Some((Day::Sure(date), NUMBER.replace_all(&rest, " ").into_owned()))
}

fn is_thai(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{e00}'..='\u{e7f}'))
}

/// A day of our calendar. Years of other ones (1404 in Iran, 1447 after the Hijra) name no day that we could tell.
fn gregorian(year: i16, month: i8, day: i8) -> Option<Date> {
    (1600..=9999).contains(&year).then(|| Date::new(year, month, day).ok())?
}

fn number<T: std::str::FromStr>(found: &Captures<'_>, name: &str) -> Option<T> {
    found.name(name)?.as_str().parse().ok()
}
