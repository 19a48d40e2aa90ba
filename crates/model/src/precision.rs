use std::fmt;
use std::str::FromStr;

use crate::error::ModelError;
use crate::kernels::{Isa, NumberFormat};

/// In which numbers the matrix products are computed. Sums, softmax and norms are always in f32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Precision {
    /// The fastest whose vectors have a cosine of at least 0.9999 to those of [`Precision::F32`].
    #[default]
    Auto,
    /// 32-bit floats.
    F32,
    /// bfloat16: the upper half of an f32, with 8 bits of precision.
    Bf16,
    /// 16-bit integers, with a scale for every token and for every output column; nearer to [`Precision::F32`] than
    /// [`Precision::Bf16`] is.
    Int16,
    /// 8-bit integers, with a scale for every token and for every output column.
    Int8,
}

impl Precision {
    /// Every one there is.
    pub const ALL: [Self; 5] = [Self::Auto, Self::F32, Self::Bf16, Self::Int16, Self::Int8];

    /// The same, but what is best with `isa` for [`Precision::Auto`], and for numbers that `isa` isn't quick with: to
    /// ask for fewer bits is to ask for speed.
    pub fn on(self, isa: Isa) -> Self {
        match self {
            Self::F32 => Self::F32,
            few if few != Self::Auto && isa.kernels().numbers(few.format()).fast => few,
            _ => Self::fastest(isa),
        }
    }

    /// The fastest with `isa` whose vectors have a cosine of at least 0.9999 to those of f32.
    fn fastest(isa: Isa) -> Self {
        let kernels = isa.kernels();
        match (kernels.bf16.fast, kernels.int16.fast) {
            (true, _) => Self::Bf16,
            (_, true) => Self::Int16,
            _ => Self::F32,
        }
    }

    /// The numbers in the matrices; [`Precision::Auto`] has been replaced before.
    pub(crate) fn format(self) -> NumberFormat {
        match self {
            Self::Auto | Self::F32 => NumberFormat::F32,
            Self::Bf16 => NumberFormat::Bf16,
            Self::Int16 => NumberFormat::Int16,
            Self::Int8 => NumberFormat::Int8,
        }
    }

    /// As options and files write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::F32 => "f32",
            Self::Bf16 => "bf16",
            Self::Int16 => "int16",
            Self::Int8 => "int8",
        }
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Precision {
    type Err = ModelError;

    fn from_str(name: &str) -> Result<Self, ModelError> {
        let found = Self::ALL.into_iter().find(|precision| precision.name() == name);
        found.ok_or_else(|| ModelError::Precision { wanted: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_precision_is_found_by_its_name_and_no_other() {
        for precision in Precision::ALL {
            assert_eq!(precision.to_string().parse::<Precision>().unwrap(), precision);
        }
        let error = "f16".parse::<Precision>().unwrap_err().to_string();
        assert_eq!(error, "there is no precision `f16`; there are auto, f32, bf16, int16 and int8");
    }
}
