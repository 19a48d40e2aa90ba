use std::hash::{DefaultHasher, Hash, Hasher};

use naragtive::Version;

use crate::Error;

/// Where an answer goes on: bound to the call that it was made for and to the stores as they were then.
///
/// As text it is opaque: the hash of the call, that of the stores, and how many to skip, in hexadecimal. The hasher has no
/// random key, so a cursor outlives the process: some clients start one for every call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor {
    call: u64,
    stores: u64,
}

impl Cursor {
    pub(crate) fn of(call: &str, stores: &[Version]) -> Self {
        Self { call: hash(&call), stores: hash(&stores) }
    }

    /// How many to skip, by the cursor given.
    pub(crate) fn skip(&self, given: Option<&str>, most: usize) -> Result<usize, Error> {
        let Some(given) = given else { return Ok(0) };
        let number = |range| {
            given.get(range).and_then(|digits| u64::from_str_radix(digits, 16).ok()).ok_or(Error::BadCursor)
        };
        if number(0..16)? != self.call {
            return Err(Error::BadCursor);
        }
        if number(16..32)? != self.stores {
            return Err(Error::StaleCursor);
        }
        let skip = given.get(32..).and_then(|digits| usize::from_str_radix(digits, 16).ok());
        skip.filter(|skip| *skip <= most).ok_or(Error::BadCursor)
    }

    /// The one that goes on after so many.
    pub(crate) fn after(&self, skip: usize) -> String {
        format!("{:016x}{:016x}{skip:x}", self.call, self.stores)
    }
}

fn hash(what: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_goes_on_only_in_the_call_and_the_stores_it_was_made_for() {
        let cursor = Cursor::of("query=lamp", &[Version([1; 32])]);
        let next = cursor.after(17);
        assert_eq!(cursor.skip(Some(&next), 100).unwrap(), 17);
        assert_eq!(cursor.skip(None, 100).unwrap(), 0);
        let other = Cursor::of("query=oil", &[Version([1; 32])]);
        assert!(matches!(other.skip(Some(&next), 100), Err(Error::BadCursor)));
        let changed = Cursor::of("query=lamp", &[Version([2; 32])]);
        assert!(matches!(changed.skip(Some(&next), 100), Err(Error::StaleCursor)));
        for bad in ["", "x", "ääääääääääääääääääääääää", &next[..32], &format!("{next}-"), &cursor.after(101)]
        {
            assert!(matches!(cursor.skip(Some(bad), 100), Err(Error::BadCursor)), "{bad}");
        }
    }
}
