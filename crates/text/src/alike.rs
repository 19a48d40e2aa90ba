use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Characters of a piece of text that are compared.
const PIECE: usize = 8;
/// The same in scripts of which one character is as much as a syllable or a word: three bytes each.
const WIDE_PIECE: usize = 3;
/// Bytes of text of which every piece is compared; of longer texts it is every second, third and so on.
const ALL: usize = 1 << 22;
/// Texts of which this share of the shorter one's pieces is in the other one too are versions of one text: a sentence
/// written anew leaves more in common, while two texts of one language share a few per cent of eight letters in a row.
const SHARE: f64 = 0.3;

/// Whether these are two versions of one text, going by what stands in both.
pub fn alike(old: &[&str], new: &[&str]) -> bool {
    let bytes: usize = old.iter().chain(new).map(|text| text.len()).sum();
    let every = (bytes / ALL) as u64 + 1;
    let (old, new) = (pieces(old, every), pieces(new, every));
    let common = old.intersection(&new).count();
    common > 0 && common as f64 >= SHARE * old.len().min(new.len()) as f64
}

fn pieces(texts: &[&str], every: u64) -> HashSet<u64> {
    let mut found = HashSet::new();
    for text in texts {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let piece = if text.len() * 2 > places.len() * 5 { WIDE_PIECE } else { PIECE };
        if places.len() <= piece {
            found.insert(hash(&text));
            continue;
        }
        for ends in places.windows(piece + 1) {
            let between = ends.first().zip(ends.last()).and_then(|(start, end)| text.get(*start..*end));
            found.insert(hash(between.unwrap_or_default()));
        }
    }
    found.retain(|hash| hash.is_multiple_of(every));
    found
}

/// A text has as many pieces as letters, and what is alike is looked at by a share: a chance meeting of two hashes is
/// nothing to it.
fn hash(piece: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    piece.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_written_anew_in_parts_is_alike_and_another_one_is_not() {
        for (reason, old, new, expected) in [
            (
                "a word more",
                "We hid the chest in the reeds.",
                "We hid the chest in the reeds, near the mill.",
                true,
            ),
            (
                "a sentence in front",
                "The lamp went out at nine.",
                "It was winter. The lamp went out at nine.",
                true,
            ),
            ("another text", "The last line of the heist: run.", "Recipe: boil the lentils.", false),
            ("a short one of other words", "ok", "no", false),
            ("the same short one", "ok", "ok", true),
            ("without spaces", "彼女は橋の上で待っていた。", "彼女は橋の上で静かに待っていた。雪。", true),
        ] {
            assert_eq!(alike(&[old], &[new]), expected, "{reason}");
        }
    }
}
