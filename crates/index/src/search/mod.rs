//! Searching an index: by meaning, by words, by both.

pub(crate) mod exact;
pub(crate) mod explain;
pub(crate) mod fuse;
pub(crate) mod query;
pub(crate) mod scan;
pub(crate) mod signals;
pub(crate) mod similar;

use std::borrow::Cow;

use crate::rows::top::best;
use crate::search::exact::{ExactScore, ExactScores};
use crate::search::scan::Scan;
use crate::search::signals::{Signals, candidates_for};
use crate::{
    Bits, Damaged, Index, IndexError, Mode, Query, Ranked, RowHit, Top, WordMatch, WordQuery, score,
};

impl Index {
    /// The rows that answer the query best, best first, equal ones by row.
    ///
    /// - Semantic: by cosine (see [`RowHit::dense`]); the score is the cosine, not below 0.
    /// - Keyword: by BM25; rows that hold none of the words are left out.
    /// - Hybrid: both are scaled to 0..=1 over the rows that may be found (words at least by three quarters of what all
    ///   that were asked for are worth, so that a stray word is no full match), and 0.4 of the one and 0.6 of the other
    ///   added; a quarter of what the better neighbour has is added to that, and the sum is divided by 1.25.
    ///
    /// # Errors
    /// If the query has a vector of another dimension or, in semantic mode, none; and if something that was read turned
    /// out to be damaged: the index should then be built anew.
    pub fn search(&self, query: &Query<'_>) -> Result<Vec<RowHit>, IndexError> {
        let expected = self.settings.dimension;
        if let Some(odd) = query.vector.filter(|vector| vector.len() != expected) {
            return Err(IndexError::Dimension { expected, found: odd.len() });
        }
        WordQuery::check_length(query.words)?;
        let words = WordQuery::parse(query.words, &self.analyzer);
        let nothing = words.is_empty() && words.excludes();
        let found = match (query.mode, query.vector) {
            (Mode::Semantic, None) => return Err(IndexError::NoVector),
            (Mode::Semantic, Some(vector)) => self.semantic(query, vector),
            (Mode::Hybrid, Some(_)) | (Mode::Keyword, _) if nothing => Ok(Vec::new()),
            (Mode::Hybrid, Some(vector)) if words.is_empty() => self.semantic(query, vector),
            (Mode::Hybrid, Some(vector)) => self.hybrid(query, vector, &words),
            (Mode::Hybrid | Mode::Keyword, _) => self.keyword(query, &words),
        };
        let mut found = found.map_err(self.damaged())?;
        found.retain(|found| found.score >= query.min_score);
        Ok(found)
    }

    fn semantic(&self, query: &Query<'_>, vector: &[f32]) -> Result<Vec<RowHit>, Damaged> {
        let (cosines, ()) = Scan::new(vector, query.exact).all(self, query.keep, || ())?;
        let cosine = |row: usize| cosines.get(row).copied().unwrap_or(f32::NAN);
        let candidates = self.best(candidates_for(query.limit), query.keep, cosine);
        let mut exact_scores = ExactScores::new(self, vector);
        let mut top = Top::new(query.limit);
        for candidate in candidates {
            if !top.takes(candidate.score + exact_scores.error()) {
                break;
            }
            let exact = exact_scores.at(candidate.row)?.cosine;
            top.offer(Ranked { row: candidate.row, score: exact });
        }
        let found = |ranked: Ranked| {
            let passage = exact_scores.at(ranked.row)?.passage;
            Ok(RowHit {
                row: ranked.row,
                score: ranked.score.max(0.0),
                dense: Some(ranked.score),
                lexical: None,
                passage,
                neighbour: 0.0,
            })
        };
        top.into_sorted().into_iter().map(found).collect()
    }

    fn keyword(&self, query: &Query<'_>, words: &WordQuery) -> Result<Vec<RowHit>, Damaged> {
        let (lexical, asked) = self.words(words, [query.keep; 2], self.threads_for(self.rows()))?;
        let kept = self.kept(query, asked.allowed);
        let worth = |row: usize| lexical.get(row).copied().filter(|score| *score > 0.0).unwrap_or(f32::NAN);
        let top = self.best(query.limit, kept.as_deref(), worth);
        let mut exact_scores = query.vector.map(|vector| ExactScores::new(self, vector));
        let found = |ranked: Ranked| {
            let exact = exact_scores
                .as_mut()
                .map_or(Ok(ExactScore::NONE), |exact_scores| exact_scores.at(ranked.row))?;
            Ok(RowHit {
                row: ranked.row,
                score: ranked.score,
                dense: exact.dense(),
                lexical: Some(ranked.score),
                passage: exact.passage,
                neighbour: 0.0,
            })
        };
        top.into_iter().map(found).collect()
    }

    fn hybrid(&self, query: &Query<'_>, vector: &[f32], words: &WordQuery) -> Result<Vec<RowHit>, Damaged> {
        self.with_signals(query, vector, words, |signals, exact_scores| {
            signals.found(query.limit, exact_scores)
        })
    }

    /// What `then` makes of the signals of all rows.
    pub(crate) fn with_signals<T>(
        &self,
        query: &Query<'_>,
        vector: &[f32],
        words: &WordQuery,
        then: impl FnOnce(&Signals<'_>, &mut ExactScores<'_>) -> Result<T, Damaged>,
    ) -> Result<T, Damaged> {
        let around = query.keep.map(|keep| self.with_neighbours(keep)).transpose()?;
        let (around, threads) = (around.as_ref(), self.threads_for(self.rows()));
        // The other threads begin with the vectors while this one is busy with the words.
        let lexical = || self.words(words, [around, query.keep], threads.div_ceil(2));
        let (cosines, lexical) = Scan::new(vector, query.exact).all(self, around, lexical)?;
        let (lexical, WordMatch { allowed, full_score }) = lexical?;
        let kept = self.kept(query, allowed);
        let signals = Signals { index: self, keep: kept.as_deref(), cosines, lexical, full_score };
        then(&signals, &mut ExactScores::new(self, vector))
    }

    /// The best of the rows in `keep` by their scores; NaN is left out.
    pub(crate) fn best(
        &self,
        count: usize,
        keep: Option<&Bits>,
        score: impl Fn(usize) -> f32 + Sync,
    ) -> Vec<Ranked> {
        best(count, self.rows(), keep, self.threads_for(self.rows()), score)
    }

    /// BM25 of each row that is in the first of `keep`, and what else is known of the words. Only rows in the second may be
    /// found: a phrase that none of these holds is none to insist on.
    pub(crate) fn words(
        &self,
        words: &WordQuery,
        [scored, found]: [Option<&Bits>; 2],
        threads: usize,
    ) -> Result<(Vec<f32>, WordMatch), Damaged> {
        // Written, not only asked for: memory that is read before it was ever written is slow to write.
        let mut scores = Vec::with_capacity(self.rows());
        scores.resize(self.rows(), 0.0);
        let segments = self.segments.iter().map(|segment| segment.words()).collect::<Result<Vec<_>, _>>()?;
        let asked = score(words, &segments, [scored, found], threads, &mut scores)?;
        Ok((scores, asked))
    }

    /// The rows that both the query and its words allow; none if neither narrows anything.
    pub(crate) fn kept<'k>(&self, query: &Query<'k>, allowed: Option<Bits>) -> Option<Cow<'k, Bits>> {
        let Some(mut both) = allowed else { return query.keep.map(Cow::Borrowed) };
        query.keep.into_iter().for_each(|keep| both.intersect(keep));
        Some(Cow::Owned(both))
    }

    fn with_neighbours(&self, keep: &Bits) -> Result<Bits, Damaged> {
        let mut around = keep.clone();
        for (segment, first) in self.segments.iter().zip(&self.firsts) {
            let [before, after] = segment.neighbours()?;
            let kept = |(place, _): &(usize, _)| keep.contains(first + place);
            for (_, (before, after)) in before.iter().zip(after.iter()).enumerate().filter(kept) {
                // No row is a row past the end, which is left out.
                around.insert(segment.row_of(before));
                around.insert(segment.row_of(after));
            }
        }
        let joined = self.joins.iter().filter(|(before, _)| keep.contains(*before));
        joined.for_each(|(_, after)| around.insert(*after));
        Ok(around)
    }
}
