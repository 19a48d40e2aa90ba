/// What was mended while reading.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Mending {
    /// Entries that could not be read.
    pub(crate) bad: usize,
    /// The first of them: its line and how it begins.
    pub(crate) first_bad: Option<(usize, String)>,
    /// Halves of characters (lone surrogates), each read as U+FFFD.
    pub(crate) halves: usize,
    /// Values such as `NaN` that JSON doesn't have, or that are nested too deep, each read as null.
    pub(crate) nulls: usize,
    /// Keys that stand twice in one object; the last value counts.
    pub(crate) doubled: usize,
    /// Texts that were nothing but an encoded file; of each only what it says about itself was read.
    pub(crate) encoded: usize,
    /// The line of the first of those.
    pub(crate) first_encoded: Option<usize>,
}

impl Mending {
    /// Adds what was mended elsewhere, `lines` further down in the file.
    pub(crate) fn add(&mut self, other: Self, lines: usize) {
        self.bad += other.bad;
        self.halves += other.halves;
        self.nulls += other.nulls;
        self.doubled += other.doubled;
        self.encoded += other.encoded;
        self.first_encoded = self.first_encoded.or(other.first_encoded.map(|line| line + lines));
        if self.first_bad.is_none() {
            self.first_bad = other.first_bad.map(|(line, begins)| (line + lines, begins));
        }
    }
}
