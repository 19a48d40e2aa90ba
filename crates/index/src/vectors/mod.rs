//! Vectors: their cosines, exact and from a quantized form.

pub(crate) mod dense;
pub(crate) mod quantized;
