//! Text to token ids: WordPiece for BERT, Unigram for XLM-RoBERTa.

mod added;
mod charsmap;
mod files;
mod json;
mod lattice;
mod normalize;
mod pack;
mod pairs;
mod rules;
mod sequence;
mod tokenizer;
mod trie;
#[cfg(test)]
mod twin;
mod unigram;
mod unigram_file;
mod unigram_json;
mod vocabulary;
mod word_piece;

pub(crate) use pairs::Pairs;
pub(crate) use sequence::Sequence;
pub use tokenizer::Tokenizer;
pub(crate) use unigram::Keeping;
pub use word_piece::WordPiece;
