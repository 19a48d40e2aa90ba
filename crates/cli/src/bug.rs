use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

static LAST: Mutex<String> = Mutex::new(String::new());

/// Runs the command; should it panic, that is told as a bug of this program.
///
/// A panic that is caught on the way, as for damaged pages of a parquet file, says nothing: it has become an error.
pub fn told(run: impl FnOnce() -> ExitCode) -> ExitCode {
    set_hook(Box::new(|panic| *LAST.lock().unwrap_or_else(PoisonError::into_inner) = panic.to_string()));
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        let last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = writeln!(std::io::stderr(), "error: this is a bug in naragtive, please report it: {last}");
        ExitCode::from(2)
    })
}
