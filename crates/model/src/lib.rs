//! Text to vectors and to scores of relevance: BERT-family encoders on the CPU, from a folder of weights.
//!
//! The way of a text: a [`Tokenizer`] makes token ids, the encoder makes one vector a token, pooling makes one
//! vector a text. [`Embedder`] does all three for many texts at once. [`CrossEncoder`] takes a query and a text as one
//! sequence, and makes one number of the first token's vector. Nothing here knows what a scene is, finds
//! or fetches a model, or prints.

mod embedder;
mod encoder;
mod error;
mod folder;
mod identity;
mod kept;
mod kernels;
mod options;
mod pooling;
mod precision;
mod reranker;
mod run;
mod tokenize;
mod usage;
mod weights;

pub use embedder::Embedder;
pub use error::ModelError;
pub use identity::Identity;
pub use kernels::Isa;
pub use options::ModelOptions;
pub use pooling::Pooling;
pub use precision::Precision;
pub use reranker::CrossEncoder;
pub use run::{Finished, Flow, Progress, Stopped};
pub use tokenize::{Tokenizer, WordPiece};
pub use usage::Usage;
pub use weights::{Delta, merged};
