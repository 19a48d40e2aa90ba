//! Whether the day or the month comes first, decided once for a file by all its stamps.
//!
//! A first number over twelve is a day, a second one over twelve too: that is proof. All else is a guess, and told with what
//! it is founded on: the order under which no stamp lies in the future, if only one is so; then the clock, for where it goes
//! to 24 hours, or says `am`, the day comes first, and the month where it says `AM`, as Americans write it and some others do.
//! What is still open is taken month first.

use std::cmp::Ordering;

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
    /// How many stamps were read in an order that nothing in the file proves.
    pub guessed: usize,
    /// The first of those.
    pub first_guessed: Option<Guess>,
}

/// An order that nothing proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess {
    /// The first stamp that was read in it, shortened.
    pub stamp: String,
    /// The order.
    pub order: DateOrder,
    /// What speaks for it.
    pub grounds: Grounds,
}

/// What speaks for an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grounds {
    /// Under the other one, stamps lie in the future.
    Future,
    /// How hours are counted.
    Clock,
    /// Nothing.
    Nothing,
}

impl Guess {
    /// What was decided, and why.
    pub fn told(&self) -> String {
        let Self { stamp, order, grounds } = self;
        let (order, other) = match order {
            DateOrder::DayFirst => ("day", "month"),
            DateOrder::MonthFirst => ("month", "day"),
        };
        match grounds {
            Grounds::Nothing => format!(
                "nothing tells whether the day or the month comes first in {stamp}; the {order} was taken to"
            ),
            Grounds::Clock => format!(
                "nothing but how the hours are written tells whether the day or the month comes first in {stamp}; the {order} was \
                 taken to"
            ),
            Grounds::Future => {
                format!(
                    "the {order} was taken to come first in {stamp}: with the {other} first, some stamps lie in the future"
                )
            }
        }
    }
}

/// What the stamps of a file say about their order.
#[derive(Default)]
struct Votes {
    day: usize,
    month: usize,
    future_day: usize,
    future_month: usize,
    /// Times with `AM` or `PM`.
    american: usize,
    /// Other times.
    other_clock: usize,
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
                    votes.hint(&turn.stamp, either, now);
                    open.push((at, place, either));
                }
                None => dating.undated(&turn.stamp),
            }
        }
    }
    let proof = typed.or_else(|| votes.proved());
    let (order, grounds) = proof.map_or_else(|| votes.guess(), |order| (order, Grounds::Nothing));
    for (at, place, reading) in open {
        let turn = transcripts.get_mut(at).and_then(|transcript| transcript.turns.get_mut(place));
        let (Some(turn), Reading::Either { day_first, month_first, .. }) = (turn, reading) else { continue };
        turn.moment = Some(if order == DateOrder::DayFirst { day_first } else { month_first });
        if proof.is_none() {
            dating.guessed(&turn.stamp, order, grounds);
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

    fn hint(&mut self, stamp: &Scalar, reading: Reading, now: Timestamp) {
        let Reading::Either { day_first, month_first, hours } = reading else { return };
        // A zone may be a day ahead.
        let future = now.as_millisecond().saturating_add(86_400_000);
        self.future_day += usize::from(day_first.milliseconds() > future);
        self.future_month += usize::from(month_first.milliseconds() > future);
        let is_american = || {
            let Scalar::Text(text) = stamp else { return false };
            ["AM", "PM"].iter().any(|half| text.contains(half))
        };
        match hours {
            Hours::Unknown => {}
            Hours::Twelve if is_american() => self.american += 1,
            Hours::Twelve | Hours::TwentyFour => self.other_clock += 1,
        }
    }

    /// The order that numbers over twelve prove.
    fn proved(&self) -> Option<DateOrder> {
        match self.day.cmp(&self.month) {
            Ordering::Greater => Some(DateOrder::DayFirst),
            Ordering::Less => Some(DateOrder::MonthFirst),
            Ordering::Equal => None,
        }
    }

    fn guess(&self) -> (DateOrder, Grounds) {
        match (self.future_day, self.future_month, self.american.cmp(&self.other_clock)) {
            (_, 0, Ordering::Greater) => (DateOrder::MonthFirst, Grounds::Clock),
            (0, 1.., _) => (DateOrder::DayFirst, Grounds::Future),
            (1.., 0, _) => (DateOrder::MonthFirst, Grounds::Future),
            (_, _, Ordering::Less) => (DateOrder::DayFirst, Grounds::Clock),
            (_, _, Ordering::Greater) => (DateOrder::MonthFirst, Grounds::Clock),
            (_, _, Ordering::Equal) => (DateOrder::MonthFirst, Grounds::Nothing),
        }
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

    fn guessed(&mut self, stamp: &Scalar, order: DateOrder, grounds: Grounds) {
        self.guessed += 1;
        self.first_guessed.get_or_insert_with(|| Guess { stamp: shown(stamp), order, grounds });
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
            (&["10/11/2025, 04:00:41"], None, &["2025-11-10"], 1),
            (&["10/11/2025, 4:00:41 am"], None, &["2025-11-10"], 1),
            (&["10/11/2025, 4:00:41 a. m."], None, &["2025-11-10"], 1),
            (&["10/11/2025, 4:00:41 AM"], None, &["2025-10-11"], 1),
            (&["10/11/2025, 4:00:41\u{202f}PM", "12/10/2025, 04:00"], None, &["2025-10-11", "2025-12-10"], 2),
            (&["10/01/2026, 4:00:41 AM"], None, &["2026-01-10"], 1),
            (&["02/09/2026"], None, &["2026-02-09"], 1),
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
    fn what_no_stamp_proves_is_told_with_what_it_is_founded_on() {
        for (stamps, told) in [
            (
                &["05/11/2025"][..],
                "nothing tells whether the day or the month comes first in 05/11/2025; the month was taken to",
            ),
            (
                &["05/11/2025 14:00"],
                "nothing but how the hours are written tells whether the day or the month comes first in 05/11/2025 14:00; \
                 the day was taken to",
            ),
            (
                &["10/01/2026 14:00"],
                "the day was taken to come first in 10/01/2026 14:00: with the month first, some stamps lie in the future",
            ),
        ] {
            let (_, dating) = dated(stamps, None);
            assert_eq!(dating.first_guessed.unwrap().told(), told);
        }
        assert_eq!(dated(&["05/11/2025 14:00", "25/12/2025 09:00"], None).1.first_guessed, None);
    }

    #[test]
    fn what_has_no_day_is_counted_with_the_first() {
        let (days, dating) = dated(&["2025-11-10", "", "later\n", "soon"], None);
        assert_eq!(days.iter().flatten().count(), 1);
        assert_eq!((dating.stamped, dating.undated, dating.first_undated.as_deref()), (3, 2, Some("later")));
    }
}
