//! Right sides of products, laid out as panels.

use super::format::{to_bf16, to_bf16x3};
use super::{Kernels, NumberFormat};

/// Where the panels of a linear layer and what belongs to them are written.
pub(crate) struct Columns<'a> {
    /// `words(inputs)` words for every padded column, zero before.
    pub(crate) panels: &'a mut [u32],
    /// A value each for every padded column where the format [has scales](Format::is_scaled), else empty. See
    /// `ColumnScales`.
    pub(crate) scales: &'a mut [f32],
    pub(crate) sums: &'a mut [f32],
}

/// Lays out columns `first..` of a right side, given as the rows of its transpose, `inputs` values each.
///
/// What is beyond the inputs and the columns stays as it was.
pub(crate) fn pack_columns(
    kernels: &Kernels,
    format: NumberFormat,
    values: &[f32],
    inputs: usize,
    first: usize,
    to: &mut Columns<'_>,
) {
    let (panel, depth) = (kernels.panel, format.words(inputs));
    let mut words = vec![0; depth];
    let mut row = vec![0.0; inputs.next_multiple_of(NumberFormat::BLOCK)];
    for (column, values) in (first..).zip(values.chunks_exact(inputs)) {
        let scale = match format {
            // A column is written like a row.
            NumberFormat::Int16 => {
                row[..inputs].copy_from_slice(values);
                (kernels.int16.encode)(&row, &mut words).scale
            }
            _ => encode_column(format, values, &mut words),
        };
        if format.is_scaled() {
            to.scales[column] = scale;
        }
        if format == NumberFormat::Int8 {
            to.sums[column] =
                scale * words.iter().flat_map(|word| word.to_le_bytes()).map(signed).sum::<f32>();
        }
        let start = column / panel * panel * depth + column % panel;
        for (place, word) in to.panels[start..].iter_mut().step_by(panel).zip(&words) {
            *place = *word;
        }
    }
}

fn signed(byte: u8) -> f32 {
    f32::from(byte as i8)
}

/// The value of 1 in the words, for integers; words beyond the values stay as they were. Not for [`NumberFormat::Int16`].
fn encode_column(format: NumberFormat, values: &[f32], words: &mut [u32]) -> f32 {
    let largest = values.iter().fold(0f32, |largest, value| largest.max(value.abs()));
    let scale = (largest / 127.0).max(1e-12);
    let byte = |value: &f32| (value / scale).round() as i8 as u8;
    if format == NumberFormat::Bf16x3 {
        encode_parts(values, words);
        return scale;
    }
    for (word, values) in words.iter_mut().zip(values.chunks(format.per_word())) {
        *word = match (format, values) {
            (NumberFormat::F32, [value, ..]) => value.to_bits(),
            (NumberFormat::Bf16, values) => gather(values.iter().map(|value| u32::from(to_bf16(*value))), 16),
            (_, values) => gather(values.iter().map(|value| u32::from(byte(value))), 8),
        };
    }
    scale
}

/// The words of [`NumberFormat::Bf16x3`].
pub(super) fn encode_parts(values: &[f32], words: &mut [u32]) {
    let blocks = words.chunks_exact_mut(3 * NumberFormat::BLOCK);
    for (block, values) in blocks.zip(values.chunks(2 * NumberFormat::BLOCK)) {
        for (at, pair) in values.chunks(2).enumerate() {
            for part in 0..3 {
                let halves = pair.iter().map(|value| u32::from(to_bf16x3(*value)[part]));
                block[part * NumberFormat::BLOCK + at] = gather(halves, 16);
            }
        }
    }
}

/// Puts parts of `bits` bits into a word, the first lowest.
fn gather(parts: impl Iterator<Item = u32>, bits: u32) -> u32 {
    parts.zip(0..).fold(0, |word, (part, at)| word | part << (bits * at))
}

/// The right side of the scores: `keys` has rows of `depth` words, `stride` apart, one a column.
///
/// `to` holds `depth` words for each of the `padded` columns; those beyond the keys become zero.
pub(crate) fn pack_keys(
    kernels: &Kernels,
    keys: &[u32],
    stride: usize,
    [columns, padded, depth]: [usize; 3],
    to: &mut [u32],
) {
    let panel = kernels.panel;
    for (first, to) in (0..padded).step_by(panel).zip(to.chunks_exact_mut(panel * depth)) {
        let here = panel.min(columns.saturating_sub(first));
        if here < panel {
            to.fill(0);
        }
        for column in 0..here {
            let key = &keys[(first + column) * stride..][..depth];
            to[column..].iter_mut().step_by(panel).zip(key).for_each(|(place, word)| *place = *word);
        }
    }
}

/// The right side of the mix: `values` has rows of `columns` numbers in `format` (F32 or Bf16), `stride` words apart;
/// the rows are the depth. `to` holds `depth` words for each column, padded to whole panels; those beyond the rows
/// and columns become zero.
pub(crate) fn pack_values(
    kernels: &Kernels,
    format: NumberFormat,
    values: &[u32],
    stride: usize,
    [rows, depth, columns]: [usize; 3],
    to: &mut [u32],
) {
    let panel = kernels.panel;
    to.fill(0);
    let per_word = format.per_word();
    for (first, to) in (0..columns).step_by(panel).zip(to.chunks_exact_mut(panel * depth)) {
        let width = panel.min(columns - first) / per_word;
        let row = |row: usize| &values[row * stride + first / per_word..][..width];
        for (pair, to) in to.chunks_exact_mut(panel).enumerate().take(rows.div_ceil(per_word)) {
            if format == NumberFormat::F32 {
                to[..width].copy_from_slice(row(pair));
                continue;
            }
            let last = if 2 * pair + 1 < rows { Some(row(2 * pair + 1)) } else { None };
            interleave(row(2 * pair), last, to);
        }
    }
}

/// Two rows of bf16, one after the other, to pairs of one column each.
fn interleave(even: &[u32], odd: Option<&[u32]>, to: &mut [u32]) {
    let Some(odd) = odd else {
        for (to, even) in to.chunks_exact_mut(2).zip(even) {
            to.copy_from_slice(&[even & 0xffff, even >> 16]);
        }
        return;
    };
    for ((to, even), odd) in to.chunks_exact_mut(2).zip(even).zip(odd) {
        to.copy_from_slice(&[even & 0xffff | odd << 16, even >> 16 | odd & 0xffff_0000]);
    }
}
