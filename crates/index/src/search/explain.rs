//! Why rows were found: the signals behind a score, one by one. Only computed when somebody asks.

use crate::search::exact::ExactScores;
use crate::search::fuse::{Context, with_neighbour};
use crate::search::ranking::{Looks, Ranking};
use crate::search::scan::Scan;
use crate::search::signals::value;
use crate::{Bits, Damaged, Index, IndexError, IndexQuery, Mode, WordQuery};

/// How slowly a lower rank counts less in reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009).
const RRF_K: f32 = 60.0;

/// Why a row was found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Explanation {
    /// The cosine: in hybrid mode the mean of the row's own and of that of its passages together with those beside them.
    /// None where meaning didn't count or the row has no vector.
    pub meaning: Option<Signal>,
    /// BM25. None where words didn't count or the row has none of them.
    pub words: Option<Signal>,
    /// What each of the query's words, as typed, adds to the row's BM25; those that are in the row, in the query's order.
    pub terms: Vec<(String, f32)>,
    /// What words that stand near each other add to it, and by words alone phrases too.
    pub near: f32,
    /// BM25 of the row's words together with those of the rows around it. None where it counts for nothing.
    pub around: Option<Signal>,
    /// The neighbouring row that lent to the score, and how much of the score that is.
    pub neighbour: Option<(usize, f32)>,
    /// How much of the score is from the row's session: from its best row and from its words.
    pub session: f32,
    /// How much is from signs of the kind of answer that is asked for.
    pub cue: f32,
    /// How much is from a date that the question names.
    pub date: f32,
    /// How much is from phrases that the question quotes.
    pub phrases: f32,
    /// The row's place, from 1, if the rows were ordered by reciprocal rank fusion (k = 60) of both signals; none where
    /// there is but one signal.
    pub rrf_rank: Option<usize>,
}

/// One of the signals of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Signal {
    /// The cosine or BM25.
    pub value: f32,
    /// The row's place by this signal alone, from 1, among the rows that may be found.
    pub rank: usize,
    /// Where the value lies in 0..=1 between the least and the greatest that the blend knows. Where there is but one
    /// signal, the value.
    pub place: f32,
    /// How much of the score it is. All shares of an explanation add up to the score.
    pub share: f32,
}

impl Index {
    /// Why each of `rows`, which `query` found, was found, in the order given. As costly as the search, and more.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn explain(&self, query: &IndexQuery<'_>, rows: &[usize]) -> Result<Vec<Explanation>, IndexError> {
        let words = Some(query.words).filter(|words| query.mode != Mode::Semantic && !words.is_empty());
        let vector = query.vector.filter(|_| query.mode != Mode::Keyword);
        let explained = match (vector, words) {
            (Some(vector), Some(words)) => {
                let exact = IndexQuery { exact: true, ..*query };
                self.with_ranking(&exact, vector, words, |ranking, exact_scores| {
                    rows.iter().map(blended(ranking, exact_scores)).collect()
                })
            }
            (Some(vector), None) => self.by_meaning(query, vector, rows),
            (None, Some(words)) => self.by_words(query, words, rows),
            (None, None) => Ok(vec![Explanation::default(); rows.len()]),
        };
        let mut explained = explained.map_err(self.damaged())?;
        if let Some(words) = words {
            self.add_terms(words, rows, &mut explained).map_err(self.damaged())?;
        }
        Ok(explained)
    }

    fn by_meaning(
        &self,
        query: &IndexQuery<'_>,
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
        let cosines = Scan::new(vector, true).all(self, keep)?;
        Ok(ranks(&cosines, keep))
    }

    fn by_words(
        &self,
        query: &IndexQuery<'_>,
        words: &WordQuery,
        rows: &[usize],
    ) -> Result<Vec<Explanation>, Damaged> {
        let (lexical, kept) = self.worths_by_words(query, words)?;
        let ranks = ranks(&positive(&lexical), kept.as_deref());
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

/// Explains a row by all signals.
fn blended<'s>(
    ranking: &'s Ranking<'_, '_>,
    exact_scores: &'s mut ExactScores<'_>,
) -> impl FnMut(&usize) -> Result<Explanation, Damaged> + 's {
    let (signals, blend) = (ranking.signals, &ranking.blend);
    let by_meaning = ranks(&signals.cosines, signals.keep);
    let by_words = ranks(&positive(&signals.lexical), signals.keep);
    let by_window = ranks(&positive(&signals.windows.scores), signals.keep);
    let fused: Vec<f32> =
        by_meaning.iter().zip(&by_words).map(|(a, b)| reciprocal(*a) + reciprocal(*b)).collect();
    let by_both = ranks(&positive(&fused), signals.keep);
    let mut looks = Looks::default();
    move |row: &usize| {
        let row = *row;
        let exact = ranking.exact(row, exact_scores, &mut looks)?;
        let share = |context: Context| blend.score(0.0, &context);
        let signal = |value: f32, ranks: &[usize], place: f32, alone: f32| Signal {
            value,
            rank: rank(ranks, row),
            place,
            share: blend.score(with_neighbour(alone, 0.0).0, &Context::default()),
        };
        let [words, window] = [&signals.lexical, &signals.windows.scores].map(|of| value(of, row));
        let none = f32::NAN;
        let meaning = blend.of(exact.meaning, none, none);
        let meaning = signal(exact.meaning, &by_meaning, blend.meaning.place(exact.meaning), meaning);
        let own = signal(words, &by_words, blend.words.place(words), blend.of(none, words, none));
        let around = signal(window, &by_window, blend.window.place(window), blend.of(none, none, window));
        let (context, nothing) = (exact.context, Context::default());
        let session = Context { cue: 0.0, date: 0.0, phrases: 0.0, ..context };
        Ok(Explanation {
            meaning: Some(meaning).filter(|meaning| !meaning.value.is_nan()),
            words: Some(own).filter(|words| words.value > 0.0),
            around: Some(around).filter(|around| around.value > 0.0),
            neighbour: exact.neighbour.map(|(near, _)| (near, ranking.lent(&exact))),
            session: share(session),
            cue: share(Context { cue: context.cue, ..nothing }),
            date: share(Context { date: context.date, ..nothing }),
            phrases: share(Context { phrases: context.phrases, ..nothing }),
            rrf_rank: Some(rank(&by_both, row)).filter(|rank| *rank > 0),
            ..Explanation::default()
        })
    }
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
