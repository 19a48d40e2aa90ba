use crate::Turn;

/// One conversation, channel or document of an export: what is known of it as a whole, and its turns in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Transcript {
    /// Its own id, where the export has one.
    pub id: Option<String>,
    /// What it is called; no identity, for two may be called the same.
    pub title: Option<String>,
    /// What is said in it.
    pub turns: Vec<Turn>,
}
