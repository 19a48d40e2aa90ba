use std::num::NonZeroUsize;

use crate::error::{Failure, nearest};

/// One line, understood.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    Nothing,
    Quit,
    Help,
    Search(String),
    /// A result by its rank.
    Open(usize),
    WhichStore,
    /// A name or a file.
    Store(String),
    WhichLimit,
    Limit(NonZeroUsize),
    Rerank(bool),
    /// A result by its rank, or a scene's id.
    Like(String),
    Context(usize),
    Explain(bool),
}

const COMMANDS: [&str; 8] =
    [":store", ":limit", ":rerank", ":like", ":context", ":explain", ":help", ":quit"];

impl Line {
    pub fn parse(line: &str) -> Result<Self, Failure> {
        let line = line.trim();
        let (first, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        match (first, rest) {
            ("", _) => Ok(Self::Nothing),
            ("quit" | "exit" | ":quit" | ":exit" | ":q", "") => Ok(Self::Quit),
            ("help" | "?" | ":help", "") => Ok(Self::Help),
            ("search", "") => Err(Failure::new("search for what?").hint("search WHAT YOU REMEMBER")),
            ("search", text) => Ok(Self::Search(text.to_owned())),
            (":store", "") => Ok(Self::WhichStore),
            (":store", name) => Ok(Self::Store(name.to_owned())),
            (":limit", "") => Ok(Self::WhichLimit),
            (":limit", number) => limit(number),
            (":rerank", on) => switch(on, ":rerank on").map(Self::Rerank),
            (":like", "") => Err(Failure::new("like which scene?").hint(":like 1")),
            (":like", scene) => Ok(Self::Like(scene.to_owned())),
            (":context", number) => context(number),
            (":explain", on) => switch(on, ":explain on").map(Self::Explain),
            (command, _) if command.starts_with(':') => Err(unknown(command)),
            (number, "") if number.bytes().all(|byte| byte.is_ascii_digit()) => {
                Ok(Self::Open(number.parse().unwrap_or(usize::MAX)))
            }
            _ => Ok(Self::Search(line.to_owned())),
        }
    }
}

fn limit(number: &str) -> Result<Line, Failure> {
    let wrong =
        || Failure::new(format!("expected a whole number from 1 up, found `{number}`")).hint(":limit 5");
    number.parse().map(Line::Limit).map_err(|_| wrong())
}

fn context(number: &str) -> Result<Line, Failure> {
    let wrong = || Failure::new(format!("expected a whole number, found `{number}`")).hint(":context 1");
    number.parse().map(Line::Context).map_err(|_| wrong())
}

fn switch(typed: &str, hint: &str) -> Result<bool, Failure> {
    match typed {
        "on" => Ok(true),
        "off" => Ok(false),
        other => Err(Failure::new(format!("expected `on` or `off`, found `{other}`")).hint(hint)),
    }
}

fn unknown(command: &str) -> Failure {
    let failure = Failure::new(format!("there is no command `{command}`"));
    match nearest(command, &COMMANDS) {
        Some(nearest) => failure.hint(format!("did you mean `{nearest}`?")),
        None => failure.hint("all of them: :help"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_means_one_thing() {
        let search = |text: &str| Line::Search(text.into());
        for (line, expected) in [
            ("  ", Line::Nothing),
            ("quit", Line::Quit),
            ("exit", Line::Quit),
            (" :quit ", Line::Quit),
            (":q", Line::Quit),
            (":help", Line::Help),
            ("the burn for home", search("the burn for home")),
            ("search  quit", search("quit")),
            ("search 42", search("42")),
            ("searching for Rizzo", search("searching for Rizzo")),
            ("quit the bridge", search("quit the bridge")),
            ("7 days later", search("7 days later")),
            ("3", Line::Open(3)),
            ("99999999999999999999999", Line::Open(usize::MAX)),
            (":store", Line::WhichStore),
            (":store my campaign.parquet", Line::Store("my campaign.parquet".into())),
            (":limit", Line::WhichLimit),
            (":limit 3", Line::Limit(NonZeroUsize::new(3).unwrap())),
            (":rerank on", Line::Rerank(true)),
            (":rerank off", Line::Rerank(false)),
            (":like 2", Line::Like("2".into())),
            (":like scene_0001 b", Line::Like("scene_0001 b".into())),
            (":context 0", Line::Context(0)),
            (":explain on", Line::Explain(true)),
        ] {
            assert_eq!(Line::parse(line).unwrap(), expected, "{line}");
        }
    }

    #[test]
    fn what_is_wrong_is_answered_with_what_to_type() {
        for (line, message, hint) in [
            ("search", "search for what?", "search WHAT YOU REMEMBER"),
            (":limit 0", "expected a whole number from 1 up, found `0`", ":limit 5"),
            (":limit few", "expected a whole number from 1 up, found `few`", ":limit 5"),
            (":rerank", "expected `on` or `off`, found ``", ":rerank on"),
            (":like", "like which scene?", ":like 1"),
            (":context few", "expected a whole number, found `few`", ":context 1"),
            (":explain", "expected `on` or `off`, found ``", ":explain on"),
            (":limt 3", "there is no command `:limt`", "did you mean `:limit`?"),
            (":zzz", "there is no command `:zzz`", "all of them: :help"),
        ] {
            let failure = Line::parse(line).unwrap_err();
            assert_eq!(
                (failure.message.as_str(), failure.hints.join("|").as_str()),
                (message, hint),
                "{line}"
            );
        }
    }
}
