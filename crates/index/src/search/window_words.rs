use std::ops::Range;

use crate::constants::{WINDOW_AFTER, WINDOW_BEFORE};
use crate::rows::parallel::on_each_with;
use crate::search::chain::{Chain, ChainSegment};
use crate::search::text_counts::TextCounts;
use crate::words::bm25::{Evidence, SegmentEvidence, idf, length_norm, saturated_by};

/// What the words of each row's window are worth: of the row, two before and one behind it in its group.
pub(crate) struct WindowWords {
    /// BM25 of each row's window, the counts and lengths of its rows added up.
    pub(crate) scores: Vec<f32>,
    /// What a window of average length would be worth that held each word once.
    pub(crate) full_score: f32,
    /// What it would be worth in addition that held a word for each prefix once.
    pub(crate) full_prefixes: f32,
}

/// The windows of a segment's rows.
///
/// All that is counted for one segment stays near the processor. Words are counted twice, once to know how many windows hold
/// each and once to score them: to keep the counts of all windows would take more memory than the index's rows.
struct SegmentWindows<'s, 'a> {
    part: &'s ChainSegment<'s>,
    evidence: &'s SegmentEvidence<'a>,
    lent: &'s [Lent],
    /// First how long each window is, then what it is worth.
    scores: &'s mut [f32],
}

/// A row that is read with one of another segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Lent {
    /// The row in whose window it is.
    to: usize,
    row: usize,
}

/// What is known of some windows before they are scored.
struct Measures {
    /// How many of them hold each kind.
    holding: Vec<usize>,
    /// How long they are together.
    length: f64,
}

/// Memory to work in.
#[derive(Default)]
struct Workspace {
    counts: TextCounts,
    norms: Vec<f32>,
}

impl WindowWords {
    pub(crate) fn new(evidence: &Evidence<'_>, chain: &Chain<'_>, threads: usize) -> Self {
        let mut scores = vec![0.0; chain.rows()];
        let lent = lent(chain);
        let mut segments = segments(evidence, chain, &lent, &mut scores);
        let text = Texts { chain, evidence };
        let measured =
            on_each_with(&mut segments, threads, Workspace::default, |room, part| text.measure(part, room));
        let whole: f64 = measured.iter().map(|measures| measures.length).sum();
        let average = if whole > 0.0 { (whole / chain.rows() as f64) as f32 } else { 1.0 };
        let idf = |kind: usize| {
            let holding = measured.iter().filter_map(|measures| measures.holding.get(kind));
            idf(chain.rows(), holding.sum())
        };
        let full_score = (0..evidence.terms).map(idf).sum();
        let worths: Vec<f32> =
            evidence.weights.iter().enumerate().map(|(kind, weight)| weight * idf(kind)).collect();
        on_each_with(&mut segments, threads, Workspace::default, |room, part| {
            text.score(part, average, &worths, room);
        });
        let full_prefixes = worths.iter().rev().take(evidence.prefixes).sum();
        Self { scores, full_score, full_prefixes }
    }
}

fn segments<'s, 'a>(
    evidence: &'s Evidence<'a>,
    chain: &'s Chain<'s>,
    mut lent: &'s [Lent],
    mut scores: &'s mut [f32],
) -> Vec<SegmentWindows<'s, 'a>> {
    let part = |(part, evidence): (&'s ChainSegment<'s>, &'s SegmentEvidence<'a>)| {
        let rows = part.rows();
        let here = lent.partition_point(|lent| lent.to < rows.end);
        SegmentWindows {
            part,
            evidence,
            lent: lent.split_off(..here).unwrap_or_default(),
            scores: scores.split_off_mut(..rows.len()).unwrap_or_default(),
        }
    };
    chain.segments().iter().zip(&evidence.segments).map(part).collect()
}

/// All rows that are read with one of another segment, by the rows that they are read with.
fn lent(chain: &Chain<'_>) -> Vec<Lent> {
    let mut lent = Vec::new();
    for (last, next) in chain.joins() {
        let before = |most| rows_from(*last, |row| chain.before(row), most);
        let after = |most| rows_from(*next, |row| chain.after(row), most);
        // The last row is one away from the next, so that what each side passes adds up to less than the reach.
        for (passed, row) in before(WINDOW_BEFORE) {
            lent.extend(after(WINDOW_BEFORE - passed).map(|(_, to)| Lent { to, row }));
        }
        for (passed, row) in after(WINDOW_AFTER) {
            lent.extend(before(WINDOW_AFTER - passed).map(|(_, to)| Lent { to, row }));
        }
    }
    lent.sort_unstable();
    // Groups that go through a segment with one row are met from both sides of it.
    lent.dedup();
    lent
}

/// A row and those that come next, `most` in all, each with how many were passed.
fn rows_from(
    row: usize,
    next: impl Fn(usize) -> Option<usize>,
    most: usize,
) -> impl Iterator<Item = (usize, usize)> {
    std::iter::successors(Some(row), move |row| next(*row)).take(most).enumerate()
}

/// How many terms a window has whose texts are of these lengths.
fn length_of(window: &[[u8; 4]; WINDOW_BEFORE + 1 + WINDOW_AFTER]) -> f32 {
    window.iter().map(|length| u32::from_le_bytes(*length)).sum::<u32>() as f32
}

/// One place; none if it is before the first.
fn single(place: usize) -> Range<usize> {
    place..place.saturating_add(1)
}

/// Calls `visit` with the rows that come next, `most` of them.
#[inline]
fn each_next(row: usize, next: impl Fn(usize) -> Option<usize>, most: usize, mut visit: impl FnMut(usize)) {
    let mut at = row;
    for _ in 0..most {
        let Some(row) = next(at) else { return };
        visit(row);
        at = row;
    }
}

/// The texts of all rows.
struct Texts<'s, 'a> {
    chain: &'s Chain<'s>,
    evidence: &'s Evidence<'a>,
}

impl Texts<'_, '_> {
    /// Measures a segment's windows, and puts their lengths where the scores will be.
    fn measure(&self, part: &mut SegmentWindows<'_, '_>, room: &mut Workspace) -> Measures {
        let mut length = 0.0;
        let (here, lengths) = (part.part, part.evidence.lengths);
        for ((place, window), row) in part.scores.iter_mut().enumerate().zip(here.rows()) {
            *window = match place
                .checked_sub(WINDOW_BEFORE)
                .and_then(|start| lengths.get(start..)?.first_chunk())
            {
                Some(window) if self.chain.in_line(row, WINDOW_BEFORE, WINDOW_AFTER) => length_of(window),
                _ => self.length_around(row, here, lengths),
            };
            length += f64::from(*window);
        }
        room.counts.resize(part.scores.len());
        let holding = |kind: usize| {
            self.each_window(kind, part, |window, _| room.counts.mark(window));
            let holding = room.counts.texts();
            room.counts.unmark();
            holding
        };
        Measures { holding: (0..self.evidence.weights.len()).map(holding).collect(), length }
    }

    /// Scores a segment's windows, whose lengths are in the place of the scores, by what each kind is worth.
    fn score(
        &self,
        part: &mut SegmentWindows<'_, '_>,
        average: f32,
        worths: &[f32],
        Workspace { counts, norms }: &mut Workspace,
    ) {
        norms.clear();
        norms.extend(part.scores.iter().map(|length| length_norm(length / average)));
        part.scores.fill(0.0);
        counts.resize(norms.len());
        for (kind, worth) in worths.iter().enumerate() {
            self.each_window(kind, part, |window, count| counts.add(window, count));
            counts.take(|window, count| {
                if let (Some(score), Some(norm)) = (part.scores.get_mut(window), norms.get(window)) {
                    *score += worth * saturated_by(count, *norm);
                }
            });
        }
    }

    /// Calls `visit` with the places of the segment's windows that hold something of a kind, and how often a row of theirs has
    /// it; places past the end are none.
    #[inline]
    fn each_window(
        &self,
        kind: usize,
        part: &SegmentWindows<'_, '_>,
        mut visit: impl FnMut(Range<usize>, f32),
    ) {
        let (chain, first) = (self.chain, part.part.first);
        part.evidence.each(kind, |place, count| {
            let (place, row) = (place as usize, first + place as usize);
            // A row is in the windows of so many rows before it as a window has behind its own, and the other way round.
            if place >= WINDOW_AFTER && chain.in_line(row, WINDOW_AFTER, WINDOW_BEFORE) {
                return visit(place - WINDOW_AFTER..place + WINDOW_BEFORE + 1, count);
            }
            let mut visit = |row: usize| visit(single(row.wrapping_sub(first)), count);
            each_next(row, |row| chain.before(row), WINDOW_AFTER, &mut visit);
            visit(row);
            each_next(row, |row| chain.after(row), WINDOW_BEFORE, &mut visit);
        });
        for Lent { to, row } in part.lent {
            let count = self.count(kind, *row);
            if count > 0.0 {
                visit(single(to - first), count);
            }
        }
    }

    /// How often a row has something of a kind.
    fn count(&self, kind: usize, row: usize) -> f32 {
        let found = self.chain.segment_of(row).and_then(|(number, part)| {
            Some(self.evidence.segments.get(number)?.count(kind, (row - part.first) as u32))
        });
        found.unwrap_or(0.0)
    }

    /// How many terms the window of a row of this segment has, whose texts are of these lengths.
    #[inline]
    fn length_around(&self, row: usize, part: &ChainSegment<'_>, lengths: &[[u8; 4]]) -> f32 {
        let of = |row: usize| {
            let here = lengths.get(row.wrapping_sub(part.first));
            here.map_or_else(|| self.length(row), |length| u32::from_le_bytes(*length))
        };
        let mut length = of(row);
        each_next(row, |row| self.chain.before(row), WINDOW_BEFORE, |row| length += of(row));
        each_next(row, |row| self.chain.after(row), WINDOW_AFTER, |row| length += of(row));
        length as f32
    }

    /// How many terms a row's text has.
    fn length(&self, row: usize) -> u32 {
        let found = self.chain.segment_of(row).and_then(|(number, part)| {
            let lengths = self.evidence.segments.get(number)?.lengths;
            lengths.get(row - part.first).map(|length| u32::from_le_bytes(*length))
        });
        found.unwrap_or(0)
    }
}
