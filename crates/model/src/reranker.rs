use std::io;
use std::num::NonZeroUsize;
use std::path::Path;

use crate::encoder::{Encoder, Workspace};
use crate::error::ModelError;
use crate::folder::{EncoderConfig, ModelTask};
use crate::kernels::Isa;
use crate::options::ModelOptions;
use crate::precision::Precision;
use crate::run::{Flow, Progress, Stopped, run_all, tokenize};
use crate::tokenize::{Keeping, Pairs, Sequence};
use crate::weights::Weights;

/// A cross-encoder: how well a text answers a query, read together. BERT and XLM-RoBERTa classifiers of one logit.
///
/// The same query and text have the same score on one machine, whatever the other texts, their order and the number
/// of threads are. Source: Nogueira and Cho, "Passage Re-ranking with BERT" (2019).
pub struct CrossEncoder {
    pairs: Pairs,
    encoder: Encoder,
    isa: Isa,
    precision: Precision,
    threads: NonZeroUsize,
}

impl CrossEncoder {
    /// Opens a model folder: `config.json`; `vocab.txt` or `tokenizer.json`; `tokenizer_config.json` where it is there;
    /// and `model.safetensors`, or `model.safetensors.index.json` with the files it names.
    ///
    /// # Errors
    /// When a file is missing or damaged, or the model isn't a classifier of one logit that can be computed exactly.
    pub fn open(folder: &Path, options: ModelOptions) -> Result<Self, ModelError> {
        let ModelOptions { threads, isa, precision, cache, sums, delta, usage: _ } = options;
        let precision = precision.on(isa);
        let config = EncoderConfig::read(folder, ModelTask::Classify)?;
        let keeping = Keeping { cache: cache.as_deref(), sums: &sums };
        let pairs = Pairs::open(folder, &config, keeping)?;
        let weights = Weights::open(folder, &sums, delta)?;
        let (kernels, format) = (isa.kernels(), precision.format());
        let encoder = Encoder::read(weights, &config, kernels, format, threads.get(), cache.as_deref())?;
        Ok(Self { pairs, encoder, isa, precision, threads })
    }

    /// Why what was made of the weights could not be put into [`ModelOptions::cache`], so that each opening makes it anew.
    pub fn unkept(&self) -> Option<&io::Error> {
        self.encoder.unkept()
    }

    /// In which numbers this one computes; never [`Precision::Auto`].
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// Which instructions this one uses.
    pub fn isa(&self) -> Isa {
        self.isa
    }

    /// How many numbers the model consists of.
    pub fn parameters(&self) -> usize {
        self.encoder.parameters()
    }

    /// Bytes of the weights in the form they are held in. The table of words is counted too, though it stays in its
    /// file, and only the rows of words that occur are read.
    pub fn memory_bytes(&self) -> usize {
        self.encoder.memory_bytes()
    }

    /// The most tokens that are read of a query and a text together, with the special ones; the longer of the two is
    /// cut.
    pub fn max_tokens(&self) -> usize {
        self.pairs.max_tokens()
    }

    /// The logit of every text with `query`, in the order of `texts`. A larger one is a better answer; any sign and
    /// size can occur.
    pub fn score(&self, query: &str, texts: &[&str]) -> Vec<f32> {
        self.score_with(query, texts, |_| Flow::Continue).unwrap_or_default()
    }

    /// The same, telling `progress` after every few texts.
    ///
    /// # Errors
    /// [`Stopped`] when `progress` said so; nothing is returned then.
    pub fn score_with(
        &self,
        query: &str,
        texts: &[&str],
        progress: impl FnMut(Progress) -> Flow,
    ) -> Result<Vec<f32>, Stopped> {
        let query = self.pairs.first(query);
        let sequences = tokenize(texts, self.threads, |text| self.pairs.encode(&query, text));
        let work = |chunk: &[&Sequence], space: &mut Workspace, out: &mut [f32]| {
            self.encoder.classify(chunk, space, out);
        };
        run_all(&sequences, self.threads, 1, work, progress)
    }
}
