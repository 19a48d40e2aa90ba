use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use crate::{DiskError, Holder, Patience, Waiting};

/// The first pause between two tries; each later one is twice as long, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(50);
/// Who waits longer than this is told for whom.
const NOTICE_AFTER: Duration = Duration::from_secs(1);
/// How much of a lock's file is looked at.
const NOTE: u64 = 1000;

/// An advisory lock that a file stands for, held until it is dropped.
///
/// The system gives it back when a process ends, however it ends. While it is held, its file says who holds it, for
/// people; nothing depends on that text.
#[derive(Debug)]
pub struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Waits for the lock that the file at `path` stands for, which is made if there is none. It guards `file`.
    ///
    /// # Errors
    /// [`DiskError::Stopped`] when `patience` is over first; and when the lock's file can't be opened.
    pub fn take(path: &Path, file: &Path, patience: &Patience) -> Result<Self, DiskError> {
        Self::take_watched(path, file, patience, &mut |waiting| {
            waiting.into_iter().for_each(|waiting| patience.notice(waiting));
            true
        })
    }

    /// The same, where `watch` hears of every try that failed, and once, after a second, what is waited for; it may end the
    /// waiting with false.
    ///
    /// # Errors
    /// As [`Lock::take`]; [`DiskError::Stopped`] when `watch` says so.
    pub fn take_watched(
        path: &Path,
        file: &Path,
        patience: &Patience,
        watch: &mut dyn FnMut(Option<&Waiting>) -> bool,
    ) -> Result<Self, DiskError> {
        let (mut pause, mut waited) = (FIRST_PAUSE, Duration::ZERO);
        let mut notice = None;
        loop {
            if let Some(lock) = Self::try_take(path, patience)? {
                return Ok(lock);
            }
            if patience.is_over() || !watch(notice.as_ref()) {
                return Err(DiskError::Stopped { path: file.to_owned(), holder: holder(path) });
            }
            // Time is what was slept: nothing else takes any, and libraries here don't ask the clock.
            let was_short = waited < NOTICE_AFTER;
            sleep(pause);
            waited += pause;
            pause = (pause * 2).min(LONGEST_PAUSE);
            let is_time = was_short && waited >= NOTICE_AFTER;
            notice = is_time.then(|| Waiting { file: file.to_owned(), holder: holder(path) });
        }
    }

    /// The lock, if nobody has it; its file is made if there is none.
    ///
    /// # Errors
    /// When the lock's file can't be opened.
    pub fn try_take(path: &Path, patience: &Patience) -> Result<Option<Self>, DiskError> {
        let file = open(path).map_err(DiskError::io("open the lock", path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(DiskError::io("take the lock", path)(error)),
        }
        // Between opening and locking, whoever had the lock may have removed its file. A lock on a file that has no name
        // any more excludes nobody: the next one to come makes a new file.
        if !is_the_file_at(&file, path) {
            return Ok(None);
        }
        let lock = Self { file, path: path.to_owned() };
        lock.note(&Holder::note(patience.command()));
        Ok(Some(lock))
    }

    /// Removes the lock's file and gives the lock back. Only whoever holds a lock may do that: otherwise two could hold
    /// locks of the same name, one on the file that is gone and one on the next.
    ///
    /// # Errors
    /// When the system refuses; the lock is given back all the same.
    pub fn remove(self) -> Result<(), DiskError> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(DiskError::io("remove the lock", &self.path)(error))
            }
            _ => Ok(()),
        }
    }

    /// Writes who holds the lock, or that nobody does. A lock without a note is as good.
    fn note(&self, text: &str) {
        let mut file = &self.file;
        let written =
            file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(text.as_bytes()));
        written.ok();
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.note("");
    }
}

/// Opens the file of a lock. Another user's can be locked too, though not be written.
fn open(path: &Path) -> io::Result<File> {
    match OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path) {
        Err(error) => File::open(path).map_err(|_| error),
        opened => opened,
    }
}

/// Who holds the lock at `path`, as far as its file tells. Some systems let nobody else read it.
fn holder(path: &Path) -> Holder {
    let Ok(file) = File::open(path) else { return Holder::default() };
    let since = file.metadata().and_then(|about| about.modified()).ok();
    let mut note = String::new();
    file.take(NOTE).read_to_string(&mut note).ok();
    Holder::parse(&note, since)
}

#[cfg(unix)]
fn is_the_file_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let place = |about: fs::Metadata| (about.dev(), about.ino());
    match (file.metadata().map(place), fs::metadata(path).map(place)) {
        (Ok(held), Ok(there)) => held == there,
        _ => false,
    }
}

/// A file that was removed gives up its name at once on today's disks, and another one may have it.
#[cfg(windows)]
fn is_the_file_at(file: &File, path: &Path) -> bool {
    use same_file::Handle;
    let held = file.try_clone().and_then(Handle::from_file);
    held.is_ok_and(|held| Handle::from_path(path).is_ok_and(|there| held == there))
}

/// Elsewhere a name may stay until the last one who has the file open is gone, so that there is one file at most.
#[cfg(not(any(unix, windows)))]
fn is_the_file_at(_file: &File, path: &Path) -> bool {
    path.exists()
}
