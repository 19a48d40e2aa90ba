use crate::Count;

/// Somebody.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// Their name.
    pub name: String,
    /// The scenes that they are in.
    pub scenes: usize,
    /// The first and the last day of these, `YYYY-MM-DD`.
    pub dates: Option<(String, String)>,
    /// Where, most scenes first.
    pub places: Vec<Count>,
    /// The rows of the first of these scenes.
    pub rows: Vec<usize>,
}
