//! From scenes to rows: what is embedded of each, by which recipe, and how it gets into a store, or a stored one is embedded
//! anew.

pub(crate) mod add;
pub(crate) mod passage;
mod pending;
pub(crate) mod recipe;
mod stored;
pub(crate) mod texts;
pub(crate) mod upgrade;
pub(crate) mod upgraded;
mod work;
