/// Stored bytes that are not what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the {part} is damaged: expected {expected}")]
pub struct Damaged {
    /// Which part of the index, as a noun.
    pub part: &'static str,
    /// What should have been found there.
    pub expected: &'static str,
}
