//! Searching an index: by meaning, by words, by both.

pub(crate) mod chain;
pub(crate) mod dates;
pub(crate) mod exact;
pub(crate) mod explain;
pub(crate) mod features;
pub(crate) mod fuse;
pub(crate) mod pooled;
pub(crate) mod query;
pub(crate) mod ranking;
pub(crate) mod scan;
pub(crate) mod session_words;
pub(crate) mod signals;
pub(crate) mod similar;
pub(crate) mod spelling;
pub(crate) mod text_counts;
pub(crate) mod window_words;

use std::borrow::Cow;

use crate::constants::{DATE, DAY, PHRASE};
use crate::rows::top::best;
use crate::search::chain::Chain;
use crate::search::dates::Dates;
use crate::search::exact::{ExactScore, ExactScores};
use crate::search::fuse::NeighbourWeights;
use crate::search::pooled::PoolLengths;
use crate::search::ranking::Ranking;
use crate::search::scan::Scan;
use crate::search::session_words::SessionWords;
use crate::search::signals::{Signals, candidates_for};
use crate::search::window_words::WindowWords;
use crate::words::bm25::{Evidence, score_with_evidence};
use crate::words::cues;
use crate::{
    Bits, Damaged, Features, Index, IndexError, IndexQuery, Mode, Ranked, RowHit, Top, WordMatch, WordQuery,
};

/// What words tell of the rows.
struct SignsOfWords<'a> {
    chain: Chain<'a>,
    /// BM25 of each row.
    lexical: Vec<f32>,
    matched: WordMatch,
    windows: WindowWords,
    sessions: SessionWords,
}

impl Index {
    /// The rows that answer the query best, best first, equal ones by row.
    ///
    /// - Semantic: by cosine (see [`RowHit::dense`]); the score is the cosine, not below 0.
    /// - Keyword: by BM25; rows that hold none of the words are left out.
    /// - Hybrid: meaning, words, and the words of the rows around are each scaled to 0..=1 over the rows that may be found
    ///   (words at least by three quarters of what all that were asked for are worth, so that a stray word is no full
    ///   match) and blended; a part of what the better neighbour has is added, of what the best row of the session has, of
    ///   what the session's words are worth, and something for a date or phrase that the question names and for signs of
    ///   the kind of answer that it asks for. `constants.rs` has the parts.
    ///
    /// # Errors
    /// If the query has a vector of another dimension or, in semantic mode, none; and if something that was read turned
    /// out to be damaged: the index should then be built anew.
    pub fn search(&self, query: &IndexQuery<'_>) -> Result<Vec<RowHit>, IndexError> {
        let expected = self.settings.dimension;
        if let Some(odd) = query.vector.filter(|vector| vector.len() != expected) {
            return Err(IndexError::Dimension { expected, found: odd.len() });
        }
        let words = query.words;
        let nothing = words.is_empty() && words.excludes();
        let found = match (query.mode, query.vector) {
            (Mode::Semantic, None) => return Err(IndexError::NoVector),
            (Mode::Semantic, Some(vector)) => self.semantic(query, vector),
            (Mode::Hybrid, Some(_)) | (Mode::Keyword, _) if nothing => Ok(Vec::new()),
            (Mode::Hybrid, Some(vector)) if words.is_empty() => self.semantic(query, vector),
            (Mode::Hybrid, Some(vector)) => {
                self.with_ranking(query, vector, words, |ranking, exact_scores| {
                    ranking.found(query.limit, exact_scores)
                })
            }
            (Mode::Hybrid | Mode::Keyword, _) => self.keyword(query, words),
        };
        found.map_err(self.damaged())
    }

    fn semantic(&self, query: &IndexQuery<'_>, vector: &[f32]) -> Result<Vec<RowHit>, Damaged> {
        let cosines = Scan::new(vector, query.exact).all(self, query.keep)?;
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
                features: Features { meaning: Some(ranked.score), words: None },
            })
        };
        top.into_sorted().into_iter().map(found).collect()
    }

    fn keyword(&self, query: &IndexQuery<'_>, words: &WordQuery) -> Result<Vec<RowHit>, Damaged> {
        let (lexical, kept) = self.worths_by_words(query, words)?;
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
                features: Features::default(),
            })
        };
        top.into_iter().map(found).collect()
    }

    /// What `then` makes of the ranking of all rows.
    pub(crate) fn with_ranking<T>(
        &self,
        query: &IndexQuery<'_>,
        vector: &[f32],
        words: &WordQuery,
        then: impl FnOnce(&Ranking<'_, '_>, &mut ExactScores<'_>) -> Result<T, Damaged>,
    ) -> Result<T, Damaged> {
        let narrowed = query.keep.map(|keep| Chain::new(self).map(|chain| (chain.with_context(keep), chain)));
        let (context, chain) = narrowed.transpose()?.unzip();
        let threads = self.threads_for(self.rows());
        // The other threads begin with the vectors while this one is busy with the words.
        let keep = [context.as_ref(), query.keep];
        let beside = || self.signs_of_words(chain, words, keep, threads.div_ceil(2));
        let scan = Scan::new(vector, query.exact);
        let ([mut cosines, vectors], found) = scan.with_vectors(self, context.as_ref(), beside)?;
        let SignsOfWords { chain, lexical, matched, windows, sessions } = found?;
        let pools = PoolLengths::new(self, &chain)?;
        pools.add_pooled(&vectors, &mut cosines, self.threads_for_light(self.rows()));
        let WordMatch { allowed, full_score, full_prefixes, held } = matched;
        let kept = self.kept(query, allowed);
        let now = if query.now.is_none() && dates::counts_from_now(words.plain()) {
            self.last_day()?
        } else {
            query.now
        };
        let (cue, dates) = (cues::of_question(words.plain()), Dates::parse(words.plain(), now));
        let date = dates.as_ref().map_or(0.0, |dates| if dates.has_day() { DAY } else { DATE });
        let signals = Signals {
            index: self,
            chain: &chain,
            pools: &pools,
            best_session: sessions.best(&chain, kept.as_deref()),
            keep: kept.as_deref(),
            cosines,
            lexical,
            full_score,
            full_prefixes,
            says_nothing: words.says_nothing(),
            windows,
            sessions,
            weights: NeighbourWeights::new(!query.spread, cue.is_some(), date, held.len()),
            share: query.meaning.clamp(0.0, 1.0),
            held,
            cue,
            dates,
        };
        let mut exact_scores = ExactScores::new(self, vector);
        let blend = signals.blend(&mut exact_scores)?;
        then(&Ranking::new(&signals, blend, vectors), &mut exact_scores)
    }

    /// All that words tell, and what follows what, if `chain` isn't that already.
    fn signs_of_words<'a>(
        &'a self,
        chain: Option<Chain<'a>>,
        words: &WordQuery,
        keep: [Option<&Bits>; 2],
        threads: usize,
    ) -> Result<SignsOfWords<'a>, Damaged> {
        let chain = chain.map_or_else(|| Chain::new(self), Ok)?;
        let (lexical, matched, evidence) = self.words_with_evidence(words, keep, threads)?;
        let windows = WindowWords::new(&evidence, &chain, threads);
        let sessions = SessionWords::new(&evidence, &chain);
        Ok(SignsOfWords { chain, lexical, matched, windows, sessions })
    }

    /// What words are worth where nothing else counts, with a part for each phrase; and the rows that may be found.
    pub(crate) fn worths_by_words<'k>(
        &self,
        query: &IndexQuery<'k>,
        words: &WordQuery,
    ) -> Result<(Vec<f32>, Option<Cow<'k, Bits>>), Damaged> {
        let (mut lexical, matched) = self.words(words, [query.keep; 2], self.threads_for(self.rows()))?;
        let kept = self.kept(query, matched.allowed);
        for held in &matched.held {
            for row in held.iter().filter(|row| query.keep.is_none_or(|keep| keep.contains(*row))) {
                if let Some(worth) = lexical.get_mut(row) {
                    *worth += PHRASE * matched.full_score;
                }
            }
        }
        Ok((lexical, kept))
    }

    /// The last day of all rows.
    fn last_day(&self) -> Result<Option<i32>, Damaged> {
        let days = self.segments.iter().map(|segment| Ok(segment.days_from(0)?.flatten().max()));
        Ok(days.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().max())
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
        keep: [Option<&Bits>; 2],
        threads: usize,
    ) -> Result<(Vec<f32>, WordMatch), Damaged> {
        self.words_with_evidence(words, keep, threads).map(|(scores, matched, _)| (scores, matched))
    }

    /// The same, and what the scores are made of.
    fn words_with_evidence(
        &self,
        words: &WordQuery,
        keep: [Option<&Bits>; 2],
        threads: usize,
    ) -> Result<(Vec<f32>, WordMatch, Evidence<'_>), Damaged> {
        // Written, not only asked for: memory that is read before it was ever written is slow to write.
        let mut scores = Vec::with_capacity(self.rows());
        scores.resize(self.rows(), 0.0);
        let segments = self.segments.iter().map(|segment| segment.words()).collect::<Result<Vec<_>, _>>()?;
        let (matched, evidence) = score_with_evidence(words, &segments, keep, threads, &mut scores)?;
        Ok((scores, matched, evidence))
    }

    /// The rows that both the query and its words allow; none if neither narrows anything.
    pub(crate) fn kept<'k>(&self, query: &IndexQuery<'k>, allowed: Option<Bits>) -> Option<Cow<'k, Bits>> {
        let Some(mut both) = allowed else { return query.keep.map(Cow::Borrowed) };
        query.keep.into_iter().for_each(|keep| both.intersect(keep));
        Some(Cow::Owned(both))
    }
}
