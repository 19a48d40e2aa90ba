/// How many ASCII characters of a word make a token, and how many other ones.
const ASCII: usize = 4;
const OTHER: usize = 2;

/// About how many tokens `text` has, rather too many than too few: what is joined must fit, and the tokenizers of
/// servers aren't known.
pub(crate) fn tokens(text: &str) -> usize {
    text.split_whitespace().map(word).sum()
}

/// The tokens of a word. In scripts without spaces nearly every character is one.
pub(crate) fn word(word: &str) -> usize {
    let quarters = |c: char| match c {
        _ if c.is_ascii() => 4 / ASCII,
        '\u{2e80}'.. => 4,
        _ => 4 / OTHER,
    };
    word.chars().map(quarters).sum::<usize>().div_ceil(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_counted_on_the_safe_side() {
        for (text, expected) in [
            ("", 0),
            (" \n", 0),
            ("a", 1),
            ("the harbour master", 5),
            ("naïve", 2),
            ("корабль", 4),
            ("港湾長の嘘", 5),
            ("🤔", 1),
        ] {
            assert_eq!(tokens(text), expected, "{text}");
        }
    }
}
