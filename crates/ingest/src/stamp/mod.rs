//! Time stamps as people's programs write them, and the moments they mean.
//!
//! A stamp is made plain (`normal`), the time of day is taken out of it (`clock`), then the day (`calendar`). What is
//! left may be the name of a weekday and a few words such as `at`, but no number: a text that happens to hold a
//! date among other numbers is no stamp. The day is the one that is written; only an epoch number is turned into a
//! day, and that in UTC. Whether `10/11` is in October or in November is told by all stamps of a file (`order`).

mod calendar;
mod clock;
mod code;
mod iso;
mod month;
mod normal;
mod order;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};
use naragtive_scene::{Moment, Scalar};
use regex::Regex;

use self::calendar::Day;
use self::clock::{Clock, Hours};
pub(crate) use self::order::date_turns;
pub use self::order::{DateOrder, Dating, Grounds, Guess};

/// What one stamp says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    Sure(Moment),
    /// It depends on whether the day or the month comes first.
    Either {
        day_first: Moment,
        month_first: Moment,
        hours: Hours,
    },
}

/// Reads a stamp; none if it names no day.
pub(crate) fn read(stamp: &Scalar) -> Option<Reading> {
    match stamp {
        Scalar::Number(number) => epoch(number.as_f64()?).map(Reading::Sure),
        Scalar::Text(text) => read_text(text),
        Scalar::None | Scalar::Flag(_) => None,
    }
}

/// How many seconds a stamp lies behind 1970, where it says that by itself; otherwise 0.
pub(crate) fn seconds(stamp: &Scalar) -> u32 {
    match read(stamp) {
        Some(Reading::Sure(moment)) => u32::try_from(moment.milliseconds() / 1000).unwrap_or_default(),
        _ => 0,
    }
}

/// Reads a stamp in words or digits.
pub(crate) fn read_text(stamp: &str) -> Option<Reading> {
    // Longer texts are no stamps, and must not cost as if they were.
    if stamp.len() > 120 || !stamp.contains(char::is_numeric) {
        return None;
    }
    let plain = stamp.trim();
    if let Some(moment) = iso::plain(plain).or_else(|| by_library(plain)) {
        return Some(Reading::Sure(moment));
    }
    if let Some(inner) = code::inner(plain) {
        return read_text(&inner);
    }
    let normal::Normal { text, foreign_digits } = normal::normal(stamp);
    if let Ok(number) = text.parse::<f64>() {
        return compact(&text).or_else(|| epoch(number)).map(Reading::Sure);
    }
    let mut text = text;
    let compact_day = compact(&text);
    if let Some(moment) = compact_day {
        return Some(Reading::Sure(moment));
    }
    let mut clock = clock::take(&mut text, false)?;
    let (day, mut rest) = calendar::take(&text, foreign_digits)?;
    if clock == Clock::default() {
        clock = clock::take(&mut rest, true)?;
    }
    only_words(&rest).then_some(())?;
    Some(match day {
        Day::Sure(date) => Reading::Sure(moment(date, clock)?),
        Day::Either { day_first, month_first } => Reading::Either {
            day_first: moment(day_first, clock)?,
            month_first: moment(month_first, clock)?,
            hours: clock.hours,
        },
    })
}

/// The other forms of ISO 8601.
fn by_library(stamp: &str) -> Option<Moment> {
    if !stamp.as_bytes().first()?.is_ascii_digit() || stamp.as_bytes().get(4) != Some(&b'-') {
        return None;
    }
    if let Ok(time) = stamp.parse::<Timestamp>() {
        let offset = offset_of(stamp);
        return Some(Moment::Instant { milliseconds: time.as_millisecond(), offset });
    }
    let time: DateTime = stamp.parse().ok()?;
    local(time).map(|milliseconds| Moment::Local { milliseconds })
}

/// The minutes ahead of UTC that an RFC 3339 stamp ends with.
fn offset_of(stamp: &str) -> i16 {
    let end = stamp.split('[').next().unwrap_or(stamp);
    let pieces = jiff::fmt::temporal::DateTimeParser::new().parse_zoned(format!("{end}[{}]", tail(end)));
    pieces.map_or(0, |zoned| i16::try_from(zoned.offset().seconds() / 60).unwrap_or(0))
}

fn tail(stamp: &str) -> &str {
    let at = stamp.get(10..).and_then(|time| time.rfind(['+', '-'])).map(|at| at + 10);
    at.and_then(|at| stamp.get(at..)).unwrap_or("UTC")
}

/// `20251110` and `20251110T040041Z`.
fn compact(text: &str) -> Option<Moment> {
    let (digits, zoned) = match text.strip_suffix('z') {
        Some(digits) => (digits, true),
        None => (text, false),
    };
    let digits = digits.replace(['t', ' '], "");
    if !matches!(digits.len(), 8 | 12 | 14) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |range: std::ops::Range<usize>| {
        digits.get(range).and_then(|part| part.parse::<i8>().ok()).unwrap_or(0)
    };
    let year: i16 = digits.get(..4)?.parse().ok()?;
    (1900..2200).contains(&year).then_some(())?;
    let date = Date::new(year, part(4..6), part(6..8)).ok()?;
    let time = civil::Time::new(part(8..10), part(10..12), part(12..14).min(59), 0).ok()?;
    let milliseconds = local(DateTime::from_parts(date, time))?;
    Some(if zoned { Moment::Instant { milliseconds, offset: 0 } } else { Moment::Local { milliseconds } })
}

/// The moment of an epoch number, by its size: seconds, then from 1e11 on milliseconds, microseconds (1e14) and
/// nanoseconds (1.5e17). Numbers below 1e8 (March 1973 in seconds) are taken for counters, not for times; those beyond the
/// year 2200 are counted from another year or in other parts of a second, as Windows and Chrome do, and name no day.
pub(crate) fn epoch(number: f64) -> Option<Moment> {
    const LATEST: f64 = 7.258e12;
    let milliseconds = match number {
        1.5e17..1e19 => number / 1e6,
        1e14..1e17 => number / 1e3,
        1e11..1e14 => number,
        1e8..1e11 => number * 1e3,
        _ => return None,
    };
    if milliseconds > LATEST {
        return None;
    }
    of_milliseconds(milliseconds)
}

/// The moment so many milliseconds after 1970.
pub(crate) fn of_milliseconds(number: f64) -> Option<Moment> {
    // `as` saturates, and jiff refuses what is out of its range.
    let milliseconds = Timestamp::from_millisecond(number as i64).ok()?.as_millisecond();
    number.is_finite().then_some(Moment::Instant { milliseconds, offset: 0 })
}

/// The day that a moment's writer would name, `YYYY-MM-DD`.
pub(crate) fn day(moment: Moment) -> Option<String> {
    let time = Timestamp::from_millisecond(moment.wall()).ok()?;
    Some(TimeZone::UTC.to_datetime(time).date().to_string())
}

fn moment(date: Date, clock: Clock) -> Option<Moment> {
    let wall = local(date.to_datetime(civil::Time::midnight()))?.checked_add(clock.milliseconds)?;
    Some(match clock.offset {
        Some(offset) => Moment::Instant { milliseconds: wall - i64::from(offset) * 60_000, offset },
        None => Moment::Local { milliseconds: wall },
    })
}

fn local(time: DateTime) -> Option<i64> {
    Some(TimeZone::UTC.to_timestamp(time).ok()?.as_millisecond())
}

/// Whether nothing is left that makes a stamp something else: numbers, or more words than a weekday and `at`.
fn only_words(rest: &str) -> bool {
    // What stands between day, month, year and hour in some languages.
    const LINKS: &str = "de del d a à às as las la le kl klo om um o v u ob kell lúc ngày năm pukul pada nang saa в г р о ч m \
                         gada ساعت στις को बजे এ அன்று میں کو";
    let is_link = |word: &str| LINKS.split_whitespace().any(|link| link == word.trim_matches(['.', ',']));
    let is_word = |word: &&str| word.contains(char::is_alphabetic) && !is_link(word);
    !rest.contains(|c: char| c.is_ascii_digit()) && rest.split_whitespace().filter(is_word).count() <= 3
}

#[expect(
    clippy::expect_used,
    reason = "every pattern is a constant of this module, and a test compiles each"
)]
pub(crate) fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern of this module compiles")
}

#[cfg(test)]
mod tests;
