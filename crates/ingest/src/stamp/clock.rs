//! The time of day in a stamp, and its zone.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::compiled;

/// A time of day, as far as a stamp tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Clock {
    /// Milliseconds since midnight.
    pub(super) milliseconds: i64,
    pub(super) hours: Hours,
    /// Minutes ahead of UTC, where a zone is named.
    pub(super) offset: Option<i16>,
}

/// How a clock counts; a hint at who wrote the stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Hours {
    /// No time at all, or none that tells.
    #[default]
    Unknown,
    /// To twelve, with a mark of the half of the day.
    Twelve,
    /// To twenty-four.
    TwentyFour,
}

/// `4:00:41.5`, `04h31m37s`, `14h 56m 50s 682ms`, `04 h 00 min 41 s`, `4:00`.
const TIME: &str = r"(?:^|[^0-9])(?<time>(?<hour>[0-9]{1,2})\s*[:h]\s*(?<min>[0-9]{1,2})(?:\s*(?:min|[:m])\s*(?:(?<s>[0-9]{1,2})(?:[.,:](?<frac>[0-9]{1,9}))?\s*s?)?(?:\s*(?<ms>[0-9]{1,3})ms)?)?:?)(?<zone>\s*(?:z\b|(?:utc|gmt)?[+-][0-9]{1,2}(?::?[0-9]{2})?\b|(?:utc|gmt)\b))?(?:\[[^\]]*\])?(?:\s*\([^)]*\))?";
/// `4.00.41`, once the date is gone.
const DOTTED: &str = r"(?:^|[^0-9])(?<time>(?<hour>[0-9]{1,2})\.(?<min>[0-9]{2})(?:\.(?<s>[0-9]{2}))?)\s*$";
/// `4 am`.
const HOUR: &str = r"(?:^|[^0-9])(?<time>(?<hour>[0-9]{1,2}))\s*(?:am|pm|a\.\s?m\.?|p\.\s?m\.?)(?:\W|$)";
const ZONE_BEHIND_HALF: &str =
    r"\s(?<zone>z|(?:utc|gmt)(?:[+-][0-9]{1,2}(?::?[0-9]{2})?)?|[+-][0-9]{2}:?[0-9]{2})(?:\s*\([^)]*\))?\s*$";

static TIMES: LazyLock<[Regex; 2]> = LazyLock::new(|| [TIME, HOUR].map(compiled));
static DOTTED_TIME: LazyLock<Regex> = LazyLock::new(|| compiled(DOTTED));
static ZONE: LazyLock<Regex> = LazyLock::new(|| compiled(ZONE_BEHIND_HALF));

/// How the halves of the day are written: before noon, then after it. The first that occurs as a word counts.
const HALVES: [(&[&str], bool); 2] = [
    (
        &[
            "am",
            "a.m.",
            "a. m.",
            "a.m",
            "오전",
            "上午",
            "午前",
            "凌晨",
            "早上",
            "清晨",
            "ص",
            "ق.ظ",
            "ق.ظ.",
            "पूर्वाह्न",
            "לפנה״צ",
            "לפנה\"צ",
            "π.μ.",
            "πμ",
            "öö",
            "sa",
            "fm",
            "pg",
            "পূর্বাহ্ণ",
        ],
        false,
    ),
    (
        &[
            "pm",
            "p.m.",
            "p. m.",
            "p.m",
            "오후",
            "下午",
            "午後",
            "晚上",
            "中午",
            "م",
            "ب.ظ",
            "ب.ظ.",
            "अपराह्न",
            "אחה״צ",
            "אחה\"צ",
            "μ.μ.",
            "μμ",
            "ös",
            "ch",
            "em",
            "ptg",
            "অপরাহ্ণ",
        ],
        true,
    ),
];

/// Takes the time out of `text`, which is normal, and leaves the rest; no time is midnight. None when what looks like
/// a time can't be one. The dotted form is looked for only when `dotted` says that the date is gone already.
pub(super) fn take(text: &mut String, dotted: bool) -> Option<Clock> {
    let found =
        if dotted { DOTTED_TIME.captures(text) } else { TIMES.iter().find_map(|form| form.captures(text)) };
    let Some(found) = found else { return Some(Clock::default()) };
    let (hour, minutes) = (number(&found, "hour")?, number(&found, "min").unwrap_or(0));
    let seconds = number(&found, "s").unwrap_or(0);
    let thousandths = fraction(&found);
    let zone = found.name("zone").and_then(|zone| offset(zone.as_str()));
    let start = found.name("time")?.start();
    // Behind an hour alone stands the half of the day, which has to stay to be seen below.
    let end = if found.name("min").is_some() { found.get(0)?.end() } else { found.name("hour")?.end() };
    text.replace_range(start..end, " ");
    let zone = zone.or_else(|| take_zone(text));
    let half = take_half(text);
    let hour = hour_of_day(hour, half)?;
    (minutes < 60 && seconds < 62).then_some(())?;
    Some(Clock {
        milliseconds: ((hour * 60 + minutes) * 60 + seconds.min(59)) * 1000 + thousandths,
        hours: if half.is_some() { Hours::Twelve } else { Hours::TwentyFour },
        offset: zone,
    })
}

fn number(found: &Captures<'_>, name: &str) -> Option<i64> {
    found.name(name)?.as_str().parse().ok()
}

fn fraction(found: &Captures<'_>) -> i64 {
    let digits = found.name("frac").map(|frac| format!("{:0<3}", frac.as_str()));
    let thousandths = digits.and_then(|digits| digits.get(..3)?.parse().ok());
    thousandths.or_else(|| number(found, "ms")).unwrap_or(0)
}

/// A zone that stands apart from the time, behind the half of the day.
fn take_zone(text: &mut String) -> Option<i16> {
    let found = ZONE.captures(text)?;
    let (range, zone) = (found.get(0)?.range(), offset(found.name("zone")?.as_str())?);
    text.replace_range(range, " ");
    Some(zone)
}

/// Minutes ahead of UTC.
fn offset(zone: &str) -> Option<i16> {
    let zone = zone.trim();
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = match digits.len() {
        0 => return Some(0).filter(|_| !zone.is_empty()),
        1 | 2 => (digits.as_str(), "0"),
        _ => digits.split_at(digits.len() - 2),
    };
    let ahead = hours.parse::<i16>().ok()? * 60 + minutes.parse::<i16>().ok()?;
    (ahead <= 18 * 60).then_some(if zone.contains('-') { -ahead } else { ahead })
}

/// Takes the mark of the half of the day out of `text`: whether it is the second.
fn take_half(text: &mut String) -> Option<bool> {
    for (marks, after_noon) in HALVES {
        for mark in marks {
            let at = text.match_indices(mark).map(|(at, _)| at).find(|at| stands_alone(text, *at, mark));
            if let Some(at) = at {
                text.replace_range(at..at + mark.len(), " ");
                return Some(after_noon);
            }
        }
    }
    None
}

fn stands_alone(text: &str, at: usize, mark: &str) -> bool {
    let before = text.get(..at).and_then(|text| text.chars().next_back());
    let behind = text.get(at + mark.len()..).and_then(|text| text.chars().next());
    !before.is_some_and(char::is_alphabetic) && !behind.is_some_and(char::is_alphabetic)
}

fn hour_of_day(hour: i64, second_half: Option<bool>) -> Option<i64> {
    match second_half {
        None => (hour <= 24).then_some(hour % 24),
        Some(second) => (hour <= 12).then_some(hour % 12 + if second { 12 } else { 0 }),
    }
}
