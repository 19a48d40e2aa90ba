/// One contribution by one speaker, as an export holds it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Turn {
    /// Who speaks, as written in the export.
    pub speaker: String,
    /// The time stamp as written in the export.
    pub stamp: Option<String>,
    /// The day of the stamp, `YYYY-MM-DD`, where it could be read.
    pub date: Option<String>,
    /// What is said, trimmed.
    pub text: String,
}
