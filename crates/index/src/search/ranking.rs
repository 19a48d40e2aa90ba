use std::collections::HashMap;

use crate::rows::parallel::{chunks, fill, on_each};
use crate::search::exact::ExactScores;
use crate::search::fuse::{Blend, Context, with_neighbour};
use crate::search::signals::{Signals, candidates_for, value};
use crate::{Damaged, Features, Ranked, RowHit, Top, WordFeatures};

/// So many rows of a session at most are looked at exactly, to know the best one.
const SESSION_LOOKS: usize = 64;

/// All rows' worths by compact cosines.
pub(crate) struct Ranking<'s, 'a> {
    pub(crate) signals: &'s Signals<'a>,
    pub(crate) blend: Blend,
    /// What each row is worth with its neighbour.
    worths: Vec<f32>,
    /// The greatest of these of each session, at its first row.
    session_bests: Vec<f32>,
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
    pub(crate) fn new(signals: &'s Signals<'a>, blend: Blend) -> Self {
        let rows = signals.index.rows();
        let mut ranking = Self { signals, blend, worths: Vec::new(), session_bests: vec![0.0; rows] };
        let mut own = vec![0.0; rows];
        fill(&mut own, ranking.threads(), |first, own| {
            let worths = signals.worths(first..first + own.len(), &blend);
            own.iter_mut().zip(worths).for_each(|(own, worth)| *own = worth);
        });
        ranking.lend(&own);
        ranking
    }

    fn threads(&self) -> usize {
        self.signals.index.threads_for_light(self.signals.index.rows())
    }

    /// Gives each row its better neighbour's part, and each session its best row.
    fn lend(&mut self, own: &[f32]) {
        let chain = self.signals.chain;
        let of = |row: Option<usize>| row.and_then(|row| own.get(row)).copied().unwrap_or(0.0);
        let mut worths = vec![0.0; own.len()];
        fill(&mut worths, self.threads(), |first, worths| {
            for (worth, row) in worths.iter_mut().zip(first..) {
                let better = of(chain.before(row)).max(of(chain.after(row)));
                *worth = with_neighbour(of(Some(row)), better).0;
            }
        });
        self.worths = worths;
        for (row, worth) in self.worths.iter().enumerate() {
            if let Some(best) = self.session_bests.get_mut(chain.session(row)) {
                *best = best.max(*worth);
            }
        }
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
        let Signals { lexical, full_score, nearby, .. } = self.signals;
        let own = [value(lexical, row), *full_score];
        let around = [value(&nearby.windows, row), nearby.full_score];
        let meaning = Some(exact.meaning).filter(|meaning| !meaning.is_nan());
        Features { meaning, words: Some(WordFeatures::new(own, around)) }
    }

    /// How much of a row's score its neighbour lent.
    pub(crate) fn lent(&self, row: &ExactRow) -> f32 {
        let lent = row.neighbour.map_or(0.0, |(_, worth)| with_neighbour(0.0, worth).1);
        self.blend.score(lent, &Context::default())
    }

    /// The best rows by their compact cosines.
    fn candidates(&self, count: usize) -> Result<Vec<Ranked>, Damaged> {
        let mut parts: Vec<_> = chunks(self.worths.len()).collect();
        let tops = on_each(&mut parts, self.threads(), |rows| {
            let mut top = Top::new(count);
            for row in rows.clone() {
                if self.signals.keep.is_some_and(|keep| !keep.contains(row)) {
                    continue;
                }
                // The cheap question first: for most rows, not even every sign would be enough.
                let worth = value(&self.worths, row);
                let mut context = self.signals.of_session(row, &self.session_bests);
                if !top.takes(self.blend.score(worth, &self.signals.with_all_signs(context))) {
                    continue;
                }
                self.signals.add_signs(row, &mut context)?;
                let score = self.blend.score(worth, &context);
                if top.takes(score) {
                    top.offer(Ranked { row, score });
                }
            }
            Ok::<_, Damaged>(top)
        })?;
        Ok(tops.into_iter().fold(Top::new(count), Top::and).into_sorted())
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
        let [words, window] = [&self.signals.lexical, &self.signals.nearby.windows].map(|of| value(of, row));
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
