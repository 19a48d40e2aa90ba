use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};

use crate::ModelError;
use crate::config::Settings;
use crate::encoder::{Encoder, Workspace};
use crate::kernels::Isa;
use crate::pooling::Pooling;
use crate::precision::Precision;
use crate::team::team;
use crate::tokenizer::WordPiece;
use crate::weights::Weights;

/// Tokens that go through the encoder together: enough to keep the multipliers busy, few enough that a layer's
/// activations stay in the second-level cache.
const CHUNK_TOKENS: usize = 256;

/// How an [`Embedder`] computes.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many threads work on many texts.
    pub threads: NonZeroUsize,
    /// Which instructions it uses.
    pub isa: Isa,
    /// In which numbers it computes.
    pub precision: Precision,
    /// Where weights may be kept in the form this machine computes with, so that the next process opens faster.
    pub cache: Option<PathBuf>,
}

impl Options {
    /// The best instructions and precision of this machine, nothing kept.
    pub fn new(threads: NonZeroUsize) -> Self {
        Self { threads, isa: Isa::best(), precision: Precision::Auto, cache: None }
    }
}

/// What has been done so far in one call of [`Embedder::embed_with`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Embedded {
    /// Texts embedded.
    pub texts: usize,
    /// Their tokens.
    pub tokens: usize,
    /// Tokens of all the texts.
    pub tokens_total: usize,
}

/// What the one who watches progress wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Go on.
    Continue,
    /// Stop as soon as what is under way is finished.
    Stop,
}

/// The one who watched progress said stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("stopped")]
pub struct Stopped;

/// A sentence encoder: texts to unit vectors.
///
/// The same text gives the same vector on one machine, whatever its neighbours, their order and the number of
/// threads are.
pub struct Embedder {
    tokenizer: WordPiece,
    encoder: Arc<Encoder>,
    pooling: Pooling,
    isa: Isa,
    precision: Precision,
    threads: NonZeroUsize,
}

impl Embedder {
    /// Opens a model folder: `config.json`, `vocab.txt`, `model.safetensors`, and where they are there
    /// `tokenizer_config.json`, `sentence_bert_config.json` and `1_Pooling/config.json`.
    ///
    /// # Errors
    /// When a file is missing or damaged, or the model is of a kind that can't be computed exactly.
    pub fn open(folder: &Path, options: Options) -> Result<Self, ModelError> {
        let settings = Settings::read(folder)?;
        let Options { threads, isa, precision, cache } = options;
        let precision = if precision == Precision::Auto { isa.auto() } else { precision };
        let (format, config) = (precision.format(), &settings.config);
        let tokenizer = tokenizer(folder, &settings)?;
        let weights = Weights::open(folder)?;
        let encoder = Encoder::read(weights, config, isa.kernels(), format, threads.get(), cache.as_deref())?;
        let encoder = Arc::new(encoder);
        Ok(Self { tokenizer, encoder, pooling: settings.pooling, isa, precision, threads })
    }

    /// In which numbers this one computes; never [`Precision::Auto`].
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// Which instructions this one uses.
    pub fn isa(&self) -> Isa {
        self.isa
    }

    /// How long the vectors are.
    pub fn dimension(&self) -> usize {
        self.encoder.hidden()
    }

    /// The tokenizer, for those who need to know where a text ends for the model.
    pub fn tokenizer(&self) -> &WordPiece {
        &self.tokenizer
    }

    /// The unit vector of one text, [`Embedder::dimension`] values.
    pub fn embed_one(&self, text: &str) -> Vec<f32> {
        let ids = self.tokenizer.encode(text);
        let mut out = vec![0.0; self.dimension()];
        self.encode(&[&ids], &mut self.space_for_one(&ids), &mut out);
        out
    }

    /// A workspace for one sequence; where there is more than one thread and a lot of weights, with a helper that has
    /// begun with the same sequence.
    fn space_for_one(&self, ids: &[u32]) -> Workspace {
        if self.threads.get() == 1 || !self.encoder.is_large() {
            return Workspace::default();
        }
        let [leader, helper] = team();
        let (encoder, ids) = (self.encoder.clone(), ids.to_vec());
        let work = move || {
            encoder.forward(&[&ids], &mut Workspace::of(helper));
        };
        // Where no thread can be had, the helper is dropped and the leader goes on alone.
        let _ = std::thread::Builder::new().spawn(work);
        Workspace::of(leader)
    }

    /// The unit vectors of many texts: `texts.len()` rows of [`Embedder::dimension`] values, row-major.
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
        mut progress: impl FnMut(Embedded) -> Flow,
    ) -> Result<Vec<f32>, Stopped> {
        let ids = self.tokenize(texts);
        let chunks = chunks(&ids);
        let width = self.dimension();
        let mut out = vec![0.0; texts.len() * width];
        let mut done = Embedded { texts: 0, tokens: 0, tokens_total: ids.iter().map(Vec::len).sum() };
        let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
        std::thread::scope(|scope| {
            let (sender, receiver) = mpsc::channel();
            for _ in 0..self.threads.get().min(chunks.len()) {
                let sender = sender.clone();
                let (next, stop, chunks, ids) = (&next, &stop, &chunks, &ids);
                scope.spawn(move || {
                    let mut space = Workspace::default();
                    while let Some(chunk) = chunks.get(next.fetch_add(1, Ordering::Relaxed)) {
                        if stop.load(Ordering::Relaxed) {
                            break;
                        }
                        let sequences: Vec<&[u32]> = chunk.iter().map(|text| ids[*text].as_slice()).collect();
                        let mut vectors = vec![0.0; chunk.len() * width];
                        self.encode(&sequences, &mut space, &mut vectors);
                        if sender.send((chunk, vectors)).is_err() {
                            break;
                        }
                    }
                });
            }
            drop(sender);
            for (chunk, vectors) in receiver {
                for (text, vector) in chunk.iter().zip(vectors.chunks_exact(width)) {
                    out[text * width..(text + 1) * width].copy_from_slice(vector);
                    done.tokens += ids[*text].len();
                }
                done.texts += chunk.len();
                if progress(done) == Flow::Stop {
                    stop.store(true, Ordering::Relaxed);
                }
            }
        });
        if stop.into_inner() { Err(Stopped) } else { Ok(out) }
    }

    fn tokenize(&self, texts: &[&str]) -> Vec<Vec<u32>> {
        let share = texts.len().div_ceil(self.threads.get()).max(1);
        let mut ids = vec![Vec::new(); texts.len()];
        std::thread::scope(|scope| {
            for (texts, ids) in texts.chunks(share).zip(ids.chunks_mut(share)) {
                scope.spawn(move || {
                    for (text, ids) in texts.iter().zip(ids) {
                        *ids = self.tokenizer.encode(text);
                    }
                });
            }
        });
        ids
    }

    fn encode(&self, sequences: &[&[u32]], space: &mut Workspace, out: &mut [f32]) {
        let width = self.dimension();
        let mut tokens = self.encoder.forward(sequences, space);
        for (sequence, out) in sequences.iter().zip(out.chunks_exact_mut(width)) {
            let (own, rest) = tokens.split_at(sequence.len() * width);
            self.pooling.pool(own, out);
            tokens = rest;
        }
    }
}

fn tokenizer(folder: &Path, settings: &Settings) -> Result<WordPiece, ModelError> {
    let vocabulary = folder.join("vocab.txt");
    let tokenizer = WordPiece::open(&vocabulary, settings.lower_case, settings.max_tokens)?;
    let (found, expected) = (tokenizer.vocabulary_size(), settings.config.vocab_size);
    if found <= expected {
        return Ok(tokenizer);
    }
    let reason = format!("expected at most {expected} tokens as in config.json, found {found}");
    Err(ModelError::Vocabulary { path: vocabulary, reason })
}

/// Texts grouped so that a group has about [`CHUNK_TOKENS`] tokens, longest first: the last groups to be finished are
/// then short ones, and no thread is left alone with a long one.
fn chunks(ids: &[Vec<u32>]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..ids.len()).collect();
    order.sort_by_key(|text| std::cmp::Reverse(ids[*text].len()));
    let mut chunks: Vec<Vec<usize>> = Vec::new();
    let mut room = 0;
    for text in order {
        let tokens = ids[text].len();
        match chunks.last_mut() {
            Some(chunk) if tokens <= room => chunk.push(text),
            _ => {
                chunks.push(vec![text]);
                room = CHUNK_TOKENS.max(tokens);
            }
        }
        room -= tokens;
    }
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_in_one_chunk_and_no_chunk_of_several_is_too_large() {
        let ids: Vec<Vec<u32>> = (0..200).map(|i| vec![0; i * 7 % 300 + 2]).collect();
        let chunks = chunks(&ids);
        let mut texts: Vec<usize> = chunks.concat();
        texts.sort_unstable();
        assert_eq!(texts, (0..200).collect::<Vec<_>>());
        for chunk in chunks {
            let tokens: usize = chunk.iter().map(|text| ids[*text].len()).sum();
            assert!(chunk.len() == 1 || tokens <= CHUNK_TOKENS);
        }
    }
}
