use std::path::Path;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use naragtive::rerank::RerankProgress;
use naragtive::{Adding, Indexing, harmless};

use super::Ui;

/// What is done sooner needs no bar.
const AT_ONCE: Duration = Duration::from_secs(1);

/// Scenes embedded, tokens a second, time left by the tokens; nothing where stderr isn't a terminal.
pub struct AddBar {
    bar: ProgressBar,
    began: Instant,
}

impl AddBar {
    pub fn new(ui: &Ui) -> Self {
        let bar = bar(ui, "Embedding {wide_bar:.cyan/dim} {prefix} scenes, {msg} tokens/s, {eta} left");
        Self { bar, began: Instant::now() }
    }

    pub fn show(&self, done: Adding) {
        self.bar.set_length(done.tokens_total as u64);
        self.bar.set_position(done.tokens as u64);
        self.bar.set_prefix(format!("{}/{}", done.scenes, done.scenes_total));
        let seconds = self.began.elapsed().as_secs_f64().max(1e-3);
        self.bar.set_message(format!("{:.0}", done.tokens as f64 / seconds));
    }
}

impl Drop for AddBar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// How much of a file is read; nothing where stderr isn't a terminal, nor in the first second.
pub struct ReadBar {
    bar: ProgressBar,
    began: Instant,
}

impl ReadBar {
    pub fn new(ui: &Ui) -> Self {
        let bar = bar(ui, "Reading {msg} {wide_bar:.cyan/dim} {bytes}/{total_bytes}, {eta} left");
        Self { bar, began: Instant::now() }
    }

    pub fn show(&self, path: &Path, bytes: u64, total: u64) {
        if self.began.elapsed() > AT_ONCE {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            self.bar.set_message(harmless(&name).into_owned());
            self.bar.set_length(total);
            self.bar.set_position(bytes);
        }
    }
}

impl Drop for ReadBar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Scenes indexed; nothing where stderr isn't a terminal.
pub struct IndexBar {
    bar: ProgressBar,
}

impl IndexBar {
    pub fn new(ui: &Ui) -> Self {
        let bar = bar(ui, "Indexing {wide_bar:.cyan/dim} {pos}/{len} scenes, {eta} left");
        Self { bar }
    }

    pub fn show(&self, done: Indexing) {
        self.bar.set_length(done.scenes_total as u64);
        self.bar.set_position(done.scenes as u64);
    }
}

impl Drop for IndexBar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Texts read by a reranker; nothing where stderr isn't a terminal, nor in the first second.
pub struct RerankBar {
    bar: ProgressBar,
    began: Instant,
}

impl RerankBar {
    pub fn new(ui: &Ui) -> Self {
        let bar = bar(ui, "Reranking {wide_bar:.cyan/dim} {pos}/{len} texts, {eta} left");
        Self { bar, began: Instant::now() }
    }

    pub fn show(&self, done: RerankProgress) {
        if self.began.elapsed() > AT_ONCE {
            self.bar.set_length(done.texts_total as u64);
            self.bar.set_position(done.texts as u64);
        }
    }
}

impl Drop for RerankBar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Scenes sent to a server; nothing where stderr isn't a terminal, nor in the first second.
pub struct SendBar {
    bar: ProgressBar,
    began: Instant,
}

impl SendBar {
    pub fn new(ui: &Ui) -> Self {
        Self {
            bar: bar(ui, "Sending to {msg} {wide_bar:.cyan/dim} {pos}/{len} scenes, {eta} left"),
            began: Instant::now(),
        }
    }

    pub fn show(&self, store: &str, scenes: usize, of: usize) {
        if self.began.elapsed() > AT_ONCE {
            self.bar.set_message(harmless(store).into_owned());
            self.bar.set_length(of as u64);
            self.bar.set_position(scenes as u64);
        }
    }
}

impl Drop for SendBar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A bar by a template that is written in this crate, so a wrong one would be seen at once; hidden where stderr isn't a
/// terminal.
pub(super) fn bar(ui: &Ui, template: &str) -> ProgressBar {
    let shown = ui.shows_progress();
    let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let plain = ProgressStyle::default_bar();
    let style = ProgressStyle::with_template(template).unwrap_or(plain).progress_chars("━╸─");
    ProgressBar::with_draw_target(None, target).with_style(style)
}
