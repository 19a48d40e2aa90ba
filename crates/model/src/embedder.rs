use std::io;
use std::num::NonZeroUsize;
use std::path::Path;

use crate::encoder::{Encoder, Workspace};
use crate::error::ModelError;
use crate::folder::EmbedderSettings;
use crate::identity::Identity;
use crate::kernels::Isa;
use crate::options::ModelOptions;
use crate::precision::Precision;
use crate::run::{Finished, Flow, Items, Progress, Stopped, run, run_all, tokenize};
use crate::tokenize::{Keeping, Sequence, Tokenizer};
use crate::weights::Weights;

/// A sentence encoder: texts to unit vectors.
///
/// The same text gives the same vector on one machine, whatever its neighbours, their order and the number of
/// threads are.
pub struct Embedder {
    tokenizer: Tokenizer,
    encoder: Encoder,
    settings: EmbedderSettings,
    isa: Isa,
    precision: Precision,
    threads: NonZeroUsize,
}

impl Embedder {
    /// Opens a model folder: `config.json`, `vocab.txt` or `tokenizer.json`, and `model.safetensors` or its index; and where
    /// they are there `tokenizer_config.json`, `modules.json`, `sentence_bert_config.json`, `1_Pooling/config.json` and
    /// `config_sentence_transformers.json`, which say how it is used. What they leave open says [`ModelOptions::usage`].
    ///
    /// # Errors
    /// When a file is missing or damaged, or the model is of a kind that can't be computed exactly.
    pub fn open(folder: &Path, options: ModelOptions) -> Result<Self, ModelError> {
        let ModelOptions { threads, isa, precision, cache, sums, delta, usage } = options;
        let settings = EmbedderSettings::read(folder, usage)?;
        let precision = precision.on(isa);
        let (format, config) = (precision.format(), &settings.config);
        let keeping = Keeping { cache: cache.as_deref(), sums: &sums };
        let tokenizer = Tokenizer::open(folder, &settings, keeping)?;
        let weights = Weights::open(folder, &sums, delta)?;
        let encoder = Encoder::read(weights, config, isa.kernels(), format, threads.get(), cache.as_deref())?;
        Ok(Self { tokenizer, encoder, settings, isa, precision, threads })
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

    /// Which model this is, whatever its folder is called: two are the same when their vectors are.
    pub fn identity(&self) -> Identity {
        Identity::new(self.encoder.weights().sums(), self.tokenizer.lines(), &self.settings)
    }

    /// How long the vectors are.
    pub fn dimension(&self) -> usize {
        self.encoder.hidden()
    }

    /// The tokenizer, for those who need to know where a text ends for the model.
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// The tokens of a text that queries are to find, with what the model was trained to see before it.
    pub fn tokens(&self, text: &str) -> Vec<u32> {
        self.encoded(&self.settings.prompts.passage, text)
    }

    /// The unit vector of a query, [`Embedder::dimension`] values. Some models see other words before a query than before a
    /// text.
    pub fn embed_query(&self, query: &str) -> Vec<f32> {
        self.vector(self.encoded(&self.settings.prompts.query, query))
    }

    /// The unit vector of one text that queries are to find, [`Embedder::dimension`] values.
    pub fn embed_one(&self, text: &str) -> Vec<f32> {
        self.vector(self.tokens(text))
    }

    /// The unit vectors of many texts that queries are to find: `texts.len()` rows of [`Embedder::dimension`] values,
    /// row-major.
    pub fn embed(&self, texts: &[&str]) -> Vec<f32> {
        self.embed_with(texts, |_| Flow::Continue).unwrap_or_default()
    }

    /// The same, telling `progress` after every few texts.
    ///
    /// # Errors
    /// [`Stopped`] when `progress` said so; nothing is returned then.
    pub fn embed_with(
        &self,
        texts: &[&str],
        progress: impl FnMut(Progress) -> Flow,
    ) -> Result<Vec<f32>, Stopped> {
        let sequences = tokenize(texts, self.threads, |text| Sequence::of(self.tokens(text)));
        let work =
            |chunk: &[&Sequence], space: &mut Workspace, out: &mut [f32]| self.encode(chunk, space, out);
        run_all(&sequences, self.threads, self.dimension(), work, progress)
    }

    /// The unit vectors of `count` items that are some texts each.
    ///
    /// `prepare` makes of an item's number whatever the caller wants to have again, and the token ids of its texts as
    /// [`Embedder::tokens`] gives them; it is called by several threads, which embed meanwhile. `watch` is told of
    /// every item that is finished, in about their order, and at least every twentieth of a second, without an item if
    /// need be; when it says stop, no more is begun. An item's vectors are those of [`Embedder::embed_one`].
    pub fn embed_each<T: Send>(
        &self,
        count: usize,
        prepare: impl Fn(usize) -> (T, Vec<Vec<u32>>) + Sync,
        watch: impl FnMut(Option<Finished<T>>) -> Flow,
    ) {
        let prepare = |number| {
            let (item, texts) = prepare(number);
            (item, texts.into_iter().map(Sequence::of).collect())
        };
        let work =
            |chunk: &[&Sequence], space: &mut Workspace, out: &mut [f32]| self.encode(chunk, space, out);
        let items = Items { count, threads: self.threads.get(), width: self.dimension() };
        run(items, prepare, work, watch);
    }

    fn encoded(&self, prompt: &str, text: &str) -> Vec<u32> {
        if prompt.is_empty() {
            self.tokenizer.encode(text)
        } else {
            self.tokenizer.encode(&format!("{prompt}{text}"))
        }
    }

    fn vector(&self, tokens: Vec<u32>) -> Vec<f32> {
        let mut out = vec![0.0; self.dimension()];
        self.encode(&[&Sequence::of(tokens)], &mut Workspace::default(), &mut out);
        out
    }

    fn encode(&self, sequences: &[&Sequence], space: &mut Workspace, out: &mut [f32]) {
        let width = self.dimension();
        let mut tokens = self.encoder.forward(sequences, space);
        for (sequence, out) in sequences.iter().zip(out.chunks_exact_mut(width)) {
            let (own, rest) = tokens.split_at(sequence.ids.len() * width);
            self.settings.pooling.pool(own, out);
            tokens = rest;
        }
    }
}
