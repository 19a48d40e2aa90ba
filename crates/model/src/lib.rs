//! Text to vectors: BERT-family encoders on the CPU, from a folder of weights.
//!
//! The way of a text: [`WordPiece`] makes token ids, the encoder makes one vector a token, pooling makes one
//! vector a text. [`Embedder`] does all three for many texts at once. Nothing here knows what a scene is, finds
//! or fetches a model, or prints.

mod attention;
mod checksum;
mod config;
mod embedder;
mod encoder;
mod error;
mod kernels;
mod layout;
mod pack;
mod packed;
mod pooling;
mod precision;
mod team;
mod tokenizer;
mod weights;

pub use embedder::{Embedded, Embedder, Flow, Options, Stopped};
pub use error::ModelError;
pub use kernels::Isa;
pub use precision::Precision;
pub use tokenizer::WordPiece;
