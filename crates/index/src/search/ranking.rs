use std::collections::HashMap;
use std::ops::Range;

use crate::rows::parallel::{chunks, fill, on_each};
use crate::search::chain::Chain;
use crate::search::exact::ExactScores;
use crate::search::fuse::{Blend, Context, with_neighbour};
use crate::search::signals::{Signals, candidates_for, value};
use crate::{Damaged, Features, Ranked, RowHit, Top, WordFeatures};

/// So many rows of a session at most are looked at exactly, to know the best one.
const SESSION_LOOKS: usize = 64;

/// Rows whose own worths are computed at once.
const BLOCK: usize = 1 << 9;

/// All rows' worths by compact cosines.
pub(crate) struct Ranking<'s, 'a> {
    pub(crate) signals: &'s Signals<'a>,
    pub(crate) blend: Blend,
    /// What each row is worth with its neighbour.
    worths: Vec<f32>,
    /// The greatest of these of each session.
    session_bests: Vec<f32>,
}

/// Gives each row from `first` on its own worth and its better neighbour's part.
fn lend(signals: &Signals<'_>, blend: &Blend, first: usize, worths: &mut [f32]) {
    let (chain, rows) = (signals.chain, first..first + worths.len());
    let own: Vec<f32> = signals.worths(rows.clone(), blend).collect();
    let of = |row: usize| {
        let here = own.get(row.wrapping_sub(first)).copied();
        here.unwrap_or_else(|| signals.worth(row, blend))
    };
    let mut start = first;
    while start < rows.end {
        let run = start..chain.run_end(start, rows.end);
        let here = run.start - first..run.end - first;
        let (own, worths) =
            (own.get(here.clone()).unwrap_or_default(), worths.get_mut(here).unwrap_or_default());
        // Within a run the neighbours stand side by side.
        for (worth, near) in worths.iter_mut().skip(1).zip(own.windows(3)) {
            if let [before, own, after] = near {
                *worth = with_neighbour(*own, before.max(*after)).0;
            }
        }
        for row in [run.start, run.end - 1] {
            let better = chain.before(row).map_or(0.0, of).max(chain.after(row).map_or(0.0, of));
            if let Some(worth) = worths.get_mut(row - run.start) {
                *worth = with_neighbour(of(row), better).0;
            }
        }
        start = run.end;
    }
}

/// The greatest worth of each session's rows.
fn session_bests(chain: &Chain<'_>, worths: &[f32]) -> Vec<f32> {
    let mut bests = vec![0.0f32; chain.count_sessions()];
    let (mut session, mut best) = (usize::MAX, 0.0f32);
    for (row, worth) in worths.iter().enumerate() {
        // Rows of a session mostly follow each other.
        if session != chain.session(row) {
            session = chain.session(row);
            best = bests.get(session).copied().unwrap_or(0.0);
        }
        best = best.max(*worth);
        if let Some(kept) = bests.get_mut(session) {
            *kept = best;
        }
    }
    bests
}

/// A row with all that its score is made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExactRow {
    pub(crate) score: f32,
    pub(crate) meaning: f32,
    /// The better neighbour, and its worth by itself.
    pub(crate) neighbour: Option<(usize, f32)>,
    pub(crate) context: Context,
}

impl<'s, 'a> Ranking<'s, 'a> {
    /// `room` is memory that is no longer needed: new memory takes longer to write.
    pub(crate) fn new(signals: &'s Signals<'a>, blend: Blend, room: Vec<f32>) -> Self {
        let mut worths = room;
        worths.resize(signals.index.rows(), 0.0);
        let threads = signals.index.threads_for_light(worths.len());
        fill(&mut worths, threads, |first, worths| {
            let starts = (first..).step_by(BLOCK);
            worths
                .chunks_mut(BLOCK)
                .zip(starts)
                .for_each(|(worths, first)| lend(signals, &blend, first, worths));
        });
        let session_bests = session_bests(signals.chain, &worths);
        Self { signals, blend, worths, session_bests }
    }

    /// The best rows, by their exact scores.
    pub(crate) fn found(&self, limit: usize, exact: &mut ExactScores<'_>) -> Result<Vec<RowHit>, Damaged> {
        let (mut top, mut found, mut looks) = (Top::new(limit), HashMap::new(), Looks::default());
        for candidate in self.candidates(candidates_for(limit))? {
            // What follows can't be among the best any more: a score, in which a row, its neighbour and its session's best
            // row have their parts, is off by no more than one cosine can be.
            if !top.takes(candidate.score + self.blend.worth_of(exact.error())) {
                break;
            }
            let row = self.exact(candidate.row, exact, &mut looks)?;
            top.offer(Ranked { row: candidate.row, score: row.score });
            found.insert(candidate.row, row);
        }
        let hit = |ranked: Ranked| {
            let row = found.get(&ranked.row)?;
            Some(exact.at(ranked.row).map(|seen| RowHit {
                row: ranked.row,
                score: row.score,
                dense: seen.dense(),
                lexical: Some(value(&self.signals.lexical, ranked.row)),
                passage: seen.passage,
                neighbour: self.lent(row),
                features: self.features(ranked.row, row),
            }))
        };
        top.into_sorted().into_iter().filter_map(hit).collect()
    }

    /// What speaks for a row, whatever speaks for others.
    fn features(&self, row: usize, exact: &ExactRow) -> Features {
        let Signals { lexical, full_score, full_prefixes, windows, .. } = self.signals;
        let own = [value(lexical, row), full_score + full_prefixes];
        let around = [value(&windows.scores, row), windows.full_score + windows.full_prefixes];
        let meaning = Some(exact.meaning).filter(|meaning| !meaning.is_nan());
        // Every text holds words that only join others.
        let words =
            if self.signals.says_nothing { WordFeatures::default() } else { WordFeatures::new(own, around) };
        Features { meaning, words: Some(words) }
    }

    /// How much of a row's score its neighbour lent.
    pub(crate) fn lent(&self, row: &ExactRow) -> f32 {
        let lent = row.neighbour.map_or(0.0, |(_, worth)| with_neighbour(0.0, worth).1);
        self.blend.score(lent, &Context::default())
    }

    /// The best rows by their compact cosines.
    fn candidates(&self, count: usize) -> Result<Vec<Ranked>, Damaged> {
        let mut parts: Vec<_> = chunks(self.worths.len()).collect();
        let threads = self.signals.index.threads_for_light(self.worths.len());
        let tops = on_each(&mut parts, threads, |rows| self.candidates_of(rows.clone(), Top::new(count)))?;
        Ok(tops.into_iter().fold(Top::new(count), Top::and).into_sorted())
    }

    fn candidates_of(&self, rows: Range<usize>, mut top: Top) -> Result<Top, Damaged> {
        let (mut session, mut context, mut hopeless) = (usize::MAX, Context::default(), false);
        for row in rows {
            if session != self.signals.chain.session(row) {
                session = self.signals.chain.session(row);
                context = self.signals.of_session(session, value(&self.session_bests, session));
                hopeless = !self.may_be_in(&top, context.session_best, context);
            }
            // The cheap questions first: in most sessions not even every sign would be enough for the best row.
            let worth = value(&self.worths, row);
            if hopeless || !self.may_be_in(&top, worth, context) || !self.signals.may_be_found(row) {
                continue;
            }
            let mut context = context;
            self.signals.add_signs(row, &mut context)?;
            top.offer(Ranked { row, score: self.blend.score(worth, &context) });
        }
        Ok(top)
    }

    /// Whether a row of this worth may be among the best, if it has every sign there is.
    fn may_be_in(&self, top: &Top, worth: f32, context: Context) -> bool {
        top.takes(self.blend.score(worth, &self.signals.with_all_signs(context)))
    }

    /// A row's score by the exact cosines of itself, of its neighbours, and of its session's best row.
    pub(crate) fn exact(
        &self,
        row: usize,
        exact: &mut ExactScores<'_>,
        looks: &mut Looks,
    ) -> Result<ExactRow, Damaged> {
        let best = self.exact_session_best(self.signals.chain.session(row), exact, looks)?;
        let worth = self.exact_worth(row, exact, looks)?;
        let context = self.signals.context(row, best)?;
        Ok(ExactRow {
            score: self.blend.score(worth, &context),
            meaning: exact.meaning(row, self.signals.pools)?,
            neighbour: self.better_neighbour(row, exact)?,
            context,
        })
    }

    fn exact_worth(
        &self,
        row: usize,
        exact: &mut ExactScores<'_>,
        looks: &mut Looks,
    ) -> Result<f32, Damaged> {
        if let Some(worth) = looks.worths.get(&row) {
            return Ok(*worth);
        }
        let better = self.better_neighbour(row, exact)?.map_or(0.0, |(_, worth)| worth);
        let worth = with_neighbour(self.exact_own(row, exact)?, better).0;
        looks.worths.insert(row, worth);
        Ok(worth)
    }

    fn better_neighbour(
        &self,
        row: usize,
        exact: &mut ExactScores<'_>,
    ) -> Result<Option<(usize, f32)>, Damaged> {
        let mut better: Option<(usize, f32)> = None;
        for near in self.signals.index.around(row)?.into_iter().flatten() {
            let worth = self.exact_own(near, exact)?;
            if worth > better.map_or(0.0, |(_, worth)| worth) {
                better = Some((near, worth));
            }
        }
        Ok(better)
    }

    fn exact_own(&self, row: usize, exact: &mut ExactScores<'_>) -> Result<f32, Damaged> {
        let [words, window] = [&self.signals.lexical, &self.signals.windows.scores].map(|of| value(of, row));
        Ok(self.blend.of(exact.meaning(row, self.signals.pools)?, words, window))
    }

    fn exact_session_best(
        &self,
        session: usize,
        exact: &mut ExactScores<'_>,
        looks: &mut Looks,
    ) -> Result<f32, Damaged> {
        if let Some(best) = looks.session_bests.get(&session) {
            return Ok(*best);
        }
        let mut likely = Top::new(SESSION_LOOKS);
        for row in self.signals.chain.rows_of_session(session) {
            likely.offer(Ranked { row, score: value(&self.worths, row) });
        }
        let mut best = 0f32;
        for row in likely.into_sorted() {
            if row.score + self.blend.worth_of(exact.error()) < best {
                break;
            }
            best = best.max(self.exact_worth(row.row, exact, looks)?);
        }
        looks.session_bests.insert(session, best);
        Ok(best)
    }
}

/// What was looked at exactly.
#[derive(Default)]
pub(crate) struct Looks {
    worths: HashMap<usize, f32>,
    session_bests: HashMap<usize, f32>,
}
