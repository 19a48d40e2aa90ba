//! Sums of files: SHA-256, and the one that git has for a file of a repository.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::entry::FileEntry;
use crate::error::HubError;

/// The sums of one file, in hex.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub(crate) sha256: String,
    /// Where that is what is known of the file.
    pub(crate) git: Option<String>,
}

/// Sums up a file piece by piece.
pub(crate) struct Summing {
    sha256: Sha256,
    git: Option<Sha1>,
}

impl Summing {
    /// For comparing with what is known of `file`. Git sums up a file behind its length, so the length has to be right.
    pub(crate) fn new(file: &FileEntry) -> Self {
        let git = file.git.is_some().then(|| Sha1::new_with_prefix(format!("blob {}\0", file.bytes)));
        Self { sha256: Sha256::new(), git }
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.sha256.update(bytes);
        if let Some(git) = &mut self.git {
            git.update(bytes);
        }
    }

    pub(crate) fn finish(self) -> Sums {
        Sums { sha256: hex(&self.sha256.finalize()), git: self.git.map(|sum| hex(&sum.finalize())) }
    }
}

/// The sums of the file at `path`, for comparing with what is known of `file`.
pub(crate) fn sums_of(path: &Path, file: &FileEntry) -> io::Result<Sums> {
    let mut summing = Summing::new(file);
    let mut from = File::open(path)?;
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match from.read(&mut buffer)? {
            0 => return Ok(summing.finish()),
            count => summing.update(buffer.get(..count).unwrap_or_default()),
        }
    }
}

/// SHA-256 of a file.
pub(crate) fn sum_of(path: &Path) -> io::Result<String> {
    Ok(sums_of(path, &FileEntry::found("", 0, None))?.sha256)
}

/// SHA-256 of bytes.
pub(crate) fn sum_of_bytes(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Compares what was found with what should be there. `path` only names the file in the error.
pub(crate) fn compare(path: &Path, file: &FileEntry, bytes: u64, sums: &Sums) -> Result<(), HubError> {
    if bytes != file.bytes {
        return Err(HubError::WrongSize { file: path.into(), expected: file.bytes, found: bytes });
    }
    let sha256 = file.sha256.as_ref().map(|expected| ("SHA-256", expected, &sums.sha256));
    let git =
        file.git.as_ref().zip(sums.git.as_ref()).map(|(expected, found)| ("git's sum", expected, found));
    match sha256.into_iter().chain(git).find(|(_, expected, found)| expected != found) {
        Some((sum, expected, found)) => Err(HubError::WrongSum {
            file: path.into(),
            sum,
            expected: expected.clone(),
            found: found.clone(),
        }),
        None => Ok(()),
    }
}

/// A SHA-256 in hex, if it is one.
pub(crate) fn as_sha256(text: &str) -> Option<String> {
    as_hex(text, 64)
}

/// Git's sum of a file in hex, if it is one.
pub(crate) fn as_git(text: &str) -> Option<String> {
    as_hex(text, 40)
}

fn as_hex(text: &str, digits: usize) -> Option<String> {
    let is_sum = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_sum.then(|| text.to_ascii_lowercase())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `git hash-object` says.
    #[test]
    fn git_sums_up_a_file_behind_its_length() {
        for (text, expected) in [
            ("", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"),
            ("hello\n", "ce013625030ba8dba906f756967f9e9ca394464a"),
        ] {
            let file =
                FileEntry { git: Some(expected.into()), ..FileEntry::found("f", text.len() as u64, None) };
            let mut summing = Summing::new(&file);
            text.bytes().for_each(|byte| summing.update(&[byte]));
            let sums = summing.finish();
            assert_eq!(sums.git.as_deref(), Some(expected));
            assert!(compare(Path::new("f"), &file, file.bytes, &sums).is_ok());
        }
    }

    #[test]
    fn a_sum_is_hex_of_its_length() {
        for (text, sha256, git) in [
            ("0".repeat(64), true, false),
            ("AbCdEf0123".repeat(4), false, true),
            ("g".repeat(40), false, false),
            ("0".repeat(63), false, false),
            (String::new(), false, false),
            ("5f-61a0".into(), false, false),
        ] {
            assert_eq!((as_sha256(&text).is_some(), as_git(&text).is_some()), (sha256, git), "{text}");
        }
    }
}
