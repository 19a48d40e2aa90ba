/// Rows of scores to become the left side of a product, up to a factor: e to the power of (value - largest of the row).
#[derive(Clone, Copy)]
pub(crate) struct Exponentials<'a> {
    /// `rows` rows of `columns` values.
    pub(crate) values: &'a [f32],
    /// Up to [`Exponentials::ROWS`].
    pub(crate) rows: usize,
    /// A multiple of `PADDING`.
    pub(crate) columns: usize,
    /// How many of a row's values count, from the first one on, at least one; the others become zeros.
    pub(crate) count: usize,
}

/// For every row one divided by the sum of its exponentials: what makes a softmax of them.
pub(crate) type Scales = [f32; Exponentials::ROWS];

impl Exponentials<'_> {
    /// Rows of scores that are computed together.
    pub(crate) const ROWS: usize = 32;

    /// The bounds every kernel relies on, where a word of the output holds so many values.
    pub(super) fn assert_bounds(&self, out: &[u32], per_word: usize) {
        let values = self.rows * self.columns;
        assert!(self.rows <= Self::ROWS && (1..=self.columns).contains(&self.count));
        assert!(self.values.len() >= values && out.len() * per_word >= values);
    }

    /// Where the last vector of `width` values begins that has some that count.
    pub(super) fn whole(&self, width: usize) -> usize {
        (self.count - 1) / width * width
    }
}
