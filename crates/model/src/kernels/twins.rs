//! Every kernel against its scalar twin.

use proptest::prelude::*;

use super::*;

const FORMATS: [NumberFormat; 5] =
    [NumberFormat::F32, NumberFormat::Bf16, NumberFormat::Int8, NumberFormat::Int16, NumberFormat::Bf16x3];

fn values(seed: u64, count: usize) -> Vec<f32> {
    let mut state = seed | 1;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 40) as f32 / (1u64 << 23) as f32) - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// Rows of values as the left side of a product, row by row.
fn left(kernels: &Kernels, format: NumberFormat, values: &[f32], depth: usize) -> (Vec<u32>, Vec<RowScale>) {
    let stride = format.words(depth);
    let mut words = vec![0; (values.len() / depth + Left::SPARE) * stride];
    let encode = kernels.numbers(format).encode;
    let rows = values.chunks_exact(depth).zip(words.chunks_exact_mut(stride));
    let scales = rows.map(|(row, words)| encode(row, words)).collect();
    (words, scales)
}

/// The same words in tiles, and back.
fn turned(from: Order, to: Order, words: &[u32], rows: usize, stride: usize) -> Vec<u32> {
    let mut turned = vec![0; rows.next_multiple_of(Left::TOGETHER) * stride];
    for (row, block) in (0..rows).flat_map(|row| (0..stride / 16).map(move |block| (row, block))) {
        let words = &words[from.place(row, block, stride)..][..16];
        turned[to.place(row, block, stride)..][..16].copy_from_slice(words);
    }
    turned
}

/// The values that the words of [`NumberFormat::Int16`] stand for.
fn shorts((words, scales): &(Vec<u32>, Vec<RowScale>)) -> Vec<f32> {
    let value = |half: u32| f32::from(half as u16 as i16) * scales[0].scale;
    words.iter().flat_map(|word| [value(*word), value(word >> 16)]).collect()
}

struct Sizes {
    rows: usize,
    depth: usize,
    columns: usize,
}

/// The product of seeded matrices in `format`, `columns` values a row; the output in `out`. Both lie in tiles where
/// the kernels have them and the seed is odd. Without an activation there may be no bias either.
fn product(
    kernels: &Kernels,
    [format, out]: [NumberFormat; 2],
    seed: u64,
    sizes: &Sizes,
    activation: Option<Activation>,
) -> Vec<f32> {
    let &Sizes { rows, depth, columns } = sizes;
    let (a, b) = (values(seed, rows * depth), values(seed + 1, columns * depth));
    let (padded, words) = (columns.next_multiple_of(PADDING), format.words(depth));
    let mut bias = values(seed + 2, columns);
    bias.resize(padded, 0.0);
    let (mut panels, mut scales, mut sums) = (vec![0; padded * words], vec![0.0; padded], vec![0.0; padded]);
    let mut to = Columns { panels: &mut panels, scales: &mut scales, sums: &mut sums };
    pack_columns(kernels, format, &b, depth, 0, &mut to);
    let tiles = !seed.is_multiple_of(2) && kernels.order_of(format) == Order::Tiles;
    let order = |format| if tiles { kernels.order_of(format) } else { Order::Rows };
    let (mut a, row_scales) = left(kernels, format, &a, depth);
    if order(format) == Order::Tiles {
        a = turned(Order::Rows, Order::Tiles, &a, rows, words);
    }
    let stride = out.words(padded);
    let mut result = vec![0; rows.next_multiple_of(Left::TOGETHER) * stride];
    let task = Product {
        left: Left { words: &a, stride: words, order: order(format), scales: &row_scales },
        rows,
        depth: words,
        panels: &panels,
        columns: padded,
        scales: format.is_scaled().then_some(ColumnScales { scales: &scales, sums: &sums }),
        bias: activation.map(|_| bias.as_slice()),
        activation: activation.unwrap_or(Activation::None),
        out,
        out_stride: stride,
        out_order: order(out),
    };
    (kernels.numbers(format).product)(&task, &mut result);
    let result = turned(order(out), Order::Rows, &result, rows, stride);
    let row = |row: &[u32]| -> Vec<f32> {
        let values: Vec<f32> = match out {
            NumberFormat::F32 => row.iter().map(|word| f32::from_bits(*word)).collect(),
            NumberFormat::Bf16x3 => scalar::whole(row.iter().copied()),
            _ => row.iter().flat_map(|word| format::from_bf16(*word)).collect(),
        };
        values[..columns].to_vec()
    };
    result.chunks(stride).take(rows).flat_map(row).collect()
}

/// The product of the same matrices without a bias, in f64.
fn exact(seed: u64, &Sizes { rows, depth, columns }: &Sizes) -> Vec<f64> {
    let (a, b) = (values(seed, rows * depth), values(seed + 1, columns * depth));
    let sum = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
    a.chunks(depth).flat_map(|a| b.chunks(depth).map(move |b| sum(a, b))).collect()
}

fn close(a: &[f32], b: &[f32], tolerance: f32) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(x, y)| (x - y).abs() <= tolerance * (1.0 + y.abs()))
}

/// The same sums in another order, rounded to bf16 in the end, may be one step of it apart.
fn tolerance(out: NumberFormat) -> f32 {
    if out == NumberFormat::Bf16 { 1.0 / 128.0 } else { 1e-5 }
}

/// Blocks of sixteen numbers: a few, or so many that a deep product goes on in parts.
fn deep() -> impl Strategy<Value = usize> {
    prop_oneof![1usize..6, 24usize..120]
}

proptest! {
    #[test]
    fn every_instruction_set_multiplies_like_the_scalar_one(
        rows in 1usize..70, blocks in deep(), columns in 1usize..80, seed in any::<u64>(),
        activation in prop::sample::select(vec![None, Some(Activation::None), Some(Activation::Gelu)]),
        out in prop::sample::select(vec![NumberFormat::F32, NumberFormat::Bf16, NumberFormat::Bf16x3])
    ) {
        let sizes = Sizes { rows, depth: 16 * blocks, columns };
        for format in FORMATS {
            let plain = if out == NumberFormat::Bf16x3 { NumberFormat::F32 } else { out };
            let expected = product(&scalar::KERNELS, [format, plain], seed >> 1, &sizes, activation);
            let tolerance = tolerance(out) * (1.0 + sizes.depth as f32 / 100.0);
            let writes = |isa: &Isa| out == plain || isa.kernels().order_of(format) == Order::Tiles;
            for isa in Isa::available().into_iter().filter(writes) {
                let found = product(isa.kernels(), [format, out], seed >> 1, &sizes, activation);
                prop_assert!(close(&found, &expected, tolerance), "{} {:?}", isa, format);
            }
        }
    }

    #[test]
    fn a_product_in_three_parts_is_as_near_the_exact_one_as_in_f32(
        rows in 1usize..40, blocks in 1usize..60, columns in 1usize..40, seed in any::<u64>()
    ) {
        let sizes = Sizes { rows, depth: 16 * blocks, columns };
        let exact = exact(seed >> 1, &sizes);
        let error = |format| {
            let found = product(Isa::best().kernels(), [format, NumberFormat::F32], seed >> 1, &sizes, None);
            found.iter().zip(&exact).fold(0f64, |most, (found, exact)| most.max((f64::from(*found) - exact).abs()))
        };
        let largest = exact.iter().fold(0f64, |largest, value| largest.max(value.abs()));
        let (parts, whole, step) = (error(NumberFormat::Bf16x3), error(NumberFormat::F32), f64::from(f32::EPSILON) * largest);
        prop_assert!(parts <= 2.0 * whole + 4.0 * step.max(f64::from(f32::EPSILON)), "{parts}, not {whole}, with steps of {step}");
    }

    #[test]
    fn a_product_in_few_bits_is_near_the_one_in_many(
        rows in 1usize..20, blocks in 1usize..20, columns in 1usize..40, seed in any::<u64>()
    ) {
        let sizes = Sizes { rows, depth: 16 * blocks, columns };
        let run = |format| product(Isa::best().kernels(), [format, NumberFormat::F32], seed >> 1, &sizes, Some(Activation::None));
        let exact = run(NumberFormat::F32);
        // Both sides are within ±1: an error of half a step in each of `depth` products, and some luck.
        let steps = (sizes.depth as f32).sqrt() * 4.0;
        prop_assert!(close(&run(NumberFormat::Bf16), &exact, steps / 512.0));
        prop_assert!(close(&run(NumberFormat::Int8), &exact, steps / 254.0));
        prop_assert!(close(&run(NumberFormat::Int16), &exact, steps / 2048.0));
    }

    #[test]
    fn a_row_of_a_product_does_not_depend_on_its_neighbours(rows in 1usize..70, seed in any::<u64>()) {
        for (isa, format) in Isa::available().into_iter().flat_map(|isa| FORMATS.map(|format| (isa, format))) {
            let run = |rows| {
                let sizes = Sizes { rows, depth: 64, columns: 33 };
                product(isa.kernels(), [format, NumberFormat::F32], seed >> 1, &sizes, Some(Activation::Gelu))
            };
            // The same seed gives the same first row and, for one depth, the same right side.
            prop_assert_eq!(&run(rows)[..33], &run(1)[..], "{} {:?}", isa, format);
        }
    }

    #[test]
    fn every_instruction_set_writes_the_words_of_the_scalar_one(blocks in 1usize..30, seed in any::<u64>()) {
        let row = values(seed >> 1, blocks * 16);
        for (isa, format) in Isa::available().into_iter().flat_map(|isa| FORMATS.map(|format| (isa, format))) {
            let expected = left(&scalar::KERNELS, format, &row, row.len());
            prop_assert_eq!(left(isa.kernels(), format, &row, row.len()), expected, "{} {:?}", isa, format);
        }
    }

    #[test]
    fn integers_of_16_bits_stand_for_the_values_and_fit(
        blocks in 1usize..100, seed in any::<u64>(), large in prop::option::of(0usize..16)
    ) {
        let mut row = values(seed >> 1, blocks * 16);
        large.into_iter().for_each(|at| row[at] *= 1000.0);
        let length = |values: &[f32]| values.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>().sqrt();
        for isa in Isa::available() {
            let found = left(isa.kernels(), NumberFormat::Int16, &row, row.len());
            let (step, found) = (found.1[0].scale, shorts(&found));
            prop_assert!(found[..row.len()].iter().zip(&row).all(|(x, y)| (x - y).abs() <= step * 0.501), "{isa}");
            prop_assert!(length(&found) / f64::from(step) < f64::from(i32::MAX).sqrt(), "{isa}");
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
    fn every_instruction_set_takes_the_exponentials_of_the_scalar_one(
        row in prop::collection::vec(-80f32..80.0, 1..300), rows in 1usize..=Exponentials::ROWS,
        format in prop::sample::select(&FORMATS[..])
    ) {
        let (count, columns) = (row.len(), row.len().next_multiple_of(PADDING));
        // Every row begins with another of the values; those that don't count are larger than all that do.
        let turned = |i: usize| row.iter().cycle().skip(i).take(count).copied();
        let values: Vec<f32> =
            (0..rows).flat_map(|i| turned(i).chain(std::iter::repeat_n(99.0, columns - count))).collect();
        let run = |kernels: &Kernels| {
            let mut out = vec![1; values.len()];
            let task = Exponentials { values: &values, rows, columns, count };
            let scales = (kernels.numbers(format).exponentials)(&task, &mut out);
            let bf16 = out.iter().flat_map(|word| format::from_bf16(*word)).take(values.len());
            let f32 = out.iter().map(|word| f32::from_bits(*word));
            let found: Vec<f32> = if format == NumberFormat::Bf16 { bf16.collect() } else { f32.collect() };
            let rows = found.chunks(columns).zip(scales);
            rows.flat_map(|(row, scale)| row.iter().map(|value| value * scale).collect::<Vec<_>>()).collect::<Vec<_>>()
        };
        let expected = run(&scalar::KERNELS);
        for isa in Isa::available() {
            let found = run(isa.kernels());
            let tolerance = if format == NumberFormat::Bf16 { 1.0 / 256.0 } else { 1e-6 };
            prop_assert!(found.chunks(columns).all(|row| row[count..].iter().all(|value| *value == 0.0)), "{isa}");
            prop_assert!(close(&found, &expected, tolerance), "{isa}");
        }
    }
}
