use std::ops::ControlFlow;

use indicatif::ProgressBar;
use naragtive::hub::Event;

use super::progress::bar;
use super::{Ui, bytes};
use crate::stop;

/// Tells a user what is fetched, how large it is and where it goes, then how far it is.
pub struct FetchBar<'a> {
    ui: &'a Ui,
    bar: ProgressBar,
}

impl<'a> FetchBar<'a> {
    pub fn new(ui: &'a Ui) -> Self {
        let bar = bar(ui, "{wide_bar:.cyan/dim} {bytes}/{total_bytes}, {bytes_per_sec}, {eta} left");
        Self { ui, bar }
    }

    /// Shows one event; says stop once the user has pressed Ctrl-C.
    pub fn show(&self, event: &Event<'_>) -> ControlFlow<()> {
        match event {
            Event::Starting { model, bytes: total, from, to } => {
                let size = bytes(*total);
                self.say(format!("Fetching the model {model} ({size}) from {from} to {}", to.display()));
            }
            Event::Bytes { done, total } => {
                self.bar.set_length(*total);
                self.bar.set_position(*done);
            }
            Event::Failed { way, reason } => self.say(format!("{way} doesn't work: {reason}")),
            Event::PassedOver { folder, reason } => {
                self.say(format!("Passing over {}: {reason}", folder.display()));
            }
            Event::WaitingForOther => self.say("Another process is fetching it; waiting".to_owned()),
            Event::Done { folder } => {
                self.bar.finish_and_clear();
                self.say(format!("The model is in {}, every file checked", folder.display()));
            }
            Event::Checking { .. } | Event::Unpacking { .. } => {}
        }
        if stop::is_asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn say(&self, text: String) {
        self.bar.suspend(|| self.ui.note(text));
    }
}
