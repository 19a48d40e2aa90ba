use std::fmt::{self, Display, Formatter};

/// One thing that helps: what it is good for, and what to type. One of the two may be all there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// What it is good for, or what to do.
    pub about: String,
    /// The command to type, or the part of one to add or to take instead.
    pub command: Option<String>,
}

impl Hint {
    /// What to do, where that is no command.
    pub fn say(about: impl Into<String>) -> Self {
        Self { about: about.into(), command: None }
    }

    /// A command that says by itself what it is good for.
    pub fn run(command: impl Into<String>) -> Self {
        Self::to("", command)
    }

    /// What to type to get something.
    pub fn to(about: impl Into<String>, command: impl Into<String>) -> Self {
        Self { about: about.into(), command: Some(command.into()) }
    }
}

impl Display for Hint {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match &self.command {
            None => out.write_str(&self.about),
            Some(command) if self.about.is_empty() => out.write_str(command),
            Some(command) => write!(out, "{}: {command}", self.about),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_is_one_line_with_the_command_at_its_end() {
        for (hint, line) in [
            (Hint::say("update naragtive"), "update naragtive"),
            (Hint::run("naragtive model pull"), "naragtive model pull"),
            (Hint::to("a file", "--store FILE"), "a file: --store FILE"),
        ] {
            assert_eq!(hint.to_string(), line);
        }
    }
}
