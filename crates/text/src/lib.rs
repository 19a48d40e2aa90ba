//! What counts as the same word, wherever words are compared: in an index, in a query, in what is marked in a text, in
//! filters. And four small things that every room needs of a text: where a sentence ends, what of it may be shown on a
//! terminal, which name somebody may have meant, and whether two are versions of one text.
//!
//! What a reader can't see, and what people don't type, doesn't matter: width and composition of letters, invisible
//! characters, the kind of an apostrophe or a dash, marks at a word's edge. Accents matter only where they were typed.

mod alike;
mod canonical;
mod emoji;
mod fold;
mod harmless;
mod letters;
mod nearest;
mod sentence;
mod tokens;
mod unspaced;
mod words;

pub use alike::alike;
pub use canonical::canonical;
pub use emoji::{Emoji, emoji};
pub use fold::{Folded, fold};
pub use harmless::{harmless, is_harmful};
pub use letters::{hangs_on, is_apostrophe, is_hyphen, starts_word};
pub use nearest::{by_likeness, nearest};
pub use sentence::{clauses_within, ends_sentence, sentence_ends_within};
pub use tokens::{Kind, Token, spelt, tokens};
pub use unspaced::{Unit, units};
pub use words::{WantedName, Word, holds_words, words};

/// Changes whenever the same text comes to other words than before: what was made of words has to be made anew then.
pub const VERSION: u32 = 1;
