//! The index from outside: what it finds, and what becomes of it when things go wrong.

mod extend;
mod faults;
mod fusion;
mod story;
