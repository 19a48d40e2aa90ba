use serde::{Deserialize, Serialize};

use crate::SharedStore;

/// The latest layout of a note that this program knows, and the one it writes.
pub(crate) const LAYOUT: u32 = 1;

/// What a copy is a copy of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tracked {
    pub(crate) layout: u32,
    /// The store, by its number on the server.
    pub(crate) store: i32,
    /// The last batch that the copy has, and what tells that one from others with its number.
    pub(crate) rev: i64,
    pub(crate) token: Option<String>,
    /// The version of the file that this is about.
    pub(crate) version: String,
    /// For each row of the copy its number on the server and its place.
    pub(crate) rows: Vec<i32>,
    pub(crate) places: Vec<i64>,
}

impl Tracked {
    /// Of a copy that has nothing yet.
    pub(crate) fn nothing(store: &SharedStore) -> Self {
        let (rows, places) = (Vec::new(), Vec::new());
        Self { layout: LAYOUT, store: store.id, rev: 0, token: None, version: String::new(), rows, places }
    }
}
