use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use crate::error::RemoteError;

/// Says whether whoever waits still wants the answer.
pub type GoOn<'a> = dyn FnMut() -> ControlFlow<()> + 'a;

/// How often that is asked.
const TICK: Duration = Duration::from_millis(50);
/// So many things may have been said that nobody has heard yet.
const AHEAD: usize = 64;

/// A request on a thread of its own, so that whoever waits for its answer can leave at any time. One that was left ends at
/// the next thing that it has to say, or with the time-out of its request.
pub(crate) struct RequestThread<T> {
    said: Receiver<T>,
}

/// What comes of waiting.
pub(crate) enum Next<T> {
    /// Something was said.
    Said(T),
    /// Nothing more will be.
    Ended,
    /// Nothing was said for too long.
    Silent,
    /// Nobody wants to hear it any more.
    Left,
}

impl<T: Send + 'static> RequestThread<T> {
    /// Begins with it. It is given a way to say things, which answers whether anybody listens.
    pub(crate) fn start(work: impl FnOnce(&dyn Fn(T) -> bool) + Send + 'static) -> Self {
        let (say, said) = sync_channel(AHEAD);
        thread::spawn(move || work(&|thing| say.send(thing).is_ok()));
        Self { said }
    }

    /// The next thing that is said within `patience`.
    pub(crate) fn next(&self, patience: Duration, go_on: &mut GoOn<'_>) -> Next<T> {
        let mut waited = Duration::ZERO;
        while waited < patience {
            match self.said.recv_timeout(TICK) {
                Ok(thing) => return Next::Said(thing),
                Err(RecvTimeoutError::Disconnected) => return Next::Ended,
                Err(RecvTimeoutError::Timeout) => waited += TICK,
            }
            if go_on().is_break() {
                return Next::Left;
            }
        }
        Next::Silent
    }
}

/// Waits for so long, or until nobody wants to any more.
pub(crate) fn rest(pause: Duration, go_on: &mut GoOn<'_>) -> Result<(), RemoteError> {
    let mut left = pause;
    while !left.is_zero() {
        let nap = left.min(TICK);
        thread::sleep(nap);
        left -= nap;
        if go_on().is_break() {
            return Err(RemoteError::Stopped);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_waits_hears_what_is_said_and_may_leave() {
        let work = RequestThread::start(|say| {
            assert!(say(1));
            thread::sleep(Duration::from_secs(1));
            // Nobody listens by now.
            assert!(!say(2));
        });
        let on = &mut || ControlFlow::Continue(());
        assert!(matches!(work.next(TICK * 20, on), Next::Said(1)));
        assert!(matches!(work.next(TICK * 2, on), Next::Silent));
        assert!(matches!(work.next(TICK * 9, &mut || ControlFlow::Break(())), Next::Left));
        drop(work);
        let ended: RequestThread<u8> = RequestThread::start(|_| ());
        assert!(matches!(ended.next(TICK * 20, on), Next::Ended));
        assert!(rest(TICK, on).is_ok());
        assert!(matches!(rest(TICK * 9, &mut || ControlFlow::Break(())), Err(RemoteError::Stopped)));
    }
}
