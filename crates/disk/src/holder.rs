use std::fmt;
use std::time::SystemTime;

/// Who has a lock, as far as the lock's file tells. The file is written by whoever has it, and may be unreadable.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Holder {
    /// The number of the process.
    pub pid: Option<u32>,
    /// What it says it is doing.
    pub command: Option<String>,
    /// When it took the lock.
    pub since: Option<SystemTime>,
}

const PID: &str = "pid ";

impl Holder {
    /// What this process writes into the file of a lock it has.
    pub(crate) fn note(command: &str) -> String {
        // One line, whatever the command was called.
        let command: String = command.chars().filter(|c| !c.is_control()).collect();
        format!("{PID}{}\n{command}\n", std::process::id())
    }

    /// What such a note says; nothing where it is something else.
    pub(crate) fn parse(note: &str, since: Option<SystemTime>) -> Self {
        let mut lines = note.lines();
        let pid = lines.next().and_then(|line| line.strip_prefix(PID)?.parse().ok());
        let command = lines.next().filter(|line| pid.is_some() && !line.is_empty()).map(str::to_owned);
        Self { since: since.filter(|_| pid.is_some()), pid, command }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("another process")?;
        self.pid.map_or(Ok(()), |pid| write!(f, " (pid {pid})"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_read_back_and_anything_else_tells_nothing() {
        let pid = Some(std::process::id());
        let since = Some(SystemTime::UNIX_EPOCH);
        let read = Holder::parse(&Holder::note("naragtive upgrade\u{1b}\n"), since);
        assert_eq!(read, Holder { pid, command: Some("naragtive upgrade".into()), since });
        assert_eq!(Holder::parse(&Holder::note(""), since), Holder { pid, command: None, since });
        for other in ["", "pid", "pid x\nupgrade", "pid -1", "\u{0}\u{0}", "upgrade\npid 1"] {
            assert_eq!(Holder::parse(other, since), Holder::default(), "{other:?}");
        }
    }
}
