use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Bytes;
use hyper::body::{Body, Frame};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// So many pieces may be ahead of a slow reader.
const AHEAD: usize = 16;

/// A body that comes piece by piece from a thread.
#[derive(Debug)]
pub(crate) struct Pieces(Receiver<Bytes>);

/// Where that thread puts the pieces; closed once the reader has gone.
pub(crate) type PieceSender = Sender<Bytes>;

/// A body, and the way into it.
pub(crate) fn pieces() -> (PieceSender, Pieces) {
    let (into, pieces) = channel(AHEAD);
    (into, Pieces(pieces))
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|next| next.map(|piece| Ok(Frame::data(piece))))
    }
}
