//! What counts for how much when rows are put in order.
//!
//! All of these were chosen on the questions of three development sets that people or overlapping words judged: long scenes
//! of spoken role-play asked for in prose, sections of tales with teachers' questions, and short chat messages with
//! questions about two people. One setting serves all three; each was taken from a coarse grid, where it made all sets
//! better or none of them worse, and none was tuned to the third digit. `eval/README.md` says how to try another one,
//! `eval/scores.md` what the present ones find.

/// How fast more of the same word counts less.
pub(crate) const K1: f32 = 0.9;
/// How much the length of a text counts against it.
pub(crate) const B: f32 = 0.4;
/// How often a term that is only among the names counts as being in the text.
pub(crate) const NAME_COUNT: f32 = 0.5;
/// Words that are next to each other in the query and at most this many places apart in a row are a pair.
pub(crate) const REACH: u32 = 8;
/// A pair whose second word is at most this many places behind the first one is in order.
pub(crate) const GAP: u32 = 2;
/// Of a query of many words, so many neighbours are looked at as pairs.
pub(crate) const MOST_PAIRS: usize = 256;
/// A pair's part of what it would be worth as a word.
pub(crate) const PAIR_WEIGHT: f32 = 0.2;
/// What a pair in order is worth in addition, as a part of the same.
pub(crate) const ORDERED_WEIGHT: f32 = 0.2;

/// Rows before a row whose words are read with its own.
pub(crate) const WINDOW_BEFORE: usize = 2;
/// Rows after it.
pub(crate) const WINDOW_AFTER: usize = 1;
/// What the words of the window count for beside those of the row itself, which count 1.
pub(crate) const WINDOW_WEIGHT: f32 = 0.5;

/// What meaning counts for in a row's own worth, words count for the rest: with vectors of a model that wasn't trained on
/// stories.
pub const MEANING: f32 = 0.4;
/// The same with vectors of one that was. `eval/tune-meaning` tries others on the three sets.
pub const MEANING_OF_STORIES: f32 = 0.5;
/// So much of what all words are worth makes a full match.
pub(crate) const GOOD_PART: f32 = 0.75;

// What is added to a row's own worth, which lies between 0 and 1. The sum is divided by the sum of what was asked for.

/// How much of its better neighbour's worth a row is given.
pub(crate) const NEIGHBOUR: f32 = 0.25;
/// How much of the worth of the best row of its session.
pub(crate) const SESSION_BEST: f32 = 0.4;
/// For the words of the whole session, as a part of the best session's.
pub(crate) const SESSION_WORDS: f32 = 0.2;
/// For signs of the kind of answer that is asked for.
pub(crate) const CUE: f32 = 0.05;
/// For being of a month or year that the question names.
pub(crate) const DATE: f32 = 0.1;
/// For being of the very day, if it names one; being of its month counts [`DATE`] then.
pub(crate) const DAY: f32 = 0.15;
/// So many days after a time that was named, what is told may still be of it; less with each day.
pub(crate) const DATE_FADES: i32 = 14;
/// For each phrase that the question quotes.
pub(crate) const PHRASE: f32 = 0.2;
