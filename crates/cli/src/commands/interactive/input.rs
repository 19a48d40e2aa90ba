use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rustyline::Editor;
use rustyline::config::Builder;
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;

use crate::error::Failure;
use crate::settings::CommandSettings;
use crate::ui::Ui;

const PROMPT: &str = "naragtive> ";
/// How many lines the history keeps.
const HISTORY: usize = 1000;

/// Where lines come from.
pub enum PromptInput {
    /// A person, who can edit a line and go back to those of last time.
    Person { editor: Box<Editor<(), FileHistory>>, history: PathBuf },
    /// A file or a pipe.
    Lines,
}

impl PromptInput {
    /// A person's prompt where both ends are a terminal; else what stands on stdin, without a prompt.
    pub fn open(settings: &CommandSettings) -> Result<Self, Failure> {
        let environment = &settings.environment;
        if !(environment.stdin_is_terminal && environment.stdout_is_terminal) {
            return Ok(Self::Lines);
        }
        let config = Builder::new().auto_add_history(true).max_history_size(HISTORY);
        let config = config.and_then(|config| config.history_ignore_dups(true)).map_err(unreadable)?;
        let mut editor = Editor::with_config(config.build()).map_err(unreadable)?;
        let history = settings.home.value.history();
        // The first time there is none; one that can't be read must not keep anybody from searching.
        let _ = editor.load_history(&history);
        Ok(Self::Person { editor: Box::new(editor), history })
    }

    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Person { .. })
    }

    /// The next line; none at the end. Ctrl-C drops the line, Ctrl-D on an empty one is the end.
    pub fn next(&mut self, ui: &Ui) -> Result<Option<String>, Failure> {
        match self {
            Self::Person { editor, history } => loop {
                match editor.readline(PROMPT) {
                    Ok(line) => {
                        keep(editor, history, ui);
                        return Ok(Some(line));
                    }
                    Err(ReadlineError::Interrupted) => ui.note("Ctrl-D or :quit leaves"),
                    Err(ReadlineError::Eof) => return Ok(None),
                    Err(error) => return Err(unreadable(error)),
                }
            },
            Self::Lines => next_line(),
        }
    }
}

/// Written after every line, so that no way of leaving loses it.
fn keep(editor: &mut Editor<(), FileHistory>, history: &Path, ui: &Ui) {
    let made = history.parent().map_or(Ok(()), fs::create_dir_all);
    let kept = made.map_err(ReadlineError::from).and_then(|()| editor.append_history(history));
    if let Err(error) = kept {
        ui.warn(format_args!("this line is not in the history: `{}`: {error}", history.display()));
    }
}

/// Bytes that are no text must not end a session.
fn next_line() -> Result<Option<String>, Failure> {
    let mut line = Vec::new();
    let read = io::BufRead::read_until(&mut io::stdin().lock(), b'\n', &mut line);
    match read.map_err(|error| unreadable(error.into()))? {
        0 => Ok(None),
        _ => Ok(Some(String::from_utf8_lossy(&line).into_owned())),
    }
}

fn unreadable(error: ReadlineError) -> Failure {
    Failure::new(format!("can't read the next line: {error}"))
        .hint("search without a prompt: naragtive search \"WHAT YOU REMEMBER\"")
}
