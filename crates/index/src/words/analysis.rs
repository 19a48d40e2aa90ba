use std::collections::{HashMap, HashSet};
use std::ops::Range;

use frostem::Stemmer;
use unicode_normalization::UnicodeNormalization;

use crate::Language;
use crate::words::tokens::words;

/// A family a line, its base form first.
const IRREGULAR: &str = include_str!("irregular.txt");
/// Words that ask or join and say nothing of what is looked for.
const FUNCTION_WORDS: &str = include_str!("stopwords.txt");
/// A longer word counts as its beginning, in texts and queries alike.
const MAX_WORD: usize = 100;

/// Changes whenever the same text comes to other terms than before by what stands in this folder.
const ANALYSIS: u32 = 1;
/// The stemmer, with its version: another one may make other terms.
const STEMMER: &str = "frostem 2.20261016.1";

/// All that decides what terms a text has, beside its language.
pub(crate) fn recipe() -> String {
    let (letters, forms) = (char::UNICODE_VERSION, unicode_normalization::UNICODE_VERSION);
    format!("analysis {ANALYSIS}, {STEMMER}, letters {letters:?}, forms {forms:?}")
}

/// How text becomes terms: words in lower case, without `'s`, in the form they share with their relatives.
///
/// A word with hyphens is a term, and so is each of its parts. English irregular forms (`gave`) become their base
/// form; then the language's Snowball stemmer (Porter 2 for English) takes the ending off. Without a language, words
/// stay as they are.
#[derive(Clone)]
pub struct Analyzer {
    language: Language,
    stemmer: Option<Stemmer>,
    irregular: HashMap<&'static str, &'static str>,
    function_words: HashSet<String>,
}

/// A term of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// What is compared.
    pub text: String,
    /// The word's place in the text, from 0. A word with hyphens and its first part share a place.
    pub position: u32,
    /// The bytes of the text that it stands for.
    pub range: Range<usize>,
}

/// The terms of one word, positions and ranges counted from the word's start.
pub(crate) struct WordTerms {
    pub(crate) terms: Vec<Term>,
    /// How many places the word takes: one for each part.
    pub(crate) places: u32,
}

impl Analyzer {
    /// The terms of `language`.
    pub fn new(language: Language) -> Self {
        let english = language == Language::ENGLISH;
        let irregular = if english { families().collect() } else { HashMap::new() };
        let stemmer = language.algorithm().map(Stemmer::new);
        let mut analyzer = Self { language, stemmer, irregular, function_words: HashSet::new() };
        if english || language == Language::NONE {
            let words = FUNCTION_WORDS.split_whitespace();
            analyzer.function_words = words.map(|word| analyzer.form(word)).collect();
        }
        analyzer
    }

    /// The language given.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The terms of `text` in order.
    pub fn terms(&self, text: &str) -> impl Iterator<Item = Term> {
        let mut position = 0;
        words(text).flat_map(move |range| {
            let word = self.word_terms(text.get(range.clone()).unwrap_or_default());
            let first = position;
            position += word.places;
            word.terms.into_iter().map(move |term| Term {
                text: term.text,
                position: first + term.position,
                range: range.start + term.range.start..range.start + term.range.end,
            })
        })
    }

    /// Whether `term` helps no search. Only English is known; words of an unknown language are taken for English,
    /// those of another language never are.
    pub fn is_function_word(&self, term: &str) -> bool {
        self.function_words.contains(term)
    }

    /// The terms of one of the [`words`] of a text. One with hyphens is first itself, then its parts.
    pub(crate) fn word_terms(&self, word: &str) -> WordTerms {
        let folded = fold(word);
        let term = |text: &str, position, range| Term { text: self.form(text), position, range };
        let mut terms = vec![term(&folded, 0, 0..word.len())];
        let mut places = 1;
        if folded.contains('-') {
            places = 0;
            let mut start = 0;
            for (part, raw) in folded.split('-').zip(word.split('-')) {
                terms.push(term(part, places, start..start + raw.len()));
                start += raw.len() + 1;
                places += 1;
            }
        }
        WordTerms { terms, places }
    }

    /// The form that all relatives of a folded word share.
    fn form(&self, word: &str) -> String {
        let word = beginning(word);
        let base = self.irregular.get(word).copied().unwrap_or(word);
        self.stemmer.map_or_else(|| base.to_owned(), |stemmer| stemmer.stem(base).into_owned())
    }
}

impl std::fmt::Debug for Analyzer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Analyzer").field("language", &self.language).finish_non_exhaustive()
    }
}

/// Lower case, one way to write each letter, and no `'s` at the end.
pub(crate) fn fold(word: &str) -> String {
    let mut folded = if word.is_ascii() {
        word.to_ascii_lowercase()
    } else {
        word.nfkc().collect::<String>().to_lowercase().replace('’', "'")
    };
    if folded.ends_with("'s") {
        folded.truncate(folded.len() - 2);
    }
    folded
}

/// As much of `word` as counts.
fn beginning(word: &str) -> &str {
    (0..=MAX_WORD).rev().find_map(|end| word.get(..end)).filter(|_| word.len() > MAX_WORD).unwrap_or(word)
}

/// Each form with its base form.
fn families() -> impl Iterator<Item = (&'static str, &'static str)> {
    IRREGULAR.lines().flat_map(|line| {
        let base = line.split(' ').next().unwrap_or(line);
        line.split(' ').map(move |form| (form, base))
    })
}

#[cfg(test)]
mod tests {
    use frostem::Algorithm;

    use super::*;

    fn terms(language: Language, text: &str) -> String {
        let analyzer = Analyzer::new(language);
        let terms = analyzer.terms(text).map(|term| format!("{}@{}", term.text, term.position));
        terms.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn relatives_share_a_term() {
        for (text, terms_of_it) in [
            ("Dragons, dragon’s DRAGON's", "dragon@0 dragon@1 dragon@2"),
            ("gave giving given", "give@0 give@1 give@2"),
            ("children child's", "child@0 child@1"),
            ("Jean-Luc's well-known ship", "jean-luc@0 jean@0 luc@1 well-known@2 well@2 know@3 ship@4"),
            ("don't rock'n'roll 's", "don't@0 rock'n'rol@1 s@2"),
            ("1,000 snake_case x2", "1@0 000@1 snake_cas@2 x2@3"),
            ("CAFÉ cafe\u{301}", "café@0 café@1"),
            ("", ""),
            ("?! — -", ""),
        ] {
            assert_eq!(terms(Language::ENGLISH, text), terms_of_it, "{text}");
        }
    }

    #[test]
    fn the_language_decides_what_relatives_are() {
        let text = "The gave automaten";
        assert_eq!(terms(Language::NONE, text), "the@0 gave@1 automaten@2");
        assert_eq!(terms("german".parse().unwrap(), text), "the@0 gav@1 automat@2");
    }

    #[test]
    fn a_term_knows_its_bytes() {
        let text = "“Ärger-Macher’s” naïve";
        let analyzer = Analyzer::new(Language::NONE);
        let found: Vec<_> = analyzer.terms(text).map(|term| (term.text, &text[term.range])).collect();
        let expected = [
            ("ärger-macher", "Ärger-Macher’s"),
            ("ärger", "Ärger"),
            ("macher", "Macher’s"),
            ("naïve", "naïve"),
        ];
        assert_eq!(found, expected.map(|(term, word)| (term.to_owned(), word)));
    }

    #[test]
    fn function_words_are_known_in_all_their_forms_but_only_in_english() {
        let english = Analyzer::new(Language::ENGLISH);
        let is = |text: &str| english.terms(text).all(|term| english.is_function_word(&term.text));
        assert!(is("The what's who WERE did being"));
        assert!(["dragon", "give", "have", "one"].into_iter().all(|word| !is(word)));
        assert!(Analyzer::new(Language::NONE).is_function_word("were"));
        assert!(!Analyzer::new("german".parse().unwrap()).is_function_word("was"));
    }

    #[test]
    fn a_form_belongs_to_one_family_and_families_are_english_words() {
        let forms: Vec<_> = families().map(|(form, _)| form).collect();
        assert_eq!(forms.iter().collect::<HashSet<_>>().len(), forms.len());
        assert!(forms.iter().all(|form| form.bytes().all(|byte| byte.is_ascii_lowercase())));
    }

    #[test]
    fn a_word_without_end_counts_as_its_beginning() {
        let (long, longer) = ("ö".repeat(5000), "ö".repeat(6000));
        let english = Analyzer::new(Language::ENGLISH);
        let term = |text: &str| english.terms(text).map(|term| term.text).collect::<String>();
        assert_eq!(term(&long), term(&longer));
        assert!(term(&long).len() <= MAX_WORD);
    }

    #[test]
    fn the_recipe_names_the_stemmer_that_is_built_in() {
        let lock = include_str!("../../../../Cargo.lock");
        let after = lock.split_once("name = \"frostem\"\nversion = \"").unwrap().1;
        assert_eq!(STEMMER, format!("frostem {}", after.split('"').next().unwrap()));
        assert!(recipe().contains(STEMMER));
    }

    /// If this fails after an update of the stemmer, its new version makes the indexes there are stale: look whether
    /// what is found is as good as before.
    #[test]
    fn stems_are_those_that_indexes_were_built_with() {
        let words = "running happily stories happiness relational conditional vilely generate university dying \
                     news skies sky controlling organisation adventurer dwarvish potion";
        let stems = "run happili stori happi relat condit vile generat universiti die news sky sky control organis \
                     adventur dwarvish potion";
        let stemmer = Stemmer::new(Algorithm::English);
        let found: Vec<_> = words.split_whitespace().map(|word| stemmer.stem(word).into_owned()).collect();
        assert_eq!(found, stems.split_whitespace().collect::<Vec<_>>());
    }
}
