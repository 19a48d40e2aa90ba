use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a process ends with that Ctrl-C ended.
pub const CODE: u8 = 130;

static ASKED: AtomicBool = AtomicBool::new(false);
static IN_OWN_TIME: AtomicBool = AtomicBool::new(false);

/// From now on the first Ctrl-C only asks to stop, see [`is_asked`]; the second one ends the process.
pub fn listen() {
    in_own_time(true);
    set();
}

/// From now on Ctrl-C ends the process, but for what says [`in_own_time`].
pub fn listen_to_leave() {
    set();
}

/// Whether what is under way would leave something behind, so that the first Ctrl-C only asks to stop.
pub fn in_own_time(does: bool) {
    IN_OWN_TIME.store(does, Ordering::Relaxed);
}

fn set() {
    // A second listener can't be set, and none is needed.
    let _ = ctrlc::set_handler(|| {
        if ASKED.swap(true, Ordering::Relaxed) || !IN_OWN_TIME.load(Ordering::Relaxed) {
            std::process::exit(CODE.into());
        }
    });
}

/// A file that may not grow any more is an error of the one who writes it, not the end of the process.
#[cfg(unix)]
pub fn survive_limits() {
    use nix::sys::signal::{SigSet, Signal};
    let _ = SigSet::from(Signal::SIGXFSZ).thread_block();
}

/// Whether the user has pressed Ctrl-C.
pub fn is_asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}

/// The same, asked while another process is waited for. Before that, no listener is wanted where nothing else looks for
/// Ctrl-C: it should end the process then.
pub fn is_asked_of_waiting() -> bool {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(listen);
    is_asked()
}
