use std::convert::Infallible;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Rows that a thread takes at a time, where each costs little.
const CHUNK: usize = 1 << 15;

/// `rows` rows in runs of so many as a thread takes at a time.
pub(crate) fn chunks(rows: usize) -> impl Iterator<Item = Range<usize>> {
    (0..rows).step_by(CHUNK).map(move |start| start..rows.min(start + CHUNK))
}

/// What `work` makes of each of `items`, in order, or the first error. At most `threads` threads share the items; the
/// caller's is one of them.
pub(crate) fn on_each<T: Send, R: Send, E: Send>(
    items: &mut [T],
    threads: usize,
    work: impl Fn(&mut T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    on_each_with(items, threads, || (), |(), item| work(item)).into_iter().collect()
}

/// What `work` makes of each of `items`, in order. Each thread makes itself `room` to work in, once.
pub(crate) fn on_each_with<T: Send, R: Send, W>(
    items: &mut [T],
    threads: usize,
    room: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, &mut T) -> R + Sync,
) -> Vec<R> {
    if threads.min(items.len()) <= 1 {
        let mut room = room();
        return items.iter_mut().map(|item| work(&mut room, item)).collect();
    }
    let helpers = threads.min(items.len()) - 1;
    let mut results: Vec<_> = items.iter().map(|_| None).collect();
    let waiting = Mutex::new(items.iter_mut().zip(&mut results));
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
    let share = || {
        let mut room = room();
        while let Some((item, result)) = next() {
            *result = Some(work(&mut room, item));
        }
    };
    thread::scope(|scope| {
        (0..helpers).for_each(|_| drop(scope.spawn(share)));
        share();
    });
    results.into_iter().flatten().collect()
}

/// Lets `work` fill all of `values`, in runs of so many as a thread takes at a time: it is told the place of the first of
/// each run. At most `threads` threads share them.
pub(crate) fn fill<T: Send>(values: &mut [T], threads: usize, work: impl Fn(usize, &mut [T]) + Sync) {
    let mut runs: Vec<_> = values.chunks_mut(CHUNK).enumerate().collect();
    let filled = on_each(&mut runs, threads, |(run, values)| {
        work(*run * CHUNK, values);
        Ok::<_, Infallible>(())
    });
    let _: Result<Vec<()>, Infallible> = filled;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_follow_each_other_and_end_with_the_last_row() {
        for rows in [0, 1, CHUNK, CHUNK + 1, 3 * CHUNK - 1] {
            let all: Vec<usize> = chunks(rows).flatten().collect();
            assert_eq!(all, (0..rows).collect::<Vec<_>>());
            assert!(chunks(rows).all(|chunk| (1..=CHUNK).contains(&chunk.len())));
        }
    }

    #[test]
    fn every_value_is_filled_by_its_place() {
        for (values, threads) in [(0, 2), (1, 1), (3 * CHUNK + 5, 1), (3 * CHUNK + 5, 3)] {
            let mut filled = vec![usize::MAX; values];
            fill(&mut filled, threads, |start, values| {
                values.iter_mut().zip(start..).for_each(|(value, place)| *value = place);
            });
            assert!(filled.into_iter().eq(0..values), "{values} {threads}");
        }
    }

    #[test]
    fn results_are_in_order_whoever_made_them() {
        for threads in [0, 1, 2, 9] {
            let mut items: Vec<u32> = (0..50).collect();
            let doubled = on_each(&mut items, threads, |item| {
                *item *= 2;
                Ok::<_, u32>(*item)
            });
            assert_eq!(doubled, Ok((0..50).map(|number| number * 2).collect()));
            let odd = |item: &mut u32| if *item > 20 { Err(*item) } else { Ok(()) };
            assert_eq!(on_each(&mut items, threads, odd), Err(22));
        }
    }
}
