/// The bytes of an export.
#[derive(Clone, Copy)]
pub struct Bytes<'a> {
    pub(crate) all: &'a [u8],
    pub(crate) text: Option<&'a str>,
    pub(crate) reached: Option<&'a Reached<'a>>,
}

/// Hears now and then how many bytes have been read; what stands before them won't be asked for again. Where it says no,
/// reading ends there.
pub type Reached<'a> = dyn Fn(usize) -> bool + 'a;

impl<'a> From<&'a [u8]> for Bytes<'a> {
    fn from(all: &'a [u8]) -> Self {
        Self { all, text: None, reached: None }
    }
}

impl<'a> From<&'a Vec<u8>> for Bytes<'a> {
    fn from(all: &'a Vec<u8>) -> Self {
        all.as_slice().into()
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Bytes<'a> {
    fn from(all: &'a [u8; N]) -> Self {
        all.as_slice().into()
    }
}

impl<'a> Bytes<'a> {
    /// The same bytes, which are known to be this text.
    #[must_use]
    pub fn with_text(self, text: Option<&'a str>) -> Self {
        Self { text: text.filter(|text| text.len() == self.all.len()), ..self }
    }

    /// The same bytes, with somebody who hears how far they are read.
    #[must_use]
    pub fn heard_by(self, reached: &'a Reached<'a>) -> Self {
        Self { reached: Some(reached), ..self }
    }
}
