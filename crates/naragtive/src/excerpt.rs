//! Parts of a text that stand for it.

use std::ops::Range;

/// At most `most` characters of the text, around the bytes that matter where it is longer; and whether it was cut.
pub fn excerpt(text: &str, matters: Option<&Range<usize>>, most: usize) -> (String, bool) {
    let all = text.chars().count();
    if all <= most {
        return (text.to_owned(), false);
    }
    let before = |byte: usize| text.char_indices().take_while(|(at, _)| *at < byte).count();
    let (from, to) = matters.map_or((0, 0), |bytes| (before(bytes.start), before(bytes.end)));
    // What matters stands in the middle, as far as it fits, and nothing of the room is left unused at either end.
    let spare = most.saturating_sub(to.saturating_sub(from)) / 2;
    let start = from.saturating_sub(spare).min(all - most);
    (text.chars().skip(start).take(most).collect(), true)
}

/// The first line that isn't blank, at most so many characters of it.
pub fn first_line(text: &str, most: usize) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    excerpt(line, None, most).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matters_is_in_the_excerpt() {
        let text = "äbcdefghij";
        for (matters, most, expected, cut) in [
            (None, 10, "äbcdefghij", false),
            (None, 4, "äbcd", true),
            (Some(0..2), 4, "äbcd", true),
            (Some(6..7), 3, "efg", true),
            (Some(10..11), 4, "ghij", true),
            (Some(2..11), 4, "bcde", true),
        ] {
            assert_eq!(
                excerpt(text, matters.as_ref(), most),
                (expected.to_owned(), cut),
                "{matters:?} {most}"
            );
        }
    }

    #[test]
    fn the_first_line_is_one_with_text() {
        assert_eq!(first_line("\n  \n The lamp.\nMore.", 20), "The lamp.");
        assert_eq!(first_line("The lamp.", 3), "The");
        assert_eq!(first_line(" \n", 3), "");
    }
}
