use std::fs::File;
use std::io;
use std::time::UNIX_EPOCH;

use naragtive_disk::read_full_at;
use sha2::{Digest, Sha256};

/// How much is read at each end of a file.
const END: u64 = 64 * 1024;

/// Which state a store is in: what is made of one state is known to be stale in another.
///
/// Of a file these are 32 bytes of its length, the time when it was written, and its first and last 64 KiB, which hold the
/// footer. Two files that agree in all that are taken for the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub [u8; 32]);

/// The version of the store in this file.
pub(crate) fn version(file: &File) -> io::Result<Version> {
    let about = file.metadata()?;
    let written = about.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    let mut hash = Sha256::new();
    hash.update(about.len().to_le_bytes());
    hash.update(written.as_nanos().to_le_bytes());
    hash.update(read(file, 0)?);
    hash.update(read(file, about.len().saturating_sub(END))?);
    Ok(Version(hash.finalize().into()))
}

fn read(file: &File, at: u64) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; END as usize];
    let filled = read_full_at(file, &mut bytes, at)?;
    bytes.truncate(filled);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn another_byte_at_either_end_or_another_length_is_another_file() {
        let print = |bytes: &[u8]| {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(bytes).unwrap();
            file.set_modified(UNIX_EPOCH).unwrap();
            version(&file).unwrap()
        };
        let long = vec![0; 300_000];
        let (mut first, mut last) = (long.clone(), long.clone());
        first[0] = 1;
        last[299_999] = 1;
        assert_eq!(print(&long), print(&long.clone()));
        assert_ne!(print(&long), print(&first));
        assert_ne!(print(&long), print(&last));
        assert_ne!(print(&long), print(&long[1..]));
        assert_ne!(print(b""), print(b"a"));
    }

    #[test]
    fn threads_that_share_a_file_find_the_same() {
        let mut file = tempfile::tempfile().unwrap();
        let bytes: Vec<u8> = (0..400_000).map(|at: u32| (at / 1000) as u8).collect();
        file.write_all(&bytes).unwrap();
        let expected = version(&file).unwrap();
        std::thread::scope(|scope| {
            let look = || (0..50).all(|_| version(&file).unwrap() == expected);
            let looking: Vec<_> = (0..4).map(|_| scope.spawn(look)).collect();
            assert!(looking.into_iter().all(|same| same.join().unwrap()));
        });
    }
}
