//! Which day a time stamp names, `YYYY-MM-DD`.
//!
//! The day is the one that is written; only an epoch number is turned into a day, and that in UTC.

use std::str::FromStr;
use std::sync::LazyLock;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};
use regex::{Captures, Regex};

/// `11/10/2025, 4:00:41 AM`, with any white space before AM or PM, or with a 24-hour clock.
const US: &str = r"(?<m>[0-9]{1,2})/(?<d>[0-9]{1,2})/(?<y>[0-9]{4}),\s*(?<hour>[0-9]{1,2}):(?<min>[0-9]{1,2}):(?<s>[0-9]{1,2})(?:\s*(?<half>(?i:[ap]\.?m\b\.?)))?";
/// `2025-11-10`, `2025-11-10T04:00:41.5Z`, `2025-11-10 04:00`, with or without an offset.
const ISO: &str = r"(?<y>[0-9]{4})-(?<m>[0-9]{2})-(?<d>[0-9]{2})(?:(?:[Tt]|\s+)(?<hour>[0-9]{2}):(?<min>[0-9]{2})(?::(?<s>[0-9]{2})(?:[.,][0-9]+)?)?\s*(?:[Zz]|[+-][0-9]{2}:?(?:[0-9]{2})?)?)?";
/// `11.10.2025, 04:00:41`: day first wherever dots are used.
const DOTTED: &str = r"(?<d>[0-9]{1,2})\.(?<m>[0-9]{1,2})\.(?<y>[0-9]{4}),?\s*(?<hour>[0-9]{1,2}):(?<min>[0-9]{1,2})(?::(?<s>[0-9]{1,2}))?";
/// `June 19, 2023 2:20pm`.
const MONTH_FIRST: &str = r"(?<name>\p{L}{3,9})\.?\s+(?<d>[0-9]{1,2}),?\s+(?<y>[0-9]{4})(?:,?\s+(?<hour>[0-9]{1,2}):(?<min>[0-9]{1,2})(?::(?<s>[0-9]{1,2}))?\s*(?<half>(?i:[ap]m))?)?";
/// `1:56 pm on 8 May, 2023`.
const TIME_FIRST: &str = r"(?<hour>[0-9]{1,2}):(?<min>[0-9]{1,2})\s*(?<half>(?i:[ap]m))?\s+on\s+(?<d>[0-9]{1,2})\s+(?<name>\p{L}{3,9}),?\s+(?<y>[0-9]{4})";
/// `2024-7-12@01h31m37s` and `2024-6-5 @14h 56m 50s 682ms`.
const AT_SIGN: &str = r"(?<y>[0-9]{4})-(?<m>[0-9]{1,2})-(?<d>[0-9]{1,2})\s*@\s*(?<hour>[0-9]{1,2})h\s*(?<min>[0-9]{1,2})m\s*(?<s>[0-9]{1,2})s(?:\s*[0-9]+ms)?";

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

static TRANSCRIPT: LazyLock<Vec<Regex>> =
    LazyLock::new(|| [US, ISO, DOTTED].into_iter().map(whole).collect());
static CHAT: LazyLock<Vec<Regex>> =
    LazyLock::new(|| [US, ISO, DOTTED, MONTH_FIRST, TIME_FIRST, AT_SIGN].into_iter().map(whole).collect());
static US_IN_FRONT: LazyLock<Regex> = LazyLock::new(|| compiled(&format!(r"^{US}\s*-")));

/// The day of a stamp in a role-play transcript.
pub(crate) fn of_transcript(stamp: &str) -> Option<String> {
    first_match(&TRANSCRIPT, stamp)
}

/// The day of a chat message's stamp: a transcript's forms, those of other chat programs, or an epoch
/// number in digits.
pub(crate) fn of_chat(stamp: &str) -> Option<String> {
    let stamp = stamp.trim();
    match stamp.parse::<f64>() {
        Ok(number) => of_epoch(number),
        Err(_) => first_match(&CHAT, stamp),
    }
}

/// The UTC day of an epoch number: milliseconds from 1e11 on, seconds below. Numbers below 1e8 (March
/// 1973 in seconds) are taken for counters, not for times.
pub(crate) fn of_epoch(number: f64) -> Option<String> {
    match number {
        1e11.. => of_milliseconds(number),
        1e8.. => of_milliseconds(number * 1000.0),
        _ => None,
    }
}

/// The UTC day of so many milliseconds after the epoch.
pub(crate) fn of_milliseconds(number: f64) -> Option<String> {
    if !number.is_finite() {
        return None;
    }
    // `as` saturates, and jiff refuses what is out of its range.
    let time = Timestamp::from_millisecond(number as i64).ok()?;
    Some(TimeZone::UTC.to_datetime(time).date().to_string())
}

/// How long the US stamp is that `text` begins with, when a hyphen follows it.
pub(crate) fn us_stamp_length(text: &str) -> Option<usize> {
    let found = US_IN_FRONT.find(text)?;
    Some(found.len() - 1)
}

/// When a transcript's stamp is: milliseconds since 1970, in UTC where it names a zone.
pub(crate) fn moment_of_transcript(stamp: &str) -> Option<i64> {
    moment(&TRANSCRIPT, stamp)
}

/// When a chat message's stamp is: milliseconds since 1970, in UTC where it names a zone.
pub(crate) fn moment_of_chat(stamp: &str) -> Option<i64> {
    let stamp = stamp.trim();
    match stamp.parse::<f64>() {
        Ok(number) => moment_of_epoch(number),
        Err(_) => moment(&CHAT, stamp),
    }
}

/// The milliseconds of an epoch number; see [`of_epoch`].
pub(crate) fn moment_of_epoch(number: f64) -> Option<i64> {
    of_epoch(number)?;
    Some((if number >= 1e11 { number } else { number * 1000.0 }) as i64)
}

fn moment(forms: &[Regex], stamp: &str) -> Option<i64> {
    if let Ok(instant) = stamp.parse::<Timestamp>() {
        return Some(instant.as_millisecond());
    }
    let found = forms.iter().find_map(|form| form.captures(stamp))?;
    plausible_time(&found).then_some(())?;
    let time = DateTime::from_parts(day(&found)?, time(&found)?);
    Some(TimeZone::UTC.to_timestamp(time).ok()?.as_millisecond())
}

fn time(found: &Captures<'_>) -> Option<civil::Time> {
    let part = |name| number::<i8>(found, name).unwrap_or(0);
    let half = found.name("half").map(|half| half.as_str().to_ascii_lowercase());
    let hour = match half {
        Some(half) => part("hour") % 12 + if half.starts_with('p') { 12 } else { 0 },
        None => part("hour"),
    };
    civil::Time::new(hour, part("min"), part("s").min(59), 0).ok()
}

fn first_match(forms: &[Regex], stamp: &str) -> Option<String> {
    let found = forms.iter().find_map(|form| form.captures(stamp))?;
    plausible_time(&found).then_some(())?;
    day(&found).map(|day| day.to_string())
}

fn day(found: &Captures<'_>) -> Option<Date> {
    let month = match found.name("name") {
        Some(name) => month_named(name.as_str())?,
        None => number(found, "m")?,
    };
    civil::Date::new(number(found, "y")?, month, number(found, "d")?).ok()
}

fn plausible_time(found: &Captures<'_>) -> bool {
    let hours = if found.name("half").is_some() { 1..=12 } else { 0..=23 };
    let within = |name, range: std::ops::RangeInclusive<i8>| {
        found.name(name).is_none() || number(found, name).is_some_and(|value: i8| range.contains(&value))
    };
    within("hour", hours) && within("min", 0..=59) && within("s", 0..=61)
}

fn number<T: FromStr>(found: &Captures<'_>, name: &str) -> Option<T> {
    found.name(name)?.as_str().parse().ok()
}

fn month_named(name: &str) -> Option<i8> {
    let name = name.to_lowercase();
    let place = MONTHS.iter().position(|month| name.starts_with(month))?;
    i8::try_from(place + 1).ok()
}

fn whole(form: &str) -> Regex {
    compiled(&format!("^(?:{form})$"))
}

#[expect(clippy::expect_used, reason = "every pattern is a constant of this file, and a test compiles each")]
fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern of this file compiles")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transcript_stamp_names_its_day() {
        for (stamp, day) in [
            ("11/10/2025, 4:00:41 AM", Some("2025-11-10")),
            ("1/2/2025, 12:00:00 pm", Some("2025-01-02")),
            ("11/10/2025, 4:00:41\u{202f}AM", Some("2025-11-10")),
            ("10/11/2025, 04:00:41", Some("2025-10-11")),
            ("2025-11-10T04:00:41Z", Some("2025-11-10")),
            ("2025-11-10 04:00:41", Some("2025-11-10")),
            ("2025-11-10T23:30:00.123-05:00", Some("2025-11-10")),
            ("2025-11-10", Some("2025-11-10")),
            ("31.12.2025, 23:59:59", Some("2025-12-31")),
            ("11/10/2025, 13:00:41 AM", None),
            ("25/12/2025, 04:00:41", None),
            ("2/30/2025, 4:00:41 AM", None),
            ("2025-13-01", None),
            ("11/10/25, 4:00:41 AM", None),
            ("June 19, 2023 2:20pm", None),
            ("sometime later", None),
            ("", None),
        ] {
            assert_eq!(of_transcript(stamp).as_deref(), day, "{stamp}");
        }
    }

    #[test]
    fn a_chat_stamp_names_its_day_in_more_ways() {
        for (stamp, day) in [
            ("2025-12-05T12:00:00", Some("2025-12-05")),
            ("1:56 pm on 8 May, 2023", Some("2023-05-08")),
            ("June 19, 2023 2:20pm", Some("2023-06-19")),
            ("2024-7-12@01h31m37s", Some("2024-07-12")),
            ("2024-6-5 @14h 56m 50s 682ms", Some("2024-06-05")),
            ("1765275434078", Some("2025-12-09")),
            ("1765275434", Some("2025-12-09")),
            ("1700000000.000100", Some("2023-11-14")),
            ("2023", None),
            ("nan", None),
            ("inf", None),
            ("yesterday", None),
        ] {
            assert_eq!(of_chat(stamp).as_deref(), day, "{stamp}");
        }
    }

    #[test]
    fn an_epoch_out_of_range_has_no_day() {
        for number in [f64::MAX, 1e18, -1.0, 0.0, f64::NAN] {
            assert_eq!(of_epoch(number), None, "{number}");
        }
        assert_eq!(of_milliseconds(0.0).as_deref(), Some("1970-01-01"));
    }
}
