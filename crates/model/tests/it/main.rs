//! Models seen from outside: the real one, a tiny one, and damaged ones.

// The switches in clippy.toml reach tests, but not the helpers beside them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod cache;
mod damaged;
mod delta;
mod embedders;
mod folders;
#[cfg(not(no_shared))]
mod golden;
mod identity;
mod kept_tokens;
mod made;
mod rerank;
mod rerank_damaged;
mod sizes;
mod tiny;
#[cfg(not(no_shared))]
mod tokenizer;

#[cfg(no_shared)]
#[test]
#[ignore = "the shared data isn't beside the checkout: left out are golden, tokenizer"]
fn all_tests_are_here() {
    panic!("without the shared data they aren't");
}
