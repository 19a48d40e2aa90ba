use std::fmt;
use std::str::FromStr;

use super::{Kernels, portable, scalar};
use crate::error::ModelError;

/// An instruction set that has kernels of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Isa {
    /// Plain loops, on every machine.
    Scalar,
    /// Whatever vectors the compiler finds: what is used on Arm, and on x86-64 without AVX2.
    Portable,
    /// AVX2 and FMA, on x86-64 since about 2013.
    Avx2,
    /// AVX-512 F, on x86-64 servers and some desktops; with its BF16 and VNNI where they are there.
    Avx512,
    /// AVX-512 and AMX, on Intel servers since 2023, under Linux.
    Amx,
}

impl Isa {
    const ALL: [Self; 5] = [Self::Scalar, Self::Portable, Self::Avx2, Self::Avx512, Self::Amx];

    /// What this machine has, fastest last.
    pub fn available() -> Vec<Self> {
        Self::ALL.into_iter().filter(|isa| isa.is_available()).collect()
    }

    /// The fastest this machine has.
    pub fn best() -> Self {
        Self::ALL.into_iter().rev().find(|isa| isa.is_available()).unwrap_or(Self::Portable)
    }

    /// The set named, if this machine has it.
    ///
    /// # Errors
    /// For a name that is none, and for a set this machine lacks.
    pub fn named(name: &str) -> Result<Self, ModelError> {
        match name.parse::<Self>() {
            Ok(isa) if isa.is_available() => Ok(isa),
            _ => Err(ModelError::Isa { wanted: name.to_owned(), available: list(&Self::available()) }),
        }
    }

    #[cfg(target_arch = "x86_64")]
    fn is_available(self) -> bool {
        match self {
            Self::Scalar | Self::Portable => true,
            Self::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            Self::Avx512 => is_x86_feature_detected!("avx512f"),
            #[cfg(target_os = "linux")]
            Self::Amx => super::amx::is_available(),
            #[cfg(not(target_os = "linux"))]
            Self::Amx => false,
        }
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn is_available(self) -> bool {
        matches!(self, Self::Scalar | Self::Portable)
    }

    /// The kernels of this set, or the scalar ones where the machine lacks it.
    pub(crate) fn kernels(self) -> &'static Kernels {
        if !self.is_available() {
            return &scalar::KERNELS;
        }
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Portable if Self::Avx512.is_available() => &portable::avx512::KERNELS,
            #[cfg(target_arch = "x86_64")]
            Self::Portable if Self::Avx2.is_available() => &portable::avx2::KERNELS,
            Self::Portable => &portable::KERNELS,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => &super::avx2::KERNELS[usize::from(is_x86_feature_detected!("avxvnni"))],
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => {
                let bf16 = match (is_x86_feature_detected!("avx512bf16"), is_intel()) {
                    (false, _) => 0,
                    (true, true) => 1,
                    (true, false) => 2,
                };
                &super::avx512::KERNELS[bf16][usize::from(is_x86_feature_detected!("avx512vnni"))]
            }
            #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
            Self::Amx => &super::amx::KERNELS,
            _ => &scalar::KERNELS,
        }
    }

    /// The name, as [`Isa::named`] reads it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Portable => "portable",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
            Self::Amx => "amx",
        }
    }
}

impl fmt::Display for Isa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Isa {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|isa| isa.name() == name).ok_or(())
    }
}

/// Intel's cores multiply bf16 in their AVX-512 units at half the rate of f32 (measured: 110 of 225 GFLOP/s on a core
/// of a Xeon of the fourth generation), AMD's at twice that rate.
#[cfg(target_arch = "x86_64")]
fn is_intel() -> bool {
    std::arch::x86_64::__cpuid(0).ebx.to_le_bytes() == *b"Genu"
}

fn list(sets: &[Isa]) -> String {
    sets.iter().map(|isa| format!("`{isa}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_set_is_an_error_that_lists_what_there_is() {
        let error = Isa::named("mmx").unwrap_err().to_string();
        assert!(
            error.starts_with("this machine has no `mmx` instructions; it has `scalar`, `portable`"),
            "{error}"
        );
    }

    #[test]
    fn the_best_set_is_one_that_is_available() {
        assert_eq!(Isa::available().last(), Some(&Isa::best()));
    }
}
