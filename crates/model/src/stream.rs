//! Things of some texts each, without end: tokenized and embedded by the same threads, so that none waits for another.
//!
//! A thread tokenizes the next thing when few texts are waiting, else it embeds the texts that have waited longest. So
//! things are finished in about their order, all threads work until nothing is left, and only what is under way is
//! held in memory.

use std::collections::{HashMap, VecDeque};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::batch::{CHUNK_TOKENS, Flow};
use crate::encoder::{Sequence, Workspace};

/// How many texts at the front of the queue are looked at to fill up a chunk.
const REACH: usize = 64;
/// How often the one who watches is asked at least.
const HEARTBEAT: Duration = Duration::from_millis(50);

/// A thing whose texts are all embedded.
#[derive(Debug, Clone, PartialEq)]
pub struct Finished<T> {
    /// Its number.
    pub number: usize,
    /// What was made of it when it was tokenized.
    pub thing: T,
    /// The unit vectors of its texts, in their order, row-major.
    pub vectors: Vec<f32>,
    /// The tokens of its texts.
    pub tokens: usize,
}

/// Where all threads see what there is to do.
struct Desk<T> {
    /// The first thing that nobody has begun with.
    next: usize,
    count: usize,
    /// Threads that are tokenizing a thing.
    tokenizing: usize,
    waiting: VecDeque<Waiting>,
    waiting_tokens: usize,
    begun: HashMap<usize, Begun<T>>,
    stopped: bool,
}

/// A text that can be embedded.
struct Waiting {
    number: usize,
    /// Which of the thing's texts it is.
    text: usize,
    sequence: Sequence,
}

struct Begun<T> {
    finished: Finished<T>,
    texts_left: usize,
}

/// What a thread does next.
enum Task {
    Tokenize(usize),
    Embed(Vec<Waiting>),
}

/// What the threads share.
struct Shared<T> {
    desk: Mutex<Desk<T>>,
    changed: Condvar,
    /// Values of a vector.
    width: usize,
    threads: usize,
}

/// Has `threads` threads `prepare` the things from 0 to `count`, and `work` on their texts: it gets a chunk of them at a
/// time, room to work in, and where the vectors go. `watch` is told of every thing that is finished, on the thread of
/// the caller, and now and then without one.
pub(crate) fn run<T: Send>(
    [count, threads, width]: [usize; 3],
    prepare: impl Fn(usize) -> (T, Vec<Sequence>) + Sync,
    work: impl Fn(&[&Sequence], &mut Workspace, &mut [f32]) + Sync,
    mut watch: impl FnMut(Option<Finished<T>>) -> Flow,
) {
    let shared = Shared { desk: Mutex::new(Desk::new(count)), changed: Condvar::new(), width, threads };
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
                shared.desk().stopped = true;
                shared.changed.notify_all();
                break;
            }
        }
    });
}

impl<T: Send> Shared<T> {
    fn desk(&self) -> MutexGuard<'_, Desk<T>> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
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
                    let (thing, sequences) = prepare(number);
                    let ready = self.desk().begin(number, thing, sequences, self.width);
                    self.changed.notify_all();
                    ready
                }
                Task::Embed(texts) => {
                    let sequences: Vec<&Sequence> = texts.iter().map(|text| &text.sequence).collect();
                    let mut vectors = vec![0.0; texts.len() * self.width];
                    work(&sequences, &mut space, &mut vectors);
                    self.desk().enter(&texts, &vectors, self.width)
                }
            };
            // Whoever no longer listens has said stop.
            ready.into_iter().for_each(|ready| drop(finished.send(ready)));
        }
    }

    /// Waits until there is something to do; none when there won't be.
    fn next(&self) -> Option<Task> {
        let mut desk = self.desk();
        loop {
            if desk.stopped {
                return None;
            }
            let few = desk.waiting_tokens < 2 * self.threads * CHUNK_TOKENS;
            if few && desk.next < desk.count {
                desk.next += 1;
                desk.tokenizing += 1;
                return Some(Task::Tokenize(desk.next - 1));
            }
            if !desk.waiting.is_empty() {
                return Some(Task::Embed(desk.take_chunk()));
            }
            if desk.tokenizing == 0 {
                return None;
            }
            desk = self.changed.wait(desk).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// A thread that panics ends the work of all: nobody waits for what it had begun.
struct Guard<'a, T: Send>(&'a Shared<T>);

impl<T: Send> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.desk().stopped = true;
            self.0.changed.notify_all();
        }
    }
}

impl<T> Desk<T> {
    fn new(count: usize) -> Self {
        Self {
            next: 0,
            count,
            tokenizing: 0,
            waiting: VecDeque::new(),
            waiting_tokens: 0,
            begun: HashMap::new(),
            stopped: false,
        }
    }

    /// Puts the texts of a thing into the queue. A thing without texts is finished.
    fn begin(&mut self, number: usize, thing: T, sequences: Vec<Sequence>, width: usize) -> Vec<Finished<T>> {
        self.tokenizing -= 1;
        let tokens = sequences.iter().map(|sequence| sequence.ids.len()).sum();
        let finished = Finished { number, thing, vectors: vec![0.0; sequences.len() * width], tokens };
        if sequences.is_empty() {
            return vec![finished];
        }
        self.begun.insert(number, Begun { finished, texts_left: sequences.len() });
        self.waiting_tokens += tokens;
        let texts = sequences.into_iter().enumerate();
        self.waiting.extend(texts.map(|(text, sequence)| Waiting { number, text, sequence }));
        Vec::new()
    }

    /// The text that has waited longest, and those of the next ones that still fit.
    fn take_chunk(&mut self) -> Vec<Waiting> {
        let (mut chunk, mut tokens, mut at) = (Vec::new(), 0, 0);
        while at < self.waiting.len().min(REACH) && tokens < CHUNK_TOKENS {
            let length = self.waiting[at].sequence.ids.len();
            if chunk.is_empty() || tokens + length <= CHUNK_TOKENS {
                chunk.extend(self.waiting.remove(at));
                tokens += length;
            } else {
                at += 1;
            }
        }
        self.waiting_tokens -= tokens;
        chunk
    }

    /// Puts vectors to their things; returns the things that are finished by that.
    fn enter(&mut self, texts: &[Waiting], vectors: &[f32], width: usize) -> Vec<Finished<T>> {
        let mut ready = Vec::new();
        for (text, vector) in texts.iter().zip(vectors.chunks_exact(width)) {
            let Some(begun) = self.begun.get_mut(&text.number) else { continue };
            begun.finished.vectors[text.text * width..][..width].copy_from_slice(vector);
            begun.texts_left -= 1;
            if begun.texts_left == 0 {
                ready.extend(self.begun.remove(&text.number).map(|begun| begun.finished));
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
        fn every_thing_is_finished_once_with_the_vectors_of_its_texts(
            things in prop::collection::vec(prop::collection::vec(1..600usize, 0..6), 0..60),
            threads in 1..5usize,
        ) {
            let mut found = Vec::new();
            let prepare = |number: usize| {
                (number, things[number].iter().map(|length| sequence(*length)).collect())
            };
            run([things.len(), threads, 2], prepare, lengths, |finished| {
                found.extend(finished);
                Flow::Continue
            });
            found.sort_by_key(|finished| finished.number);
            prop_assert_eq!(found.len(), things.len());
            for ((number, lengths), finished) in things.iter().enumerate().zip(found) {
                let vectors = lengths.iter().flat_map(|length| [*length as f32; 2]).collect();
                let tokens = lengths.iter().sum();
                prop_assert_eq!(finished, Finished { number, thing: number, vectors, tokens });
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
        run([1_000_000, 2, 2], prepare, lengths, |thing| {
            finished += usize::from(thing.is_some());
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
        let result = std::panic::catch_unwind(|| run([9, 3, 2], prepare, lengths, |_| Flow::Continue));
        assert!(result.is_err());
    }

    #[test]
    fn the_one_who_watches_is_asked_even_when_nothing_is_finished() {
        let work = |_: &[&Sequence], _: &mut Workspace, _: &mut [f32]| std::thread::sleep(3 * HEARTBEAT);
        let mut heard = Vec::new();
        run(
            [1, 1, 2],
            |_| ((), vec![sequence(5)]),
            work,
            |thing| {
                heard.push(thing.is_some());
                Flow::Continue
            },
        );
        assert!(heard.len() > 1 && !heard[0] && heard[heard.len() - 1], "{heard:?}");
    }
}
