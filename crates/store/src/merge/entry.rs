use crate::StoreError;

/// A scene of the store as it will be.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Where its fact is: among those of the incoming scenes, or behind them.
    pub(super) fact: usize,
    /// Its row; none if it is new.
    pub(super) row: Option<usize>,
    /// Which incoming scene it is or has become.
    pub(super) incoming: Option<usize>,
    /// Whether it is not what its row says.
    pub(super) changed: bool,
    /// Whether its row doesn't say where it comes from.
    pub(super) adopted: bool,
    /// Whether it comes again with the turns it is made of, which its row doesn't say.
    pub(super) says_more: bool,
    /// Whether its conversation goes by another name than the row says.
    pub(super) renamed: bool,
    /// Whether it is in another channel than the row says.
    pub(super) regrouped: bool,
    /// The channel that its row says.
    pub(super) was_in: u64,
}

impl Entry {
    /// Where its text is.
    pub(super) fn text(&self) -> Option<TextOf> {
        match (self.incoming, self.row) {
            (Some(scene), _) => Some(TextOf::Incoming(scene)),
            (None, row) => row.map(TextOf::Row),
        }
    }
}

/// A text that has to be looked at.
#[derive(Debug, Clone, Copy)]
pub(super) enum TextOf {
    Row(usize),
    Incoming(usize),
}

/// Reads texts, in the order in which they are asked for.
pub(super) type TextReader<'a> = dyn FnMut(&[TextOf]) -> Result<Vec<String>, StoreError> + 'a;
