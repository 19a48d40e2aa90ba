/// What speaks for a row by measures that depend on nothing else that was found, and little on how large the index is, so that
/// they can be compared between queries, indexes and filters.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Features {
    /// The cosine: in hybrid mode the mean of the row's own and of that of its passages together with those beside them.
    /// None where meaning didn't count or the row has no vector.
    pub meaning: Option<f32>,
    /// What words say; none where they didn't count beside meaning.
    pub words: Option<WordFeatures>,
}

/// What words say of a row.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct WordFeatures {
    /// BM25, as a part of what a row of average length would be worth that held each of the words once.
    pub own: f32,
    /// The same of the row together with those around it.
    pub around: f32,
}

impl WordFeatures {
    /// By BM25 of a row and of its window, each with what it could be.
    pub(crate) fn new([own, full]: [f32; 2], [around, full_around]: [f32; 2]) -> Self {
        let part = |of: f32, full: f32| if full > 0.0 { of.max(0.0) / full } else { 0.0 };
        Self { own: part(own, full), around: part(around, full_around) }
    }
}
