//! How probable it is that what was found answers.

mod fits;

use naragtive_index::Features;
use naragtive_store::ModelTag;

use fits::{Fit, PLAIN, STORIES};

/// Where every hit scores less, nothing that was found is likely to be meant. With the model of new stores that is told of none
/// of a thousand questions of the three development sets where they have an answer, of two where they are put in other words,
/// and where they have none of 1, 5 and 32 in a hundred, of tales by themselves of 23.
pub(crate) const CLOSE: f32 = 0.02;

/// More of the same words than this, in the scene and around it, says nothing more.
const MOST: [f32; 2] = [2.0, 1.0];

/// Tells how likely scenes are to answer: by a logistic regression from what speaks for a scene, for the vectors of one model.
///
/// `eval/calibrate` fits the numbers on the questions of the three development sets, each asked of scenes that have its
/// answer and of scenes that don't, every set counting as much. They say what is likely where every other question has an
/// answer. The best of few scenes is more often right than the best of many that are as near, so their number counts too.
#[derive(Clone, Copy)]
pub(crate) struct Calibration {
    fit: &'static Fit,
    /// Whether it is known how near is near.
    knows_meaning: bool,
    /// The logarithm of how many scenes may be found.
    scenes: f32,
}

impl Calibration {
    /// For stores of this model, of which so many scenes may be found.
    pub(crate) fn of(model: Option<&ModelTag>, scenes: usize) -> Self {
        let mut known = [&STORIES, &PLAIN].into_iter();
        let fit = known.find(|fit| model.is_some_and(|model| model.bare_name() == fit.model));
        // Of another model nobody knows how near is near: only words tell, as well as with any.
        Self { fit: fit.unwrap_or(&PLAIN), knows_meaning: fit.is_some(), scenes: (scenes.max(1) as f32).ln() }
    }

    /// The probability that a scene answers whose blended score is so far `behind` the best one's, in 0..=1.
    pub(crate) fn probability(&self, features: &Features, behind: f32) -> f32 {
        let weights = match (features.words, features.meaning) {
            (Some(_), Some(_)) if self.knows_meaning => &self.fit.both,
            (Some(_), _) => &self.fit.words,
            (None, Some(_)) => &self.fit.meaning,
            (None, None) => return 0.0,
        };
        let words = features.words.unwrap_or_default();
        let [most_own, most_around] = MOST;
        let best = if behind > 0.0 { 0.0 } else { 1.0 };
        let cosine = features.meaning.unwrap_or(0.0);
        let around = words.around.min(most_around);
        let signals = [cosine, words.own.min(most_own), around, behind, best, self.scenes, 1.0];
        let odds: f32 = weights.iter().zip(signals).map(|(weight, signal)| weight * signal).sum();
        1.0 / (1.0 + (-odds).exp())
    }
}

#[cfg(test)]
mod tests {
    use naragtive_index::WordFeatures;

    use super::*;

    fn tag(name: &str) -> ModelTag {
        ModelTag { name: name.to_owned(), revision: None, dimension: 384 }
    }

    fn features(meaning: Option<f32>, words: Option<[f32; 2]>) -> Features {
        let words = words.map(|[own, around]| WordFeatures { own, around });
        Features { meaning, words }
    }

    #[test]
    fn what_is_near_and_holds_the_words_is_likely_and_a_stray_word_is_not() {
        let calibration = Calibration::of(Some(&tag("sentence-transformers/all-MiniLM-L6-v2")), 200);
        for (meaning, words, behind, expected) in [
            (Some(0.6), Some([1.2, 1.1]), 0.0, 0.5..1.0),
            (Some(0.6), Some([1.2, 1.1]), 0.3, 0.1..0.5),
            (Some(0.15), Some([0.1, 0.15]), 0.0, 0.0..CLOSE),
            (Some(0.05), None, 0.0, 0.0..CLOSE),
            (Some(0.7), None, 0.0, 0.3..1.0),
            (None, None, 0.0, 0.0..f32::MIN_POSITIVE),
        ] {
            let found = calibration.probability(&features(meaning, words), behind);
            assert!(expected.contains(&found), "{meaning:?} {words:?} {behind}: {found}");
        }
    }

    #[test]
    fn more_evidence_is_never_less_likely_with_any_model() {
        for model in [Some(tag("all-MiniLM-L6-v2")), Some(tag("stories")), Some(tag("another")), None] {
            let calibration = Calibration::of(model.as_ref(), 200);
            let of = |meaning, own, around, behind| {
                calibration.probability(&features(Some(meaning), Some([own, around])), behind)
            };
            let all = of(0.5, 0.5, 0.5, 0.1);
            assert!(of(0.6, 0.5, 0.5, 0.1) >= all && of(0.5, 0.6, 0.5, 0.1) > all);
            assert!(of(0.5, 0.5, 0.6, 0.1) > all && of(0.5, 0.5, 0.5, 0.0) > all);
            assert!((0.0..=1.0).contains(&of(9.0, 9.0, 9.0, -9.0)));
            let without = calibration.probability(&features(None, Some([0.5, 0.5])), 0.1);
            assert!((0.0..1.0).contains(&without), "a scene without a vector: {without}");
        }
    }
}
