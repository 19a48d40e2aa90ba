use naragtive_index::{Features, WordFeatures};
use naragtive_store::ModelTag;

/// Where every hit scores less, nothing that was found is likely to be meant. That is told of 1, 0 and 14 in a hundred of the
/// questions of the three development sets where they have an answer (those of short chats are the hard ones), and of 24, 34
/// and 92 where they have none.
pub(crate) const CLOSE: f32 = 0.05;

/// More of the same words than this, in the scene and around it, says nothing more.
const MOST: [f32; 2] = [2.0, 1.0];

/// From what speaks for a scene to the probability that it answers, for the vectors of one model: a logistic regression.
///
/// `eval/calibrate` fits the numbers on the questions of the three development sets, each asked of scenes that have its
/// answer and of scenes that don't, every set counting as much, and prints them. They say what is likely where every other
/// question has an answer.
struct Fit {
    /// For the cosine, for words, for words around, for how far the scene is behind the best one, for being that one, and in any
    /// case.
    both: [f32; 6],
    /// The same without words, where none are asked for: for the cosine, for being behind, for being the best one, and in
    /// any case.
    meaning: [f32; 4],
}

/// The fits by the names of models.
const FITS: [(&str, Fit); 1] = [(
    "all-MiniLM-L6-v2",
    Fit { both: [2.40, 2.39, 2.45, -2.72, 1.45, -7.32], meaning: [8.22, -3.96, 2.12, -7.13] },
)];

/// Of another model nobody knows how near is near: only words tell.
const UNKNOWN: Fit = Fit { both: [0.0, 2.60, 2.69, -3.13, 1.42, -6.41], meaning: [8.22, -3.96, 2.12, -7.13] };

/// Tells how likely scenes are to answer.
#[derive(Clone, Copy)]
pub(crate) struct Calibration(&'static Fit);

impl Calibration {
    /// For stores of this model.
    pub(crate) fn of(model: Option<&ModelTag>) -> Self {
        let fit = FITS.iter().find(|(name, _)| model.is_some_and(|model| model.bare_name() == *name));
        Self(fit.map_or(&UNKNOWN, |(_, fit)| fit))
    }

    /// The probability that a scene answers whose blended score is so far `behind` the best one's, in 0..=1.
    pub(crate) fn probability(&self, features: &Features, behind: f32) -> f32 {
        let sum = |weights: &[f32], signals: &[f32]| -> f32 {
            weights.iter().zip(signals).map(|(weight, signal)| weight * signal).sum()
        };
        let best = if behind > 0.0 { 0.0 } else { 1.0 };
        let odds = match (features.words, features.meaning) {
            (Some(WordFeatures { own, around }), meaning) => {
                let fit = if meaning.is_some() { self.0 } else { &UNKNOWN };
                let [most_own, most_around] = MOST;
                let (own, around) = (own.min(most_own), around.min(most_around));
                sum(&fit.both, &[meaning.unwrap_or(0.0), own, around, behind, best, 1.0])
            }
            (None, Some(meaning)) => sum(&self.0.meaning, &[meaning, behind, best, 1.0]),
            (None, None) => f32::NEG_INFINITY,
        };
        1.0 / (1.0 + (-odds).exp())
    }
}

#[cfg(test)]
mod tests {
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
        let calibration = Calibration::of(Some(&tag("sentence-transformers/all-MiniLM-L6-v2")));
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
        for model in [Some(tag("all-MiniLM-L6-v2")), Some(tag("another")), None] {
            let calibration = Calibration::of(model.as_ref());
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
