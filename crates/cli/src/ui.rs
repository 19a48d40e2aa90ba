//! The only place that writes to the terminal.

mod age;
mod answer;
mod bytes;
mod excerpt;
mod fetch;
mod field;
mod opened;
mod progress;
mod results;
mod watcher;
mod why;
mod wrap;

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use jiff::Timestamp;
use serde_json::Value;

use naragtive::{Color, harmless, is_harmful};

use crate::args::Global;
use crate::error::Failure;
use crate::settings::Environment;

pub use age::age;
pub use answer::answer;
pub use bytes::bytes;
use fetch::FetchBar;
pub use opened::opened;
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

/// JSON on one line, for every reader of lines.
fn one_line(value: &Value) -> String {
    escaped(value.to_string())
}

/// JSON in which every character is escaped that does something on a terminal or that a reader of lines may take for the
/// end of one; JSON itself allows them.
fn escaped(json: String) -> String {
    let does_something = |c: char| matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}') || is_harmful(c);
    if !json.contains(does_something) {
        return json;
    }
    let mut safe = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if does_something(c) {
            let mut units = [0; 2];
            c.encode_utf16(&mut units).iter().for_each(|unit| safe.push_str(&format!("\\u{unit:04x}")));
        } else {
            safe.push(c);
        }
    }
    safe
}

/// How our own words stand out.
#[derive(Clone, Copy)]
enum Paint {
    Bold,
    Dim,
    Red,
    Yellow,
    Cyan,
}

/// Signs that stand for our own colours until the text is written. They are no characters of any writing, so what is
/// foreign in a text can be made harmless as a whole, and nothing in it can pass for ours but a colour.
const SIGNS: [(char, &str); 6] = [
    ('\u{fdd0}', "\x1b[1m"),
    ('\u{fdd1}', "\x1b[2m"),
    ('\u{fdd2}', "\x1b[1;31m"),
    ('\u{fdd3}', "\x1b[1;33m"),
    ('\u{fdd4}', "\x1b[1;36m"),
    (END, "\x1b[0m"),
];
const END: char = '\u{fdd5}';

fn is_sign(c: char) -> bool {
    SIGNS.iter().any(|(sign, _)| *sign == c)
}

fn paint(on: bool, paint: Paint, text: &str) -> String {
    let (sign, _) = SIGNS[paint as usize];
    if on { format!("{sign}{text}{END}") } else { text.to_owned() }
}

/// What a person is shown of a text: everything foreign in it harmless, our own colours in place.
fn shown(text: &dyn Display) -> String {
    let text = text.to_string();
    let text = harmless(&text);
    SIGNS.iter().fold(text.into_owned(), |text, (sign, code)| text.replace(*sign, code))
}

/// Help and version on stdout; what can't be understood on stderr.
pub fn usage(error: &clap::Error) -> ExitCode {
    if error.kind() == clap::error::ErrorKind::InvalidUtf8 {
        return not_text();
    }
    let plain = error.render().to_string();
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

/// Says which arguments are no text, where text is needed; clap only says that some are.
fn not_text() -> ExitCode {
    let odd = std::env::args_os().filter(|argument| argument.to_str().is_none());
    let odd: Vec<String> = odd.map(|argument| format!("`{}`", argument.to_string_lossy())).collect();
    let said = format!("error: expected text in UTF-8, found {}", odd.join(", "));
    let _ = writeln!(io::stderr().lock(), "{}\n\nFor more information, try '--help'.", harmless(&said));
    ExitCode::from(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_foreign_does_nothing_and_our_own_colours_stay() {
        for (text, expected) in [
            ("\x1b]0;title\x07", "␛]0;title␇"),
            ("\x1b[31mred", "␛[31mred"),
            ("\u{9b}2J", "�2J"),
            ("a\u{202e}b\u{2066}c", "a�b�c"),
            ("a\tb\r\nc\rd", "a\tb\nc␍d"),
            ("日本 é 🤔", "日本 é 🤔"),
        ] {
            assert_eq!(shown(&text), expected, "{text:?}");
            assert_eq!(shown(&paint(true, Paint::Bold, text)), format!("\x1b[1m{expected}\x1b[0m"));
        }
    }

    #[test]
    fn json_does_nothing_on_a_terminal_and_means_the_same() {
        let value =
            serde_json::json!({"text": "a\u{1b}[31m\u{7f}\u{9b}2J\u{202e}\u{2066}\u{e0001}é 日本 🤔"});
        let shown = escaped(format!("{value:#}"));
        assert!(!shown.contains(is_harmful), "{shown:?}");
        assert!(shown.contains("é 日本 🤔") && shown.contains('\n'), "{shown:?}");
        assert_eq!(serde_json::from_str::<Value>(&shown).ok(), Some(value));
    }

    #[test]
    fn a_line_of_json_is_one_line_to_every_reader() {
        let value = serde_json::json!({"text": "a\u{85}b\u{2028}c\u{2029}d\ne"});
        let line = one_line(&value);
        assert_eq!(line, r#"{"text":"a\u0085b\u2028c\u2029d\ne"}"#);
        assert_eq!(serde_json::from_str::<Value>(&line).ok(), Some(value));
    }
}
