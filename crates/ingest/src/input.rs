use std::borrow::Cow;
use std::cell::OnceCell;

use crate::decode::{Decoded, decode, plain_lines};
use crate::json::{Shape, shape};
use crate::{IngestError, words};

/// How many bytes of a file are looked at to tell what it is.
pub(crate) const HEAD: usize = 256 << 10;

/// A file as formats see it: its text, decoded once, and the beginning of it.
#[derive(Debug)]
pub(crate) struct Input<'a> {
    bytes: &'a [u8],
    /// Its path within the archive or the folder that it came in.
    path: &'a str,
    /// Files that tell about others there, by their names.
    beside: &'a [(String, String)],
    decoded: OnceCell<Decoded<'a>>,
    head: OnceCell<Cow<'a, str>>,
    shape: OnceCell<Option<Shape>>,
}

impl<'a> Input<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self::within(bytes, "", &[])
    }

    /// A file of an archive or a folder.
    pub(crate) fn within(bytes: &'a [u8], path: &'a str, beside: &'a [(String, String)]) -> Self {
        let (decoded, head, shape) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        Self { bytes, path, beside, decoded, head, shape }
    }

    /// What the folder is called that the file is in.
    pub(crate) fn folder(&self) -> Option<&str> {
        let (folder, _) = self.path.rsplit_once('/')?;
        folder.rsplit('/').next().filter(|name| !name.is_empty())
    }

    /// The text of the file of that name that came with this one.
    pub(crate) fn beside(&self, name: &str) -> Option<&str> {
        self.beside.iter().find(|(own, _)| own == name).map(|(_, text)| text.as_str())
    }

    /// The whole text, decoded at the first call.
    pub(crate) fn decoded(&self) -> &Decoded<'a> {
        self.decoded.get_or_init(|| decode(self.bytes))
    }

    /// The text of the first bytes.
    pub(crate) fn head(&self) -> &str {
        self.head.get_or_init(|| match self.bytes.get(..HEAD) {
            Some(head) if !self.is_short() => decode(head).text,
            _ => Cow::Owned(self.decoded().text.to_string()),
        })
    }

    /// Whether the head is the whole file.
    pub(crate) fn is_short(&self) -> bool {
        self.bytes.len() <= HEAD
    }

    /// What the head shows of its JSON, if it is JSON.
    pub(crate) fn shape(&self) -> Option<&Shape> {
        self.shape.get_or_init(|| shape(self.head())).as_ref()
    }

    /// The text.
    ///
    /// # Errors
    /// When there is nothing in it.
    pub(crate) fn text(&self) -> Result<&str, IngestError> {
        let text = &*self.decoded().text;
        if words::is_blank(text) { Err(IngestError::Empty) } else { Ok(text) }
    }

    /// The first byte that is of no text, where so many are that the file is none; a few bad ones are damage.
    pub(crate) fn not_text_at(&self) -> Option<usize> {
        let Decoded { text, dropped, assumed } = self.decoded();
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
