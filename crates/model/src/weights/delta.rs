use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};

use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

use super::numbers::to_f32;
use crate::error::ModelError;

/// A change of a model's weights: a low-rank one of its matrices, other tensors in place of its own.
///
/// For every pair `NAME.A` [rank, inputs] and `NAME.B` [outputs, rank], `NAME.weight` gets `B · A` added; every other tensor
/// is read instead of the model's tensor of that name. Values are floats of 16 or 32 bits, or 8-bit integers with a factor a
/// row in `NAME.scale`. Source: Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models" (2021).
#[derive(Clone, Copy)]
pub struct Delta {
    /// The change, a safetensors file.
    pub bytes: &'static [u8],
    /// SHA-256 of the one file of weights that it was made for, in hex.
    pub base: &'static str,
    /// SHA-256 of the changed weights as [`merged`](crate::merged) writes them, in hex: what they are known by.
    pub merged: &'static str,
}

/// Without the bytes, which are many.
impl fmt::Debug for Delta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delta").field("base", &self.base).field("merged", &self.merged).finish()
    }
}

/// The parsed change.
pub(super) struct Changes<'a> {
    tensors: SafeTensors<'a>,
    /// The file whose weights are changed, for errors.
    path: PathBuf,
}

impl<'a> Changes<'a> {
    /// # Errors
    /// When it is no safetensors file, or changes the table of words, which is read from the model's own file.
    pub(super) fn parse(bytes: &'a [u8], path: &Path) -> Result<Self, ModelError> {
        let parsed = SafeTensors::deserialize(bytes);
        let tensors = parsed.map_err(|error| ModelError::Weights {
            path: path.to_owned(),
            reason: format!("its change can't be read: {error}"),
        })?;
        let changes = Self { tensors, path: path.to_owned() };
        match changes.tensors.names().into_iter().find(|name| name.contains("word_embeddings")) {
            Some(name) => Err(changes.error(name, "no change of the words".into(), "one".into())),
            None => Ok(changes),
        }
    }

    /// What tensor `name` is after the change; `values` is what it was.
    ///
    /// # Errors
    /// When the change doesn't fit the shape.
    pub(super) fn apply<'v>(
        &self,
        name: &str,
        shape: &[usize],
        values: Cow<'v, [f32]>,
    ) -> Result<Cow<'v, [f32]>, ModelError> {
        if self.tensors.tensor(name).is_ok() {
            return self.values(name, shape).map(Cow::Owned);
        }
        let own = name.strip_suffix(".weight").unwrap_or(name);
        let (left, right) = (format!("{own}.B"), format!("{own}.A"));
        let (Ok(tensor), &[outputs, inputs]) = (self.tensors.tensor(&left), shape) else { return Ok(values) };
        let rank = tensor.shape().get(1).copied().unwrap_or_default();
        let left = self.values(&left, &[outputs, rank])?;
        let right = self.values(&right, &[rank, inputs])?;
        Ok(Cow::Owned(sum(values.into_owned(), &left, &right, rank)))
    }

    /// The values of one of its own tensors.
    fn values(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, ModelError> {
        let tensor = self.find(name)?;
        if tensor.shape() != shape {
            let found = format!("shape {:?}", tensor.shape());
            return Err(self.error(name, format!("a change of shape {shape:?}"), found));
        }
        match tensor.dtype() {
            Dtype::F32 | Dtype::F16 | Dtype::BF16 => Ok(to_f32(tensor.data(), tensor.dtype()).into_owned()),
            Dtype::I8 => self.integers(name, &tensor),
            other => Err(self.error(name, "floats or 8-bit integers".into(), format!("{other:?}"))),
        }
    }

    fn integers(&self, name: &str, tensor: &TensorView<'_>) -> Result<Vec<f32>, ModelError> {
        let rows = tensor.shape().first().copied().unwrap_or_default();
        let scales = self.values(&format!("{name}.scale"), &[rows])?;
        let width = (tensor.data().len() / rows.max(1)).max(1);
        let rows = tensor.data().chunks(width).zip(scales);
        let row = |(row, scale): (&[u8], f32)| -> Vec<f32> {
            row.iter().map(|value| f32::from(value.cast_signed()) * scale).collect()
        };
        Ok(rows.flat_map(row).collect())
    }

    fn find(&self, name: &str) -> Result<TensorView<'_>, ModelError> {
        let missing = |_| self.error(name, "a tensor of the change".into(), "none".into());
        self.tensors.tensor(name).map_err(missing)
    }

    fn error(&self, name: &str, expected: String, found: String) -> ModelError {
        ModelError::Tensor { path: self.path.clone(), tensor: name.to_owned(), expected, found }
    }
}

/// `values + left · right`, row by row, always in the same order: the sum is one file's on every machine.
fn sum(mut values: Vec<f32>, left: &[f32], right: &[f32], rank: usize) -> Vec<f32> {
    if rank == 0 || left.is_empty() {
        return values;
    }
    let width = right.len() / rank;
    let mut change = vec![0.0; width];
    for (row, left) in values.chunks_exact_mut(width).zip(left.chunks_exact(rank)) {
        change.fill(0.0);
        for (factor, right) in left.iter().zip(right.chunks_exact(width)) {
            change.iter_mut().zip(right).for_each(|(change, value)| *change += factor * value);
        }
        row.iter_mut().zip(&change).for_each(|(value, change)| *value += change);
    }
    values
}

#[cfg(test)]
mod tests {
    use safetensors::serialize;

    use super::*;

    fn file(tensors: &[(&str, Dtype, &[usize], &[u8])]) -> Vec<u8> {
        let view = |(name, dtype, shape, data): &(&str, Dtype, &[usize], &'_ [u8])| {
            (
                (*name).to_owned(),
                TensorView::new(*dtype, shape.to_vec(), data).unwrap().data().to_vec(),
                *dtype,
                shape.to_vec(),
            )
        };
        let owned: Vec<_> = tensors.iter().map(view).collect();
        let views = owned.iter().map(|(name, data, dtype, shape)| {
            (name.as_str(), TensorView::new(*dtype, shape.clone(), data).unwrap())
        });
        serialize(views.collect::<Vec<_>>(), None).unwrap()
    }

    fn floats(values: &[f32]) -> Vec<u8> {
        values.iter().flat_map(|value| value.to_le_bytes()).collect()
    }

    fn halves(values: &[f32]) -> Vec<u8> {
        values.iter().flat_map(|value| half::f16::from_f32(*value).to_le_bytes()).collect()
    }

    #[test]
    fn a_matrix_gets_the_product_and_a_vector_is_another_one() {
        let (b, a) = (halves(&[1.0, 2.0]), [1_u8, 254, 3]);
        let (scale, bias) = (halves(&[0.5]), floats(&[7.0, 8.0]));
        let bytes = file(&[
            ("l.B", Dtype::F16, &[2, 1], &b),
            ("l.A", Dtype::I8, &[1, 3], &a),
            ("l.A.scale", Dtype::F16, &[1], &scale),
            ("l.bias", Dtype::F32, &[2], &bias),
        ]);
        let changes = Changes::parse(&bytes, Path::new("w")).unwrap();
        let apply = |name: &str, shape: &[usize], values: &[f32]| {
            changes.apply(name, shape, Cow::Borrowed(values)).unwrap().into_owned()
        };
        assert_eq!(apply("l.weight", &[2, 3], &[1.0; 6]), [1.5, 0.0, 2.5, 2.0, -1.0, 4.0]);
        assert_eq!(apply("l.bias", &[2], &[0.0; 2]), [7.0, 8.0]);
        assert_eq!(apply("m.weight", &[1, 1], &[5.0]), [5.0]);
    }

    #[test]
    fn a_change_that_does_not_fit_is_refused_by_its_name() {
        let two = floats(&[1.0, 2.0]);
        for (tensors, name, shape, expected) in [
            (
                vec![("b", &[2][..])],
                "b",
                &[3][..],
                "w: tensor `b`: expected a change of shape [3], found shape [2]",
            ),
            (
                vec![("l.B", &[2, 1])],
                "l.weight",
                &[2, 2],
                "w: tensor `l.A`: expected a tensor of the change, found none",
            ),
            (
                vec![("l.B", &[2, 1]), ("l.A", &[1, 2])],
                "l.weight",
                &[3, 2],
                "w: tensor `l.B`: expected a change of shape [3, 1], found shape [2, 1]",
            ),
        ] {
            let tensors: Vec<_> =
                tensors.iter().map(|(name, shape)| (*name, Dtype::F32, *shape, two.as_slice())).collect();
            let bytes = file(&tensors);
            let changes = Changes::parse(&bytes, Path::new("w")).unwrap();
            let values = vec![0.0; shape.iter().product()];
            assert_eq!(changes.apply(name, shape, values.into()).unwrap_err().to_string(), expected);
        }
        let words = file(&[("embeddings.word_embeddings.weight", Dtype::F32, &[2], &two)]);
        assert!(Changes::parse(&words, Path::new("w")).is_err());
        assert!(Changes::parse(b"none", Path::new("w")).is_err());
    }
}
