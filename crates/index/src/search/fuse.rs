//! How all that speaks for a row makes one score.

use crate::constants::{CUE, GOOD_PART, NEIGHBOUR, PHRASE, SESSION_BEST, SESSION_WORDS, WINDOW_WEIGHT};

/// Cosines that differ by less are the same.
const ROUNDING: f32 = 1e-5;

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

/// How signals are brought together, by their spans over the rows that may be found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Blend {
    /// What meaning counts for, in 0..=1; words count for the rest.
    pub(crate) share: f32,
    pub(crate) meaning: ScoreRange,
    pub(crate) words: ScoreRange,
    pub(crate) window: ScoreRange,
    pub(crate) weights: NeighbourWeights,
}

/// What is added to a row's own worth and its neighbour's counts so much.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct NeighbourWeights {
    session_best: f32,
    session_words: f32,
    cue: f32,
    date: f32,
    phrase: f32,
    /// What all weights come to.
    whole: f32,
}

impl NeighbourWeights {
    /// For a question that asks for so much: whether sessions matter, whether it is of a kind that has signs, what a date
    /// counts, how many phrases it wishes for.
    pub(crate) fn new(sessions: bool, cue: bool, date: f32, phrases: usize) -> Self {
        let [session_best, session_words] = if sessions { [SESSION_BEST, SESSION_WORDS] } else { [0.0; 2] };
        let cue = if cue { CUE } else { 0.0 };
        let whole = 1.0 + session_best + session_words + cue + date + PHRASE * phrases as f32;
        Self { session_best, session_words, cue, date, phrase: PHRASE, whole }
    }
}

/// What speaks for a row beside its own worth: each in 0..=1, but for the number of phrases.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Context {
    /// The worth of the best row of its session.
    pub(crate) session_best: f32,
    /// The words of its session, as a part of the best session's.
    pub(crate) session_words: f32,
    pub(crate) cue: f32,
    pub(crate) date: f32,
    /// How many of the phrases it holds.
    pub(crate) phrases: f32,
}

impl Blend {
    /// What so much of a cosine makes of a row's worth.
    pub(crate) fn worth_of(&self, cosine: f32) -> f32 {
        self.share * self.meaning.scale * cosine
    }

    /// A row's worth by itself and its window, in 0..=1.
    pub(crate) fn of(&self, cosine: f32, words: f32, window: f32) -> f32 {
        let words = self.words.place(words) + WINDOW_WEIGHT * self.window.place(window);
        self.share * self.meaning.place(cosine) + (1.0 - self.share) * words / (1.0 + WINDOW_WEIGHT)
    }

    /// The score of a row, in 0..=1, by its worth with its neighbour's and by its context.
    pub(crate) fn score(&self, worth: f32, context: &Context) -> f32 {
        let weights = &self.weights;
        let session =
            weights.session_best * context.session_best + weights.session_words * context.session_words;
        let signs =
            weights.cue * context.cue + weights.date * context.date + weights.phrase * context.phrases;
        (worth + session + signs) / weights.whole
    }
}

/// A row's worth in 0..=1 with what its better neighbour lends, and how much of it that is.
pub(crate) fn with_neighbour(own: f32, neighbour: f32) -> (f32, f32) {
    let whole = 1.0 + NEIGHBOUR;
    ((own + NEIGHBOUR * neighbour) / whole, NEIGHBOUR * neighbour / whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blend(meaning: ScoreRange, words: ScoreRange) -> Blend {
        Blend {
            share: 0.4,
            meaning,
            words,
            window: words,
            weights: NeighbourWeights::new(true, true, 0.1, 1),
        }
    }

    #[test]
    fn the_blend_is_of_places_in_the_spans() {
        let blend =
            blend(ScoreRange::of_meaning([0.5, f32::NAN, -0.5].into_iter()), ScoreRange::of_words(0.0, 8.0));
        for (cosine, words, window, expected) in [
            (0.5, 8.0, 8.0, 1.0),
            (-0.5, 0.0, 0.0, 0.0),
            (0.0, 2.0, 0.0, 0.2 + 0.1),
            (0.0, 0.0, 4.0, 0.2 + 0.1),
            (f32::NAN, 8.0, 8.0, 0.6),
            (0.9, 99.0, 99.0, 1.0),
            (-0.9, -1.0, -1.0, 0.0),
        ] {
            assert!((blend.of(cosine, words, window) - expected).abs() < 1e-6, "{cosine} {words} {window}");
        }
        let (worth, share) = with_neighbour(1.0, 1.0);
        assert!((worth - 1.0).abs() < 1e-6 && (share - 0.2).abs() < 1e-6);
    }

    #[test]
    fn a_row_for_which_everything_speaks_scores_1() {
        let [none, all] = [0.0, 1.0].map(|value| Context {
            session_best: value,
            session_words: value,
            cue: value,
            date: value,
            phrases: value,
        });
        let range = ScoreRange::of_words(0.0, 8.0);
        assert!((blend(range, range).score(1.0, &all) - 1.0).abs() < 1e-6);
        assert_eq!(blend(range, range).score(0.0, &none), 0.0);
        let plain = Blend { weights: NeighbourWeights::new(false, false, 0.0, 0), ..blend(range, range) };
        assert_eq!(plain.score(0.5, &Context { phrases: 0.0, ..all }), 0.5, "sessions don't count");
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
            let blend = blend(meaning, ScoreRange::of_words(whole, words));
            let found = blend.of(cosines.first().copied().unwrap_or(f32::NAN), words, words);
            assert!((found - expected).abs() < 1e-6, "{cosines:?} {words} {whole}: {found}");
        }
    }
}
