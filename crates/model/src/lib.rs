//! Text to vectors and to scores of relevance: BERT-family encoders on the CPU, from a folder of weights.
//!
//! The way of a text: [`WordPiece`] makes token ids, the encoder makes one vector a token, pooling makes one
//! vector a text. [`Embedder`] does all three for many texts at once. [`Reranker`] takes a query and a text as one
//! sequence, and makes one number of the first token's vector. Nothing here knows what a scene is, finds
//! or fetches a model, or prints.

mod aligned;
mod attention;
mod batch;
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
mod reranker;
mod settings;
mod stream;
mod team;
mod tokenizer;
mod weights;

pub use batch::{Embedded, Flow, Stopped};
pub use embedder::{Embedder, Options};
pub use error::ModelError;
pub use kernels::Isa;
pub use precision::Precision;
pub use reranker::Reranker;
pub use stream::Finished;
pub use tokenizer::WordPiece;
