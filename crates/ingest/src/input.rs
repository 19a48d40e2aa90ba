use std::borrow::Cow;
use std::cell::{Cell, OnceCell};
use std::collections::BTreeMap;

use crate::bytes::{Bytes, Reached};
use crate::decode::{Decoded, decode, decode_known, plain_lines};
use crate::json::{Mending, Node, Reader, Shape, each_line_heard, later_objects, shape};
use crate::{IngestError, words};

/// How many bytes of a file are looked at to tell what it is.
pub(crate) const HEAD: usize = 256 << 10;

/// The texts of files that tell about others, by their paths: there may be as many as there are others.
pub(crate) type Beside = BTreeMap<String, String>;

static ALONE: Beside = Beside::new();

/// A file as formats see it: its text, decoded once, and the beginning of it.
pub(crate) struct Input<'a> {
    bytes: &'a [u8],
    /// The text that the bytes are, where that is known.
    known: Option<&'a str>,
    reached: Option<&'a Reached<'a>>,
    /// Its path within the archive or the folder that it came in.
    path: &'a str,
    /// Files that tell about others there, by their paths.
    beside: &'a Beside,
    decoded: OnceCell<Decoded<'a>>,
    head: OnceCell<Cow<'a, str>>,
    shape: OnceCell<Option<Shape>>,
    /// Whether its text was asked for, and not only its beginning.
    is_read: Cell<bool>,
}

impl<'a> Input<'a> {
    pub(crate) fn new(bytes: impl Into<Bytes<'a>>) -> Self {
        Self::within(bytes, "", &ALONE)
    }

    /// A file of an archive or a folder.
    pub(crate) fn within(bytes: impl Into<Bytes<'a>>, path: &'a str, beside: &'a Beside) -> Self {
        let Bytes { all: bytes, text: known, reached } = bytes.into();
        let (decoded, head, shape) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        let is_read = Cell::new(false);
        Self { bytes, known, reached, path, beside, decoded, head, shape, is_read }
    }

    /// Whether somebody named the file, and no folder or archive that it lies in.
    pub(crate) fn is_alone(&self) -> bool {
        self.path.is_empty()
    }

    /// Whether it is a zip archive: a document of several parts, where a format sees it.
    pub(crate) fn is_zip(&self) -> bool {
        self.bytes.starts_with(b"PK\x03\x04")
    }

    /// What the folder is called that the file is in.
    pub(crate) fn folder(&self) -> Option<&str> {
        let (folder, _) = self.path.rsplit_once('/')?;
        folder.rsplit('/').next().filter(|name| !name.is_empty())
    }

    /// The text of the file of that name that came with this one: in its folder, else in one above it.
    pub(crate) fn beside(&self, name: &str) -> Option<&str> {
        let mut folder = self.path;
        while let Some((above, _)) = folder.rsplit_once('/') {
            let path = format!("{above}/{name}");
            if let Some(text) = self.beside.get(&path) {
                return Some(text);
            }
            folder = above;
        }
        self.beside.get(name).map(String::as_str)
    }

    /// What the file is called, without its folders.
    pub(crate) fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(self.path)
    }

    /// The bytes as they are, for what is no text.
    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The whole text, decoded at the first call.
    pub(crate) fn decoded(&self) -> &Decoded<'a> {
        self.decoded.get_or_init(|| match self.known {
            Some(text) => decode_known(text),
            None => decode(self.bytes),
        })
    }

    /// The same where somebody has asked for it; what is no text is never decoded as a whole.
    pub(crate) fn decoded_so_far(&self) -> Option<&Decoded<'a>> {
        self.decoded.get().filter(|_| self.is_read.get())
    }

    /// The text of the first bytes.
    pub(crate) fn head(&self) -> &str {
        self.head.get_or_init(|| match self.bytes.get(..HEAD) {
            Some(head) if !self.is_short() => decode(head).text,
            _ => Cow::Owned(self.decoded().text.to_string()),
        })
    }

    /// Whether the head has a key of that name, or a text that is nothing else.
    pub(crate) fn says(&self, key: &str) -> bool {
        self.head().contains(&format!("\"{key}\""))
    }

    /// The first line of the head in which something is said.
    pub(crate) fn first_line(&self) -> Option<&str> {
        self.head().lines().find(|line| !words::is_blank(line))
    }

    /// Whether the head is the whole file.
    pub(crate) fn is_short(&self) -> bool {
        self.bytes.len() <= HEAD
    }

    /// What the head shows of its JSON, if it is JSON.
    pub(crate) fn shape(&self) -> Option<&Shape> {
        self.shape.get_or_init(|| shape(self.head())).as_ref()
    }

    /// The same file as if its list began with a later entry, for a few of these.
    pub(crate) fn beginning_later(&self) -> Vec<Input<'_>> {
        let Some(shape) = self.shape().filter(|shape| shape.is_array || shape.is_lines) else {
            return Vec::new();
        };
        let beginning = |first| {
            let bytes = Bytes { all: self.bytes, text: self.known, reached: self.reached };
            let input = Input::within(bytes, self.path, self.beside);
            let shape = Shape { first, ..shape.clone() };
            Input {
                shape: OnceCell::from(Some(shape)),
                head: OnceCell::from(Cow::Borrowed(self.head())),
                ..input
            }
        };
        later_objects(self.head()).into_iter().map(beginning).collect()
    }

    /// The same, if it is no array.
    pub(crate) fn unlisted(&self) -> Option<&Shape> {
        self.shape().filter(|shape| !shape.is_array)
    }

    /// The text.
    ///
    /// # Errors
    /// When there is nothing in it.
    pub(crate) fn text(&self) -> Result<&str, IngestError> {
        self.is_read.set(true);
        let text = &*self.decoded().text;
        if words::is_blank(text) { Err(IngestError::Empty) } else { Ok(text) }
    }

    /// What reads the values of the text; see [`Reader::new`].
    ///
    /// # Errors
    /// When there is nothing in it.
    pub(crate) fn reader<'b>(&'b self, entries_of: &'b [&'b str]) -> Result<Reader<'b>, IngestError> {
        Ok(Reader::new(self.text()?, entries_of).heard_by(self.reached))
    }

    /// Hands over the values of the lines of the text; see [`each_line`](crate::json::each_line).
    pub(crate) fn each_line(&self, take: impl FnMut(usize, Node)) -> Mending {
        each_line_heard(&self.decoded().text, None, self.reached, take)
    }

    /// The same, with the values of objects under these keys only.
    pub(crate) fn each_line_of(&self, only: &[&str], take: impl FnMut(usize, Node)) -> Mending {
        each_line_heard(&self.decoded().text, Some(only), self.reached, take)
    }

    /// The first byte that is of no text, where so many are that the file is none; a few bad ones are damage.
    pub(crate) fn not_text_at(&self) -> Option<usize> {
        let Decoded { text, dropped, assumed, .. } = self.decoded();
        let none = assumed.is_none() && dropped * 10 > text.len();
        none.then(|| std::str::from_utf8(self.bytes).map_or_else(|error| error.valid_up_to(), |_| 0))
    }

    /// The text with plain ends of lines and without NUL characters, and how many of those there were.
    ///
    /// # Errors
    /// When there is nothing in it.
    pub(crate) fn lines(&self) -> Result<(Cow<'_, str>, usize), IngestError> {
        self.text().map(plain_lines)
    }
}
