//! `2025-11-10T04:00:41.123+01:00`, as most programs write it: read by hand, for there may be a million of them.

use naragtive_scene::Moment;

/// The moment of a stamp in exactly this form from 1970 on, with any part of a second and a zone or none. Where it is in any
/// other, the other ways of reading it say.
pub(super) fn plain(stamp: &str) -> Option<Moment> {
    let bytes = stamp.as_bytes();
    let number = |from: usize, length: usize| -> Option<i64> {
        let digits = bytes.get(from..from + length)?;
        digits
            .iter()
            .try_fold(0, |all, byte| byte.is_ascii_digit().then(|| all * 10 + i64::from(byte - b'0')))
    };
    let is = |at: usize, wanted: &[u8]| bytes.get(at).is_some_and(|byte| wanted.contains(byte));
    let shaped = is(4, b"-") && is(7, b"-") && is(10, b"T ") && is(13, b":") && is(16, b":");
    let (year, month, day) = (number(0, 4)?, number(5, 2)?, number(8, 2)?);
    let (hour, minute, second) = (number(11, 2)?, number(14, 2)?, number(17, 2)?);
    let sensible =
        (1970..=9998).contains(&year) && (1..=12).contains(&month) && hour < 24 && minute < 60 && second < 60;
    if !shaped || !sensible || day < 1 || day > days_in(year, month) {
        return None;
    }
    let (milliseconds, end) = fraction(bytes)?;
    let wall =
        ((days_to(year, month, day) * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + milliseconds;
    let offset = match bytes.get(end..)? {
        [] => return Some(Moment::Local { milliseconds: wall }),
        [b'Z'] => 0,
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let (hours, minutes) = (number(end + 1, 2)?, number(end + 4, 2)?);
            (hours < 24 && minutes < 60).then_some(())?;
            (hours * 60 + minutes) * if *sign == b'-' { -1 } else { 1 }
        }
        _ => return None,
    };
    // A moment that is before 1970 in UTC is rounded in another way.
    let milliseconds = Some(wall - offset * 60_000).filter(|milliseconds| *milliseconds >= 0)?;
    Some(Moment::Instant { milliseconds, offset: i16::try_from(offset).ok()? })
}

/// The milliseconds behind the seconds, and where they end; at most nine digits are a part of a second.
fn fraction(bytes: &[u8]) -> Option<(i64, usize)> {
    const SECONDS: usize = 19;
    if bytes.get(SECONDS) != Some(&b'.') {
        return Some((0, SECONDS));
    }
    let digits = bytes.iter().skip(SECONDS + 1).take_while(|byte| byte.is_ascii_digit());
    let count = digits.clone().count();
    (1..=9).contains(&count).then_some(())?;
    let thousandths = digits.chain(&[b'0'; 3]).take(3).fold(0, |all, byte| all * 10 + i64::from(byte - b'0'));
    Some((thousandths, SECONDS + 1 + count))
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// How many days lie between the first of 1970 and this one.
fn days_to(year: i64, month: i64, day: i64) -> i64 {
    let past = year - 1;
    let leap_days = (past / 4 - past / 100 + past / 400) - (1969 / 4 - 1969 / 100 + 1969 / 400);
    let months: i64 = (1..month).map(|month| days_in(year, month)).sum();
    (year - 1970) * 365 + leap_days + months + day - 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_read_by_hand_is_what_the_other_way_reads(
            (year, month, day) in (1960..2200i64, 0..14i64, 0..33i64),
            (hour, minute, second) in (0..25i64, 0..61i64, 0..61i64),
            fraction in "(\\.[0-9]{1,9})?",
            between in "[T ]",
            zone in "(Z|[+-][0-2][0-9]:[0-5][0-9])?",
        ) {
            let stamp = format!(
                "{year:04}-{month:02}-{day:02}{between}{hour:02}:{minute:02}:{second:02}{fraction}{zone}"
            );
            if let Some(found) = plain(&stamp) {
                prop_assert_eq!(Some(found), super::super::by_library(&stamp), "{}", stamp);
            }
        }
    }

    #[test]
    fn the_usual_forms_are_read_by_hand() {
        for stamp in [
            "2025-11-10T04:00:41Z",
            "2025-11-10T04:00:41.123+01:00",
            "2024-02-29 23:59:59.9",
            "1970-01-01T00:00:00Z",
        ] {
            assert!(plain(stamp).is_some(), "{stamp}");
        }
        for stamp in [
            "2025-02-29T00:00:00Z",
            "2025-11-10",
            "1969-12-31T23:59:59Z",
            "2025-11-10T04:00:41 +01:00",
            "2025-11-10T04:00:41.",
        ] {
            assert!(plain(stamp).is_none(), "{stamp}");
        }
    }
}
