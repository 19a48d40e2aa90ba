use serde::Deserialize;

use crate::{Hit, Hits, Mode};

/// How much a reranker counts beside the search: a scene's place goes by what the search says of it, from 0 to 1, and so
/// many times what the reranker says, from 0 to 1.
///
/// Alone, a small reranker orders worse than the search does: it reads one scene without what stands around it. A
/// cross-encoder of six layers, trained on stories, was best with a weight of .2 to .3 on the development sets, where it gained
/// .02 to .03 in tales and about nothing in chats; a larger one may deserve more, which is the user's to say.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(try_from = "f32")]
pub struct Weight(f32);

impl Weight {
    /// The weight, unless it is below 0 or no number.
    pub fn new(weight: f32) -> Option<Self> {
        (weight.is_finite() && weight >= 0.0).then_some(Self(weight))
    }

    /// The weight as a number from 0 up.
    pub fn value(self) -> f32 {
        self.0
    }
}

impl Default for Weight {
    fn default() -> Self {
        Self(0.25)
    }
}

impl TryFrom<f32> for Weight {
    type Error = String;

    fn try_from(weight: f32) -> Result<Self, String> {
        Self::new(weight).ok_or_else(|| format!("expected a number from 0 up, found {weight}"))
    }
}

/// Sorts hits that a reranker has read, and numbers them; equal ones stay as they were.
pub(super) fn sort(hits: &mut Hits, weight: Weight) {
    let greatest = match hits.mode {
        // BM25 has no end; of these hits the best one counts as 1.
        Mode::Keyword => hits.hits.iter().map(|hit| hit.blend).fold(f32::MIN_POSITIVE, f32::max),
        Mode::Hybrid | Mode::Semantic => 1.0,
    };
    let together = |hit: &Hit| hit.blend / greatest + weight.0 * hit.scores.rerank.unwrap_or_default();
    hits.hits.sort_by(|a, b| together(b).total_cmp(&together(a)).then(a.rank.cmp(&b.rank)));
    hits.hits.iter_mut().zip(1..).for_each(|(hit, rank)| hit.rank = rank);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::sample;

    /// The order, by their places before, of hits with these blends and what a reranker says of them.
    fn order(mode: Mode, weight: f32, said: &[(f32, f32)]) -> Vec<usize> {
        let mut hits = sample::hits();
        hits.mode = mode;
        let hit = hits.hits[0].clone();
        hits.hits = said
            .iter()
            .zip(1..)
            .map(|(&(blend, rerank), rank)| {
                let mut hit = Hit { rank, blend, ..hit.clone() };
                hit.scores.rerank = Some(rerank);
                // Its place before, where the order leaves it alone.
                hit.store.records = rank;
                hit
            })
            .collect();
        sort(&mut hits, Weight::new(weight).unwrap());
        assert!(hits.hits.iter().zip(1..).all(|(hit, rank)| hit.rank == rank));
        hits.hits.iter().map(|hit| hit.store.records).collect()
    }

    #[test]
    fn the_search_and_the_reranker_decide_together() {
        let said = [(0.8, 0.1), (0.7, 0.9), (0.3, 1.0)];
        assert_eq!(order(Mode::Hybrid, 0.0, &said), [1, 2, 3], "the search alone");
        assert_eq!(order(Mode::Hybrid, 0.25, &said), [2, 1, 3]);
        assert_eq!(order(Mode::Hybrid, 100.0, &said), [3, 2, 1], "as good as the reranker alone");
        assert_eq!(order(Mode::Semantic, 0.25, &said), [2, 1, 3]);
    }

    #[test]
    fn bm25_counts_as_a_part_of_the_best_ones() {
        assert_eq!(order(Mode::Keyword, 0.25, &[(20.0, 0.1), (18.0, 0.9), (2.0, 1.0)]), [2, 1, 3]);
        assert_eq!(order(Mode::Keyword, 0.25, &[(0.0, 0.1), (0.0, 0.9)]), [2, 1], "no word is found");
    }

    #[test]
    fn equal_hits_stay_as_they_were() {
        assert_eq!(order(Mode::Hybrid, 0.25, &[(0.5, 0.5); 3]), [1, 2, 3]);
    }

    #[test]
    fn a_weight_is_a_number_from_0_up() {
        for wrong in [-0.1, f32::NAN, f32::INFINITY] {
            assert_eq!(Weight::new(wrong), None, "{wrong}");
        }
        assert_eq!(Weight::try_from(0.0).unwrap().value(), 0.0);
    }
}
