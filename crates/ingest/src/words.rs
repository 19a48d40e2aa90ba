//! Text as Python sees it, so that the numbers agree with those in existing stores.

/// Whether `c` is white space: Unicode's, and the four separators U+001C to U+001F that Python adds.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}')
}

/// `text` without white space at either end.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// The same of a text that is at hand: in its place where there is none.
pub(crate) fn trimmed(mut text: String) -> String {
    let end = trim_end(&text).len();
    text.truncate(end);
    let start = text.len() - text.trim_start_matches(is_space).len();
    if start > 0 { text.split_off(start) } else { text }
}

/// Texts with blank lines between, those left out in which nothing is; one alone is not copied.
pub(crate) fn paragraphs(texts: impl IntoIterator<Item = String>) -> String {
    let mut said = texts.into_iter().filter(|text| !is_blank(text));
    let first = said.next().unwrap_or_default();
    said.fold(first, |all, text| all + "\n\n" + &text)
}

/// `text` without white space at its end.
pub(crate) fn trim_end(text: &str) -> &str {
    text.trim_end_matches(is_space)
}

/// Whether there is nothing but white space in `text`.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(is_space)
}

/// `text` in lower case. The letters of ASCII, which are most of most texts, are taken many at a time.
pub(crate) fn lowered(text: &str) -> String {
    // How a Greek sigma is written depends on what is around it.
    if text.is_ascii() || text.contains('Σ') {
        return text.to_lowercase();
    }
    let mut low = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let ascii = rest.bytes().position(|byte| !byte.is_ascii()).unwrap_or(rest.len());
        let (plain, behind) = rest.split_at(ascii);
        let start = low.len();
        low.push_str(plain);
        low.get_mut(start..).into_iter().for_each(str::make_ascii_lowercase);
        let mut letters = behind.chars();
        low.extend(letters.next().into_iter().flat_map(char::to_lowercase));
        rest = letters.as_str();
    }
    low
}

/// The words of `text`: what stands between white space.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_space).filter(|word| !word.is_empty())
}

/// How many characters (Unicode scalar values) `text` has.
pub(crate) fn length(text: &str) -> usize {
    text.chars().count()
}

/// The first `count` characters of `text`.
pub(crate) fn prefix(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).map_or(text, |(end, _)| text.split_at(end).0)
}

/// The first line of `text` with something in it, at most 60 characters of it, to be shown on a terminal: what
/// would command the terminal is blank.
pub(crate) fn first_line(text: &str) -> String {
    let line = trim(text.lines().find(|line| !is_blank(line)).unwrap_or_default());
    shortened(line, 60).replace(char::is_control, " ")
}

/// `text`, or its first characters and `...`, at most `limit` characters in all.
pub(crate) fn shortened(text: &str, limit: usize) -> String {
    let cut = prefix(text, limit);
    if cut.len() == text.len() {
        return text.to_owned();
    }
    format!("{}...", prefix(text, limit.saturating_sub(3)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_shortened_to_the_limit_and_no_other_is() {
        for (text, limit, kept) in [("abcdef", 6, "abcdef"), ("abcdefg", 6, "abc..."), ("éééé", 4, "éééé")]
        {
            assert_eq!(shortened(text, limit), kept);
        }
    }

    #[test]
    fn the_first_line_is_one_that_a_terminal_only_shows() {
        for (text, shown) in [("", ""), ("\n \n a b \nc", "a b"), ("a\u{1b}[31m\tb\u{9b}", "a [31m b ")] {
            assert_eq!(first_line(text), shown, "{text:?}");
        }
    }

    #[test]
    fn what_is_trimmed_or_joined_in_its_place_is_as_if_it_were_copied() {
        for text in ["", " ", "a", " a\u{a0}b \n", "é ", "\u{1f}é"] {
            assert_eq!(trimmed(text.to_owned()), trim(text));
        }
        for (texts, joined) in [(&["a"][..], "a"), (&[" ", "a", "", "b"], "a\n\nb"), (&[], "")] {
            assert_eq!(paragraphs(texts.iter().map(ToString::to_string)), joined);
        }
    }

    #[test]
    fn letters_are_lowered_as_the_standard_library_does_it() {
        for text in ["", "Ann", "ANN SAID “É” – İ ẞ", "ΟΔΥΣΣΕΥΣ ΣΑΣ", "Ünë ⓐⒶ 灯 ǅ A"]
        {
            assert_eq!(lowered(text), text.to_lowercase(), "{text}");
        }
    }

    #[test]
    fn words_stand_between_any_white_space() {
        assert_eq!(words(" a\u{a0}b\u{202f}c\u{1c}d\n").collect::<Vec<_>>(), ["a", "b", "c", "d"]);
        assert!(is_blank("\u{3000}\u{1f}\t"));
    }
}
