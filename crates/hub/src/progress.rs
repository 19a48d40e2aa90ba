//! What is told while something takes long.

use std::ops::ControlFlow;
use std::path::Path;

use naragtive_disk::Waiting;

use crate::error::{HubError, Way};

/// Hears every [`FetchEvent`]; answers [`ControlFlow::Break`] to stop, which ends in [`HubError::Stopped`].
pub type FetchProgress<'a> = dyn FnMut(FetchEvent<'_>) -> ControlFlow<()> + 'a;

/// Something that happened on the way.
#[derive(Debug)]
pub enum FetchEvent<'a> {
    /// A folder on this machine has the model, but not as it should be; it is left as it is or replaced.
    PassedOver {
        /// The folder.
        folder: &'a Path,
        /// What is wrong with it.
        reason: &'a HubError,
    },
    /// Another process has been fetching the same model for a second. `Bytes` follow until it is done.
    WaitingForOther(&'a Waiting),
    /// A way of fetching begins. Sent before anything goes over the network.
    Starting {
        /// Short name of the model.
        model: &'a str,
        /// Bytes to fetch, of all files together.
        bytes: u64,
        /// Where they come from.
        from: &'a Way,
        /// Where the model will be.
        to: &'a Path,
    },
    /// Bytes so far, of all files together. Often: the caller thins them out.
    Bytes {
        /// Bytes that are here.
        done: u64,
        /// Bytes of the whole.
        total: u64,
    },
    /// A file has arrived and its sum is computed.
    Checking {
        /// Path in the model's folder.
        file: &'a str,
    },
    /// A way of fetching failed; the next one, if there is one, is tried.
    Failed {
        /// The way.
        way: &'a Way,
        /// Why.
        reason: &'a HubError,
    },
    /// An archive is unpacked.
    Unpacking {
        /// The archive.
        archive: &'a Path,
    },
    /// The model is in place.
    Done {
        /// Its folder.
        folder: &'a Path,
        /// Whether somebody said what its files should be, and they are that.
        checked: bool,
    },
}

pub(crate) fn tell(progress: &mut FetchProgress<'_>, event: FetchEvent<'_>) -> Result<(), HubError> {
    match progress(event) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(HubError::Stopped),
    }
}
