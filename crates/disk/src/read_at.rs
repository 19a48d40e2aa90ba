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

/// Fills `buffer` with what the file has from `at` on, as far as it goes; says how many bytes that are. The file's own place,
/// which threads that share it would move under one another, stays.
///
/// # Errors
/// What the system says.
pub fn read_full_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match read_at(file, buffer.get_mut(filled..).unwrap_or_default(), at + filled as u64) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
