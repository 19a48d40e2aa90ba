//! The user's browser.

use std::path::Path;
use std::process::{Command, Stdio};

/// Programs that show an address in the browser, and what they are told before it. By their whole paths: nothing that lies in
/// the current folder is ever started.
const PROGRAMS: &[(&str, &[&str])] = if cfg!(target_os = "macos") {
    &[("/usr/bin/open", &[])]
} else if cfg!(windows) {
    &[("C:\\Windows\\System32\\rundll32.exe", &["url.dll,FileProtocolHandler"])]
} else {
    &[
        ("/usr/bin/xdg-open", &[]),
        ("/usr/local/bin/xdg-open", &[]),
        ("/run/current-system/sw/bin/xdg-open", &[]),
    ]
};

/// Shows this address; whether a program for that could be started.
pub fn open(address: &str) -> bool {
    let program = PROGRAMS.iter().find(|(program, _)| Path::new(program).exists());
    program.is_some_and(|(program, first)| {
        let mut command = Command::new(program);
        command.args(*first).arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_program_is_looked_for_by_its_name() {
        assert!(!PROGRAMS.is_empty());
        assert!(PROGRAMS.iter().all(|(program, _)| Path::new(program).is_absolute()));
    }
}
