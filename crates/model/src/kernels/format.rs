/// The numbers in a matrix product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// One a word.
    F32,
    /// Two a word, the first in the low half.
    Bf16,
    /// Four a word, the first in the lowest byte: unsigned on the left side, where a row has a scale and a minimum,
    /// signed on the right side, where a column has a scale.
    Int8,
}

impl Format {
    /// Depths are padded with zeros to this many words, a row of an AMX tile.
    const BLOCK: usize = 16;

    /// How many numbers a word holds.
    pub(crate) fn per_word(self) -> usize {
        match self {
            Self::F32 => 1,
            Self::Bf16 => 2,
            Self::Int8 => 4,
        }
    }

    /// How many words hold `depth` numbers, with the padding.
    pub(crate) fn words(self, depth: usize) -> usize {
        depth.div_ceil(self.per_word()).next_multiple_of(Self::BLOCK)
    }
}

/// What the bytes of a row of 8-bit integers stand for: `minimum + scale · byte`.
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
}

/// The upper half of an f32, rounded to the nearest, ties to even. The value is finite.
pub(super) fn to_bf16(value: f32) -> u16 {
    let bits = value.to_bits();
    ((bits + 0x7fff + (bits >> 16 & 1)) >> 16) as u16
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
    fn a_depth_is_padded_to_whole_blocks_of_words() {
        let sizes = [Format::F32, Format::Bf16, Format::Int8].map(|format| format.words(80));
        assert_eq!(sizes, [80, 48, 32]);
    }
}
