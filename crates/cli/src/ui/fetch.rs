use indicatif::ProgressBar;
use naragtive::models::FetchEvent;

use super::progress::bar;
use super::{Ui, bytes};
use crate::settings::waiting_for;

/// Tells a user what is fetched, how large it is and where it goes, then how far it is.
pub struct FetchBar<'a> {
    ui: &'a Ui,
    bar: ProgressBar,
}

impl Drop for FetchBar<'_> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl<'a> FetchBar<'a> {
    pub fn new(ui: &'a Ui) -> Self {
        let bar = bar(ui, "{wide_bar:.cyan/dim} {bytes}/{total_bytes}, {bytes_per_sec}, {eta} left");
        Self { ui, bar }
    }

    /// Shows one event.
    pub fn show(&self, event: &FetchEvent<'_>) {
        match event {
            FetchEvent::Starting { model, bytes: total, from, to } => {
                let size = bytes(*total);
                self.say(format!("Fetching the model {model} ({size}) from {from} to {}", to.display()));
            }
            FetchEvent::Bytes { done, total } => {
                self.bar.set_length(*total);
                self.bar.set_position(*done);
            }
            FetchEvent::Failed { way, reason } => {
                // Where no other way works either, the error has the rest.
                let reason = reason.to_string();
                self.say(format!("{way} doesn't work: {}", reason.lines().next().unwrap_or_default()));
            }
            FetchEvent::PassedOver { folder, reason } => {
                self.say(format!("Passing over {}: {reason}", folder.display()));
            }
            FetchEvent::WaitingForOther(waiting) => self.say(waiting_for(waiting)),
            FetchEvent::Done { folder, checked } => {
                self.bar.finish_and_clear();
                let checked =
                    if *checked { "every file checked" } else { "as it was; its files can't be checked" };
                self.say(format!("The model is in {}, {checked}", folder.display()));
            }
            FetchEvent::Checking { .. } | FetchEvent::Unpacking { .. } => {}
        }
    }

    fn say(&self, text: String) {
        self.bar.suspend(|| self.ui.note(text));
    }
}
