use std::borrow::Cow;

use safetensors::Dtype;

/// Little-endian floats of one of the three kinds that a model's tensors may be of.
pub(super) fn to_f32(bytes: &[u8], dtype: Dtype) -> Cow<'_, [f32]> {
    let halves = || bytes.chunks_exact(2).map(|bytes| u16::from_le_bytes([bytes[0], bytes[1]]));
    match dtype {
        Dtype::F16 => halves().map(|bits| half::f16::from_bits(bits).to_f32()).collect(),
        Dtype::BF16 => halves().map(|bits| half::bf16::from_bits(bits).to_f32()).collect(),
        _ => match bytemuck::try_cast_slice(bytes) {
            Ok(values) => Cow::Borrowed(values),
            Err(_) => Cow::Owned(bytemuck::pod_collect_to_vec(bytes)),
        },
    }
}
