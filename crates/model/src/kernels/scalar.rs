//! What the kernels compute, in the plainest form. The others are tested against this one.

use super::{Activation, Kernels, MatMul, Norm};

pub(super) static KERNELS: Kernels = Kernels { panel: 16, matmul, softmax, add_norm };

fn matmul(task: &MatMul<'_>, out: &mut [f32]) {
    task.assert_bounds(out, KERNELS.panel);
    for (panel, first) in (0..task.columns).step_by(KERNELS.panel).enumerate() {
        let b = &task.panels[panel * task.depth * KERNELS.panel..][..task.depth * KERNELS.panel];
        for row in 0..task.rows {
            let a = &task.a[row * task.a_stride..][..task.depth];
            let out = &mut out[row * task.out_stride + first..][..KERNELS.panel];
            match task.bias {
                Some(bias) => out.copy_from_slice(&bias[first..first + KERNELS.panel]),
                None => out.fill(0.0),
            }
            for (x, b) in a.iter().zip(b.chunks_exact(KERNELS.panel)) {
                for (sum, y) in out.iter_mut().zip(b) {
                    *sum += x * y;
                }
            }
            if task.activation == Activation::Gelu {
                out.iter_mut().for_each(|value| *value = gelu(*value));
            }
        }
    }
}

fn softmax(row: &mut [f32]) {
    let max = row.iter().fold(f32::NEG_INFINITY, |max, value| max.max(*value));
    let mut sum = 0.0;
    for value in row.iter_mut() {
        *value = (*value - max).exp();
        sum += *value;
    }
    row.iter_mut().for_each(|value| *value /= sum);
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

/// x · Φ(x), with the error function of Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26
/// (absolute error at most 1.5e-7).
fn gelu(x: f32) -> f32 {
    let z = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / (1.0 + ERF_P * z);
    let polynomial = ERF.iter().fold(0.0, |sum, c| sum * t + c) * t;
    let erf = 1.0 - polynomial * (-z * z).exp();
    0.5 * x + 0.5 * x.abs() * erf
}

/// The scale in the error function's argument.
pub(super) const ERF_P: f32 = 0.327_591_1;
/// The coefficients of the error function, highest power first.
pub(super) const ERF: [f32; 5] = [1.061_405_4, -1.453_152, 1.421_413_7, -0.284_496_74, 0.254_829_6];

#[cfg(test)]
mod tests {
    use super::*;

    /// The error function by its Taylor series, in f64: slow and exact enough for |x| < 4.
    fn erf(x: f64) -> f64 {
        let (mut term, mut sum) = (x, x);
        for n in 1..80 {
            term *= -x * x / f64::from(n);
            sum += term / f64::from(2 * n + 1);
        }
        sum * std::f64::consts::FRAC_2_SQRT_PI
    }

    #[test]
    fn gelu_is_x_times_the_normal_distribution() {
        for i in -400..=400 {
            let x = f64::from(i) / 100.0;
            let exact = 0.5 * x * (1.0 + erf(x * std::f64::consts::FRAC_1_SQRT_2));
            assert!((f64::from(gelu(x as f32)) - exact).abs() < 1e-6, "{x}");
        }
    }

    #[test]
    fn a_softmax_sums_to_one_even_far_from_zero() {
        let mut row = [1000.0, 1000.0, -1000.0];
        softmax(&mut row);
        assert_eq!(row, [0.5, 0.5, 0.0]);
    }
}
