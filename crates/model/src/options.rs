use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use crate::kernels::Isa;
use crate::precision::Precision;
use crate::usage::Usage;
use crate::weights::Delta;

/// How an [`Embedder`](crate::Embedder) or a [`CrossEncoder`](crate::CrossEncoder) computes.
#[derive(Debug, Clone)]
pub struct ModelOptions {
    /// How many threads work on many texts.
    pub threads: NonZeroUsize,
    /// Which instructions it uses.
    pub isa: Isa,
    /// In which numbers it computes.
    pub precision: Precision,
    /// Where weights may be kept in the form this machine computes with, so that the next process opens faster.
    pub cache: Option<PathBuf>,
    /// SHA-256 sums of files of weights and of `tokenizer.json`, in hex, by the names of the files, as far as the caller knows
    /// them; who names one vouches for it. Of others a sum is computed when it is needed: for the cache and for the identity.
    pub sums: BTreeMap<String, String>,
    /// What changes the weights in the folder. It is merged into them when they are packed, so it costs nothing later.
    pub delta: Option<Delta>,
    /// How an embedder is used, where its folder doesn't say.
    pub usage: Usage,
}

impl ModelOptions {
    /// The best instructions and precision of this machine, nothing kept.
    pub fn new(threads: NonZeroUsize) -> Self {
        let (isa, precision) = (Isa::best(), Precision::Auto);
        let (sums, usage) = (BTreeMap::new(), Usage::default());
        Self { threads, isa, precision, cache: None, sums, delta: None, usage }
    }
}
