use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::Holder;

/// How somebody waits for a lock: what is done when it takes longer than a second, and whether to go on.
///
/// The default waits without a word for as long as it takes.
#[derive(Clone)]
pub struct Patience {
    command: String,
    notice: Arc<dyn Fn(&Waiting) + Send + Sync>,
    stop: Arc<dyn Fn() -> bool + Send + Sync>,
}

/// What is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The file that the lock is for.
    pub file: PathBuf,
    /// Whose the lock is.
    pub holder: Holder,
}

impl Patience {
    /// `command` is what others who wait for this process are told it is doing. `notice` hears once of each lock that
    /// isn't free after a second. `stop` is asked several times a second, and only while a lock isn't free.
    pub fn new(
        command: impl Into<String>,
        notice: impl Fn(&Waiting) + Send + Sync + 'static,
        stop: impl Fn() -> bool + Send + Sync + 'static,
    ) -> Self {
        Self { command: command.into(), notice: Arc::new(notice), stop: Arc::new(stop) }
    }

    /// The same, but it can't be stopped: for what has to be stored although somebody said stop before.
    #[must_use]
    pub fn without_stop(&self) -> Self {
        Self { stop: Arc::new(|| false), ..self.clone() }
    }

    pub(crate) fn command(&self) -> &str {
        &self.command
    }

    /// Tells what is waited for.
    pub fn notice(&self, waiting: &Waiting) {
        (self.notice)(waiting);
    }

    /// Whether waiting is to end.
    pub fn is_over(&self) -> bool {
        (self.stop)()
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self::new("", |_| {}, || false)
    }
}

impl fmt::Debug for Patience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Patience").field("command", &self.command).finish_non_exhaustive()
    }
}
