//! Days, and what people type for them where scenes are filtered by date.

use std::fmt;
use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(Date);

/// Days that follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateRange {
    /// The first one.
    pub first: Day,
    /// The last one, which belongs to it.
    pub last: Day,
}

/// What somebody typed for a day, a month or a year; some of it only means something once it is known what day it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateSpec {
    /// A day, a month or a year of the calendar.
    Fixed(DateRange),
    /// So many days before today.
    DaysAgo(u32),
    /// The week, Monday to Sunday, before the one that today is in.
    LastWeek,
    /// The month before this one.
    LastMonth,
    /// The year before this one.
    LastYear,
}

/// A text that is no date here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a day (2025-11-03), a month (2025-11), a year (2025), today, yesterday, last week, last month, last year or \
     N days ago, found `{0}`"
)]
pub struct UnknownDate(pub String);

impl Day {
    /// The day of this number in the calendar; none if there is none.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        Date::new(year, month, day).ok().map(Self)
    }

    /// The calendar begins somewhere, which is early enough for all that somebody may type.
    fn minus_days(self, days: u32) -> Self {
        const MOST: u32 = 7_000_000;
        self.0.checked_sub(i64::from(days.min(MOST)).days()).map_or(Self(Date::MIN), Self)
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        Self(date)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl DateRange {
    /// The days that a stored date stands for: what it begins with, a day, a month or a year. None for what is no date.
    pub fn of_stored(text: &str) -> Option<Self> {
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(text.len());
        calendar(text.get(..end)?.trim_end_matches('-'))
    }

    /// Whether all of `other` is in it.
    pub fn holds(&self, other: &Self) -> bool {
        self.first <= other.first && other.last <= self.last
    }

    fn day(day: Day) -> Self {
        Self { first: day, last: day }
    }

    fn month_of(date: Date) -> Self {
        Self { first: Day(date.first_of_month()), last: Day(date.last_of_month()) }
    }

    fn year_of(date: Date) -> Self {
        Self { first: Day(date.first_of_year()), last: Day(date.last_of_year()) }
    }
}

impl DateSpec {
    /// The days that are meant. Which day it is, `today`, is asked only where that matters: to know it, a time zone has to
    /// be looked for, which takes longer than many a search.
    pub fn range(self, today: impl FnOnce() -> Day) -> DateRange {
        match self {
            Self::Fixed(range) => range,
            Self::DaysAgo(days) => DateRange::day(today().minus_days(days)),
            Self::LastWeek => {
                let today = today();
                let into_week = today.0.weekday().since(Weekday::Monday).unsigned_abs();
                let last = today.minus_days(u32::from(into_week) + 1);
                DateRange { first: last.minus_days(6), last }
            }
            Self::LastMonth => DateRange::month_of(Day(today().0.first_of_month()).minus_days(1).0),
            Self::LastYear => DateRange::year_of(Day(today().0.first_of_year()).minus_days(1).0),
        }
    }
}

impl FromStr for DateSpec {
    type Err = UnknownDate;

    fn from_str(text: &str) -> Result<Self, UnknownDate> {
        let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let unknown = || UnknownDate(text.to_owned());
        Ok(match words[..] {
            ["today"] => Self::DaysAgo(0),
            ["yesterday"] => Self::DaysAgo(1),
            ["last", "week"] => Self::LastWeek,
            ["last", "month"] => Self::LastMonth,
            ["last", "year"] => Self::LastYear,
            [days, "day" | "days", "ago"] => Self::DaysAgo(days.parse().map_err(|_| unknown())?),
            [date] => Self::Fixed(calendar(date).ok_or_else(unknown)?),
            _ => return Err(unknown()),
        })
    }
}

/// `2025-11-03`, `2025-11` or `2025`; a month or a day may lack its zero.
fn calendar(text: &str) -> Option<DateRange> {
    let mut fields = text.split('-');
    let year = number(fields.next()?, 4..=4)?;
    let month = fields.next().map(|month| number(month, 1..=2));
    let day = fields.next().map(|day| number(day, 1..=2));
    if fields.next().is_some() {
        return None;
    }
    let date = |month: i16, day: i16| Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok();
    match (month, day) {
        (None, _) => date(1, 1).map(DateRange::year_of),
        (Some(month), None) => date(month?, 1).map(DateRange::month_of),
        (Some(month), Some(day)) => date(month?, day?).map(|date| DateRange::day(Day(date))),
    }
}

fn number(digits: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<i16> {
    let right = lengths.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if right { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Wednesday.
    fn today() -> Day {
        Day::new(2025, 3, 5).unwrap()
    }

    #[test]
    fn what_is_typed_for_a_date_is_a_range_of_days() {
        for (typed, first, last) in [
            ("2025-11-03", "2025-11-03", "2025-11-03"),
            ("2025-11", "2025-11-01", "2025-11-30"),
            ("2024-2", "2024-02-01", "2024-02-29"),
            ("2025-1", "2025-01-01", "2025-01-31"),
            ("2025-1-2", "2025-01-02", "2025-01-02"),
            ("2025", "2025-01-01", "2025-12-31"),
            ("today", "2025-03-05", "2025-03-05"),
            ("Yesterday", "2025-03-04", "2025-03-04"),
            ("last week", "2025-02-24", "2025-03-02"),
            ("last  month", "2025-02-01", "2025-02-28"),
            ("LAST YEAR", "2024-01-01", "2024-12-31"),
            ("10 days ago", "2025-02-23", "2025-02-23"),
            ("1 day ago", "2025-03-04", "2025-03-04"),
        ] {
            let range = typed.parse::<DateSpec>().unwrap().range(today);
            assert_eq!([range.first.to_string(), range.last.to_string()], [first, last], "{typed}");
        }
        for (weekday, monday) in
            [("2025-03-03", "2025-02-24"), ("2025-03-09", "2025-02-24"), ("2025-03-10", "2025-03-03")]
        {
            let today = weekday.parse::<DateSpec>().unwrap().range(today).first;
            assert_eq!(DateSpec::LastWeek.range(|| today).first.to_string(), monday, "{weekday}");
        }
    }

    #[test]
    fn anything_else_is_an_error_that_says_what_is_accepted() {
        for typed in [
            "11/02/2025",
            "2025/11/02",
            "2025-13-45",
            "2025-13",
            "2025-02-29",
            "2025-00",
            "2025-11-03-01",
            "20251103",
            "25-11-03",
            "2025-",
            "2025-11-",
            "-2025",
            "2025-11-03T10:00",
            "tomorrow",
            "last",
            "days ago",
            "x days ago",
            "-1 days ago",
            "Nov 2025",
            "",
            " ",
            "2025-1a",
            "２０２５",
        ] {
            let error = typed.parse::<DateSpec>().unwrap_err().to_string();
            assert!(error.contains("2025-11-03") && error.ends_with(&format!("found `{typed}`")), "{error}");
        }
        assert_eq!("4000000000 days ago".parse::<DateSpec>().unwrap().range(today).first, Day(Date::MIN));
    }

    #[test]
    fn a_stored_date_is_what_it_begins_with() {
        for (stored, last) in [
            ("2025-11-10", Some("2025-11-10")),
            ("2025-11-10T04:00:41Z", Some("2025-11-10")),
            ("2025-11-10 04:00", Some("2025-11-10")),
            ("2025-11", Some("2025-11-30")),
            ("UNKNOWN", None),
            ("", None),
        ] {
            assert_eq!(
                DateRange::of_stored(stored).map(|range| range.last.to_string()).as_deref(),
                last,
                "{stored}"
            );
        }
    }
}
