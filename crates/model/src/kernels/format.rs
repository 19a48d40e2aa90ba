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
    /// Each number as the sum of three bf16 numbers, the largest first: nothing of an f32 is lost. Blocks of words with
    /// two first parts each are followed by a block with the second and one with the third parts of the same numbers.
    Bf16x3,
}

impl Format {
    /// Depths are padded with zeros to this many words, a row of an AMX tile.
    pub(super) const BLOCK: usize = 16;

    /// How many numbers a word holds, or a part of.
    pub(crate) fn per_word(self) -> usize {
        match self {
            Self::F32 => 1,
            Self::Bf16 | Self::Bf16x3 => 2,
            Self::Int8 => 4,
        }
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
        let formats = [Format::F32, Format::Bf16, Format::Int8, Format::Bf16x3];
        assert_eq!(formats.map(|format| format.words(80)), [80, 48, 32, 144]);
    }
}
