//! How meaning, words and neighbours make one score.

/// What meaning counts for in the blend.
const MEANING: f32 = 0.4;
/// What words count for in the blend.
const WORDS: f32 = 0.6;
/// So much of what all words are worth makes a full match.
const GOOD_PART: f32 = 0.75;
/// Cosines that differ by less are the same.
const ROUNDING: f32 = 1e-5;
/// How much of its better neighbour's blend a row is given.
const NEIGHBOUR: f32 = 0.25;

/// From the least to the greatest of some values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ScoreRange {
    least: f32,
    /// 1 divided by the length; 0 if there is none.
    scale: f32,
}

impl ScoreRange {
    /// Of cosines; NaN is left out. A single one, or several that are the same, are all the greatest there is.
    pub(crate) fn of_meaning(values: impl Iterator<Item = f32>) -> Self {
        let span = Self::between([f32::INFINITY, f32::NEG_INFINITY], values);
        let alone = span.least.is_finite() && (span.scale == 0.0 || span.scale > 1.0 / ROUNDING);
        if alone { Self { least: span.least - 1.0, scale: 1.0 } } else { span }
    }

    /// Of what words are worth, from nothing to `most`, the best row's, or as far as to a good part of the
    /// `full_score` of all that was asked for: where the best row only holds a word or two of many, it isn't taken for a full match.
    pub(crate) fn of_words(full_score: f32, most: f32) -> Self {
        Self::between([0.0, GOOD_PART * full_score], [most].into_iter())
    }

    fn between([mut least, mut most]: [f32; 2], values: impl Iterator<Item = f32>) -> Self {
        values.for_each(|value| {
            least = if value < least { value } else { least };
            most = if value > most { value } else { most };
        });
        Self { least, scale: if most > least { 1.0 / (most - least) } else { 0.0 } }
    }

    /// Where `value` lies, from 0 for the least to 1 for the greatest; 0 for NaN, and if the two are the same.
    pub(crate) fn place(self, value: f32) -> f32 {
        let place = (value - self.least) * self.scale;
        // A comparison with NaN is false.
        if place > 0.0 { place.min(1.0) } else { 0.0 }
    }
}

/// How the two signals are brought together, by their spans over the rows that may be found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Blend {
    pub(crate) meaning: ScoreRange,
    pub(crate) words: ScoreRange,
}

impl Blend {
    /// What so much of a cosine makes of a row's worth.
    pub(crate) fn worth_of(&self, cosine: f32) -> f32 {
        MEANING * self.meaning.scale * cosine
    }

    /// A row's worth by itself, in 0..=1.
    pub(crate) fn of(&self, cosine: f32, words: f32) -> f32 {
        MEANING * self.meaning.place(cosine) + WORDS * self.words.place(words)
    }
}

/// A row's score in 0..=1, and how much of it the better neighbour lent, from their blends.
pub(crate) fn with_neighbour(own: f32, neighbour: f32) -> (f32, f32) {
    let whole = 1.0 + NEIGHBOUR;
    ((own + NEIGHBOUR * neighbour) / whole, NEIGHBOUR * neighbour / whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_blend_is_of_places_in_the_spans() {
        let blend = Blend {
            meaning: ScoreRange::of_meaning([0.5, f32::NAN, -0.5].into_iter()),
            words: ScoreRange::of_words(0.0, 8.0),
        };
        for (cosine, words, expected) in [
            (0.5, 8.0, 1.0),
            (-0.5, 0.0, 0.0),
            (0.0, 2.0, 0.2 + 0.15),
            (f32::NAN, 8.0, 0.6),
            (0.9, 99.0, 1.0),
            (-0.9, -1.0, 0.0),
        ] {
            assert!((blend.of(cosine, words) - expected).abs() < 1e-6, "{cosine} {words}");
        }
        let (score, share) = with_neighbour(1.0, 1.0);
        assert!((score - 1.0).abs() < 1e-6 && (share - 0.2).abs() < 1e-6);
    }

    #[test]
    fn the_best_of_poor_matches_is_not_a_full_one() {
        for (whole, best) in [(0.0, 1.0), (8.0 / 0.75, 0.5), (4.0 / 0.75, 1.0), (2.0, 1.0)] {
            let words = ScoreRange::of_words(whole, 4.0);
            assert!((words.place(4.0) - best).abs() < 1e-6, "{whole}");
        }
        assert_eq!(ScoreRange::of_words(0.0, 0.0).place(1.0), 0.0);
    }

    #[test]
    fn the_only_row_is_the_best_by_meaning_and_words_that_nobody_holds_are_nothing() {
        for (cosines, words, whole, expected) in [
            (&[0.3][..], 0.0, 2.0, 0.4),
            (&[0.3, 0.3], 0.0, 0.0, 0.4),
            (&[0.3], 4.0, 2.0, 1.0),
            (&[], 0.0, 2.0, 0.0),
            (&[f32::NAN], 4.0, 2.0, 0.6),
        ] {
            let meaning = ScoreRange::of_meaning(cosines.iter().copied());
            let blend = Blend { meaning, words: ScoreRange::of_words(whole, words) };
            let found = blend.of(cosines.first().copied().unwrap_or(f32::NAN), words);
            assert!((found - expected).abs() < 1e-6, "{cosines:?} {words} {whole}: {found}");
        }
    }
}
