use std::fmt::{self, Display, Formatter};

/// One thing worth knowing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What.
    pub text: String,
    /// Whether something may be wrong.
    pub is_warning: bool,
}

impl Note {
    /// Something worth knowing.
    pub(super) fn tell(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_warning: false }
    }

    /// Something that may be wrong.
    pub(super) fn warn(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_warning: true }
    }
}

impl Display for Note {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}
