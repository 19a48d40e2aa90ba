//! Turns in the order in which they were said.

use naragtive_scene::{Moment, Transcript, Turn};

use crate::row::Parsed;
use crate::scenes::{Grouping, SceneRule};
use crate::stamp::date_turns;
use crate::{Format, Options, aside};

/// Parts what isn't said from the turns of a file, dates them and puts them into order.
pub(crate) fn ordered(format: Format, parsed: Parsed, options: &Options<'_>) -> Parsed {
    let Parsed { mut transcripts, mut report } = parsed;
    let grouping = format.row().grouping;
    aside::part(&mut transcripts, grouping, &mut report);
    date_turns(&mut transcripts, options.date_order, options.ingested_at, &mut report.dating);
    report.reordered = in_time(&mut transcripts, grouping.or_by(options.scene));
    Parsed { transcripts, report }
}

/// Puts the turns of each transcript into the order of time, where every one of them has a moment on the same clock;
/// whether any was not in it. What is paired by its place is only turned round as a whole: there, a moment that goes
/// back is a clock that was set back.
pub(crate) fn in_time(transcripts: &mut [Transcript], grouping: Grouping) -> bool {
    let mut reordered = false;
    for transcript in transcripts {
        reordered |= match grouping {
            Grouping::Messages | Grouping::Cut(SceneRule::Gap, _) => sorted(&mut transcript.turns),
            Grouping::Pairs | Grouping::Cut(..) => turned(&mut transcript.turns),
            Grouping::Exchanges | Grouping::Pieces => false,
        };
    }
    reordered
}

fn sorted(turns: &mut [Turn]) -> bool {
    let comparable = moments(turns).is_some();
    if !comparable || turns.is_sorted_by_key(milliseconds) {
        return false;
    }
    // Of messages within one second, those of a newest-first file stand in the wrong order too.
    if !turned(turns) {
        turns.sort_by_key(milliseconds);
    }
    true
}

fn turned(turns: &mut [Turn]) -> bool {
    let Some(moments) = moments(turns) else { return false };
    let newest_first = moments.is_sorted_by(|one, next| one >= next) && moments.first() != moments.last();
    if newest_first {
        turns.reverse();
    }
    newest_first
}

/// The moments of all turns, if each has one and all are on one kind of clock.
fn moments(turns: &[Turn]) -> Option<Vec<i64>> {
    let kind = turns.first()?.moment?.is_instant();
    let same = |moment: &Moment| moment.is_instant() == kind;
    turns.iter().map(|turn| turn.moment.filter(same).map(Moment::milliseconds)).collect()
}

fn milliseconds(turn: &Turn) -> i64 {
    turn.moment.map_or(0, Moment::milliseconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered(moments: &[i64], grouping: Grouping) -> (Vec<u32>, bool) {
        let turn = |(entry, milliseconds): (usize, &i64)| Turn {
            entry: u32::try_from(entry).unwrap(),
            moment: (*milliseconds >= 0).then_some(Moment::Local { milliseconds: *milliseconds }),
            ..Turn::default()
        };
        let turns = moments.iter().enumerate().map(turn).collect();
        let mut transcripts = [Transcript { turns, ..Transcript::default() }];
        let reordered = in_time(&mut transcripts, grouping);
        (transcripts[0].turns.iter().map(|turn| turn.entry).collect(), reordered)
    }

    #[test]
    fn messages_are_sorted_and_pairs_only_turned_round() {
        for (moments, grouping, order, reordered) in [
            (&[1, 2, 2, 3][..], Grouping::Messages, &[0, 1, 2, 3][..], false),
            (&[3, 2, 2, 1], Grouping::Messages, &[3, 2, 1, 0], true),
            (&[1, 3, 2], Grouping::Messages, &[0, 2, 1], true),
            (&[3, -1, 1], Grouping::Messages, &[0, 1, 2], false),
            (&[2, 2], Grouping::Messages, &[0, 1], false),
            (&[3, 2, 1], Grouping::Pairs, &[2, 1, 0], true),
            (&[1, 3, 2], Grouping::Pairs, &[0, 1, 2], false),
            (&[3, 2, 1], Grouping::Exchanges, &[0, 1, 2], false),
        ] {
            assert_eq!(ordered(moments, grouping), (order.to_vec(), reordered), "{moments:?}");
        }
    }
}
