//! What a row's neighbourhood says: its words read together with those of the rows around it, and of its session.

use std::convert::Infallible;

use crate::Bits;
use crate::constants::{WINDOW_AFTER, WINDOW_BEFORE};
use crate::rows::parallel::{fill, on_each};
use crate::search::chain::Chain;
use crate::words::bm25::{Evidence, idf, saturated};

/// Of so many texts one that is counted is many.
const MANY: usize = 64;

/// What words around each row are worth.
pub(crate) struct NearbyWords {
    /// BM25 of each row's window: the row, two before and one behind it in its group, their counts and lengths added up.
    pub(crate) windows: Vec<f32>,
    /// What a window of average length would be worth that held each word once.
    pub(crate) full_score: f32,
    /// BM25 of each session as one text, at the session's first row, by words alone.
    pub(crate) sessions: Vec<f32>,
}

/// Texts that are made of several rows' texts.
struct Texts {
    /// How many terms each has.
    lengths: Vec<f32>,
    average: f32,
    count: usize,
}

/// The texts that hold something of one kind, in order, and how often.
#[derive(Default)]
struct Counts {
    texts: Vec<u32>,
    counts: Vec<f32>,
}

/// What is found of one kind.
#[derive(Default)]
struct Found {
    windows: Counts,
    sessions: Counts,
}

impl NearbyWords {
    pub(crate) fn new(evidence: &Evidence<'_>, chain: &Chain, threads: usize) -> Self {
        let [windows, sessions] = texts(evidence, chain, threads);
        let mut kinds: Vec<Vec<usize>> = shares(evidence.weights.len(), threads);
        let found = on_each(&mut kinds, threads, |kinds| {
            let mut room = Room::new(chain.rows());
            Ok::<_, Infallible>(
                kinds.iter().map(|kind| (*kind, room.find(*kind, evidence, chain))).collect::<Vec<_>>(),
            )
        });
        let mut found: Vec<(usize, Found)> = found.into_iter().flatten().flatten().collect();
        found.sort_unstable_by_key(|(kind, _)| *kind);
        let worth = |kind: usize, texts: &Texts, counts: &Counts| {
            evidence.weights.get(kind).copied().unwrap_or(0.0) * idf(texts.count, counts.texts.len())
        };
        let full_score = found.iter().take(evidence.terms);
        let full_score = full_score.map(|(_, found)| idf(windows.count, found.windows.texts.len())).sum();
        let in_windows: Vec<_> = found
            .iter()
            .map(|(kind, found)| (worth(*kind, &windows, &found.windows), &found.windows))
            .collect();
        let in_sessions: Vec<_> = found
            .iter()
            .map(|(kind, found)| (worth(*kind, &sessions, &found.sessions), &found.sessions))
            .collect();
        Self {
            windows: scores(&windows, &in_windows, threads),
            full_score,
            sessions: scores(&sessions, &in_sessions, threads),
        }
    }

    /// The best session's worth, of those with rows that may be found.
    pub(crate) fn best_session(&self, chain: &Chain, keep: Option<&Bits>) -> f32 {
        let worth = |first: usize| self.sessions.get(first).copied().unwrap_or(0.0);
        match keep {
            None => self.sessions.iter().copied().fold(0.0, f32::max),
            Some(keep) => keep.iter().map(|row| worth(chain.session(row))).fold(0.0, f32::max),
        }
    }
}

/// Which kinds each thread looks for: every so manyth.
fn shares(kinds: usize, threads: usize) -> Vec<Vec<usize>> {
    let threads = threads.clamp(1, kinds.max(1));
    (0..threads).map(|thread| (thread..kinds).step_by(threads).collect()).collect()
}

/// The lengths of windows and of sessions.
fn texts(evidence: &Evidence<'_>, chain: &Chain, threads: usize) -> [Texts; 2] {
    let mut own = Vec::with_capacity(chain.rows());
    for segment in &evidence.segments {
        own.extend(segment.lengths.iter().map(|length| u32::from_le_bytes(*length)));
    }
    let mut windows = vec![0.0; own.len()];
    fill(&mut windows, threads, |first, windows| {
        let windows = windows.iter_mut().zip(first..);
        windows.for_each(|(length, row)| *length = window_length(row, &own, chain));
    });
    let in_windows: f64 = windows.iter().map(|length| f64::from(*length)).sum();
    let mut sessions = vec![0.0; chain.rows()];
    for (row, length) in own.iter().enumerate() {
        if let Some(session) = sessions.get_mut(chain.session(row)) {
            *session += *length as f32;
        }
    }
    let whole = own.iter().map(|length| f64::from(*length)).sum();
    let average = |whole: f64, count: usize| if whole > 0.0 { (whole / count as f64) as f32 } else { 1.0 };
    let count = chain.count_sessions();
    [
        Texts { average: average(in_windows, windows.len()), count: windows.len(), lengths: windows },
        Texts { average: average(whole, count), count, lengths: sessions },
    ]
}

#[inline]
fn window_length(row: usize, own: &[u32], chain: &Chain) -> f32 {
    let of = |row: usize| own.get(row).copied().unwrap_or(0);
    let mut total = of(row);
    let mut next = chain.before(row);
    for _ in 0..WINDOW_BEFORE {
        let Some(row) = next else { break };
        total += of(row);
        next = chain.before(row);
    }
    let mut next = chain.after(row);
    for _ in 0..WINDOW_AFTER {
        let Some(row) = next else { break };
        total += of(row);
        next = chain.after(row);
    }
    total as f32
}

/// Memory to count in: a number for each row, 0 before and after.
struct Room {
    counts: Vec<f32>,
}

impl Room {
    fn new(rows: usize) -> Self {
        Self { counts: vec![0.0; rows] }
    }

    /// The windows and the sessions that hold something of a kind; of sessions only words count.
    fn find(&mut self, kind: usize, evidence: &Evidence<'_>, chain: &Chain) -> Found {
        let mut windows = Vec::new();
        for (place, segment) in chain.segments().iter().zip(&evidence.segments) {
            segment.each(kind, |row, count| {
                self.add_to_windows(place.first + row as usize, count, chain, &mut windows);
            });
        }
        let windows = self.take(windows);
        let mut sessions = Vec::new();
        if kind < evidence.terms {
            for (place, segment) in chain.segments().iter().zip(&evidence.segments) {
                segment.each_in_text(kind, |row, count| {
                    self.add(chain.session(place.first + row as usize), count, &mut sessions);
                });
            }
        }
        Found { windows, sessions: self.take(sessions) }
    }

    /// A row is in the windows of so many rows before it as a window has behind its own, and the other way round.
    #[inline]
    fn add_to_windows(&mut self, row: usize, count: f32, chain: &Chain, touched: &mut Vec<u32>) {
        let mut next = chain.before(row);
        for _ in 0..WINDOW_AFTER {
            let Some(row) = next else { break };
            self.add(row, count, touched);
            next = chain.before(row);
        }
        self.add(row, count, touched);
        let mut next = chain.after(row);
        for _ in 0..WINDOW_BEFORE {
            let Some(row) = next else { break };
            self.add(row, count, touched);
            next = chain.after(row);
        }
    }

    #[inline]
    fn add(&mut self, text: usize, count: f32, touched: &mut Vec<u32>) {
        if let Some(sum) = self.counts.get_mut(text) {
            if *sum == 0.0 {
                touched.push(text as u32);
            }
            *sum += count;
        }
    }

    /// Puts the texts that are counted in order: many are found again sooner than sorted.
    fn sort(&self, texts: &mut Vec<u32>) {
        if texts.len() < self.counts.len() / MANY {
            texts.sort_unstable();
            return;
        }
        texts.clear();
        let counted = self.counts.iter().zip(0..).filter(|(count, _)| **count != 0.0);
        texts.extend(counted.map(|(_, text)| text));
    }

    /// What was counted, in order; leaves zeros.
    fn take(&mut self, mut texts: Vec<u32>) -> Counts {
        if !texts.is_sorted() {
            self.sort(&mut texts);
        }
        let count = |text: &u32| self.counts.get_mut(*text as usize).map(std::mem::take).unwrap_or(0.0);
        let counts = texts.iter().map(count).collect();
        Counts { texts, counts }
    }
}

/// The BM25 of all texts, of kinds with their worths.
fn scores(texts: &Texts, kinds: &[(f32, &Counts)], threads: usize) -> Vec<f32> {
    let mut scores = vec![0.0; texts.lengths.len()];
    fill(&mut scores, threads, |start, scores| {
        for (worth, counts) in kinds {
            let [from, to] = [start, start + scores.len()]
                .map(|place| counts.texts.partition_point(|text| (*text as usize) < place));
            let held = counts.texts.get(from..to).unwrap_or_default().iter();
            for (text, count) in held.zip(counts.counts.get(from..to).unwrap_or_default()) {
                let text = *text as usize;
                if let (Some(score), Some(length)) = (scores.get_mut(text - start), texts.lengths.get(text)) {
                    *score += worth * saturated(*count, length / texts.average);
                }
            }
        }
    });
    scores
}
