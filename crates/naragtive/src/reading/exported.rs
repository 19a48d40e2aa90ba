use std::path::PathBuf;

use naragtive_ingest::{Certainty, Format, IngestReport};

/// An export that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The file.
    pub path: PathBuf,
    /// What it was read as.
    pub format: Format,
    /// How sure it is that it is one; none where the user said so.
    pub certainty: Option<Certainty>,
    /// What it held.
    pub report: IngestReport,
}
