use crate::pooling::Pooling;

/// How a model is used, where somebody knows that besides its folder: counted for what the folder's own files leave open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// How the vectors of tokens become one; else their mean.
    pub pooling: Option<Pooling>,
    /// What the model was trained to see before a query.
    pub query: &'static str,
    /// And before a text that queries are to find.
    pub passage: &'static str,
    /// The most tokens of a text that count; else as many as the model has positions for.
    pub max_tokens: Option<usize>,
}
