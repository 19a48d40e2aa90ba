//! The library as programs use it, with the tiny model.

mod identity;
mod parts;
mod support;
mod upgrade;
