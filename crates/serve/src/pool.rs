use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Semaphore;

use crate::Error;

/// Calls that may wait for a thread; more are told to come back.
const QUEUE: usize = 256;

/// Threads for what blocks, so many at a time.
#[derive(Clone)]
pub(crate) struct Pool {
    permits: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
}

/// One who waits, until dropped.
struct Waiting(Arc<AtomicUsize>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Pool {
    pub(crate) fn new(threads: NonZeroUsize) -> Self {
        Self { permits: Arc::new(Semaphore::new(threads.get())), waiting: Arc::default() }
    }

    /// What the job answers, once a thread is free for it. A job that panics costs nobody else anything.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let waiting = Waiting(Arc::clone(&self.waiting));
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= QUEUE {
            return Err(Error::Busy);
        }
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| Error::Cancelled)?;
        drop(waiting);
        let run = tokio::task::spawn_blocking(move || {
            // Held by the thread, not by who waits for it: a call that is given up keeps its thread until it ends.
            let _permit = permit;
            job()
        });
        run.await.unwrap_or(Err(Error::Bug))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().build().unwrap()
    }

    #[test]
    fn a_job_that_panics_is_a_bug_and_the_next_one_runs() {
        let pool = Pool::new(NonZeroUsize::MIN);
        runtime().block_on(async {
            let failed = pool.run(|| -> Result<(), Error> { panic!("of a test") }).await;
            assert!(matches!(failed, Err(Error::Bug)));
            assert_eq!(pool.run(|| Ok(7)).await.unwrap(), 7);
        });
    }

    #[test]
    fn so_many_wait_and_no_more() {
        let pool = Pool::new(NonZeroUsize::MIN);
        runtime().block_on(async {
            let (release, held) = mpsc::channel::<()>();
            let (first, busy) = (pool.clone(), pool.clone());
            let first = tokio::spawn(async move { first.run(move || Ok(held.recv().is_ok())).await });
            tokio::task::yield_now().await;
            let rest: Vec<_> = (0..=QUEUE)
                .map(|_| {
                    let pool = busy.clone();
                    tokio::spawn(async move { pool.run(|| Ok(true)).await })
                })
                .collect();
            // The runtime starts some at a time.
            for _ in 0..QUEUE {
                tokio::task::yield_now().await;
            }
            release.send(()).unwrap();
            assert!(first.await.unwrap().unwrap());
            let mut refused = 0;
            for one in rest {
                refused += usize::from(matches!(one.await.unwrap(), Err(Error::Busy)));
            }
            assert_eq!(refused, 1);
        });
    }
}
