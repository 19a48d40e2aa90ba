use crate::search::exact::ExactScores;
use crate::search::scan::Scan;
use crate::search::signals::{candidates_for, value};
use crate::{Bits, Damaged, Features, Index, IndexError, IndexQuery, Ranked, RowHit, Top};

impl Index {
    /// The rows most like `row`, best first, equal ones by row; `row` itself is none of them.
    ///
    /// The score is the mean, over the row's passages, of the cosine between the passage and the other row (see
    /// [`RowHit::dense`]), not below 0: every passage counts, each by what answers it best (after the late interaction of
    /// Khattab and Zaharia, "ColBERT", 2020). Of `query`, `limit`, `keep` and `exact` are read.
    ///
    /// # Errors
    /// If something that was read turned out to be damaged.
    pub fn similar(&self, row: usize, query: &IndexQuery<'_>) -> Result<Vec<RowHit>, IndexError> {
        let Some(vectors) = self.vectors(row)? else { return Ok(Vec::new()) };
        let vectors = if vectors.passages.is_empty() { vectors.windows } else { vectors.passages };
        let mut keep = query.keep.cloned().unwrap_or_else(|| Bits::all(self.rows()));
        keep.remove(row);
        self.like_all(&vectors, query, &keep).map_err(self.damaged())
    }

    fn like_all(
        &self,
        vectors: &[Vec<f32>],
        query: &IndexQuery<'_>,
        keep: &Bits,
    ) -> Result<Vec<RowHit>, Damaged> {
        let mut sums = vec![0.0; self.rows()];
        for vector in vectors {
            let cosines = Scan::new(vector, query.exact).all(self, Some(keep))?;
            sums.iter_mut().zip(cosines).for_each(|(sum, cosine)| *sum += cosine);
        }
        // Without vectors there is nothing to be like.
        let near = |row: usize| if vectors.is_empty() { f32::NAN } else { value(&sums, row) };
        let candidates = self.best(candidates_for(query.limit), Some(keep), near);
        let mut close: Vec<ExactScores> =
            vectors.iter().map(|vector| ExactScores::new(self, vector)).collect();
        let mut top = Top::new(query.limit);
        for Ranked { row, .. } in candidates {
            top.offer(Ranked { row, score: mean(row, &mut close)? });
        }
        top.into_sorted().into_iter().map(|ranked| found(ranked, &mut close)).collect()
    }
}

/// The mean, over all of `exact_scores`, of the cosine to a row.
fn mean(row: usize, exact_scores: &mut [ExactScores]) -> Result<f32, Damaged> {
    let mut sum = 0.0;
    for exact in exact_scores.iter_mut() {
        sum += exact.at(row)?.cosine;
    }
    Ok(sum / exact_scores.len() as f32)
}

fn found(Ranked { row, score }: Ranked, exact_scores: &mut [ExactScores]) -> Result<RowHit, Damaged> {
    let mut best = None;
    for exact in exact_scores {
        let exact = exact.at(row)?;
        if best.is_none_or(|(cosine, _)| exact.cosine > cosine) {
            best = Some((exact.cosine, exact.passage));
        }
    }
    let passage = best.and_then(|(_, passage)| passage);
    let (dense, lexical, features) = (Some(score), None, Features::default());
    Ok(RowHit { row, score: score.max(0.0), dense, lexical, passage, neighbour: 0.0, features })
}
