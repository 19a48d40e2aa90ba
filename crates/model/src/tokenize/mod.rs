//! Text to token ids: WordPiece for BERT, Unigram for XLM-RoBERTa.

mod charsmap;
mod json;
mod lattice;
mod normalize;
mod pairs;
mod sequence;
#[cfg(test)]
mod twin;
mod unigram;
mod unigram_json;
mod vocabulary;
mod word_piece;

pub(crate) use pairs::{Pairs, fits};
pub(crate) use sequence::Sequence;
pub use word_piece::WordPiece;
