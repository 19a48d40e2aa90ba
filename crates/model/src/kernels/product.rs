use super::{NumberFormat, RowScale};

/// What happens to a value after the product and the bias.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Activation {
    /// Nothing.
    None,
    /// x · Φ(x), with the error function itself and not its tanh approximation.
    Gelu,
}

/// How the words of rows lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// Row by row.
    Rows,
    /// In tiles of sixteen words of sixteen rows, row by row within: those of the first sixteen rows, then those of the
    /// next ones. There are tiles for whole sixteens of rows, and a row's words are a multiple of sixteen.
    Tiles,
}

impl Order {
    /// Where block number `block` of sixteen words of a row begins, with `stride` words a row.
    pub(crate) fn place(self, row: usize, block: usize, stride: usize) -> usize {
        match self {
            Self::Rows => row * stride + block * 16,
            Self::Tiles => (row / 16 * stride + block * 16 + row % 16) * 16,
        }
    }
}

/// The left side of a product.
#[derive(Clone, Copy)]
pub(crate) struct Left<'a> {
    /// Rows of at least `depth` words, `stride` apart. But for f32 more rows follow, up to a multiple of
    /// [`Left::TOGETHER`], whose words don't matter.
    pub(crate) words: &'a [u32],
    pub(crate) stride: usize,
    pub(crate) order: Order,
    /// For integers one a row, else none.
    pub(crate) scales: &'a [RowScale],
}

impl Left<'_> {
    /// So many rows may be read at once.
    pub(crate) const TOGETHER: usize = 16;
    /// With so many more, any of the rows may be the first one.
    pub(crate) const SPARE: usize = Self::TOGETHER - 1;
}

/// What the integers in the columns of the right side stand for.
#[derive(Clone, Copy)]
pub(crate) struct ColumnScales<'a> {
    /// The value of 1.
    pub(crate) scales: &'a [f32],
    /// The sum of the column's values: what a left side of ones would give. For 16-bit integers, whose minimum is 0, it
    /// doesn't count.
    pub(crate) sums: &'a [f32],
}

/// One matrix product: `out[row][column] = activation(Σ left[row][k] · right[k][column] + bias[column])`.
#[derive(Clone, Copy)]
pub(crate) struct Product<'a> {
    pub(crate) left: Left<'a>,
    pub(crate) rows: usize,
    /// In words.
    pub(crate) depth: usize,
    /// Right side in panels, see `Kernels::panel`: `columns / panel` panels of `depth` rows of `panel` words.
    pub(crate) panels: &'a [u32],
    /// A multiple of the panel's width.
    pub(crate) columns: usize,
    /// For integers, else none.
    pub(crate) scales: Option<ColumnScales<'a>>,
    /// `columns` values, or none.
    pub(crate) bias: Option<&'a [f32]>,
    pub(crate) activation: Activation,
    /// Not integers.
    pub(crate) out: NumberFormat,
    /// Words between rows of the output.
    pub(crate) out_stride: usize,
    /// For F32 row by row.
    pub(crate) out_order: Order,
}

impl Product<'_> {
    /// What kernels that know nothing of tiles rely on.
    pub(super) fn assert_rows(&self) {
        assert!(
            self.left.order == Order::Rows
                && self.out_order == Order::Rows
                && self.out != NumberFormat::Bf16x3
        );
    }

    /// The bounds every kernel relies on.
    pub(super) fn assert_bounds(&self, out: &[u32], panel: usize) {
        let width = self.out.words(self.columns);
        assert!(self.columns.is_multiple_of(panel) && self.out_stride >= width && !self.out.is_scaled());
        assert!(self.left.stride >= self.depth && self.panels.len() >= self.columns * self.depth);
        assert!(self.bias.is_none_or(|bias| bias.len() >= self.columns));
        if let Some(columns) = &self.scales {
            assert!(columns.scales.len() >= self.columns && columns.sums.len() >= self.columns);
            assert!(self.left.scales.len() >= self.rows);
        }
        if self.rows > 0 {
            assert!(self.left.words.len() >= (self.rows - 1) * self.left.stride + self.depth);
            match self.out_order {
                Order::Rows => assert!(out.len() >= (self.rows - 1) * self.out_stride + width),
                Order::Tiles => {
                    assert!(out.len() >= self.rows.next_multiple_of(16) * self.out_stride);
                    assert!(self.out != NumberFormat::F32 && self.out_stride.is_multiple_of(16));
                }
            }
        }
    }
}
