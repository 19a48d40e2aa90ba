use std::borrow::Cow;

/// One word of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    /// The word, without a possessive `'s`.
    pub(super) word: &'a str,
    /// Whether a sentence, a line or a quotation may begin with it.
    pub(super) opens: bool,
    /// Whether nothing but one space stands between it and the word before.
    pub(super) joined: bool,
}

impl Token<'_> {
    pub(super) fn is_capitalised(&self) -> bool {
        self.word.chars().next().is_some_and(char::is_uppercase)
    }

    /// Whether it is the `&` of `Dungeons & Dragons`.
    pub(super) fn is_and_sign(&self) -> bool {
        self.word == "&"
    }

    /// `SRV`: at least two letters, all of them large.
    pub(super) fn is_acronym(&self) -> bool {
        self.word.chars().nth(1).is_some() && self.word.chars().all(char::is_uppercase)
    }

    /// Whether it is written as names are: a large letter, then small ones, no digits, and the same
    /// behind a hyphen (`Brandt-Li`, not `Batman-style`).
    pub(super) fn is_name_shaped(&self) -> bool {
        self.word.split('-').all(|part| part.starts_with(char::is_uppercase))
            && self.word.chars().any(char::is_lowercase)
            && !self.word.chars().any(|c| c.is_numeric() || c == '&')
    }
}

/// The words of `text`, a title's full stop (`Mr. Harker`) being part of the title.
pub(super) fn tokens<'a>(text: &'a str, is_title: impl Fn(&str) -> bool) -> Vec<Token<'a>> {
    let mut tokens: Vec<Token<'a>> = Vec::new();
    let mut end = 0;
    for mut token in plain(text) {
        let start = offset(text, token.word);
        if let Some(before) = tokens.last_mut() {
            let dotted = text.get(end..start) == Some(". ") && is_title(before.word);
            if dotted && let Some(with_dot) = text.get(offset(text, before.word)..=end) {
                before.word = with_dot;
                (token.opens, token.joined) = (false, true);
            }
        }
        end = start + token.word.len();
        tokens.push(token);
    }
    tokens
}

/// The words of `text`.
pub(super) fn plain(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = text;
    let mut first = true;
    std::iter::from_fn(move || {
        let start = rest.find(|c: char| c.is_alphanumeric() || c == '&')?;
        let (gap, from) = rest.split_at(start);
        let (word, behind) = from.split_at(word_length(from));
        rest = behind;
        let opens = first || opens_sentence(gap);
        let joined = !first && gap == " ";
        first = false;
        Some(Token { word: without_possessive(word), opens, joined })
    })
}

/// A word in lower case; most are.
pub(super) fn lower(word: &str) -> Cow<'_, str> {
    let is_low = word.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if is_low { Cow::Borrowed(word) } else { Cow::Owned(word.to_lowercase()) }
}

/// How many bytes the word has that `text` begins with: letters and digits, with apostrophes, hyphens
/// and `&` between them, or a `&` alone.
fn word_length(text: &str) -> usize {
    let mut length = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let inner = matches!(c, '\'' | '’' | '-' | '&')
            && length > 0
            && chars.peek().is_some_and(|(_, next)| next.is_alphanumeric());
        if !c.is_alphanumeric() && !inner {
            break;
        }
        length = at + c.len_utf8();
    }
    length.max(1)
}

fn without_possessive(word: &str) -> &str {
    word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word)
}

/// Whether what stands between two words lets a sentence or a quotation begin.
fn opens_sentence(gap: &str) -> bool {
    if gap == " " {
        return false;
    }
    gap.contains(['.', '!', '?', '…', ':', ';', '\n', '—', '–', '[', ']', '/'])
        || gap.contains("--")
        || gap.ends_with(['"', '“', '‘', '\'', '(', '*', '_', '`', '#', '>', '«'])
}

/// Where `part`, which is a slice of `text`, begins in it.
fn offset(text: &str, part: &str) -> usize {
    part.as_ptr().addr().saturating_sub(text.as_ptr().addr())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_know_what_stands_before_them() {
        let found: Vec<_> = plain("Eva's ship—Ceres-7. \"Hi,\" Li says, \"Go\"")
            .map(|token| (token.word, token.opens, token.joined))
            .collect();
        assert_eq!(
            found,
            [
                ("Eva", true, false),
                ("ship", false, true),
                ("Ceres-7", true, false),
                ("Hi", true, false),
                ("Li", false, false),
                ("says", false, true),
                ("Go", true, false),
            ]
        );
    }

    #[test]
    fn a_title_keeps_its_full_stop() {
        let found: Vec<_> = tokens("See Mr. Harker. Then go.", |word| word == "Mr")
            .iter()
            .map(|t| (t.word, t.opens))
            .collect();
        assert_eq!(found, [("See", true), ("Mr.", false), ("Harker", false), ("Then", true), ("go", false)]);
    }
}
