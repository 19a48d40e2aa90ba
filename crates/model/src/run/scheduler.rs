//! Items of some texts each, as many as there may be: tokenized and embedded by the same threads, so that none waits
//! for another.
//!
//! Who owns what: `threads` worker threads live as long as one call of [`run`]. Each owns its workspace, in which
//! nobody else reads; all of them take tasks from one [`Queue`], under one lock that is held while a task is chosen or
//! its result entered, never while texts are tokenized or embedded. The thread of the caller computes nothing: it
//! receives finished items over a channel and tells the caller, so that a caller's slow closure stops no worker.
//!
//! A worker tokenizes the next item when few texts are queued, else it embeds the texts that were queued first. So
//! items are finished in about their order, all workers are busy until nothing is left, and only what is in progress
//! is held in memory.

use std::collections::{HashMap, VecDeque};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::progress::Flow;
use crate::encoder::Workspace;
use crate::tokenize::Sequence;

/// Tokens that go through the encoder together: enough to keep the multipliers busy, few enough that a layer's
/// activations stay in the second-level cache.
pub(super) const CHUNK_TOKENS: usize = 384;
/// How many texts at the front of the queue are looked at to fill up a chunk.
const REACH: usize = 64;
/// How often the caller is told at least.
const HEARTBEAT: Duration = Duration::from_millis(50);

/// An item whose texts are all embedded.
#[derive(Debug, Clone, PartialEq)]
pub struct Finished<T> {
    /// Its number.
    pub number: usize,
    /// What was made of it when it was tokenized.
    pub item: T,
    /// The unit vectors of its texts, in their order, row-major.
    pub vectors: Vec<f32>,
    /// The tokens of its texts.
    pub tokens: usize,
}

/// The items that are left, those in progress, and the texts that can be embedded.
struct Queue<T> {
    /// The first item that nobody has begun with.
    next: usize,
    count: usize,
    /// Threads that are tokenizing an item.
    tokenizing: usize,
    queued: VecDeque<Queued>,
    queued_tokens: usize,
    in_progress: HashMap<usize, InProgress<T>>,
    stopped: bool,
}

/// A text that can be embedded.
struct Queued {
    number: usize,
    /// Which of the item's texts it is.
    text: usize,
    sequence: Sequence,
}

struct InProgress<T> {
    finished: Finished<T>,
    texts_left: usize,
}

/// What a thread does next.
enum Task {
    Tokenize(usize),
    Embed(Vec<Queued>),
}

/// What the threads share.
struct Shared<T> {
    queue: Mutex<Queue<T>>,
    changed: Condvar,
    /// Values of a vector.
    width: usize,
    threads: usize,
}

/// How many items there are, how many threads work on them, and how many values a text's vector has.
#[derive(Clone, Copy)]
pub(crate) struct Items {
    pub(crate) count: usize,
    pub(crate) threads: usize,
    pub(crate) width: usize,
}

/// Has threads `prepare` the items from 0 on, and `work` on their texts: it gets a chunk of them at a time, room to work
/// in, and where the vectors go. `watch` is told of every item that is finished, on the thread of the caller, and now
/// and then without one.
pub(crate) fn run<T: Send>(
    Items { count, threads, width }: Items,
    prepare: impl Fn(usize) -> (T, Vec<Sequence>) + Sync,
    work: impl Fn(&[&Sequence], &mut Workspace, &mut [f32]) + Sync,
    mut watch: impl FnMut(Option<Finished<T>>) -> Flow,
) {
    let shared = Shared { queue: Mutex::new(Queue::new(count)), changed: Condvar::new(), width, threads };
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        for _ in 0..threads.min(count) {
            let (sender, shared, prepare, work) = (sender.clone(), &shared, &prepare, &work);
            scope.spawn(move || shared.serve(prepare, work, &sender));
        }
        drop(sender);
        loop {
            let flow = match receiver.recv_timeout(HEARTBEAT) {
                Ok(finished) => watch(Some(finished)),
                Err(RecvTimeoutError::Timeout) => watch(None),
                Err(RecvTimeoutError::Disconnected) => break,
            };
            if flow == Flow::Stop {
                shared.queue().stopped = true;
                shared.changed.notify_all();
                break;
            }
        }
    });
}

impl<T: Send> Shared<T> {
    /// A worker that panicked left the queue whole: it panics in `prepare` or `work`, which run without the lock.
    fn queue(&self) -> MutexGuard<'_, Queue<T>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What one thread does until nothing is left.
    fn serve(
        &self,
        prepare: &impl Fn(usize) -> (T, Vec<Sequence>),
        work: &impl Fn(&[&Sequence], &mut Workspace, &mut [f32]),
        finished: &Sender<Finished<T>>,
    ) {
        let _guard = Guard(self);
        let mut space = Workspace::default();
        while let Some(task) = self.next() {
            let ready = match task {
                Task::Tokenize(number) => {
                    let (item, sequences) = prepare(number);
                    let ready = self.queue().begin(number, item, sequences, self.width);
                    self.changed.notify_all();
                    ready
                }
                Task::Embed(texts) => {
                    let sequences: Vec<&Sequence> = texts.iter().map(|text| &text.sequence).collect();
                    let mut vectors = vec![0.0; texts.len() * self.width];
                    work(&sequences, &mut space, &mut vectors);
                    self.queue().enter(&texts, &vectors, self.width)
                }
            };
            // Whoever no longer listens has said stop.
            ready.into_iter().for_each(|ready| drop(finished.send(ready)));
        }
    }

    /// Waits until there is something to do; none when there won't be.
    fn next(&self) -> Option<Task> {
        let mut queue = self.queue();
        loop {
            if queue.stopped {
                return None;
            }
            let few = queue.queued_tokens < 2 * self.threads * CHUNK_TOKENS;
            if few && queue.next < queue.count {
                queue.next += 1;
                queue.tokenizing += 1;
                return Some(Task::Tokenize(queue.next - 1));
            }
            if !queue.queued.is_empty() {
                return Some(Task::Embed(queue.take_chunk()));
            }
            if queue.tokenizing == 0 {
                return None;
            }
            queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// A thread that panics ends the work of all: nobody waits for what it had begun.
struct Guard<'a, T: Send>(&'a Shared<T>);

impl<T: Send> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.queue().stopped = true;
            self.0.changed.notify_all();
        }
    }
}

impl<T> Queue<T> {
    fn new(count: usize) -> Self {
        Self {
            next: 0,
            count,
            tokenizing: 0,
            queued: VecDeque::new(),
            queued_tokens: 0,
            in_progress: HashMap::new(),
            stopped: false,
        }
    }

    /// Puts the texts of an item into the queue. An item without texts is finished.
    fn begin(&mut self, number: usize, item: T, sequences: Vec<Sequence>, width: usize) -> Vec<Finished<T>> {
        self.tokenizing -= 1;
        let tokens = sequences.iter().map(|sequence| sequence.ids.len()).sum();
        let finished = Finished { number, item, vectors: vec![0.0; sequences.len() * width], tokens };
        if sequences.is_empty() {
            return vec![finished];
        }
        self.in_progress.insert(number, InProgress { finished, texts_left: sequences.len() });
        self.queued_tokens += tokens;
        let texts = sequences.into_iter().enumerate();
        self.queued.extend(texts.map(|(text, sequence)| Queued { number, text, sequence }));
        Vec::new()
    }

    /// The text that was queued first, and those of the next ones that still fit.
    fn take_chunk(&mut self) -> Vec<Queued> {
        let (mut chunk, mut tokens, mut at) = (Vec::new(), 0, 0);
        while at < self.queued.len().min(REACH) && tokens < CHUNK_TOKENS {
            let length = self.queued[at].sequence.ids.len();
            if chunk.is_empty() || tokens + length <= CHUNK_TOKENS {
                chunk.extend(self.queued.remove(at));
                tokens += length;
            } else {
                at += 1;
            }
        }
        self.queued_tokens -= tokens;
        chunk
    }

    /// Puts vectors to their items; returns the items that are finished by that.
    fn enter(&mut self, texts: &[Queued], vectors: &[f32], width: usize) -> Vec<Finished<T>> {
        let mut ready = Vec::new();
        for (text, vector) in texts.iter().zip(vectors.chunks_exact(width)) {
            let Some(item) = self.in_progress.get_mut(&text.number) else { continue };
            item.finished.vectors[text.text * width..][..width].copy_from_slice(vector);
            item.texts_left -= 1;
            if item.texts_left == 0 {
                ready.extend(self.in_progress.remove(&text.number).map(|item| item.finished));
            }
        }
        ready
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use proptest::prelude::*;

    use super::*;

    fn sequence(length: usize) -> Sequence {
        Sequence { ids: vec![length as u32; length], second: length }
    }

    /// Every text's vector is its length, twice.
    fn lengths(chunk: &[&Sequence], _: &mut Workspace, out: &mut [f32]) {
        let tokens: usize = chunk.iter().map(|sequence| sequence.ids.len()).sum();
        assert!(chunk.len() == 1 || tokens <= CHUNK_TOKENS);
        for (sequence, out) in chunk.iter().zip(out.chunks_exact_mut(2)) {
            out.fill(sequence.ids.len() as f32);
        }
    }

    proptest! {
        #[test]
        fn every_item_is_finished_once_with_the_vectors_of_its_texts(
            items in prop::collection::vec(prop::collection::vec(1..600usize, 0..6), 0..60),
            threads in 1..5usize,
        ) {
            let mut found = Vec::new();
            let prepare = |number: usize| {
                (number, items[number].iter().map(|length| sequence(*length)).collect())
            };
            run(Items { count: items.len(), threads, width: 2 }, prepare, lengths, |finished| {
                found.extend(finished);
                Flow::Continue
            });
            found.sort_by_key(|finished| finished.number);
            prop_assert_eq!(found.len(), items.len());
            for ((number, lengths), finished) in items.iter().enumerate().zip(found) {
                let vectors = lengths.iter().flat_map(|length| [*length as f32; 2]).collect();
                let tokens = lengths.iter().sum();
                prop_assert_eq!(finished, Finished { number, item: number, vectors, tokens });
            }
        }
    }

    #[test]
    fn a_stop_ends_the_work_and_little_was_begun() {
        let begun = AtomicUsize::new(0);
        let prepare = |_| {
            begun.fetch_add(1, Ordering::Relaxed);
            ((), vec![sequence(100)])
        };
        let mut finished = 0;
        run(Items { count: 1_000_000, threads: 2, width: 2 }, prepare, lengths, |item| {
            finished += usize::from(item.is_some());
            if finished == 3 { Flow::Stop } else { Flow::Continue }
        });
        assert_eq!(finished, 3);
        assert!(begun.into_inner() < 100_000);
    }

    #[test]
    fn a_thread_that_panics_leaves_nobody_waiting() {
        let prepare = |number| {
            assert!(number < 5, "as the test wants");
            ((), vec![sequence(100)])
        };
        let result = std::panic::catch_unwind(|| {
            run(Items { count: 9, threads: 3, width: 2 }, prepare, lengths, |_| Flow::Continue)
        });
        assert!(result.is_err());
    }

    #[test]
    fn the_caller_is_told_even_when_nothing_is_finished() {
        let work = |_: &[&Sequence], _: &mut Workspace, _: &mut [f32]| std::thread::sleep(3 * HEARTBEAT);
        let mut heard = Vec::new();
        run(
            Items { count: 1, threads: 1, width: 2 },
            |_| ((), vec![sequence(5)]),
            work,
            |item| {
                heard.push(item.is_some());
                Flow::Continue
            },
        );
        assert!(heard.len() > 1 && !heard[0] && heard[heard.len() - 1], "{heard:?}");
    }
}
