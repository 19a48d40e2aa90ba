/// The numbers in a matrix product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumberFormat {
    /// One a word.
    F32,
    /// Two a word, the first in the low half.
    Bf16,
    /// Four a word, the first in the lowest byte: unsigned on the left side, where a row has a scale and a minimum,
    /// signed on the right side, where a column has a scale.
    Int8,
    /// Two a word, the first in the low half, signed; a row of the left side and a column of the right side have a
    /// scale. No sum of products of a row and a column leaves 32 bits, see [`NumberFormat::LENGTH`].
    Int16,
    /// Each number as the sum of three bf16 numbers, the largest first: nothing of an f32 is lost. Blocks of words with
    /// two first parts each are followed by a block with the second and one with the third parts of the same numbers.
    Bf16x3,
}

impl NumberFormat {
    /// Depths are padded with zeros to this many words, a row of an AMX tile.
    pub(super) const BLOCK: usize = 16;

    /// A row or a column of [`NumberFormat::Int16`] is scaled to this length (the root of the sum of its squares), or to less
    /// where a number would need more than 16 bits. By Cauchy and Schwarz no sum of products, of a part of the depth
    /// either, is larger than the product of the lengths; to each, rounding adds half the root of the depth at most.
    pub(super) const LENGTH: f32 = 46_000.0;

    /// How many numbers a word holds, or a part of.
    pub(crate) fn per_word(self) -> usize {
        match self {
            Self::F32 => 1,
            Self::Bf16 | Self::Int16 | Self::Bf16x3 => 2,
            Self::Int8 => 4,
        }
    }

    /// Whether rows and columns have scales.
    pub(crate) fn is_scaled(self) -> bool {
        matches!(self, Self::Int8 | Self::Int16)
    }

    /// Whether there is padding in the words of `depth` numbers.
    pub(crate) fn is_padded(self, depth: usize) -> bool {
        !depth.is_multiple_of(self.per_word() * Self::BLOCK)
    }

    /// How many words hold `depth` numbers, with the padding.
    pub(crate) fn words(self, depth: usize) -> usize {
        let parts = if self == Self::Bf16x3 { 3 } else { 1 };
        depth.div_ceil(self.per_word()).next_multiple_of(Self::BLOCK) * parts
    }
}

/// What the integers of a row stand for: `minimum + scale · integer`. Those of 16 bits have the minimum 0.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct RowScale {
    pub(crate) scale: f32,
    pub(crate) minimum: f32,
}

impl RowScale {
    /// The scale that spreads the values from `minimum` to `maximum` over all bytes.
    pub(super) fn between(minimum: f32, maximum: f32) -> Self {
        Self { scale: ((maximum - minimum) / 255.0).max(1e-12), minimum }
    }

    /// The scale of values in 16 bits whose squares have this sum, and of which none is farther from 0 than `largest`;
    /// see [`NumberFormat::LENGTH`].
    pub(super) fn of_length(squares: f32, largest: f32) -> Self {
        let scale = (squares.sqrt() / NumberFormat::LENGTH).max(largest / f32::from(i16::MAX));
        Self { scale: scale.max(1e-12), minimum: 0.0 }
    }
}

/// The upper half of an f32, rounded to the nearest, ties to even. The value is finite.
pub(super) fn to_bf16(value: f32) -> u16 {
    let bits = value.to_bits();
    ((bits + 0x7fff + (bits >> 16 & 1)) >> 16) as u16
}

/// Three bf16 numbers whose sum the value is.
pub(super) fn to_bf16x3(value: f32) -> [u16; 3] {
    let mut rest = value;
    [(); 3].map(|()| {
        let part = to_bf16(rest);
        rest -= f32::from_bits(u32::from(part) << 16);
        part
    })
}

/// The two bf16 numbers of a word.
pub(super) fn from_bf16(word: u32) -> [f32; 2] {
    [f32::from_bits(word << 16), f32::from_bits(word & 0xffff_0000)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bf16_is_the_nearest_and_even_in_the_middle() {
        for (value, bits) in [
            (1.0, 0x3f80),
            (1.003_906_2, 0x3f80),
            (1.003_906_4, 0x3f81),
            (1.011_718_8, 0x3f82),
            (-0.0, 0x8000),
        ] {
            assert_eq!(to_bf16(value), bits, "{value}");
        }
        assert_eq!(from_bf16(0xbf80_4000), [2.0, -1.0]);
    }

    #[test]
    fn nothing_is_lost_of_an_f32_in_three_parts() {
        for value in [0.0, 1.0, -std::f32::consts::PI, 1e-20, 0.1, 12_345.679, -3e30] {
            let parts = to_bf16x3(value).map(|part| f32::from_bits(u32::from(part) << 16));
            assert_eq!(parts[0] + (parts[1] + parts[2]), value, "{parts:?}");
        }
    }

    #[test]
    fn a_depth_is_padded_to_whole_blocks_of_words() {
        let formats = [
            NumberFormat::F32,
            NumberFormat::Bf16,
            NumberFormat::Int8,
            NumberFormat::Int16,
            NumberFormat::Bf16x3,
        ];
        assert_eq!(formats.map(|format| format.words(80)), [80, 48, 32, 48, 144]);
    }

    #[test]
    fn no_sum_of_products_of_16_bit_integers_leaves_32_bits() {
        /// Far more inputs than a layer of any model has.
        const DEPTH: f64 = 65_536.0;
        let longest = f64::from(NumberFormat::LENGTH) + DEPTH.sqrt() / 2.0;
        assert!(longest * longest < f64::from(i32::MAX));
        for (values, reason) in [
            (vec![1.0f32; 65_536], "all alike"),
            (vec![1e10, 1.0], "one alone has the whole length"),
            (vec![0.0; 32], "nothing"),
        ] {
            let squares = values.iter().map(|value| value * value).sum();
            let scale =
                RowScale::of_length(squares, values.iter().fold(0.0, |most, value| value.max(most))).scale;
            let integers = values.iter().map(|value| f64::from((value / scale).round()));
            assert!(integers.clone().all(|integer| integer <= f64::from(i16::MAX)), "{reason}");
            assert!(integers.map(|integer| integer * integer).sum::<f64>().sqrt() <= longest, "{reason}");
        }
    }
}
