use axum::body::Bytes;
use naragtive::Flow;
use naragtive::answer::Answer;

use super::pieces::PieceSender;
use crate::Error;
use crate::asking::Asking;

/// After so many looks at a server that says nothing, of which there are twenty a second, a sign that somebody is there keeps
/// what is between us and the reader from giving up.
const QUIET: usize = 200;

/// Has the question answered and passes its words on as they come, each as the piece that `form` makes of it, and `quiet` where
/// nothing comes for long. Ends when the reader goes.
pub(super) fn tell(
    asking: Asking,
    into: &PieceSender,
    quiet: &'static str,
    form: &mut dyn FnMut(&str) -> String,
) -> Result<Answer, Error> {
    let mut silent = 0;
    asking.answer(&mut |words| {
        silent = if words.is_empty() { silent + 1 } else { 0 };
        let piece = if !words.is_empty() {
            form(words)
        } else if silent % QUIET == QUIET - 1 {
            quiet.to_owned()
        } else {
            String::new()
        };
        if send(into, piece) { Flow::Continue } else { Flow::Stop }
    })
}

/// Whether anybody is there to read it; of nothing, whether anybody would be.
pub(super) fn send(into: &PieceSender, piece: String) -> bool {
    if piece.is_empty() { !into.is_closed() } else { into.blocking_send(Bytes::from(piece)).is_ok() }
}
