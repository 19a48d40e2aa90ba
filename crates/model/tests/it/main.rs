//! The real model, seen from outside.

mod golden;
mod tokenizer;
