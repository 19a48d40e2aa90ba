use std::fmt;

/// Why an export could not be read. The caller knows the file's name and adds it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IngestError {
    /// There is nothing in the file but white space or a byte order mark.
    #[error("the file is empty")]
    Empty,
    /// The bytes are not text.
    #[error("expected UTF-8 text, found a byte that is not UTF-8 at byte {byte}")]
    NotUtf8 {
        /// How many bytes before it are good.
        byte: usize,
    },
    /// The text stops in the middle of a JSON value.
    #[error("expected a whole JSON file, found its end at line {line}, column {column} ({problem})")]
    CutShort {
        /// The line, from 1.
        line: usize,
        /// The byte in that line, from 1.
        column: usize,
        /// What was being read.
        problem: String,
    },
    /// The text breaks the rules of JSON.
    #[error("expected JSON, found something else at line {line}, column {column} ({problem})")]
    NotJson {
        /// The line, from 1.
        line: usize,
        /// The byte in that line, from 1.
        column: usize,
        /// Which rule.
        problem: String,
    },
    /// A JSON value is of another kind than the format has there.
    #[error("{place}: expected {expected}, found {found}")]
    WrongKind {
        /// Where.
        place: Place,
        /// What the format has there.
        expected: &'static str,
        /// What the file has there.
        found: JsonKind,
    },
    /// A named value that the format needs isn't there.
    #[error("{place}: `{field}` is missing")]
    Missing {
        /// Where.
        place: Place,
        /// Its name.
        field: &'static str,
    },
    /// A Neptune export without a single turn.
    #[error(
        "expected a line like `***11/10/2025, 4:00:41 AM - User:***`, found none; the file begins with `{found}`"
    )]
    NoTurn {
        /// The first line with something in it, shortened.
        found: String,
    },
    /// A line of a JSON Lines export that stands before any conversation was opened.
    #[error("line {line}: expected a line of type `session`, found one of type `{found}`")]
    NoSession {
        /// The line, from 1.
        line: usize,
        /// Its `type`.
        found: String,
    },
    /// A list of records in which no field is called like a text.
    #[error("expected records with a text in them, found none among the fields {found}")]
    NoTextField {
        /// What the first record has.
        found: String,
    },
    /// A field that the user has named and no record has.
    #[error("no record has the field `{field}` that was named as the {meaning}; they have {found}")]
    NoSuchField {
        /// What was named.
        field: Box<str>,
        /// As what: as --map calls it.
        meaning: &'static str,
        /// What the first record has.
        found: Box<str>,
        /// What it has that is called much like it.
        nearest: Option<Box<str>>,
    },
    /// A page without a post that is marked as the programs of forums mark them.
    #[error(
        "expected the posts of a thread as phpBB, XenForo, vBulletin and their like mark them, found none"
    )]
    NoPost,
    /// A table that is a store: what ingesting makes, not what it reads.
    #[error("it is a store already, with embeddings: there is nothing to ingest")]
    IsStore,
    /// A part of a document isn't there.
    #[error("expected `{part}` in it, found none")]
    NoPart {
        /// Its name.
        part: String,
    },
    /// A book that only a shop's own program can read.
    #[error("it is protected against copying (DRM): it has `{sign}`")]
    Protected {
        /// The part that says so.
        sign: &'static str,
    },
    /// A document of Word before 2007, or one with a password.
    #[error("expected a .docx document, found one of Word before 2007, or one with a password")]
    OldWord,
    /// A file that doesn't begin as rich text does.
    #[error("expected rich text, which begins with `{{\\rtf`, found something else")]
    NotRichText,
    /// A table that can't be read.
    #[error("expected a table, found a damaged one ({problem})")]
    BadTable {
        /// What is wrong with it.
        problem: String,
    },
    /// A zip archive that can't be opened.
    #[error("expected a zip archive, found a damaged one ({problem})")]
    BadArchive {
        /// What is wrong with it.
        problem: String,
    },
    /// A folder or an archive without an export in it.
    #[error("expected an export among its files, found none; {files} of them are something else")]
    NoExport {
        /// How many files there are that are none.
        files: usize,
    },
    /// A file in an archive that only a password opens.
    #[error("it is encrypted")]
    Encrypted,
    /// A zip archive that unpacks to more than we are willing to hold.
    #[error("`{entry}` in the archive unpacks to more than the {limit} bytes that are left for it")]
    TooLarge {
        /// The entry that went over the limit.
        entry: String,
        /// What was left.
        limit: u64,
    },
    /// A file inside a zip archive can't be read.
    #[error("`{entry}` in the archive: {problem}")]
    InArchive {
        /// The entry's name.
        entry: String,
        /// What is wrong with it.
        problem: Box<IngestError>,
    },
    /// A campaign file (a lexicon) that isn't one.
    #[error("line {line} of the campaign file: {problem}")]
    Lexicon {
        /// The line, from 1.
        line: usize,
        /// What was expected and what was found; an unknown key is named.
        problem: String,
    },
}

/// Where in a JSON export something is wrong. All numbers count from 0, as the entries of an array do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The file as a whole.
    File,
    /// An entry of the file's array.
    Entry(usize),
    /// A named value of an entry of the file's array.
    EntryField(usize, &'static str),
    /// A conversation.
    Conversation(usize),
    /// A named value of a conversation.
    ConversationField(usize, &'static str),
    /// A message: its conversation, and which message of it.
    Message(usize, usize),
    /// A named value of a message.
    MessageField(usize, usize, &'static str),
    /// A line of a JSON Lines file, from 1.
    Line(usize),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File => write!(f, "the file"),
            Self::Entry(entry) => write!(f, "entry {entry}"),
            Self::EntryField(entry, field) => write!(f, "entry {entry}, `{field}`"),
            Self::Conversation(index) => write!(f, "conversation {index}"),
            Self::ConversationField(index, field) => write!(f, "conversation {index}, `{field}`"),
            Self::Message(index, message) => write!(f, "conversation {index}, message {message}"),
            Self::MessageField(index, message, field) => {
                write!(f, "conversation {index}, message {message}, `{field}`")
            }
            Self::Line(line) => write!(f, "line {line}"),
        }
    }
}

/// What a JSON value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonKind {
    /// `null`, or nothing at all.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl fmt::Display for JsonKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        })
    }
}
