use std::collections::{HashMap, HashSet};
use std::ops::Range;

use frostem::Stemmer;
use naragtive_text::{Folded, Kind, Token, emoji, fold, tokens, units};

use crate::Language;

/// A family a line, its base form first.
const IRREGULAR: &str = include_str!("irregular.txt");
/// Words that ask or join and say nothing of what is looked for.
const FUNCTION_WORDS: &str = include_str!("stopwords.txt");
/// A longer word counts as its beginning, in texts and queries alike.
const MAX_WORD: usize = 100;

/// Changes whenever the same text comes to other terms than before by what stands in this folder.
const ANALYSIS: u32 = 3;
/// The stemmer, with its version: another one may make other terms.
const STEMMER: &str = "frostem 2.20261016.1";

/// All that decides what terms a text has, beside its language.
pub(crate) fn recipe() -> String {
    let (folding, letters) = (naragtive_text::VERSION, char::UNICODE_VERSION);
    format!("analysis {ANALYSIS}, folding {folding}, {STEMMER}, letters {letters:?}")
}

/// What may stand before an apostrophe and isn't part of the word behind it, in the languages of Romance origin.
const ELIDED: &str = "l d j m t s c n qu un dell nell sull dall all quest lorsqu puisqu";
/// What stands behind an apostrophe in English and is no ending of another language.
const CONTRACTED: &str = "s t d m ll re ve em n";

/// How text becomes terms: words as [`fold`] folds them, without `'s`, in the form they share with their relatives.
///
/// A word with hyphens is a term, and so is each of its parts. English irregular forms (`gave`) become their base
/// form; then the language's Snowball stemmer (Porter 2 for English) takes the ending off. Without a language, words
/// stay as they are.
///
/// A word of a text may be found by more than one term: one with accents also without them, `İstanbul'da` by what stands
/// before the apostrophe and `l'été` by what stands behind it, an emoji by its parts, and scripts without spaces by each
/// character and each pair of them. An emoji takes no place among the words, so that these are as near each other as they
/// would be without it. A query asks for the most exact one: accents that were typed are meant, and of a run
/// without spaces the pairs are.
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
    /// Whether it counts for the length of the text: not if it only is another way to find a word that counts already.
    pub counted: bool,
}

/// The terms of one word, positions and ranges counted from the word's start.
#[derive(Default)]
pub(crate) struct WordTerms {
    pub(crate) terms: Vec<Term>,
    /// How many places the word takes: one for each part.
    pub(crate) places: u32,
    /// Which of the terms are the parts that hyphens join.
    parts: Range<usize>,
}

impl WordTerms {
    /// The terms that a text has to hold one after the other to hold this word. A word alone is meant as a whole; among
    /// others its parts are, so that the text may have a space for a hyphen.
    pub(crate) fn phrase(self, among_others: bool) -> impl Iterator<Item = Term> {
        let meant =
            if among_others && !self.parts.is_empty() { self.parts } else { 0..self.terms.len().min(1) };
        self.terms.into_iter().skip(meant.start).take(meant.len())
    }

    fn push(&mut self, text: String, position: u32, range: &Range<usize>, counted: bool) {
        self.terms.push(Term { text, position, range: range.clone(), counted });
    }
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

    /// All terms that `text` is found by, in order.
    pub fn terms(&self, text: &str) -> impl Iterator<Item = Term> {
        self.of_all(text, |word, kind| self.stored(word, kind))
    }

    /// The terms that a query asks for.
    pub(crate) fn asked_terms(&self, query: &str) -> impl Iterator<Item = Term> {
        self.of_all(query, |word, kind| self.asked(word, kind))
    }

    fn of_all(&self, text: &str, of: impl Fn(&str, Kind) -> WordTerms) -> impl Iterator<Item = Term> {
        let mut position = 0;
        tokens(text).flat_map(move |Token { range, kind }| {
            let word = of(text.get(range.clone()).unwrap_or_default(), kind);
            let first = position;
            position += word.places;
            word.terms.into_iter().map(move |term| Term {
                position: first + term.position,
                range: range.start + term.range.start..range.start + term.range.end,
                ..term
            })
        })
    }

    /// Whether `term` helps no search. Only English is known; words of an unknown language are taken for English,
    /// those of another language never are.
    pub fn is_function_word(&self, term: &str) -> bool {
        self.function_words.contains(term)
    }

    /// All terms that one word of a text is found by.
    pub(crate) fn stored(&self, word: &str, kind: Kind) -> WordTerms {
        match kind {
            Kind::Word => self.of_word(word, |folded, position, range, terms| {
                let (plain, spelled) = (self.form(folded.plain()), self.form(&folded.spelled));
                let again = spelled != plain;
                terms.push(plain, position, range, true);
                if again {
                    terms.push(spelled, position, range, false);
                }
            }),
            Kind::Unspaced => of_run(word, true),
            Kind::Emoji => {
                let (range, found) = (0..word.len(), emoji(word));
                let mut terms = WordTerms::default();
                terms.push(found.whole, 0, &range, false);
                found.parts.into_iter().for_each(|part| terms.push(part, 0, &range, false));
                terms
            }
        }
    }

    /// The terms that one word of a query asks for.
    pub(crate) fn asked(&self, word: &str, kind: Kind) -> WordTerms {
        match kind {
            Kind::Word => self.of_word(word, |folded, position, range, terms| {
                terms.push(self.form(&folded.spelled), position, range, true);
            }),
            Kind::Unspaced => of_run(word, false),
            Kind::Emoji => {
                let mut terms = WordTerms::default();
                terms.push(emoji(word).whole, 0, &(0..word.len()), false);
                terms
            }
        }
    }

    /// A word with hyphens is first itself, then its parts; then what is found of it at an apostrophe.
    fn of_word(
        &self,
        word: &str,
        push: impl Fn(&Folded<'_>, u32, &Range<usize>, &mut WordTerms),
    ) -> WordTerms {
        let folded = bare(fold(word));
        let mut terms = WordTerms { places: 1, ..WordTerms::default() };
        push(&folded, 0, &(0..word.len()), &mut terms);
        if folded.spelled.contains('-') {
            let first = terms.terms.len();
            terms.places = 0;
            for range in parts(word) {
                let part = bare(fold(word.get(range.clone()).unwrap_or_default()));
                push(&part, terms.places, &range, &mut terms);
                terms.places += 1;
            }
            terms.parts = first..terms.terms.len();
        } else if let Some(range) = stem_at_apostrophe(word, &folded.spelled) {
            let from = terms.terms.len();
            push(&fold(word.get(range.clone()).unwrap_or_default()), 0, &range, &mut terms);
            terms.terms.iter_mut().skip(from).for_each(|term| term.counted = false);
        }
        terms
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

/// A folded word without `'s` at its end.
pub(crate) fn bare(mut folded: Folded<'_>) -> Folded<'_> {
    if folded.spelled.ends_with("'s") {
        let cut = |word: &str| word.strip_suffix("'s").unwrap_or(word).to_owned();
        folded.plain = folded.plain.as_deref().map(cut);
        folded.spelled = cut(&folded.spelled).into();
    }
    folded
}

/// The bytes of each part of a word with hyphens of any kind.
pub(crate) fn parts(word: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, c) in word.char_indices().filter(|(_, c)| naragtive_text::is_hyphen(*c)) {
        parts.push(start..at);
        start = at + c.len_utf8();
    }
    parts.push(start..word.len());
    parts
}

/// The bytes of what a word with an apostrophe is a form of, if the apostrophe parts a name from an ending, as in Turkish
/// (`Ankara'ya`), or a short word from what follows, as in French (`d'Artagnan`). English names and contractions are one.
fn stem_at_apostrophe(word: &str, folded: &str) -> Option<Range<usize>> {
    let (before, behind) = folded.split_once('\'')?;
    if behind.contains('\'') || CONTRACTED.split(' ').any(|ending| ending == behind) {
        return None;
    }
    let (at, sign) = word.char_indices().find(|(_, c)| naragtive_text::is_apostrophe(*c))?;
    if ELIDED.split(' ').any(|elided| elided == before) {
        return Some(at + sign.len_utf8()..word.len());
    }
    let ending = before.chars().count() >= 3 && behind.chars().count() <= 4;
    ending.then_some(0..at)
}

/// The terms of a run without spaces: its pairs, and its characters, which a query (not `all`) only asks for where there is
/// but one.
fn of_run(run: &str, all: bool) -> WordTerms {
    let units = units(run);
    let mut terms = WordTerms { places: units.len() as u32, ..WordTerms::default() };
    let alone = units.len() == 1;
    for (position, unit) in (0..).zip(&units) {
        if all || alone {
            terms.push(unit.letter.to_string(), position, &unit.range, true);
        }
        if let Some(next) = units.get(position as usize + 1) {
            let pair: String = [unit.letter, next.letter].iter().collect();
            terms.push(pair, position, &(unit.range.start..next.range.end), !all);
        }
    }
    if !all {
        terms.parts = 0..terms.terms.len();
    }
    terms
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
            ("1,000 snake_case x2", "1@0 000@1 snake@2 case@3 x2@4"),
            ("CAFÉ cafe\u{301}", "cafe@0 café@0 cafe@1 café@1"),
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
            ("arger-macher", "Ärger-Macher’s"),
            ("ärger-macher", "Ärger-Macher’s"),
            ("arger", "Ärger"),
            ("ärger", "Ärger"),
            ("macher", "Macher’s"),
            ("naive", "naïve"),
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
        let term = |text: &str| english.asked_terms(text).map(|term| term.text).collect::<String>();
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
