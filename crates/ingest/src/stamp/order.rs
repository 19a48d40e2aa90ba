//! Whether the day or the month comes first, decided once for a file by all its stamps.
//!
//! A first number over twelve is a day, a second one over twelve too: that is proof. Where there is none, the order
//! under which no stamp lies in the future is taken if only one is so; then the clock tells: to 24 hours it is
//! read by day-first countries, to twelve by Americans. What is still open is taken month first, and told.

use jiff::Timestamp;
use naragtive_scene::{Moment, Scalar, Transcript};

use super::clock::Hours;
use super::{Reading, read};
use crate::words;

/// Whether the day or the month comes first in `10/11/2025`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// 10 November.
    DayFirst,
    /// 11 October.
    MonthFirst,
}

/// How the stamps of a file were read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dating {
    /// How many turns have a stamp.
    pub stamped: usize,
    /// How many stamps name no day that could be read.
    pub undated: usize,
    /// The first of those, shortened.
    pub first_undated: Option<String>,
    /// How many stamps were read in an order that nothing in the file told.
    pub guessed: usize,
    /// The first of those, and the order it was read in.
    pub first_guessed: Option<(String, DateOrder)>,
}

/// What the stamps of a file say about their order.
#[derive(Default)]
struct Votes {
    day: usize,
    month: usize,
    future_day: usize,
    future_month: usize,
    twelve: usize,
    twenty_four: usize,
}

/// Gives every turn its moment. `typed` is the order that the user asks for, which wins.
pub(crate) fn date_turns(
    transcripts: &mut [Transcript],
    typed: Option<DateOrder>,
    now: Timestamp,
    dating: &mut Dating,
) {
    let mut votes = Votes::default();
    let mut open = Vec::new();
    for (at, transcript) in transcripts.iter_mut().enumerate() {
        for (place, turn) in transcript.turns.iter_mut().enumerate() {
            if turn.moment.is_some() || turn.stamp.is_empty() {
                continue;
            }
            dating.stamped += 1;
            match read(&turn.stamp) {
                Some(Reading::Sure(moment)) => {
                    votes.proof(&turn.stamp, moment);
                    turn.moment = Some(moment);
                }
                Some(either @ Reading::Either { .. }) => {
                    votes.hint(either, now);
                    open.push((at, place, either));
                }
                None => dating.undated(&turn.stamp),
            }
        }
    }
    let told = typed.or_else(|| votes.told());
    let order = told.unwrap_or(DateOrder::MonthFirst);
    for (at, place, reading) in open {
        let turn = transcripts.get_mut(at).and_then(|transcript| transcript.turns.get_mut(place));
        let (Some(turn), Reading::Either { day_first, month_first, .. }) = (turn, reading) else { continue };
        turn.moment = Some(if order == DateOrder::DayFirst { day_first } else { month_first });
        if told.is_none() {
            dating.guessed(&turn.stamp, order);
        }
    }
}

impl Votes {
    /// A stamp with a number over twelve in it says in which order it is.
    fn proof(&mut self, stamp: &Scalar, moment: Moment) {
        let Scalar::Text(text) = stamp else { return };
        let mut numbers = text.trim_start_matches(|c: char| !c.is_ascii_digit()).splitn(3, ['/', '-']);
        let mut next = || numbers.next().and_then(|number| number.trim().parse::<u8>().ok());
        let (Some(first), Some(second)) = (next(), next()) else { return };
        let day = super::day(moment).and_then(|day| day.get(8..)?.parse::<u8>().ok());
        self.day += usize::from(first > 12 && day == Some(first));
        self.month += usize::from(second > 12 && day == Some(second));
    }

    fn hint(&mut self, reading: Reading, now: Timestamp) {
        let Reading::Either { day_first, month_first, hours } = reading else { return };
        // A zone may be a day ahead.
        let future = now.as_millisecond().saturating_add(86_400_000);
        self.future_day += usize::from(day_first.milliseconds() > future);
        self.future_month += usize::from(month_first.milliseconds() > future);
        self.twelve += usize::from(hours == Hours::Twelve);
        self.twenty_four += usize::from(hours == Hours::TwentyFour);
    }

    fn told(&self) -> Option<DateOrder> {
        let by = |day: usize, month: usize| match day.cmp(&month) {
            std::cmp::Ordering::Greater => Some(DateOrder::DayFirst),
            std::cmp::Ordering::Less => Some(DateOrder::MonthFirst),
            std::cmp::Ordering::Equal => None,
        };
        let possible = match (self.future_day, self.future_month) {
            (0, 1..) => Some(DateOrder::DayFirst),
            (1.., 0) => Some(DateOrder::MonthFirst),
            _ => None,
        };
        by(self.day, self.month).or(possible).or_else(|| by(self.twenty_four, self.twelve))
    }
}

impl Dating {
    pub(crate) fn add(&mut self, other: Self) {
        self.stamped += other.stamped;
        self.undated += other.undated;
        self.guessed += other.guessed;
        self.first_undated = self.first_undated.take().or(other.first_undated);
        self.first_guessed = self.first_guessed.take().or(other.first_guessed);
    }

    fn undated(&mut self, stamp: &Scalar) {
        self.undated += 1;
        self.first_undated.get_or_insert_with(|| shown(stamp));
    }

    fn guessed(&mut self, stamp: &Scalar, order: DateOrder) {
        self.guessed += 1;
        self.first_guessed.get_or_insert_with(|| (shown(stamp), order));
    }
}

fn shown(stamp: &Scalar) -> String {
    words::first_line(&stamp.label().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use naragtive_scene::Turn;

    use super::*;

    fn dated(stamps: &[&str], typed: Option<DateOrder>) -> (Vec<Option<String>>, Dating) {
        let turns = stamps.iter().map(|stamp| Turn { stamp: (*stamp).into(), ..Turn::default() }).collect();
        let mut transcripts = [Transcript { turns, ..Transcript::default() }];
        let mut dating = Dating::default();
        date_turns(&mut transcripts, typed, "2026-01-20T00:00:00Z".parse().unwrap(), &mut dating);
        let days = transcripts[0].turns.iter().map(|turn| turn.moment.and_then(crate::stamp::day)).collect();
        (days, dating)
    }

    #[test]
    fn one_order_holds_for_a_file() {
        for (stamps, typed, days, guessed) in [
            (
                &["25/12/2025, 21:04:11", "10/01/2026, 20:15:02"][..],
                None,
                &["2025-12-25", "2026-01-10"][..],
                0,
            ),
            (&["05/11/2025", "31/10/2025"], None, &["2025-11-05", "2025-10-31"], 0),
            (&["05/11/2025", "10/31/2025"], None, &["2025-05-11", "2025-10-31"], 0),
            (&["10/11/2025, 04:00:41"], None, &["2025-11-10"], 0),
            (&["10/11/2025, 4:00:41 AM"], None, &["2025-10-11"], 0),
            (&["10/01/2026, 4:00:41 AM"], None, &["2026-01-10"], 0),
            (&["05/11/2025"], None, &["2025-05-11"], 1),
            (&["05/11/2025"], Some(DateOrder::DayFirst), &["2025-11-05"], 0),
            (&["31/10/2025", "05/11/2025"], Some(DateOrder::MonthFirst), &["2025-10-31", "2025-05-11"], 0),
        ] {
            let (found, dating) = dated(stamps, typed);
            assert_eq!(found.iter().flatten().collect::<Vec<_>>(), days, "{stamps:?}");
            assert_eq!(dating.guessed, guessed, "{stamps:?}");
        }
    }

    #[test]
    fn what_has_no_day_is_counted_with_the_first() {
        let (days, dating) = dated(&["2025-11-10", "", "later\n", "soon"], None);
        assert_eq!(days.iter().flatten().count(), 1);
        assert_eq!((dating.stamped, dating.undated, dating.first_undated.as_deref()), (3, 2, Some("later")));
    }
}
