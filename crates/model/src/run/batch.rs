//! Many texts that are all there: the order in which they go through the model.

use std::num::NonZeroUsize;

use super::progress::{Flow, Progress, Stopped};
use super::scheduler::{CHUNK_TOKENS, Items, run};
use crate::encoder::Workspace;
use crate::tokenize::Sequence;

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

/// What `work` makes of the sequences: `width` values of each, in their order. `progress` is told after every chunk.
pub(crate) fn run_all(
    sequences: &[Sequence],
    threads: NonZeroUsize,
    width: usize,
    work: impl Fn(&[&Sequence], &mut Workspace, &mut [f32]) + Sync,
    mut progress: impl FnMut(Progress) -> Flow,
) -> Result<Vec<f32>, Stopped> {
    let chunks = chunks(sequences);
    let mut out = vec![0.0; sequences.len() * width];
    let tokens_total = sequences.iter().map(|sequence| sequence.ids.len()).sum();
    let mut done = Progress { texts: 0, tokens: 0, tokens_total };
    let mut stopped = false;
    let prepare = |chunk: usize| {
        let texts = chunks[chunk].iter().map(|text| sequences[*text].clone()).collect();
        (&chunks[chunk], texts)
    };
    let items = Items { count: chunks.len(), threads: threads.get(), width };
    run(items, prepare, work, |finished| {
        let Some(chunk) = finished else { return Flow::Continue };
        for (text, values) in chunk.item.iter().zip(chunk.vectors.chunks_exact(width)) {
            out[text * width..(text + 1) * width].copy_from_slice(values);
        }
        done.texts += chunk.item.len();
        done.tokens += chunk.tokens;
        let flow = progress(done);
        stopped = flow == Flow::Stop;
        flow
    });
    if stopped { Err(Stopped) } else { Ok(out) }
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
