use std::sync::Arc;

use crate::{Moment, Scalar};

/// One contribution by one speaker, as an export holds it.
///
/// An export may have a million of them, so what many share is shared, and what is rare takes no room.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Turn {
    /// Its number among the entries of the file, from 0; entries that are no turn are counted too.
    pub entry: u32,
    /// Who speaks, as written in the export.
    pub speaker: Option<Arc<str>>,
    /// In what part.
    pub role: Role,
    /// What is said.
    pub text: String,
    /// The time stamp as written in the export.
    pub stamp: Scalar,
    /// What the stamp says, where it could be read.
    pub moment: Option<Moment>,
    /// The channel it was written in.
    pub channel: Option<Arc<str>>,
    /// Its own id within its conversation.
    pub own_id: Scalar,
    /// The own id of what it answers.
    pub parent: Option<Box<str>>,
    /// Whether it is what the user sees, where a conversation has branches.
    pub branch: Branch,
    /// Whether the export says that it was changed after it was first written.
    pub edited: bool,
    /// When it was: seconds since 1970, 0 where the export doesn't say.
    pub edited_at: u32,
    /// The names of what is attached to it.
    pub attachments: Vec<String>,
    /// Whether it is a scene by itself: a document that came with a message, a note of lore.
    pub stands_alone: bool,
    /// What a model thought before it said this; not part of what is said.
    pub thinking: Option<Box<str>>,
    /// The model that said it.
    pub model: Option<Arc<str>>,
}

impl Turn {
    /// A turn of which nothing is known but which entry of its file it is, from 0.
    pub fn at(entry: usize) -> Self {
        Self { entry: u32::try_from(entry).unwrap_or(u32::MAX), ..Self::default() }
    }

    /// How late a wording it is: of two of one turn the greater one is the newer. 0 of one that was never edited, as far as its
    /// export says; 1 of one that was, nobody knows when.
    pub fn wording(&self) -> u32 {
        self.edited_at.max(u32::from(self.edited))
    }
}

/// In what part somebody speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Role {
    /// The export doesn't say, or knows no parts.
    #[default]
    Unknown,
    /// The person at the keyboard.
    User,
    /// Who or what answers: a model, a narrator.
    Assistant,
    /// A tool that a model used.
    Tool,
    /// Instructions and notices.
    System,
}

/// Which way of a conversation that branches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Branch {
    /// The one the user sees; all there is where nothing branches.
    #[default]
    Active,
    /// Another one.
    Other,
}

impl Branch {
    /// How metadata name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Other => "alt",
        }
    }
}
