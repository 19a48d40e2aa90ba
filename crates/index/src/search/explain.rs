//! Why rows were found: the signals behind a score, one by one. Only computed when somebody asks.

use crate::search::exact::ExactScores;
use crate::search::fuse::{Blend, with_neighbour};
use crate::search::scan::Scan;
use crate::search::signals::{Signals, value};
use crate::{Bits, Damaged, Index, IndexError, Mode, Query, WordQuery};

/// How slowly a lower rank counts less in reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009).
const RRF_K: f32 = 60.0;

/// Why a row was found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Explanation {
    /// The cosine. None where meaning didn't count or the row has no vector.
    pub meaning: Option<Signal>,
    /// BM25. None where words didn't count or the row has none of them.
    pub words: Option<Signal>,
    /// What each of the query's words, as typed, adds to the row's BM25; those that are in the row, in the query's order.
    pub terms: Vec<(String, f32)>,
    /// What words that stand near each other add to it.
    pub near: f32,
    /// The neighbouring row that lent to the score, and how much of the score that is.
    pub neighbour: Option<(usize, f32)>,
    /// The row's place, from 1, if the rows were ordered by reciprocal rank fusion (k = 60) of both signals; none where
    /// there is but one signal.
    pub rrf_rank: Option<usize>,
}

/// One of the two signals of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Signal {
    /// The cosine or BM25.
    pub value: f32,
    /// The row's place by this signal alone, from 1, among the rows that may be found.
    pub rank: usize,
    /// Where the value lies in 0..=1 between the least and the greatest that the blend knows. Where there is but one
    /// signal, the value.
    pub place: f32,
    /// How much of the score it is. With what the neighbour lent, the shares add up to the score.
    pub share: f32,
}

impl Index {
    /// Why each of `rows`, which `query` found, was found, in the order given. As costly as the search, and more.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn explain(&self, query: &Query<'_>, rows: &[usize]) -> Result<Vec<Explanation>, IndexError> {
        let words = WordQuery::parse(query.words, &self.analyzer);
        let words = Some(words).filter(|words| query.mode != Mode::Semantic && !words.is_empty());
        let vector = query.vector.filter(|_| query.mode != Mode::Keyword);
        let explained = match (vector, &words) {
            (Some(vector), Some(words)) => {
                self.with_signals(query, vector, words, |signals, exact_scores| {
                    rows.iter().map(blended(vector, signals, exact_scores)?).collect()
                })
            }
            (Some(vector), None) => self.by_meaning(query, vector, rows),
            (None, Some(words)) => self.by_words(query, words, rows),
            (None, None) => Ok(vec![Explanation::default(); rows.len()]),
        };
        let mut explained = explained.map_err(self.damaged())?;
        if let Some(words) = words {
            self.add_terms(&words, rows, &mut explained).map_err(self.damaged())?;
        }
        Ok(explained)
    }

    fn by_meaning(
        &self,
        query: &Query<'_>,
        vector: &[f32],
        rows: &[usize],
    ) -> Result<Vec<Explanation>, Damaged> {
        let ranks = self.ranks_by_meaning(vector, query.keep)?;
        let mut exact_scores = ExactScores::new(self, vector);
        let explained = rows.iter().map(|row| {
            let exact = exact_scores.at(*row)?;
            let meaning = exact.dense().map(|cosine| alone(cosine, cosine.max(0.0), rank(&ranks, *row)));
            Ok(Explanation { meaning, ..Explanation::default() })
        });
        explained.collect()
    }

    fn ranks_by_meaning(&self, vector: &[f32], keep: Option<&Bits>) -> Result<Vec<usize>, Damaged> {
        let (cosines, ()) = Scan::new(vector, true).all(self, keep, || ())?;
        Ok(ranks(&cosines, keep))
    }

    fn by_words(
        &self,
        query: &Query<'_>,
        words: &WordQuery,
        rows: &[usize],
    ) -> Result<Vec<Explanation>, Damaged> {
        let (lexical, asked) = self.words(words, [query.keep; 2], self.threads_for(self.rows()))?;
        let ranks = ranks(&positive(&lexical), self.kept(query, asked.allowed).as_deref());
        let signal = |row: usize| alone(value(&lexical, row), value(&lexical, row), rank(&ranks, row));
        let explained =
            rows.iter().map(|row| Explanation { words: Some(signal(*row)), ..Explanation::default() });
        Ok(explained.collect())
    }

    /// Splits BM25 by asking for each word alone.
    fn add_terms(
        &self,
        words: &WordQuery,
        rows: &[usize],
        explained: &mut [Explanation],
    ) -> Result<(), Damaged> {
        let mut keep = Bits::none(self.rows());
        rows.iter().for_each(|row| keep.insert(*row));
        for (term, part) in words.parts(&self.analyzer) {
            let (worths, _) = self.words(&part, [Some(&keep); 2], 1)?;
            for (row, explained) in rows.iter().zip(explained.iter_mut()) {
                let worth = value(&worths, *row);
                if worth > 0.0 {
                    explained.terms.push((term.clone(), worth));
                }
            }
        }
        for explained in explained {
            let apart: f32 = explained.terms.iter().map(|(_, worth)| worth).sum();
            let all = explained.words.map_or(0.0, |words| words.value);
            // Sums in another order differ in the last digits.
            explained.near = if all - apart > all * 1e-4 { all - apart } else { 0.0 };
        }
        Ok(())
    }
}

/// Explains a row by both signals.
fn blended<'s>(
    vector: &[f32],
    signals: &'s Signals<'_>,
    exact_scores: &'s mut ExactScores<'_>,
) -> Result<impl FnMut(&usize) -> Result<Explanation, Damaged> + 's, Damaged> {
    let blend = signals.blend(exact_scores)?;
    let by_meaning = signals.index.ranks_by_meaning(vector, signals.keep)?;
    let by_words = ranks(&positive(&signals.lexical), signals.keep);
    let fused: Vec<f32> =
        by_meaning.iter().zip(&by_words).map(|(a, b)| reciprocal(*a) + reciprocal(*b)).collect();
    let by_both = ranks(&positive(&fused), signals.keep);
    Ok(move |row: &usize| {
        let row = *row;
        let (cosine, words) = (exact_scores.at(row)?.cosine, value(&signals.lexical, row));
        let meaning = Signal {
            value: cosine,
            rank: rank(&by_meaning, row),
            place: blend.meaning.place(cosine),
            share: with_neighbour(blend.of(cosine, f32::NAN), 0.0).0,
        };
        let words = Signal {
            value: words,
            rank: rank(&by_words, row),
            place: blend.words.place(words),
            share: with_neighbour(blend.of(f32::NAN, words), 0.0).0,
        };
        Ok(Explanation {
            meaning: Some(meaning).filter(|_| !cosine.is_nan()),
            words: Some(words).filter(|words| words.value > 0.0),
            neighbour: better(signals, exact_scores, &blend, row)?,
            rrf_rank: Some(rank(&by_both, row)).filter(|rank| *rank > 0),
            ..Explanation::default()
        })
    })
}

/// The neighbour that lends to this row's score, and how much.
fn better(
    signals: &Signals<'_>,
    exact_scores: &mut ExactScores<'_>,
    blend: &Blend,
    row: usize,
) -> Result<Option<(usize, f32)>, Damaged> {
    let mut better: Option<(usize, f32)> = None;
    for near in signals.index.around(row)?.into_iter().flatten() {
        let worth = blend.of(exact_scores.at(near)?.cosine, value(&signals.lexical, near));
        if worth > better.map_or(0.0, |(_, worth)| worth) {
            better = Some((near, worth));
        }
    }
    Ok(better.map(|(near, worth)| (near, with_neighbour(0.0, worth).1)))
}

/// A signal that nothing is added to.
fn alone(value: f32, share: f32, rank: usize) -> Signal {
    Signal { value, rank, place: value, share }
}

/// Each row's place from 1 by its value, the greatest first, equal ones by row; 0 for NaN and for rows outside `keep`.
fn ranks(values: &[f32], keep: Option<&Bits>) -> Vec<usize> {
    let kept = |row: &usize| keep.is_none_or(|keep| keep.contains(*row)) && !value(values, *row).is_nan();
    let mut order: Vec<usize> = (0..values.len()).filter(kept).collect();
    order.sort_by(|a, b| value(values, *b).total_cmp(&value(values, *a)).then(a.cmp(b)));
    let mut ranks = vec![0; values.len()];
    for (row, rank) in order.into_iter().zip(1..) {
        if let Some(place) = ranks.get_mut(row) {
            *place = rank;
        }
    }
    ranks
}

fn rank(ranks: &[usize], row: usize) -> usize {
    ranks.get(row).copied().unwrap_or(0)
}

fn reciprocal(rank: usize) -> f32 {
    if rank == 0 { 0.0 } else { 1.0 / (RRF_K + rank as f32) }
}

/// Values above 0, NaN for the others.
fn positive(values: &[f32]) -> Vec<f32> {
    values.iter().map(|value| if *value > 0.0 { *value } else { f32::NAN }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_by_value_then_by_row_and_leave_out_what_may_not_be_found() {
        let mut keep = Bits::all(5);
        keep.remove(1);
        let values = [0.5, 0.9, f32::NAN, 0.7, 0.5];
        assert_eq!(ranks(&values, None), [3, 1, 0, 2, 4]);
        assert_eq!(ranks(&values, Some(&keep)), [2, 0, 0, 1, 3]);
    }
}
