//! Many texts at once: packed into chunks, and the chunks shared among threads.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;

use crate::encoder::{Sequence, Workspace};

/// Tokens that go through the encoder together: enough to keep the multipliers busy, few enough that a layer's
/// activations stay in the second-level cache.
pub(crate) const CHUNK_TOKENS: usize = 384;

/// What has been done so far in one call of [`Embedder::embed_with`](crate::Embedder::embed_with) or
/// [`Reranker::score_with`](crate::Reranker::score_with).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Embedded {
    /// Texts that went through the model.
    pub texts: usize,
    /// Their tokens; with each text a question's are counted again.
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

/// The tokens of all texts, in their order, each thread making its share.
pub(crate) fn tokenize(
    texts: &[&str],
    threads: NonZeroUsize,
    encode: impl Fn(&str) -> Sequence + Sync,
) -> Vec<Sequence> {
    let share = texts.len().div_ceil(threads.get()).max(1);
    let encode = &encode;
    std::thread::scope(|scope| {
        let part = |texts: &[&str]| texts.iter().map(|text| encode(text)).collect::<Vec<_>>();
        let threads: Vec<_> = texts.chunks(share).map(|texts| scope.spawn(move || part(texts))).collect();
        let parts = threads.into_iter().map(|thread| match thread.join() {
            Ok(part) => part,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        parts.flatten().collect()
    })
}

/// What `work` makes of the sequences: `width` values of each, in their order. It gets a chunk of them at a time, room
/// to work in, and where the values go. `progress` is told after every chunk.
pub(crate) fn run(
    sequences: &[Sequence],
    threads: NonZeroUsize,
    width: usize,
    work: impl Fn(&[&Sequence], &mut Workspace, &mut [f32]) + Sync,
    mut progress: impl FnMut(Embedded) -> Flow,
) -> Result<Vec<f32>, Stopped> {
    let chunks = chunks(sequences);
    let mut out = vec![0.0; sequences.len() * width];
    let tokens_total = sequences.iter().map(|sequence| sequence.ids.len()).sum();
    let mut done = Embedded { texts: 0, tokens: 0, tokens_total };
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        for _ in 0..threads.get().min(chunks.len()) {
            let sender = sender.clone();
            let (next, stop, chunks, work) = (&next, &stop, &chunks, &work);
            scope.spawn(move || {
                let mut space = Workspace::default();
                while let Some(chunk) = chunks.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let sequences: Vec<&Sequence> = chunk.iter().map(|text| &sequences[*text]).collect();
                    let mut values = vec![0.0; chunk.len() * width];
                    work(&sequences, &mut space, &mut values);
                    if sender.send((chunk, values)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        for (chunk, values) in receiver {
            for (text, values) in chunk.iter().zip(values.chunks_exact(width)) {
                out[text * width..(text + 1) * width].copy_from_slice(values);
                done.tokens += sequences[*text].ids.len();
            }
            done.texts += chunk.len();
            if progress(done) == Flow::Stop {
                stop.store(true, Ordering::Relaxed);
            }
        }
    });
    if stop.into_inner() { Err(Stopped) } else { Ok(out) }
}

/// Texts grouped so that a group has about [`CHUNK_TOKENS`] tokens, longest first: the last groups to be finished are
/// then short ones, and no thread is left alone with a long one.
fn chunks(sequences: &[Sequence]) -> Vec<Vec<usize>> {
    let tokens = |text: usize| sequences[text].ids.len();
    let mut order: Vec<usize> = (0..sequences.len()).collect();
    order.sort_by_key(|text| std::cmp::Reverse(tokens(*text)));
    let mut chunks: Vec<Vec<usize>> = Vec::new();
    let mut room = 0;
    for text in order {
        let tokens = tokens(text);
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
        let lengths = (0..200).map(|i| i * 7 % 300 + 2);
        let sequences: Vec<_> =
            lengths.map(|length| Sequence { ids: vec![0; length], second: length }).collect();
        let chunks = chunks(&sequences);
        let mut texts: Vec<usize> = chunks.concat();
        texts.sort_unstable();
        assert_eq!(texts, (0..200).collect::<Vec<_>>());
        for chunk in chunks {
            let tokens: usize = chunk.iter().map(|text| sequences[*text].ids.len()).sum();
            assert!(chunk.len() == 1 || tokens <= CHUNK_TOKENS);
        }
    }
}
