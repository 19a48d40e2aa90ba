//! What the kernels compute, in the plainest form. The others are tested against this one.

use super::format::{from_bf16, to_bf16};
use super::pack::encode_parts;
use super::{
    Activation, Exponentials, Kernels, Norm, NumberFormat, Numbers, Order, Product, RowScale, Scales,
};

pub(super) static KERNELS: Kernels = Kernels {
    panel: 16,
    f32: Numbers { product: product_f32, encode: encode_f32, exponentials: exponentials_f32, fast: false },
    bf16: bf16::<16>(),
    int8: int8::<16>(),
    int16: int16::<16>(),
    bf16x3: bf16x3::<16>(),
    order: Order::Rows,
    add_norm,
};

/// bf16 for instruction sets that have nothing for it.
pub(super) const fn bf16<const PANEL: usize>() -> Numbers {
    Numbers {
        product: product_bf16::<PANEL>,
        encode: encode_bf16,
        exponentials: exponentials_bf16,
        fast: false,
    }
}

/// 8-bit integers for instruction sets that have nothing for them.
pub(super) const fn int8<const PANEL: usize>() -> Numbers {
    Numbers {
        product: product_int8::<PANEL>,
        encode: encode_int8,
        exponentials: exponentials_f32,
        fast: false,
    }
}

/// 16-bit integers for instruction sets that have nothing for them.
pub(super) const fn int16<const PANEL: usize>() -> Numbers {
    Numbers {
        product: product_int16::<PANEL>,
        encode: encode_int16,
        exponentials: exponentials_f32,
        fast: false,
    }
}

/// f32 in three parts, for instruction sets that multiply whole ones as fast.
pub(super) const fn bf16x3<const PANEL: usize>() -> Numbers {
    Numbers {
        product: product_bf16x3::<PANEL>,
        encode: encode_bf16x3,
        exponentials: exponentials_f32,
        fast: false,
    }
}

fn product_f32(task: &Product<'_>, out: &mut [u32]) {
    let add = |sum, a, b| sum + f32::from_bits(a) * f32::from_bits(b);
    product::<16>(task, out, |left, right| sums::<f32, 16>(left, right, add));
}

fn product_bf16<const PANEL: usize>(task: &Product<'_>, out: &mut [u32]) {
    let add = |sum, a, b| {
        let ([a0, a1], [b0, b1]) = (from_bf16(a), from_bf16(b));
        sum + a0 * b0 + a1 * b1
    };
    product::<PANEL>(task, out, |left, right| sums::<f32, PANEL>(left, right, add));
}

fn product_int8<const PANEL: usize>(task: &Product<'_>, out: &mut [u32]) {
    let add = |sum, a: u32, b: u32| {
        let pairs = a.to_le_bytes().into_iter().zip(b.to_le_bytes());
        pairs.fold(sum, |sum, (a, b)| sum + i32::from(a) * i32::from(b as i8))
    };
    product::<PANEL>(task, out, |left, right| sums::<i32, PANEL>(left, right, add).map(|sum| sum as f32));
}

fn product_int16<const PANEL: usize>(task: &Product<'_>, out: &mut [u32]) {
    let add = |sum, a: u32, b: u32| {
        let product = |shift: u32| i32::from((a >> shift) as i16) * i32::from((b >> shift) as i16);
        sum + product(0) + product(16)
    };
    product::<PANEL>(task, out, |left, right| sums::<i32, PANEL>(left, right, add).map(|sum| sum as f32));
}

/// The numbers are put together again and multiplied as what they are.
fn product_bf16x3<const PANEL: usize>(task: &Product<'_>, out: &mut [u32]) {
    product::<PANEL>(task, out, |left, right| {
        let left = whole(left.iter().copied());
        std::array::from_fn(|column| {
            let right = whole(right.iter().skip(column).step_by(PANEL).copied());
            left.iter().zip(right).map(|(a, b)| a * b).sum()
        })
    });
}

/// The numbers whose parts are in the words.
pub(super) fn whole(words: impl Iterator<Item = u32>) -> Vec<f32> {
    let words: Vec<[f32; 2]> = words.map(from_bf16).collect();
    let block = |block: &[[f32; 2]]| {
        let part = |part: usize, at: usize| block[part * NumberFormat::BLOCK + at / 2][at % 2];
        (0..2 * NumberFormat::BLOCK).map(|at| part(0, at) + (part(1, at) + part(2, at))).collect::<Vec<_>>()
    };
    words.chunks_exact(3 * NumberFormat::BLOCK).flat_map(block).collect()
}

/// The sums of one row and the columns of a panel.
fn sums<S: Copy + Default, const PANEL: usize>(
    left: &[u32],
    right: &[u32],
    add: impl Fn(S, u32, u32) -> S,
) -> [S; PANEL] {
    let mut sums = [S::default(); PANEL];
    for (a, b) in left.iter().zip(right.chunks_exact(PANEL)) {
        for (sum, b) in sums.iter_mut().zip(b) {
            *sum = add(*sum, *a, *b);
        }
    }
    sums
}

fn product<const PANEL: usize>(
    task: &Product<'_>,
    out: &mut [u32],
    sums: impl Fn(&[u32], &[u32]) -> [f32; PANEL],
) {
    task.assert_bounds(out, PANEL);
    task.assert_rows();
    let (depth, per_word) = (task.depth, task.out.per_word());
    for first in (0..task.columns).step_by(PANEL) {
        let right = &task.panels[first * depth..][..PANEL * depth];
        for row in 0..task.rows {
            let mut values = sums(&task.left.words[row * task.left.stride..][..depth], right);
            finish(task, row, first, &mut values);
            store(task.out, &values, &mut out[row * task.out_stride + first / per_word..]);
        }
    }
}

/// Scales, bias and activation of the values of one row from column `first` on.
fn finish(task: &Product<'_>, row: usize, first: usize, values: &mut [f32]) {
    if let Some(columns) = &task.scales {
        let RowScale { scale, minimum } = task.left.scales[row];
        for ((value, one), sum) in values.iter_mut().zip(&columns.scales[first..]).zip(&columns.sums[first..])
        {
            *value = *value * (scale * one) + minimum * sum;
        }
    }
    if let Some(bias) = task.bias {
        values.iter_mut().zip(&bias[first..]).for_each(|(value, bias)| *value += bias);
    }
    if task.activation == Activation::Gelu {
        values.iter_mut().for_each(|value| *value = GELU.of(*value));
    }
}

fn store(format: NumberFormat, values: &[f32], out: &mut [u32]) {
    match format {
        NumberFormat::F32 => encode_f32(values, out),
        _ => encode_bf16(values, out),
    };
}

pub(super) fn encode_f32(row: &[f32], out: &mut [u32]) -> RowScale {
    row.iter().zip(out).for_each(|(value, word)| *word = value.to_bits());
    RowScale::default()
}

fn encode_bf16(row: &[f32], out: &mut [u32]) -> RowScale {
    for (pair, word) in row.chunks_exact(2).zip(out) {
        *word = u32::from(to_bf16(pair[0])) | u32::from(to_bf16(pair[1])) << 16;
    }
    RowScale::default()
}

fn encode_bf16x3(row: &[f32], out: &mut [u32]) -> RowScale {
    encode_parts(row, out);
    RowScale::default()
}

fn encode_int8(row: &[f32], out: &mut [u32]) -> RowScale {
    let minimum = row.iter().fold(f32::MAX, |min, value| min.min(*value));
    let scale = RowScale::between(minimum, row.iter().fold(f32::MIN, |max, value| max.max(*value)));
    let factor = 1.0 / scale.scale;
    let byte = |value: &f32| ((value - minimum) * factor).round_ties_even() as u8;
    for (four, word) in row.chunks_exact(4).zip(out) {
        *word = u32::from_le_bytes([byte(&four[0]), byte(&four[1]), byte(&four[2]), byte(&four[3])]);
    }
    scale
}

/// So many sums of squares are taken beside each other, of values that are as many apart, and then added up by
/// [`total`]: so every instruction set finds the same scale.
pub(super) const SUMS: usize = 16;

pub(super) fn total(mut sums: [f32; SUMS]) -> f32 {
    for half in [8, 4, 2, 1] {
        for i in 0..half {
            sums[i] += sums[i + half];
        }
    }
    sums[0]
}

fn encode_int16(row: &[f32], out: &mut [u32]) -> RowScale {
    let mut squares = [0.0; SUMS];
    for block in row.chunks_exact(SUMS) {
        squares.iter_mut().zip(block).for_each(|(sum, value)| *sum = value.mul_add(*value, *sum));
    }
    let scale =
        RowScale::of_length(total(squares), row.iter().fold(0.0, |most, value| value.abs().max(most)));
    let factor = 1.0 / scale.scale;
    let short = |value: &f32| u32::from((value * factor).round_ties_even() as i16 as u16);
    for (pair, word) in row.chunks_exact(2).zip(out) {
        *word = short(&pair[0]) | short(&pair[1]) << 16;
    }
    scale
}

fn exponentials_f32(task: &Exponentials<'_>, out: &mut [u32]) -> Scales {
    exponentials(task, out, NumberFormat::F32)
}

fn exponentials_bf16(task: &Exponentials<'_>, out: &mut [u32]) -> Scales {
    exponentials(task, out, NumberFormat::Bf16)
}

fn exponentials(task: &Exponentials<'_>, out: &mut [u32], format: NumberFormat) -> Scales {
    task.assert_bounds(out, format.per_word());
    let mut scales = [0.0; Exponentials::ROWS];
    let rows =
        task.values.chunks_exact(task.columns).zip(out.chunks_exact_mut(task.columns / format.per_word()));
    for (scale, (values, out)) in scales.iter_mut().zip(rows).take(task.rows) {
        let max = values[..task.count].iter().fold(f32::NEG_INFINITY, |max, value| max.max(*value));
        let mut row: Vec<f32> = values[..task.count].iter().map(|value| (value - max).exp()).collect();
        *scale = 1.0 / row.iter().sum::<f32>();
        row.resize(task.columns, 0.0);
        store(format, &row, out);
    }
    scales
}

fn add_norm(row: &mut [f32], addend: &[f32], norm: &Norm<'_>) {
    row.iter_mut().zip(addend).for_each(|(value, add)| *value += add);
    let width = row.len() as f32;
    let mean = row.iter().sum::<f32>() / width;
    let variance = row.iter().map(|value| (value - mean).powi(2)).sum::<f32>() / width;
    let scale = 1.0 / (variance + norm.epsilon).sqrt();
    for ((value, gamma), beta) in row.iter_mut().zip(norm.gamma).zip(norm.beta) {
        *value = (*value - mean) * scale * gamma + beta;
    }
}

/// x · Φ(x). Beyond ±`end` Φ is 0 or 1; within, Φ(x) = 1/2 + x · p(x²).
pub(super) struct Gelu<const N: usize> {
    pub(super) end: f32,
    /// The coefficients of p over -1 to 1, highest power first: the polynomial of least largest error in the result,
    /// fitted by reweighted least squares.
    pub(super) polynomial: [f32; N],
}

impl<const N: usize> Gelu<N> {
    /// Takes squares from 0 to `end`² to -1 to 1, with one subtracted.
    pub(super) const fn scale(&self) -> f32 {
        2.0 / (self.end * self.end)
    }

    fn of(&self, x: f32) -> f32 {
        let near = x.clamp(-self.end, self.end);
        let square = near * near * self.scale() - 1.0;
        let polynomial = self.polynomial.iter().fold(0.0, |sum, c| sum * square + c);
        x * (near * polynomial + 0.5)
    }
}

/// With f32 sums the result is within 2e-7 · max(1, |x|).
pub(super) const GELU: Gelu<15> = Gelu {
    end: 5.3,
    polynomial: [
        0.000_229_709_55,
        -0.000_718_052_8,
        0.000_888_566_9,
        -0.001_226_908_3,
        0.002_960_186_7,
        -0.005_709_353_4,
        0.008_922_418,
        -0.013_256_548,
        0.018_900_624,
        -0.025_281_066,
        0.032_082_584,
        -0.039_590_687,
        0.049_264_032,
        -0.066_518_456,
        0.133_392_56,
    ],
};

/// For results that are rounded to bf16: within 1e-4 · max(1, |x|), which is less than such a step from 0.05 on.
pub(super) const GELU_SHORT: Gelu<9> = Gelu {
    end: 4.2,
    polynomial: [
        0.001_803_227_7,
        -0.005_486_803_6,
        0.008_668_558,
        -0.014_118_765,
        0.024_770_06,
        -0.038_793_053,
        0.055_842_318,
        -0.081_496_06,
        0.167_855_74,
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    /// The error function by its Taylor series, in f64: slow and exact enough for |x| < 4.
    fn erf(x: f64) -> f64 {
        let (mut term, mut sum) = (x, x);
        for n in 1..120 {
            term *= -x * x / f64::from(n);
            sum += term / f64::from(2 * n + 1);
        }
        sum * std::f64::consts::FRAC_2_SQRT_PI
    }

    #[test]
    fn gelu_is_x_times_the_normal_distribution() {
        for i in -5500..=5500 {
            let x = f64::from(i) / 1000.0;
            let exact = 0.5 * x * (1.0 + erf(x * std::f64::consts::FRAC_1_SQRT_2));
            let error = |found: f32| (f64::from(found) - exact).abs() / x.abs().max(1.0);
            let errors = (error(GELU.of(x as f32)), error(GELU_SHORT.of(x as f32)));
            assert!(errors.0 < 4e-7 && errors.1 < 1e-4, "{x}: {errors:?}");
        }
        let far = [GELU.of(30.0), GELU.of(-30.0)].map(|value| (value * 1e4).round());
        assert_eq!(far, [300_000.0, 0.0]);
        assert!((GELU_SHORT.of(30.0) - 30.0).abs() < 1e-3 && GELU_SHORT.of(-30.0).abs() < 1e-3);
    }

    #[test]
    fn exponentials_stay_finite_far_from_zero_and_end_with_zeros() {
        let (values, mut out) = ([1000.0, 1000.0, -1000.0, 7.0], [1; 4]);
        let task = Exponentials { values: &values, rows: 1, columns: 4, count: 3 };
        assert_eq!(exponentials_f32(&task, &mut out)[0], 0.5);
        assert_eq!(out.map(f32::from_bits), [1.0, 1.0, 0.0, 0.0]);
    }
}
