//! The days of a log whose lines have a time and no day, or no year: the log names one when it was opened, or by the name of its
//! file, and from there on it only grows. A clock that goes back is that of the next day, a month of the next year.

use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::{Date, Time};
use regex::Regex;

use crate::stamp;

/// How far a clock is set back, in minutes: an hour at night, when summer ends, else a little.
const SET_BACK: i64 = 2;
const SET_BACK_AT_NIGHT: i64 = 60;
/// From a line that names the day, only a step over midnight leads to the next one: what was said before the log was opened may
/// be shown again behind it.
const OVER_MIDNIGHT: i64 = 12 * 60;
/// How many days a line may lie before the one above.
const DAYS_BACK: i32 = 31;

static CLOCK: LazyLock<Regex> = LazyLock::new(|| {
    stamp::compiled(r"(?<h>\d{1,2}):(?<m>\d{2})(?::(?<s>\d{2}))?(?:\.\d+)?(?: ?(?<half>[AaPp])[Mm])?")
});
static MONTH_AND_DAY: LazyLock<Regex> = LazyLock::new(|| {
    stamp::compiled(
        r"^(?:[A-Z][a-z]{2} )?(?<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}(?<day>\d{1,2}) (?<time>\d{1,2}:\d{2}\S*(?: ?[AaPp][Mm])?)$",
    )
});
static IN_NAME: LazyLock<Regex> = LazyLock::new(|| {
    stamp::compiled(
        r"(?:^|[^0-9])(?<y>(?:19|20)\d{2})(?<sign>[-_.]?)(?<m>\d{2})(?<sign2>[-_.]?)(?<d>\d{2})(?:[^0-9]|$)",
    )
});
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Where the log is.
#[derive(Debug, Default)]
pub(super) struct LogDays {
    day: Option<Date>,
    /// The clock of the line above, and whether somebody says something in it.
    above: Option<(Time, bool)>,
}

impl LogDays {
    /// The log of which the file's name says the day: `2025-11-02.log`, `#gull_20251102.log`.
    pub(super) fn of_file(path: &str) -> Self {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let dated = IN_NAME.captures(name).filter(|found| {
            found.name("sign").map(|s| s.as_str()) == found.name("sign2").map(|s| s.as_str())
        });
        let day = dated.and_then(|found| {
            let part = |name| found.name(name)?.as_str().parse::<i16>().ok();
            Date::new(part("y")?, i8::try_from(part("m")?).ok()?, i8::try_from(part("d")?).ok()?).ok()
        });
        Self { day, above: None }
    }

    /// A line says which day it is, and perhaps which hour.
    pub(super) fn begin(&mut self, day: Date, time: &str) {
        (self.day, self.above) = (Some(day), clock(time).map(|clock| (clock, false)));
    }

    /// A time with its day: its own, else that which the log has come to.
    pub(super) fn dated(&mut self, stamp: &str) -> String {
        let Some(day) = self.day else { return stamp.to_owned() };
        if let Some(found) = MONTH_AND_DAY.captures(stamp) {
            let part = |name| found.name(name).map_or("", |part| part.as_str());
            return match in_a_year(part("month"), part("day"), day) {
                Some(own) => {
                    self.day = Some(own);
                    self.above = clock(part("time")).map(|clock| (clock, true));
                    with(own, part("time"))
                }
                None => stamp.to_owned(),
            };
        }
        if !stamp.starts_with(|c: char| c.is_ascii_digit()) || has_day(stamp) {
            return stamp.to_owned();
        }
        let day = self.day_of(day, stamp);
        with(day, stamp)
    }

    fn day_of(&mut self, day: Date, stamp: &str) -> Date {
        let Some(clock) = clock(stamp) else { return day };
        let above = self.above.replace((clock, true));
        let is_next = above.is_some_and(|(above, said)| is_next_day(above, said, clock));
        let day = if is_next { day.tomorrow().unwrap_or(day) } else { day };
        self.day = Some(day);
        day
    }
}

/// Whether a clock behind another one is that of the next day.
fn is_next_day(above: Time, said: bool, clock: Time) -> bool {
    let at =
        |time: Time| i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    let back = at(above) - at(clock);
    let is_night = above.hour() < 4;
    let limit = match said {
        false => OVER_MIDNIGHT,
        true if is_night => SET_BACK_AT_NIGHT,
        true => SET_BACK,
    };
    back > limit * 60
}

/// The day of that month that lies in the year which begins a little before `above`.
fn in_a_year(month: &str, day: &str, above: Date) -> Option<Date> {
    let month = self::month(month)?;
    let day: i8 = day.parse().ok()?;
    let earliest = above.checked_sub(DAYS_BACK.days()).ok()?;
    let years = [-1, 0, 1].map(|step| above.year() + step);
    let days = years.into_iter().filter_map(|year| Date::new(year, month, day).ok());
    // A leap day is in few years: then the next one before.
    let days: Vec<Date> = days.collect();
    days.iter().copied().find(|day| *day >= earliest).or(days.last().copied())
}

/// The number of a month, by its name.
pub(super) fn month(name: &str) -> Option<i8> {
    MONTHS.iter().position(|month| *month == name).and_then(|at| i8::try_from(at + 1).ok())
}

/// Whether a stamp that begins with a digit begins with a day.
fn has_day(stamp: &str) -> bool {
    let before = stamp.split_once(':').map_or(stamp, |(before, _)| before);
    before.contains(['-', '/', '.'])
}

fn with(day: Date, time: &str) -> String {
    let month = MONTHS.get(usize::from(day.month().unsigned_abs()).saturating_sub(1)).unwrap_or(&"");
    format!("{:02} {month} {}, {time}", day.day(), day.year())
}

fn clock(stamp: &str) -> Option<Time> {
    let found = CLOCK.captures(stamp)?;
    let part = |name| found.name(name).and_then(|part| part.as_str().parse::<i8>().ok());
    let hour = match (part("h")?, found.name("half").map(|half| half.as_str())) {
        (12, Some("A" | "a")) => 0,
        (hour @ 1..=11, Some("P" | "p")) => hour + 12,
        (hour, _) => hour,
    };
    Time::new(hour, part("m")?, part("s").unwrap_or(0).min(59), 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(mut days: LogDays, stamps: &[&str]) -> Vec<String> {
        stamps.iter().map(|stamp| days.dated(stamp)).collect()
    }

    fn opened(day: &str, time: &str) -> LogDays {
        let mut days = LogDays::default();
        days.begin(day.parse().unwrap(), time);
        days
    }

    #[test]
    fn a_clock_that_goes_back_is_that_of_the_next_day() {
        for (reason, day, time, stamps, dated) in [
            (
                "midnight",
                "2025-11-02",
                "23:58:01",
                &["23:59", "00:05", "00:06"][..],
                &["02 23:59", "03 00:05", "03 00:06"][..],
            ),
            ("at once", "2025-11-02", "23:58:01", &["00:05"], &["03 00:05"]),
            (
                "the next morning",
                "2025-11-02",
                "",
                &["22:30", "08:00", "07:00:41"],
                &["02 22:30", "03 08:00", "04 07:00:41"],
            ),
            (
                "halves",
                "2025-11-02",
                "",
                &["11:59 PM", "12:01 AM", "12:30 pm"],
                &["02 11:59 PM", "03 12:01 AM", "03 12:30 pm"],
            ),
            (
                "minutes only",
                "2025-11-02",
                "21:14:30",
                &["21:14", "21:15:10", "21:15"],
                &["02 21:14", "02 21:15:10", "02 21:15"],
            ),
            (
                "summer ends",
                "2025-10-26",
                "",
                &["02:59", "02:01", "02:30"],
                &["26 02:59", "26 02:01", "26 02:30"],
            ),
            ("shown again", "2025-11-02", "20:00:00", &["19:30", "20:01"], &["02 19:30", "02 20:01"]),
        ] {
            let found = days(opened(day, time), stamps);
            let found: Vec<String> =
                found.iter().map(|stamp| stamp.replace(" Nov 2025,", "").replace(" Oct 2025,", "")).collect();
            assert_eq!(found, dated, "{reason}");
        }
    }

    #[test]
    fn a_month_that_goes_back_is_of_the_next_year() {
        for (day, stamps, dated) in [
            (
                "2025-12-31",
                &["Dec 31 23:58:01", "Jan 01 00:05:05", "Mar 01 10:00"][..],
                &["31 Dec 2025, 23:58:01", "01 Jan 2026, 00:05:05", "01 Mar 2026, 10:00"][..],
            ),
            (
                "2026-01-01",
                &["Dec 31 23:59:59", "Jan 01 00:00:05"],
                &["31 Dec 2025, 23:59:59", "01 Jan 2026, 00:00:05"],
            ),
            (
                "2025-11-20",
                &["Nov 02 21:14:03", "Oct 01 10:00"],
                &["02 Nov 2025, 21:14:03", "01 Oct 2026, 10:00"],
            ),
            ("2023-11-20", &["Feb 29 21:14"], &["29 Feb 2024, 21:14"]),
        ] {
            assert_eq!(days(opened(day, ""), stamps), dated);
        }
    }

    #[test]
    fn a_time_gets_its_day() {
        for (stamp, opened_on, whole) in [
            ("12:00", Some("2025-11-10"), "10 Nov 2025, 12:00"),
            ("12:00", None, "12:00"),
            ("2025-11-02 21:14", Some("2025-11-10"), "2025-11-02 21:14"),
            ("2.11.2025 21:14", Some("2025-11-10"), "2.11.2025 21:14"),
            ("Nov 02 21:14:03", Some("2025-11-10"), "02 Nov 2025, 21:14:03"),
            ("Nov 02 21:14:03", None, "Nov 02 21:14:03"),
        ] {
            let mut days = opened_on.map(|day| opened(day, "")).unwrap_or_default();
            assert_eq!(days.dated(stamp), whole);
        }
    }

    #[test]
    fn the_name_of_a_file_says_its_day() {
        for (path, day) in [
            ("znc/#gull/2025-11-02.log", Some("2025-11-02")),
            ("#gull.20251102.log", Some("2025-11-02")),
            (r"C:\logs\2020-01-01\net_#gull_2025_11_02.txt", Some("2025-11-02")),
            ("20251102", Some("2025-11-02")),
            ("2025-13-02.log", None),
            ("2025-1102.log", None),
            ("120251102.log", None),
            ("2025-11-02/gull.log", None),
            ("gull.log", None),
        ] {
            assert_eq!(LogDays::of_file(path).day.map(|day| day.to_string()).as_deref(), day, "{path}");
        }
    }
}
