/// What has been done so far in one call of [`Embedder::embed_with`](crate::Embedder::embed_with) or
/// [`CrossEncoder::score_with`](crate::CrossEncoder::score_with).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Texts that went through the model.
    pub texts: usize,
    /// Their tokens; with each text a question's are counted again.
    pub tokens: usize,
    /// Tokens of all the texts.
    pub tokens_total: usize,
}

/// What the caller who is told of progress wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Go on.
    Continue,
    /// Stop as soon as what is under way is finished.
    Stop,
}

/// The caller who was told of progress said stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("stopped")]
pub struct Stopped;
