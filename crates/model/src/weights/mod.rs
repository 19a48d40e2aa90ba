//! A model's weights: as its files hold them, and in the form that the kernels read.

mod checksum;
mod delta;
mod layout;
mod numbers;
mod pack;
mod packed;
mod tensors;

pub(crate) use checksum::checksum;
pub use delta::Delta;
pub(crate) use layout::{LinearLayout, NormLayout};
pub(crate) use packed::{Packed, floats};
pub use tensors::merged;
pub(crate) use tensors::{TensorTable, Weights};
