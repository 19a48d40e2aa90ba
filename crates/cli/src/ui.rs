//! The only place that writes to the terminal.

mod age;
mod answer;
mod bytes;
mod excerpt;
mod fetch;
mod field;
mod json;
mod opened;
mod paint;
mod progress;
mod results;
mod watcher;
mod why;
mod wrap;

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use clap::error::ContextKind;
use jiff::Timestamp;
use serde_json::Value;

use naragtive::{Color, Note, harmless};

use crate::args::Global;
use crate::error::Failure;
use crate::settings::Environment;

pub use age::age;
pub use answer::answer;
pub use bytes::bytes;
use fetch::FetchBar;
use json::{escaped, one_line};
pub use opened::opened;
use paint::{Paint, paint, shown};
pub use results::{hits, listing};
pub use watcher::Watcher;

/// How wide a page is where the terminal is wider, or there is none.
const PAGE: usize = 80;

/// stdout is data, stderr is everything else.
pub struct Ui {
    quiet: bool,
    /// When the command was started.
    now: Timestamp,
    pub stderr_is_terminal: bool,
    stdout_is_terminal: bool,
    width: Option<usize>,
    color_out: bool,
    color_err: bool,
    /// Why stdout can't be written, if it can't.
    unprinted: RefCell<Option<io::Error>>,
    /// Whether it was said that caches can't be written.
    told_unkept: Cell<bool>,
    /// Whether pieces were printed whose line has no end yet.
    piece_open: Cell<bool>,
}

impl Ui {
    pub fn new(global: &Global, environment: &Environment) -> Self {
        let mut ui = Self {
            quiet: global.quiet,
            now: environment.now,
            stderr_is_terminal: environment.stderr_is_terminal,
            stdout_is_terminal: environment.stdout_is_terminal,
            width: environment.stdout_width,
            color_out: false,
            color_err: false,
            unprinted: RefCell::new(None),
            told_unkept: Cell::new(false),
            piece_open: Cell::new(false),
        };
        ui.set_color(global.color.unwrap_or(Color::Auto), environment);
        ui
    }

    /// Uses colour or not, as settled once the config file is read.
    pub fn set_color(&mut self, color: Color, environment: &Environment) {
        let on = |is_terminal: bool, takes_colors: bool| match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => is_terminal && takes_colors && environment.var("NO_COLOR").is_none(),
        };
        self.color_out = on(environment.stdout_is_terminal, environment.stdout_takes_colors);
        self.color_err = on(environment.stderr_is_terminal, environment.stderr_takes_colors);
    }

    /// Data, on stdout. A reader that has gone away (`| head`) has what it wants; see [`Ui::check_printed`].
    pub fn print(&self, text: impl Display) {
        self.write(&shown(&text));
    }

    /// Data that comes piece by piece; [`Ui::piece_end`] ends its line.
    pub fn piece(&self, text: &str) {
        if !text.is_empty() {
            self.piece_open.set(true);
            let mut stdout = io::stdout().lock();
            let written = write!(stdout, "{}", shown(&text)).and_then(|()| stdout.flush());
            if let Err(error) = written {
                self.unprinted.borrow_mut().get_or_insert(error);
            }
        }
    }

    /// The end of it, if any came.
    pub fn piece_end(&self) {
        if self.piece_open.take() {
            self.write(&"");
        }
    }

    /// Data in a form that other programs read: as it is, but to a terminal harmless.
    pub fn document(&self, text: impl Display) {
        if self.stdout_is_terminal { self.print(text) } else { self.write(&text) }
    }

    fn write(&self, text: &dyn Display) {
        if let Err(error) = writeln!(io::stdout().lock(), "{text}") {
            self.unprinted.borrow_mut().get_or_insert(error);
        }
    }

    /// Whether nobody reads stdout any more, so that what is left to print needn't be found.
    pub fn is_unread(&self) -> bool {
        self.unprinted.borrow().is_some()
    }

    /// Whether all data has reached its reader, as far as that wanted it.
    pub fn check_printed(&self) -> Result<(), Failure> {
        match self.unprinted.borrow_mut().take() {
            Some(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(Failure::new(format!("can't write the output: {error}"))
                    .hint("look at the place it goes to: df -h ."))
            }
            _ => Ok(()),
        }
    }

    /// One JSON value, on stdout.
    pub fn json(&self, value: &Value) {
        self.write(&escaped(format!("{value:#}")));
    }

    /// One JSON value on one line, on stdout.
    pub fn json_line(&self, value: &Value) {
        self.write(&one_line(value));
    }

    /// Something worth knowing, on stderr.
    pub fn note(&self, text: impl Display) {
        if !self.quiet {
            let _ = writeln!(io::stderr().lock(), "{}", shown(&text));
        }
    }

    /// What the library says about something.
    pub fn tell(&self, note: &Note) {
        if note.is_warning { self.warn(note) } else { self.note(note) }
    }

    /// What notes are told to where this can't be: from other threads, and by what outlives it.
    pub fn teller(&self) -> impl Fn(&str) + Send + Sync + 'static {
        let quiet = self.quiet;
        move |text| {
            if !quiet {
                let _ = writeln!(io::stderr().lock(), "{}", shown(&text));
            }
        }
    }

    /// Something that may be wrong, on stderr.
    pub fn warn(&self, text: impl Display) {
        self.note(format_args!("{} {text}", self.paint_err(Paint::Yellow, "warning:")));
    }

    /// Something that could not be done while the rest was, on stderr.
    pub fn warn_of(&self, what: &str, failure: &Failure) {
        self.warn(format_args!("{what}: {}", failure.message));
        for hint in &failure.hints {
            self.note(format_args!("{} {hint}", self.paint_err(Paint::Cyan, "hint:")));
        }
    }

    /// What makes commands fast can't be kept: said once, however much there is.
    pub fn unkept(&self, reason: &str) {
        if !self.told_unkept.replace(true) {
            self.warn(format_args!(
                "{reason}; so each command computes anew what it could have kept. To see why: naragtive doctor"
            ));
        }
    }

    /// A question to the user, on stderr, quiet or not.
    pub fn ask(&self, question: impl Display) {
        let mut stderr = io::stderr().lock();
        let _ = write!(stderr, "{}", shown(&question));
        let _ = stderr.flush();
    }

    /// Why the command failed, on stderr, quiet or not.
    pub fn failure(&self, failure: &Failure) {
        let mut stderr = io::stderr().lock();
        let error = self.paint_err(Paint::Red, "error:");
        let _ = writeln!(stderr, "{}", shown(&format_args!("{error} {}", failure.message)));
        for hint in &failure.hints {
            let hint = format!("{} {hint}", self.paint_err(Paint::Cyan, "hint:"));
            let _ = writeln!(stderr, "{}", shown(&hint));
        }
    }

    /// Whether a moving progress bar makes sense.
    pub fn shows_progress(&self) -> bool {
        !self.quiet && self.stderr_is_terminal
    }

    /// A line across the page.
    pub fn rule(&self, of: &str) -> String {
        of.repeat(self.width.map_or(PAGE, |width| width.min(PAGE)))
    }

    /// Lines as wide as the terminal; elsewhere as they are.
    pub fn wrapped(&self, text: &str) -> String {
        self.width.map_or_else(|| text.to_owned(), |width| wrap::wrap(text, width))
    }

    /// Emphasis in data.
    pub fn bold(&self, text: &str) -> String {
        paint(self.color_out, Paint::Bold, text)
    }

    /// What matters less in data.
    pub fn dim(&self, text: &str) -> String {
        paint(self.color_out, Paint::Dim, text)
    }

    fn paint_err(&self, paint_as: Paint, text: &str) -> String {
        paint(self.color_err, paint_as, text)
    }
}

/// Help and version on stdout; what can't be understood on stderr.
pub fn usage(error: &clap::Error) -> ExitCode {
    if error.kind() == clap::error::ErrorKind::InvalidUtf8 {
        return not_text();
    }
    let plain = error.render().to_string();
    if is_no_flag(error) && is_search(std::env::args_os()) {
        return several_words(&plain);
    }
    match harmless(&plain) {
        // What was typed may have come from anywhere, as the names of files do.
        Cow::Owned(safe) if error.use_stderr() => {
            let _ = writeln!(io::stderr().lock(), "{}", safe.trim_end());
        }
        _ => {
            let _ = error.print();
        }
    }
    ExitCode::from(if error.use_stderr() { 2 } else { 0 })
}

/// Whether what was not expected can't be a flag that was misspelt.
fn is_no_flag(error: &clap::Error) -> bool {
    let argument = error.get(ContextKind::InvalidArg).map(ToString::to_string).unwrap_or_default();
    error.kind() == clap::error::ErrorKind::UnknownArgument && !argument.starts_with("--")
}

/// Whether a command was typed that takes words to search for.
fn is_search(mut typed: impl Iterator<Item = OsString>) -> bool {
    typed.any(|word| matches!(word.to_str(), Some("search" | "export" | "ask")))
}

/// Words that don't stand in one pair of quotes are several arguments; what clap says to do about one that begins with a dash
/// helps none of them.
fn several_words(said: &str) -> ExitCode {
    let lines: Vec<&str> = said.lines().filter(|line| !line.contains("as a value, use '-- ")).collect();
    let said = lines.join("\n").replace("\n\n\n", "\n\n");
    let hint =
        "hint: what you search for goes into one pair of quotes: naragtive search \"the lamp -tavern\"";
    let _ = writeln!(io::stderr().lock(), "{}\n{hint}", harmless(said.trim_end()));
    ExitCode::from(2)
}

/// Says which arguments are no text, where text is needed; clap only says that some are.
fn not_text() -> ExitCode {
    let odd = std::env::args_os().filter(|argument| argument.to_str().is_none());
    let odd: Vec<String> = odd.map(|argument| format!("`{}`", argument.to_string_lossy())).collect();
    let said = format!("error: expected text in UTF-8, found {}", odd.join(", "));
    let _ = writeln!(io::stderr().lock(), "{}\n\nFor more information, try '--help'.", harmless(&said));
    ExitCode::from(2)
}
