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
                words.extend(folded.spelled.split('-').map(Word::of));
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

/// Whether the words of `wanted` stand one after the other in `text`. What has no words, a name of signs only, has to be
/// all of the text; nothing is nowhere.
pub fn holds_words(text: &str, wanted: &str) -> bool {
    let asked = words(wanted);
    if asked.is_empty() {
        return same_signs(text, wanted);
    }
    words(text).windows(asked.len()).any(|window| means(&asked, window))
}

/// Whether `text` is made of the words of `wanted`, and no others.
pub fn same_words(text: &str, wanted: &str) -> bool {
    let (found, asked) = (words(text), words(wanted));
    if asked.is_empty() {
        return found.is_empty() && same_signs(text, wanted);
    }
    found.len() == asked.len() && means(&asked, &found)
}

fn means(asked: &[Word], found: &[Word]) -> bool {
    asked.iter().zip(found).all(|(asked, found)| asked.means(found))
}

fn same_signs(text: &str, wanted: &str) -> bool {
    let (text, wanted) = (fold(text.trim()), fold(wanted.trim()));
    !wanted.spelled.is_empty() && text.spelled == wanted.spelled
}
