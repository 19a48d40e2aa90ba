//! Text to token ids: WordPiece for BERT, Unigram for XLM-RoBERTa.

mod json;
mod normalize;
mod pairs;
mod sequence;
mod unigram;
mod vocabulary;
mod word_piece;

pub(crate) use pairs::{Pairs, fits};
pub(crate) use sequence::Sequence;
pub use word_piece::WordPiece;
