//! Exports as typed: files, and `-` for standard input.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::error::Failure;

/// What standard input is called where a scene says what it was read from.
const INPUT: &str = "standard-input";

/// Files to be read, and what keeps one of them.
pub struct Exports {
    pub files: Vec<PathBuf>,
    _input: Option<TempDir>,
}

impl Exports {
    /// Reads standard input into a file where one of these is `-`.
    pub fn read(typed: &[PathBuf]) -> Result<Self, Failure> {
        let is_input = |path: &PathBuf| path == Path::new("-");
        match typed.iter().filter(|path| is_input(path)).count() {
            0 => return Ok(Self { files: typed.to_vec(), _input: None }),
            1 => {}
            _ => {
                return Err(Failure::new("standard input (`-`) can be read once, found it twice")
                    .hint("name the other one: naragtive ingest - FILE"));
            }
        }
        let (folder, file) = spool().map_err(|error| {
            Failure::new(format!("can't read standard input: {error}"))
                .hint("name a file instead: naragtive ingest FILE")
        })?;
        let files =
            typed.iter().map(|path| if is_input(path) { file.clone() } else { path.clone() }).collect();
        Ok(Self { files, _input: Some(folder) })
    }
}

fn spool() -> io::Result<(TempDir, PathBuf)> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join(INPUT);
    match io::copy(&mut io::stdin().lock(), &mut File::create(&file)?) {
        // What is left of a reader that is gone is read; an empty export says so itself.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        _ => Ok((folder, file)),
    }
}
