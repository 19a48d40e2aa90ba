use std::fs::File;
use std::io;

/// Reads bytes of a file from `at` on, as many as come at once, wherever others who share the file are reading.
///
/// # Errors
/// What the system says.
#[cfg(unix)]
pub fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, at)
}

/// Reads bytes of a file from `at` on, as many as come at once. The file's own place moves, which nobody here goes by.
///
/// # Errors
/// What the system says.
#[cfg(windows)]
pub fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, at)
}
