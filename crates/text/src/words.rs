use crate::emoji::emoji;
use crate::fold::fold;
use crate::tokens::{Kind, tokens};
use crate::unspaced::units;

/// A word of a name as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    spelled: String,
    plain: String,
}

impl Word {
    /// Whether this word, which somebody typed, is `other`, which stands somewhere. Accents count if they were typed.
    pub fn means(&self, other: &Self) -> bool {
        let typed = self.spelled != self.plain;
        if typed { self.spelled == other.spelled } else { self.plain == other.plain }
    }

    /// A possessive `'s` is no part of a name.
    fn of_name(text: &str) -> Self {
        let word = Self::of(text);
        let bare = |word: String| word.strip_suffix("'s").map(str::to_owned).unwrap_or(word);
        Self { spelled: bare(word.spelled), plain: bare(word.plain) }
    }

    fn of(text: &str) -> Self {
        let folded = fold(text);
        Self { plain: folded.plain().to_owned(), spelled: folded.spelled.into_owned() }
    }
}

/// The words of a name: what hyphens join are several, so that `jean luc` is `Jean-Luc`; of a script without spaces, each
/// character is one.
pub fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    for token in tokens(text) {
        let text = text.get(token.range).unwrap_or_default();
        match token.kind {
            Kind::Word => {
                let folded = fold(text);
                words.extend(folded.spelled.split('-').map(Word::of_name));
            }
            Kind::Unspaced => {
                words.extend(
                    units(text).into_iter().map(|unit| Word::of(unit.letter.encode_utf8(&mut [0; 4]))),
                );
            }
            Kind::Emoji => {
                let emoji = emoji(text).whole;
                words.push(Word { spelled: emoji.clone(), plain: emoji });
            }
        }
    }
    words
}

/// A name or a value that somebody typed, to be compared with many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedName {
    words: Vec<Word>,
    whole: Word,
}

impl WantedName {
    /// What was typed.
    pub fn new(text: &str) -> Self {
        Self { words: words(text), whole: Word::of(text.trim()) }
    }

    /// Whether its words stand one after the other in `text`. What has no words, a name of signs only, has to be all of
    /// the text; nothing is nowhere.
    pub fn is_in(&self, text: &str) -> bool {
        if self.words.is_empty() {
            return self.is(text);
        }
        words(text).windows(self.words.len()).any(|window| self.means(window))
    }

    /// Whether `text` is made of its words, and no others.
    pub fn has_words_of(&self, text: &str) -> bool {
        let found = words(text);
        if self.words.is_empty() {
            return found.is_empty() && self.is(text);
        }
        found.len() == self.words.len() && self.means(&found)
    }

    /// Whether it is `text`, signs included.
    pub fn is(&self, text: &str) -> bool {
        !self.whole.spelled.is_empty() && self.whole.means(&Word::of(text.trim()))
    }

    /// Whether `text` ends with it, signs included.
    pub fn ends(&self, text: &str) -> bool {
        !self.whole.spelled.is_empty() && Word::of(text.trim()).plain.ends_with(&self.whole.plain)
    }

    fn means(&self, found: &[Word]) -> bool {
        self.words.iter().zip(found).all(|(wanted, found)| wanted.means(found))
    }
}

/// Whether the words of `wanted` stand one after the other in `text`: see [`WantedName::is_in`].
pub fn holds_words(text: &str, wanted: &str) -> bool {
    WantedName::new(wanted).is_in(text)
}
