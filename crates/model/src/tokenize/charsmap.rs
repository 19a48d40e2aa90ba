use unicode_segmentation::UnicodeSegmentation;

/// SentencePiece's table of what characters become before a text is cut into pieces: width forms, ligatures, odd spaces.
///
/// Its bytes are the length of a trie in bytes, the trie as 32-bit words (a double array, after Aoe, "An Efficient Digital
/// Search Algorithm by Using a Double-Array Structure", 1989), and the replacements, each ended by a zero byte; the
/// trie's values say where in them. Numbers are little-endian.
pub(super) struct CharsMap {
    trie: Vec<u32>,
    replacements: String,
}

/// A cluster of this many bytes or more is only looked up character by character.
const LONG: usize = 6;

impl CharsMap {
    /// # Errors
    /// What is wrong with the bytes.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, &'static str> {
        let (length, rest) = bytes.split_first_chunk().ok_or("it has no length")?;
        let length = u32::from_le_bytes(*length) as usize / 4 * 4;
        let (trie, replacements) = rest.split_at_checked(length).ok_or("it ends within its trie")?;
        let trie: Vec<u32> = trie.as_chunks().0.iter().map(|word| u32::from_le_bytes(*word)).collect();
        if trie.is_empty() {
            return Err("its trie is empty");
        }
        let replacements = String::from_utf8(replacements.to_vec()).map_err(|_| "its text is no UTF-8")?;
        Ok(Self { trie, replacements })
    }

    /// The text as its pieces are looked up: every cluster of characters that the table knows is replaced, of others
    /// every character that it knows. So does the reference, whose authors compared it with SentencePiece.
    pub(super) fn apply(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        // In ASCII a carriage return and a line feed are the only cluster.
        if text.is_ascii() && !text.contains('\r') {
            text.char_indices().for_each(|(at, _)| self.replace(&text[at..=at], &mut out));
            return out;
        }
        for cluster in text.graphemes(true) {
            match self.find(cluster).filter(|_| cluster.len() < LONG) {
                Some(replacement) => out.push_str(replacement),
                None => cluster.split_inclusive(|_: char| true).for_each(|c| self.replace(c, &mut out)),
            }
        }
        out
    }

    fn replace(&self, c: &str, out: &mut String) {
        out.push_str(self.find(c).unwrap_or(c));
    }

    /// What stands for the shortest beginning of `text` that is in the table.
    fn find(&self, text: &str) -> Option<&str> {
        let mut unit = *self.trie.first()?;
        let mut at = offset(unit);
        for byte in text.bytes().take_while(|byte| *byte != 0) {
            at ^= usize::from(byte);
            unit = *self.trie.get(at)?;
            if unit & (1 << 31 | 0xff) != u32::from(byte) {
                return None;
            }
            at ^= offset(unit);
            if unit >> 8 & 1 == 1 {
                let start = *self.trie.get(at)? & !(1 << 31);
                let rest = self.replacements.get(start as usize..)?;
                return rest.split('\0').next();
            }
        }
        None
    }
}

/// From a word's place to that of its children.
fn offset(unit: u32) -> usize {
    ((unit >> 10) << ((unit & 1 << 9) >> 6)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_table_are_refused_and_a_broken_one_finds_nothing() {
        for bytes in
            [&[][..], &[1, 0], &[0, 0, 0, 0], &[8, 0, 0, 0, 1, 1, 1, 1], &[4, 0, 0, 0, 1, 1, 1, 1, 0xff]]
        {
            assert!(CharsMap::parse(bytes).is_err(), "{bytes:?}");
        }
        let broken = CharsMap::parse(&[4, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]).unwrap();
        assert_eq!(broken.apply("é\r\nx\0"), "é\r\nx\0");
    }
}
