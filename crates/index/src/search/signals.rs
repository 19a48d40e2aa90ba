use std::convert::Infallible;
use std::ops::Range;

use crate::rows::parallel::{chunks, on_each};
use crate::search::chain::Chain;
use crate::search::dates::Dates;
use crate::search::exact::ExactScores;
use crate::search::fuse::{Blend, Context, NeighbourWeights, ScoreRange};
use crate::search::pooled::PoolLengths;
use crate::search::session_words::SessionWords;
use crate::search::window_words::WindowWords;
use crate::{Bits, Damaged, Index, Ranked, Top};

/// So many rows at most are looked at exactly, for each that is wanted and in addition.
const CANDIDATES: [usize; 2] = [4, 64];
/// So many rows at most at either end of the compact cosines are looked at exactly, to know the ends.
const EXTREMES: usize = 16;
/// Rows whose ends are looked for at once.
const BLOCK: usize = 128;
const LANES: usize = 16;

/// What is known of every row before any is looked at closely.
pub(crate) struct Signals<'a> {
    pub(crate) index: &'a Index,
    pub(crate) chain: &'a Chain<'a>,
    pub(crate) pools: &'a PoolLengths<'a>,
    pub(crate) keep: Option<&'a Bits>,
    /// See [`ExactScores::meaning`]. NaN where there is none.
    pub(crate) cosines: Vec<f32>,
    pub(crate) lexical: Vec<f32>,
    /// See [`crate::WordMatch::full_score`].
    pub(crate) full_score: f32,
    /// See [`crate::WordMatch::full_prefixes`].
    pub(crate) full_prefixes: f32,
    /// See [`crate::WordQuery::says_nothing`].
    pub(crate) says_nothing: bool,
    pub(crate) windows: WindowWords,
    pub(crate) sessions: SessionWords,
    /// The worth of the words of the best session that has rows that may be found.
    pub(crate) best_session: f32,
    /// The rows that hold each phrase that is wished for.
    pub(crate) held: Vec<Bits>,
    /// The sign of the kind of answer that is asked for.
    pub(crate) cue: Option<u8>,
    pub(crate) dates: Option<Dates>,
    /// What is asked for, in numbers.
    pub(crate) weights: NeighbourWeights,
    /// What meaning counts for in a row's own worth.
    pub(crate) share: f32,
}

/// What the rows that may be found are between.
struct Extremes {
    /// By compact cosine.
    nearest: Top,
    /// By the negative one.
    furthest: Top,
    words: f32,
    window: f32,
}

impl Signals<'_> {
    /// The spans of the rows that may be found: of their exact cosines, and of what words are worth.
    pub(crate) fn blend(&self, exact_scores: &mut ExactScores<'_>) -> Result<Blend, Damaged> {
        let ends = self.ends();
        let furthest = self.furthest_exact(ends.furthest, exact_scores, -1.0)?;
        let nearest = self.furthest_exact(ends.nearest, exact_scores, 1.0)?;
        let meaning = ScoreRange::of_meaning(furthest.map(|cosine| -cosine).into_iter().chain(nearest));
        let words = ScoreRange::of_words(self.full_score, ends.words);
        let window = ScoreRange::of_words(self.windows.full_score, ends.window);
        Ok(Blend { share: self.share, meaning, words, window, weights: self.weights })
    }

    /// The greatest exact cosine times `sign`, of rows ordered by their compact cosines times `sign`.
    fn furthest_exact(
        &self,
        ends: Top,
        exact_scores: &mut ExactScores<'_>,
        sign: f32,
    ) -> Result<Option<f32>, Damaged> {
        let mut furthest: Option<f32> = None;
        for end in ends.into_sorted() {
            if furthest.is_some_and(|furthest| end.score + exact_scores.error() < furthest) {
                break;
            }
            let exact = sign * exact_scores.meaning(end.row, self.pools)?;
            furthest = Some(furthest.map_or(exact, |furthest| furthest.max(exact)));
        }
        Ok(furthest)
    }

    fn ends(&self) -> Extremes {
        let mut chunks: Vec<_> = chunks(self.cosines.len()).collect();
        let threads = self.index.threads_for_light(self.index.rows());
        let found = on_each(&mut chunks, threads, |rows| Ok::<_, Infallible>(self.ends_of(rows.clone())));
        found.into_iter().flatten().fold(Extremes::none(), Extremes::and)
    }

    fn ends_of(&self, rows: Range<usize>) -> Extremes {
        let mut ends = Extremes::none();
        for start in rows.clone().step_by(BLOCK) {
            let rows = start..rows.end.min(start + BLOCK);
            let cosines = self.cosines.get(rows.clone()).unwrap_or_default();
            let of = |values: &[f32]| self.most(values, rows.clone());
            ends.words = ends.words.max(of(&self.lexical));
            ends.window = ends.window.max(of(&self.windows.scores));
            // The cheap question first: most blocks hold nothing that is at an end.
            let [least, most] = ends_of_all(cosines);
            let at_ends = ends.nearest.takes(most) || ends.furthest.takes(-least);
            if at_ends {
                ends.offer(rows, cosines, self.keep);
            }
        }
        ends
    }

    /// The greatest of the values of rows that may be found.
    fn most(&self, values: &[f32], rows: Range<usize>) -> f32 {
        let values = values.get(rows.clone()).unwrap_or_default();
        match self.keep {
            None => ends_of_all(values)[1],
            Some(keep) => {
                let kept = rows.zip(values).filter(|(row, _)| keep.contains(*row));
                kept.fold(0.0, |most, (_, value)| most.max(*value))
            }
        }
    }

    /// What each of these rows is worth by itself, by its compact cosine.
    pub(crate) fn worths(&self, rows: Range<usize>, blend: &Blend) -> impl Iterator<Item = f32> {
        let [cosines, words, windows] = [&self.cosines, &self.lexical, &self.windows.scores]
            .map(|values| values.get(rows.clone()).unwrap_or_default().iter());
        let blend = *blend;
        let signals = cosines.zip(words).zip(windows);
        signals.map(move |((cosine, words), window)| blend.of(*cosine, *words, *window))
    }

    /// What one row is worth by itself, by its compact cosine.
    pub(crate) fn worth(&self, row: usize, blend: &Blend) -> f32 {
        let [cosine, words, window] =
            [&self.cosines, &self.lexical, &self.windows.scores].map(|values| value(values, row));
        blend.of(cosine, words, window)
    }

    pub(crate) fn may_be_found(&self, row: usize) -> bool {
        self.keep.is_none_or(|keep| keep.contains(row))
    }

    /// What a row's session says and its signs; `session_best` is the worth of the best row of its session.
    pub(crate) fn context(&self, row: usize, session_best: f32) -> Result<Context, Damaged> {
        let mut context = self.of_session(self.chain.session(row), session_best);
        self.add_signs(row, &mut context)?;
        Ok(context)
    }

    /// What a session says, whose best row is worth so much.
    pub(crate) fn of_session(&self, session: usize, session_best: f32) -> Context {
        let mut context = Context { session_best, ..Context::default() };
        if self.best_session > 0.0 {
            context.session_words = (value(&self.sessions.scores, session) / self.best_session).min(1.0);
        }
        context
    }

    /// The same for a row that has every sign there is.
    #[inline]
    pub(crate) fn with_all_signs(&self, context: Context) -> Context {
        Context { cue: 1.0, date: 1.0, phrases: self.held.len() as f32, ..context }
    }

    /// Adds the signs that a row has.
    pub(crate) fn add_signs(&self, row: usize, context: &mut Context) -> Result<(), Damaged> {
        context.phrases = self.held.iter().filter(|held| held.contains(row)).count() as f32;
        if self.cue.is_none() && self.dates.is_none() {
            return Ok(());
        }
        let Some((segment, place)) = self.index.segment_of(row) else { return Ok(()) };
        if let Some(cue) = self.cue {
            let signs = segment.cues()?.get(place).copied().unwrap_or(0);
            context.cue = if signs & cue == 0 { 0.0 } else { 1.0 };
        }
        if let (Some(dates), Some(day)) = (&self.dates, segment.day(place)?) {
            context.date = dates.fit(day);
        }
        Ok(())
    }
}

impl Extremes {
    fn none() -> Self {
        Self { nearest: Top::new(EXTREMES), furthest: Top::new(EXTREMES), words: 0.0, window: 0.0 }
    }

    fn offer(&mut self, rows: Range<usize>, cosines: &[f32], keep: Option<&Bits>) {
        for (row, cosine) in rows.zip(cosines).filter(|(_, cosine)| !cosine.is_nan()) {
            if keep.is_none_or(|keep| keep.contains(row)) {
                self.nearest.offer(Ranked { row, score: *cosine });
                self.furthest.offer(Ranked { row, score: -cosine });
            }
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            nearest: self.nearest.and(other.nearest),
            furthest: self.furthest.and(other.furthest),
            words: self.words.max(other.words),
            window: self.window.max(other.window),
        }
    }
}

/// The least and the greatest of some values; NaN is left out.
fn ends_of_all(values: &[f32]) -> [f32; 2] {
    // Lanes that a compiler can keep side by side in registers.
    let (mut least, mut most) = ([f32::INFINITY; LANES], [f32::NEG_INFINITY; LANES]);
    for values in values.chunks(LANES) {
        for ((least, most), value) in least.iter_mut().zip(&mut most).zip(values) {
            // A comparison with NaN is false.
            *least = if *value < *least { *value } else { *least };
            *most = if *value > *most { *value } else { *most };
        }
    }
    [least.into_iter().fold(f32::INFINITY, f32::min), most.into_iter().fold(f32::NEG_INFINITY, f32::max)]
}

pub(crate) fn value(values: &[f32], row: usize) -> f32 {
    values.get(row).copied().unwrap_or(f32::NAN)
}

/// How many rows are looked at exactly to find so many.
pub(crate) fn candidates_for(limit: usize) -> usize {
    let [each, more] = CANDIDATES;
    limit.saturating_mul(each).saturating_add(more)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_are_those_of_all_lanes_and_of_what_is_left_over() {
        let mut values: Vec<f32> = (0..37).map(|place| (place * 7 % 37) as f32).collect();
        assert_eq!(ends_of_all(&values), [0.0, 36.0]);
        values.extend([f32::NAN, -1.0]);
        assert_eq!(ends_of_all(&values), [-1.0, 36.0]);
        assert_eq!(ends_of_all(&[f32::NAN]), [f32::INFINITY, f32::NEG_INFINITY]);
    }
}
