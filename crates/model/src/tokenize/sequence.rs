/// The tokens of one text, or of two.
#[derive(Debug, Clone)]
pub(crate) struct Sequence {
    /// Below the vocabulary's size, and no more of them than [`EncoderConfig::longest`].
    pub(crate) ids: Vec<u32>,
    /// From here on they are of type 1, in a model that has it; else their number.
    pub(crate) second: usize,
}

impl Sequence {
    /// The tokens of one text.
    pub(crate) fn of(ids: Vec<u32>) -> Self {
        Self { second: ids.len(), ids }
    }
}
