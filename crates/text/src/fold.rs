use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use crate::letters::{is_accent, is_invisible, is_silent, joint};

/// A word as it is compared.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Folded<'a> {
    /// With the accents that it was written with.
    pub spelled: Cow<'a, str>,
    /// Without accents, if it has any.
    pub plain: Option<String>,
}

impl Folded<'_> {
    /// The word without accents.
    pub fn plain(&self) -> &str {
        self.plain.as_deref().unwrap_or(&self.spelled)
    }
}

/// Folds a word or a name: case, width and composition, invisible characters, kinds of apostrophes and dashes.
///
/// Case is folded as Unicode's full folding does it (`ß` = `ss`, `ς` = `σ`), and `ı` and `İ` are an `i`. Letters that
/// count as accented ones though Unicode doesn't take them apart (`ø`, `ł`, `æ`) have a plain form too.
pub fn fold(word: &str) -> Folded<'_> {
    if word.is_ascii() {
        let same = !word.bytes().any(|byte| byte.is_ascii_uppercase() || byte == b'`');
        let folded = || Cow::Owned(word.to_ascii_lowercase().replace('`', "'"));
        return Folded { spelled: if same { Cow::Borrowed(word) } else { folded() }, plain: None };
    }
    let spelled = spelled(word);
    let plain =
        if spelled.is_ascii() { None } else { Some(plain(&spelled)).filter(|plain| *plain != spelled) };
    Folded { spelled: Cow::Owned(spelled), plain }
}

fn spelled(word: &str) -> String {
    let visible = word.chars().filter(|c| !is_invisible(*c)).map(|c| joint(c).unwrap_or(c));
    let lower = visible.nfkd().flat_map(case_folded).nfkd();
    let mut folded = String::with_capacity(word.len());
    for c in lower {
        let c = same_letter(joint(c).unwrap_or(c));
        let last = folded.chars().next_back();
        // The dot of a small i is no accent, nor are the dots of ё, which most people leave out.
        let dotted = c == '\u{307}' && last == Some('i') || c == '\u{308}' && last == Some('е');
        if !(dotted || is_silent(c) || is_invisible(c)) {
            folded.push(c);
        }
    }
    folded.nfc().collect()
}

fn plain(spelled: &str) -> String {
    let mut plain = String::with_capacity(spelled.len());
    for c in spelled.nfd() {
        let last = plain.chars().next_back();
        // й, ў and ї are letters of their own, which everyone types.
        let letter = matches!((last, c), (Some('и' | 'у'), '\u{306}') | (Some('і'), '\u{308}'));
        if !is_accent(c) || letter {
            push_plain(c, &mut plain);
        }
    }
    plain.nfc().collect()
}

fn push_plain(c: char, to: &mut String) {
    match c {
        'ø' => to.push('o'),
        'đ' | 'ð' => to.push('d'),
        'ł' => to.push('l'),
        'ħ' => to.push('h'),
        'ŧ' => to.push('t'),
        'ŋ' => to.push('n'),
        'þ' => to.push_str("th"),
        'æ' => to.push_str("ae"),
        'œ' => to.push_str("oe"),
        c => to.push(c),
    }
}

/// Full case folding: through the capitals, which small letters of one kind share.
fn case_folded(c: char) -> impl Iterator<Item = char> {
    c.to_lowercase().flat_map(char::to_uppercase).flat_map(char::to_lowercase)
}

/// One of several forms of a letter that keyboards differ in.
fn same_letter(c: char) -> char {
    match c {
        'ς' => 'σ',
        'ı' => 'i',
        'ٱ' => 'ا',
        'ی' | 'ى' => 'ي',
        'ک' => 'ك',
        'ँ' => 'ं',
        c => c,
    }
}
