/// What one row of a store is searched by.
#[derive(Debug, Clone, Copy, Default)]
pub struct Row<'a> {
    /// The words.
    pub text: &'a str,
    /// Who speaks, and who is spoken of; they count like text of little weight.
    pub names: &'a [&'a str],
    /// The session, file or channel. The last row before this one of the same group is its neighbour. The empty
    /// group has no neighbours.
    pub group: &'a str,
    /// The day of what the text tells, counted from 1970-01-01, if that is known. Rows of a group that follow each other
    /// on the same day are a session.
    pub day: Option<i32>,
    /// Keys and values to filter by.
    pub facets: &'a [(&'a str, &'a str)],
    /// One vector for each passage of the text, of any length but zero.
    pub passages: &'a [&'a [f32]],
    /// Vectors of passages that reach over neighbouring rows.
    pub windows: &'a [&'a [f32]],
}

/// What is known of a row whose text isn't at hand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KnownRow<'a> {
    /// The hash of its group.
    pub(crate) group: Option<u64>,
    /// How many terms its text has.
    pub(crate) length: u32,
    /// The signs in its text, see [`crate::words::cues`].
    pub(crate) cues: u8,
    /// Terms with their positions in order; none of one that is only among the names.
    pub(crate) terms: &'a [(&'a str, &'a [u32])],
}

/// The 32 bytes by which the caller knows the file that the rows are from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(pub [u8; 32]);
