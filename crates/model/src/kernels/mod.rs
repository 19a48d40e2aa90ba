//! The arithmetic, once per instruction set.
//!
//! [`scalar`] says what every kernel computes, in the plainest loops. [`lanes`] holds the fast form, written once
//! over vectors of any width; `avx2` and `avx512` name the vectors and compile that form for their instructions.
//! Every fast kernel adds along the depth in one order, whatever its neighbours are, so a row's result
//! never depends on the rows beside it.

#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod isa;
#[cfg(target_arch = "x86_64")]
mod lanes;
mod map;
mod scalar;

pub use isa::Isa;
pub(crate) use map::map_file;

/// What happens to a value after the product and the bias.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Activation {
    /// Nothing.
    None,
    /// x · Φ(x), with the error function itself and not its tanh approximation.
    Gelu,
}

/// One matrix product: `out[row][column] = activation(Σ a[row][k] · b[k][column] + bias[column])`.
pub(crate) struct MatMul<'a> {
    /// Left side, `rows` rows of `depth` values, `a_stride` apart.
    pub(crate) a: &'a [f32],
    pub(crate) a_stride: usize,
    pub(crate) rows: usize,
    pub(crate) depth: usize,
    /// Right side in panels, see [`Kernels::panel`]: `columns / panel` panels of `depth` rows of `panel` values.
    pub(crate) panels: &'a [f32],
    /// A multiple of the panel's width.
    pub(crate) columns: usize,
    /// `columns` values, or none.
    pub(crate) bias: Option<&'a [f32]>,
    pub(crate) activation: Activation,
    /// Distance between rows of the output, at least `columns`.
    pub(crate) out_stride: usize,
}

impl MatMul<'_> {
    /// The bounds every kernel relies on.
    fn assert_bounds(&self, out: &[f32], panel: usize) {
        assert!(self.columns.is_multiple_of(panel) && self.out_stride >= self.columns);
        assert!(self.a_stride >= self.depth && self.panels.len() >= self.columns * self.depth);
        assert!(self.bias.is_none_or(|bias| bias.len() >= self.columns));
        if self.rows > 0 {
            assert!(self.a.len() >= (self.rows - 1) * self.a_stride + self.depth);
            assert!(out.len() >= (self.rows - 1) * self.out_stride + self.columns);
        }
    }
}

/// The scale and shift of a LayerNorm.
pub(crate) struct Norm<'a> {
    pub(crate) gamma: &'a [f32],
    pub(crate) beta: &'a [f32],
    pub(crate) epsilon: f32,
}

/// The kernels of one instruction set.
pub(crate) struct Kernels {
    /// How many columns of a right-hand matrix lie side by side: a panel holds, for every row of the matrix, this
    /// many neighbouring columns, so a kernel reads it from front to back.
    pub(crate) panel: usize,
    /// See [`MatMul`].
    pub(crate) matmul: fn(&MatMul<'_>, &mut [f32]),
    /// Replaces a row by its softmax.
    pub(crate) softmax: fn(&mut [f32]),
    /// `row = LayerNorm(row + addend)`; the length is a multiple of 16.
    pub(crate) add_norm: fn(&mut [f32], &[f32], &Norm<'_>),
}

impl Kernels {
    /// The smallest multiple of the panel's width that holds `columns`.
    pub(crate) fn padded(&self, columns: usize) -> usize {
        columns.next_multiple_of(self.panel)
    }

    /// Lays `rows` rows of `depth` values (the transpose of a right-hand matrix) out as panels.
    ///
    /// Row `r` begins at `from[r * stride]`. Columns that only fill the last panel are zero.
    pub(crate) fn pack_transposed(
        &self,
        from: &[f32],
        stride: usize,
        rows: usize,
        depth: usize,
        to: &mut Vec<f32>,
    ) {
        to.clear();
        to.resize(self.padded(rows) * depth, 0.0);
        for row in 0..rows {
            let panel = &mut to[row / self.panel * self.panel * depth..];
            let values = &from[row * stride..row * stride + depth];
            for (k, value) in values.iter().enumerate() {
                panel[k * self.panel + row % self.panel] = *value;
            }
        }
    }

    /// Lays a right-hand matrix of `rows` rows and `columns` columns out as panels; row `r` begins at
    /// `from[r * stride]`.
    pub(crate) fn pack(&self, from: &[f32], stride: usize, rows: usize, columns: usize, to: &mut Vec<f32>) {
        to.clear();
        to.resize(self.padded(columns) * rows, 0.0);
        for (panel, first) in to.chunks_exact_mut(rows * self.panel).zip((0..columns).step_by(self.panel)) {
            let width = self.panel.min(columns - first);
            for row in 0..rows {
                let values = &from[row * stride + first..row * stride + first + width];
                panel[row * self.panel..row * self.panel + width].copy_from_slice(values);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values(seed: u64, count: usize) -> Vec<f32> {
        let mut state = seed | 1;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 40) as f32 / (1u64 << 23) as f32) - 1.0
        };
        (0..count).map(|_| next()).collect()
    }

    fn product(
        kernels: &Kernels,
        seed: u64,
        [rows, depth, columns]: [usize; 3],
        activation: Activation,
    ) -> Vec<f32> {
        let (a, b) = (values(seed, rows * depth), values(seed + 1, columns * depth));
        let mut bias = values(seed + 2, columns);
        bias.resize(kernels.padded(columns), 0.0);
        let mut panels = Vec::new();
        kernels.pack_transposed(&b, depth, columns, depth, &mut panels);
        let padded = kernels.padded(columns);
        let mut out = vec![0.0; rows * padded];
        let task = MatMul {
            a: &a,
            a_stride: depth,
            rows,
            depth,
            panels: &panels,
            columns: padded,
            bias: Some(&bias),
            activation,
            out_stride: padded,
        };
        (kernels.matmul)(&task, &mut out);
        out.chunks(padded).flat_map(|row| row[..columns].to_vec()).collect()
    }

    fn close(a: &[f32], b: &[f32], tolerance: f32) -> bool {
        a.len() == b.len() && a.iter().zip(b).all(|(x, y)| (x - y).abs() <= tolerance * (1.0 + y.abs()))
    }

    proptest! {
        #[test]
        fn every_instruction_set_multiplies_like_the_scalar_one(
            rows in 1usize..30, depth in 1usize..70, columns in 1usize..80, seed in any::<u64>(), gelu in any::<bool>()
        ) {
            let activation = if gelu { Activation::Gelu } else { Activation::None };
            let sizes = [rows, depth, columns];
            let expected = product(&scalar::KERNELS, seed >> 1, sizes, activation);
            for isa in Isa::available() {
                let found = product(isa.kernels(), seed >> 1, sizes, activation);
                prop_assert!(close(&found, &expected, 1e-5), "{isa}");
            }
        }

        #[test]
        fn every_instruction_set_normalises_like_the_scalar_one(blocks in 1usize..30, seed in any::<u64>()) {
            let width = blocks * 16;
            let (row, addend) = (values(seed >> 1, width), values((seed >> 1) + 1, width));
            let (gamma, beta) = (values((seed >> 1) + 2, width), values((seed >> 1) + 3, width));
            let norm = Norm { gamma: &gamma, beta: &beta, epsilon: 1e-12 };
            let run = |kernels: &Kernels| {
                let mut out = row.clone();
                (kernels.add_norm)(&mut out, &addend, &norm);
                out
            };
            let expected = run(&scalar::KERNELS);
            for isa in Isa::available() {
                prop_assert!(close(&run(isa.kernels()), &expected, 1e-4), "{isa}");
            }
        }

        #[test]
        fn every_instruction_set_takes_the_softmax_of_the_scalar_one(
            row in prop::collection::vec(-80f32..80.0, 1..300)
        ) {
            let run = |kernels: &Kernels| {
                let mut out = row.clone();
                (kernels.softmax)(&mut out);
                out
            };
            let expected = run(&scalar::KERNELS);
            for isa in Isa::available() {
                prop_assert!(close(&run(isa.kernels()), &expected, 1e-6), "{isa}");
            }
        }

        #[test]
        fn a_row_of_a_product_does_not_depend_on_its_neighbours(rows in 1usize..30, seed in any::<u64>()) {
            for isa in Isa::available() {
                let all = product(isa.kernels(), seed >> 1, [rows, 64, 33], Activation::Gelu);
                let first = product(isa.kernels(), seed >> 1, [1, 64, 33], Activation::Gelu);
                // The same seed gives the same first row and, for one depth, the same right side.
                prop_assert_eq!(&all[..33], &first[..], "{}", isa);
            }
        }
    }
}
