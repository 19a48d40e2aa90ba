//! The days that a question names. English only.

use std::ops::RangeInclusive;

use naragtive_text::spelt;

use crate::constants::DATE_FADES;

/// When what is asked for was, as far as the question says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Dates {
    years: Vec<i32>,
    months: Vec<u32>,
    /// Days of a month.
    days: Vec<u32>,
    /// From one day to another, counted from 1970-01-01.
    spans: Vec<[i32; 2]>,
}

/// Whether `question` names a time that is counted from the present.
pub(crate) fn counts_from_now(question: &str) -> bool {
    const BESIDE_OTHERS: [&str; 4] = ["ago", "last", "this", "next"];
    let lower = question.to_lowercase();
    spelt(&lower).any(|word| DAYS_FROM_NOW.contains(&word) || BESIDE_OTHERS.contains(&word))
}

/// The words that name a time by themselves, whether or not some row has them.
pub(crate) fn names_of_times() -> impl Iterator<Item = &'static str> {
    MONTHS.into_iter().chain(WEEKDAYS).chain(DAYS_FROM_NOW)
}

/// The day of a date like "2023-05-08", counted from 1970-01-01; what follows the date doesn't matter.
pub fn day_number(date: &str) -> Option<i32> {
    iso(date.get(..10)?)
}

/// A year, month and day.
type Date = (i32, u32, u32);

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const DAYS_FROM_NOW: [&str; 4] = ["today", "tonight", "yesterday", "tomorrow"];
/// Years that a number of four digits is taken for.
const YEARS: RangeInclusive<i32> = 1000..=2199;

impl Dates {
    /// What `question` names; none if it names no time. Words like "yesterday" are counted from `now`.
    pub(crate) fn parse(question: &str, now: Option<i32>) -> Option<Self> {
        let lower = question.to_lowercase();
        let words: Vec<&str> = spelt(&lower).collect();
        let mut dates = Self { years: Vec::new(), months: Vec::new(), days: Vec::new(), spans: Vec::new() };
        for (at, word) in words.iter().enumerate() {
            let around = [at.checked_sub(2), at.checked_sub(1), Some(at + 1), Some(at + 2)];
            let around = around.map(|at| at.and_then(|at| words.get(at)).copied().unwrap_or(""));
            dates.add(word, around, now);
        }
        let named = !(dates.years.is_empty() && dates.months.is_empty() && dates.spans.is_empty());
        named.then_some(dates)
    }

    fn add(&mut self, word: &str, around: [&str; 4], now: Option<i32>) {
        if let Some(year) = year(word) {
            self.years.push(year);
        }
        if let Some(month) = month(word, around) {
            self.months.push(month);
            self.days.extend(day_beside(around));
        }
        self.spans.extend(iso(word).map(|day| [day; 2]));
        self.spans.extend(now.and_then(|now| relative(word, around, now)));
    }

    /// Whether it names a day of a month, not only the month.
    pub(crate) fn has_day(&self) -> bool {
        !self.days.is_empty()
    }

    /// How well a day fits, in 0..=1. Where a day of a month is named, the rest of the month fits by two thirds. What was
    /// is often told later: after a time that is named it fits less and less.
    pub(crate) fn fit(&self, day: i32) -> f32 {
        let spans = self.spans.iter().map(|span| faded(*span, day));
        let (year, ..) = date_of(day);
        let months = (year - 1..=year).flat_map(|year| self.fits_in(year, day));
        spans.chain(months).fold(0.0, f32::max)
    }

    /// How well a day fits the times that are named, taken as of this year.
    fn fits_in(&self, year: i32, day: i32) -> Vec<f32> {
        if !self.years.is_empty() && !self.years.contains(&year) {
            return Vec::new();
        }
        if self.months.is_empty() {
            let whole = [day_of((year, 1, 1)), day_of((year, 12, 31))];
            return if self.years.is_empty() { Vec::new() } else { vec![faded(whole, day)] };
        }
        let mut fits = Vec::new();
        for month in &self.months {
            let (next_year, next_month) = if *month == 12 { (year + 1, 1) } else { (year, month + 1) };
            let whole = [day_of((year, *month, 1)), day_of((next_year, next_month, 1)) - 1];
            let part = if self.has_day() { 2.0 / 3.0 } else { 1.0 };
            fits.push(part * faded(whole, day));
            let named = self.days.iter().map(|day| day_of((year, *month, *day)));
            fits.extend(named.filter(|named| *named <= whole[1]).map(|named| faded([named; 2], day)));
        }
        fits
    }
}

/// 1 from the first day to the last, then less with each day.
fn faded([first, last]: [i32; 2], day: i32) -> f32 {
    if day < first {
        return 0.0;
    }
    let late = day.saturating_sub(last).max(0);
    (1.0 - late as f32 / (DATE_FADES + 1) as f32).max(0.0)
}

fn number(word: &str) -> Option<i32> {
    let digits = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| word.parse().ok()).flatten()
}

fn year(word: &str) -> Option<i32> {
    number(word).filter(|year| word.len() == 4 && YEARS.contains(year))
}

/// A month, if the word names one. May and march are more often something else, and are months only beside words that
/// say so.
fn month(word: &str, [_, before, after, _]: [&str; 4]) -> Option<u32> {
    let place = MONTHS.iter().position(|month| *month == word)?;
    let says_so = match word {
        "may" | "march" => {
            const BEFORE: [&str; 14] = [
                "in", "on", "of", "since", "until", "by", "during", "early", "late", "mid", "last", "this",
                "next", "from",
            ];
            BEFORE.contains(&before)
                || ordinal(before).is_some()
                || ordinal(after).is_some()
                || year(after).is_some()
        }
        _ => true,
    };
    says_so.then_some(place as u32 + 1)
}

/// The day of the month beside a month: "8 May", "the 8th of May", "May 8".
fn day_beside([second, before, after, _]: [&str; 4]) -> Option<u32> {
    let of = if before == "of" { ordinal(second) } else { None };
    ordinal(before).or(of).or_else(|| ordinal(after))
}

/// A day of a month: "8", "8th".
fn ordinal(word: &str) -> Option<u32> {
    let bare = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
    number(bare).filter(|day| bare.len() <= 2 && (1..=31).contains(day)).map(|day| day as u32)
}

/// "2023-05-08".
fn iso(word: &str) -> Option<i32> {
    let mut parts = word.splitn(3, '-');
    let [year, month, day] = [parts.next()?, parts.next()?, parts.next()?];
    let (year, month, day) = (year_of_iso(year)?, number(month)? as u32, number(day)? as u32);
    ((1..=12).contains(&month) && (1..=31).contains(&day)).then(|| day_of((year, month, day)))
}

fn year_of_iso(word: &str) -> Option<i32> {
    number(word).filter(|_| word.len() == 4)
}

/// Days told from `now`: "yesterday", "last week", "two days ago".
fn relative(word: &str, [second, first, _, _]: [&str; 4], now: i32) -> Option<[i32; 2]> {
    let (year, month, _) = date_of(now);
    let monday = now - (now + 3).rem_euclid(7);
    let by = match first {
        "last" => -1,
        "this" => 0,
        "next" => 1,
        _ => return fixed(word, [second, first], now),
    };
    Some(match word {
        "night" => [now + by.min(0), now + by.min(0)],
        "week" => [monday + 7 * by, monday + 7 * by + 6],
        "weekend" => [monday + 7 * by + 5, monday + 7 * by + 6],
        "month" => {
            let start = months_later((year, month, 1), by);
            [start, months_later((year, month, 1), by + 1) - 1]
        }
        "year" => [day_of((year + by, 1, 1)), day_of((year + by, 12, 31))],
        _ => {
            let weekday = WEEKDAYS.iter().position(|weekday| *weekday == word)? as i32;
            let this = monday + weekday;
            let day = match by {
                -1 if this >= now => this - 7,
                1 if this <= now => this + 7,
                _ => this,
            };
            [day, day]
        }
    })
}

fn fixed(word: &str, [second, first]: [&str; 2], now: i32) -> Option<[i32; 2]> {
    let day = match word {
        "today" | "tonight" => now,
        "yesterday" => now - 1,
        "tomorrow" => now + 1,
        "ago" => return ago([second, first], now),
        _ => return None,
    };
    Some([day, day])
}

/// "three weeks ago": the unit and the number are the two words before.
fn ago([count, unit]: [&str; 2], now: i32) -> Option<[i32; 2]> {
    const COUNTS: [&str; 7] = ["a", "two", "three", "four", "five", "six", "seven"];
    let spelt = COUNTS.iter().position(|spelt| *spelt == count).map(|place| place as i32 + 1);
    let count = number(count).or(spelt).filter(|count| *count < 1000)?;
    let (year, month, day) = date_of(now);
    Some(match unit.strip_suffix('s').unwrap_or(unit) {
        "day" => [now - count; 2],
        "week" => [now - 7 * count - 3, now - 7 * count + 3],
        "month" => {
            let then = months_later((year, month, day.min(28)), -count);
            [then - 15, then + 15]
        }
        "year" => [day_of((year - count, 1, 1)), day_of((year - count, 12, 31))],
        _ => return None,
    })
}

fn months_later((year, month, day): Date, by: i32) -> i32 {
    let months = year * 12 + month as i32 - 1 + by;
    day_of((months.div_euclid(12), months.rem_euclid(12) as u32 + 1, day))
}

/// The day of a date, counted from 1970-01-01, in the Gregorian calendar (Richards, 1998, by way of eras of 400 years).
fn day_of((year, month, day): Date) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let from_march = (month + 9) % 12;
    let day_of_year = (153 * from_march as i32 + 2) / 5 + day as i32 - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The other way round.
fn date_of(day: i32) -> Date {
    let day = day.saturating_add(719_468);
    let (era, day_of_era) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * from_march + 2) / 5 + 1) as u32;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (year_of_era + era * 400 + i32::from(month <= 2), month as u32, day)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fit(question: &str, date: Date) -> f32 {
        // A Wednesday.
        let now = Some(day_of((2023, 7, 12)));
        Dates::parse(question, now).map_or(-1.0, |dates| dates.fit(day_of(date)))
    }

    #[test]
    fn days_fit_the_time_that_a_question_names() {
        for (question, date, expected) in [
            ("what happened in May 2023?", (2023, 5, 31), 1.0),
            ("what happened in May 2023?", (2023, 4, 30), 0.0),
            ("what happened in May 2023?", (2022, 5, 3), 0.0),
            ("what happened in December?", (2019, 12, 31), 1.0),
            ("what happened in December?", (2020, 1, 3), 0.8),
            ("what happened in December?", (2020, 1, 20), 0.0),
            ("who wrote in 2022", (2022, 2, 2), 1.0),
            ("who wrote in 2022", (2021, 12, 31), 0.0),
            ("on the 8th of May, 2023", (2023, 5, 8), 1.0),
            ("on 8 May, 2023", (2023, 5, 11), 0.8),
            ("on May 8", (2023, 5, 1), 2.0 / 3.0),
            ("on May 8", (2023, 5, 31), 2.0 / 3.0),
            ("on 2023-05-08", (2023, 5, 8), 1.0),
            ("on 31 June", (2023, 6, 30), 2.0 / 3.0),
            ("may I march on?", (2023, 5, 1), -1.0),
            ("the 1500 orcs", (2023, 5, 1), 0.0),
            ("yesterday", (2023, 7, 11), 1.0),
            ("last week", (2023, 7, 5), 1.0),
            ("last week", (2023, 7, 2), 0.0),
            ("last Tuesday", (2023, 7, 11), 1.0),
            ("last Wednesday", (2023, 7, 5), 1.0),
            ("last month", (2023, 6, 30), 1.0),
            ("last year", (2022, 1, 1), 1.0),
            ("two weeks ago", (2023, 6, 28), 1.0),
            ("a year ago", (2022, 3, 1), 1.0),
            ("3 days ago", (2023, 7, 9), 1.0),
            ("long ago", (2023, 7, 9), -1.0),
            ("", (2023, 7, 9), -1.0),
        ] {
            assert!(
                (fit(question, date) - expected).abs() < 1e-6,
                "{question} {date:?}: {}",
                fit(question, date)
            );
        }
        assert_eq!(Dates::parse("yesterday", None), None);
    }

    #[test]
    fn days_are_counted_from_1970() {
        for (date, day) in
            [((1970, 1, 1), 0), ((2000, 3, 1), 11_017), ((1969, 12, 31), -1), ((2024, 2, 29), 19_782)]
        {
            assert_eq!((day_of(date), date_of(day)), (day, date));
        }
    }

    proptest! {
        #[test]
        fn a_day_is_the_one_after_the_day_before(day in any::<i32>(), question in "(last|two|may|8th|of|week|ago|2023| |-){0,9}") {
            let day = day / 2;
            prop_assert_eq!(day_of(date_of(day)), day);
            if let Some(dates) = Dates::parse(&question, Some(day)) {
                prop_assert!((0.0..=1.0).contains(&dates.fit(day)));
            }
        }
    }
}
