//! Models of other sizes, pooling and number types than the default one.

use naragtive_model::{Isa, ModelOptions, Precision};
use safetensors::Dtype;

use crate::made::{Made, TEXTS, one_thread};

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn embed(made: &Made, isa: Isa, precision: Precision) -> Vec<f32> {
    made.open(ModelOptions { isa, precision, ..one_thread() }).unwrap().embed(&TEXTS)
}

#[test]
fn models_of_any_size_agree_with_the_plain_loops() {
    for (hidden, heads, wide) in
        [(48, 4, 80), (48, 16, 72), (32, 1, 64), (64, 2, 100), (128, 2, 256), (80, 5, 33)]
    {
        let made = Made::new(hidden, heads, wide);
        let expected = embed(&made, Isa::Scalar, Precision::F32);
        for isa in Isa::available() {
            let found = embed(&made, isa, Precision::F32);
            let largest = found.iter().zip(&expected).map(|(x, y)| (x - y).abs()).fold(0.0, f32::max);
            assert!(largest < 2e-6, "{isa}, {hidden} by {wide}: {largest}");
            for precision in [Precision::Bf16, Precision::Int16, Precision::Int8] {
                let embedder = made.open(ModelOptions { isa, precision, ..one_thread() }).unwrap();
                let (precision, found) = (embedder.precision(), embedder.embed(&TEXTS));
                let least = match precision {
                    Precision::Int8 => 0.995,
                    Precision::Bf16 => 0.9995,
                    _ => 0.9999,
                };
                for (x, y) in found.chunks_exact(hidden).zip(expected.chunks_exact(hidden)) {
                    assert!(
                        cosine(x, y) >= least,
                        "{isa}, {precision}, {hidden} by {wide}: {}",
                        cosine(x, y)
                    );
                }
            }
        }
    }
}

#[test]
fn the_first_token_is_taken_where_the_model_says_so() {
    let (mean, cls) = (Made::new(48, 4, 80), Made { cls: true, ..Made::new(48, 4, 80) });
    let [mean, cls] = [mean, cls].map(|made| embed(&made, Isa::best(), Precision::F32));
    let cosine = cosine(&mean[48..96], &cls[48..96]);
    assert!((0.0..0.99).contains(&cosine), "{cosine}");
}

/// The bits of the nearest number of another type, and that number.
type Round = fn(f32) -> (u16, f32);

#[test]
fn weights_of_16_bits_are_those_of_32_bits_with_the_same_values() {
    let types: [(Dtype, Round); 2] = [
        (Dtype::F16, |value| {
            let half = half::f16::from_f32(value);
            (half.to_bits(), half.to_f32())
        }),
        (Dtype::BF16, |value| {
            let half = half::bf16::from_f32(value);
            (half.to_bits(), half.to_f32())
        }),
    ];
    for (dtype, round) in types {
        let (mut halves, mut rounded) = (Made::new(48, 4, 80), Made::new(48, 4, 80));
        for (name, tensor) in &mut halves.tensors {
            let values: Vec<(u16, f32)> = tensor.values().into_iter().map(round).collect();
            tensor.dtype = dtype;
            tensor.bytes = values.iter().flat_map(|(bits, _)| bits.to_le_bytes()).collect();
            let other = rounded.tensors.get_mut(name).unwrap();
            other.bytes = values.iter().flat_map(|(_, value)| value.to_le_bytes()).collect();
        }
        let [halves, rounded] = [halves, rounded].map(|made| embed(&made, Isa::best(), Precision::F32));
        assert_eq!(halves, rounded, "{dtype:?}");
    }
}

#[test]
fn an_embedder_says_how_it_computes() {
    let made = Made::new(32, 1, 64);
    let open = |isa, precision| made.open(ModelOptions { isa, precision, ..one_thread() }).unwrap();
    let plain = open(Isa::Scalar, Precision::Auto);
    assert_eq!((plain.isa(), plain.precision()), (Isa::Scalar, Precision::F32));
    assert_ne!(open(Isa::best(), Precision::Auto).precision(), Precision::Auto);
}

#[test]
fn numbers_that_an_instruction_set_is_not_quick_with_give_way_to_what_is_best_with_it() {
    let made = Made::new(32, 1, 64);
    let found =
        |isa, precision| made.open(ModelOptions { isa, precision, ..one_thread() }).unwrap().precision();
    let few = [Precision::Bf16, Precision::Int16, Precision::Int8];
    assert!(few.iter().all(|precision| found(Isa::Scalar, *precision) == Precision::F32));
    for isa in Isa::available() {
        assert_eq!(found(isa, Precision::F32), Precision::F32);
        let auto = found(isa, Precision::Auto);
        assert!(few.iter().all(|precision| [*precision, auto].contains(&found(isa, *precision))), "{isa}");
        assert_eq!(found(isa, Precision::Int8) == Precision::Int8, multiplies_bytes(isa), "{isa}");
        assert_eq!(
            found(isa, Precision::Int16) == Precision::Int16,
            isa == Isa::Avx2 || isa == Isa::Avx512 && multiplies_bytes(isa),
            "{isa}"
        );
    }
}

/// Whether there are instructions of `isa`, which is available, for products of 8-bit integers.
fn multiplies_bytes(isa: Isa) -> bool {
    match isa {
        Isa::Scalar | Isa::Portable => false,
        Isa::Amx => true,
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => is_x86_feature_detected!("avxvnni"),
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 => is_x86_feature_detected!("avx512vnni"),
        #[cfg(not(target_arch = "x86_64"))]
        _ => false,
    }
}
