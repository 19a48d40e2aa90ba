use std::collections::{HashMap, HashSet};
use std::ops::Range;

use naragtive_text::{Token, fold, tokens};

use crate::words::analysis::bare;
use crate::words::query_syntax::{Clause, Form, clauses};
use crate::{Analyzer, IndexError};

/// A query of more characters is refused. Nobody types so many, and what a query costs grows with its words.
const MOST_CHARACTERS: usize = 8192;

/// The words of a query.
///
/// Words in any order are looked for, and rows with more and rarer ones are worth more. `"a phrase"` has to be in the
/// text word by word (in any form of the words) if quotes make up at least half of the query. Where other words stand beside
/// them and no row holds all of its phrases, the words alone count: people quote what they remember, not always right. Where
/// nothing but phrases is asked for, nothing else is an answer. In a longer question a
/// phrase is a wish, and rows that hold it are worth more. A quote that isn't closed means nothing. `-word` and `-"a phrase"`
/// must not be there. `drag*` is any word that starts so: since words are stored as stems, it means the stems that
/// start with these letters, and the stem of these letters taken as a word (`story*` finds `stories`, whose stem is
/// `stori`). Function words are looked for only if there are no others, but count in phrases.
#[derive(Debug, Clone, PartialEq)]
pub struct WordQuery {
    /// Each term once, and how often it was asked for.
    pub(crate) terms: Vec<(String, u32)>,
    pub(crate) prefixes: Vec<Prefix>,
    /// What each row has to hold.
    pub(crate) required: Vec<Phrase>,
    /// What a row had better hold.
    pub(crate) wished: Vec<Phrase>,
    /// The phrases as they were typed: those that are required, then those that are wished for.
    quoted: Vec<String>,
    /// Whether nothing but phrases is asked for.
    pub(crate) insists: bool,
    /// What no row may hold.
    pub(crate) excluded: Vec<Pattern>,
    /// See [`WordQuery::says_nothing`].
    says_nothing: bool,
    plain: String,
    text: String,
    /// See [`crate::Index::ask`].
    pub(crate) respelt: Vec<Respelt>,
    /// See [`WordQuery::held_nowhere`].
    pub(crate) held_nowhere: Vec<String>,
}

/// A word of a query that no row has, and the one that it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Respelt {
    /// The word as it was typed.
    pub typed: String,
    /// The nearest word that some row has.
    pub meant: String,
}

/// Terms that start alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Prefix {
    pub(crate) start: String,
    /// A term that is meant whatever it starts with.
    pub(crate) whole: String,
}

/// Terms with their distance from the first. A single one may be a name; several are in the text.
pub(crate) type Phrase = Vec<(String, u32)>;

/// What a row holds or doesn't.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pattern {
    Phrase(Phrase),
    Prefix(Prefix),
}

impl WordQuery {
    /// # Errors
    /// If `text` is longer than any query may be.
    pub fn check_length(text: &str) -> Result<(), IndexError> {
        let found = if text.len() > MOST_CHARACTERS { text.chars().count() } else { 0 };
        if found > MOST_CHARACTERS {
            return Err(IndexError::LongQuery { most: MOST_CHARACTERS, found });
        }
        Ok(())
    }

    /// Understands any text.
    pub fn parse(text: &str, analyzer: &Analyzer) -> Self {
        let (excluded, asked): (Vec<_>, Vec<_>) =
            clauses(text).into_iter().partition(|clause| clause.excluded);
        let patterns = |clauses: &[Clause], form: fn(Form) -> bool| {
            let clauses = clauses.iter().filter(|clause| form(clause.form));
            clauses.filter_map(|clause| pattern(clause, analyzer)).collect::<Vec<_>>()
        };
        let quotes_matter_most = mostly_quoted(&asked);
        let quoted = asked.iter().filter(|clause| clause.form == Form::Phrase);
        let quoted = quoted.filter(|clause| pattern(clause, analyzer).is_some());
        let mut query = Self {
            terms: terms(&asked, analyzer),
            prefixes: Vec::new(),
            required: Vec::new(),
            wished: Vec::new(),
            quoted: quoted.map(|clause| clause.text.trim().to_owned()).collect(),
            insists: has_only_phrases(&asked),
            excluded: patterns(&excluded, |_| true),
            says_nothing: false,
            plain: asked.iter().map(|clause| clause.text).collect::<Vec<_>>().join(" "),
            text: text.to_owned(),
            respelt: Vec::new(),
            held_nowhere: Vec::new(),
        };
        for pattern in patterns(&asked, |form| form != Form::Words) {
            match pattern {
                Pattern::Phrase(phrase) if quotes_matter_most => query.required.push(phrase),
                Pattern::Phrase(phrase) => query.wished.push(phrase),
                Pattern::Prefix(prefix) => query.prefixes.push(prefix),
            }
        }
        query.leave_out_function_words(analyzer);
        query
    }

    /// Whether no word is looked for, so that no row is worth anything. A query that only excludes words is empty.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty() && self.prefixes.is_empty()
    }

    /// Whether all its words only ask for or join others, as in "where was he", and none stand in quotes: any text holds such.
    pub(crate) fn says_nothing(&self) -> bool {
        self.says_nothing
    }

    /// Whether there are words that must not be there.
    pub fn excludes(&self) -> bool {
        !self.excluded.is_empty()
    }

    /// What is looked for, without the syntax and without what must not be there: the text whose meaning counts.
    pub fn plain(&self) -> &str {
        &self.plain
    }

    /// The whole query with its syntax, words that stand for others replaced by these.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The words that no row has, and those that were meant, in order.
    pub fn respelt(&self) -> &[Respelt] {
        &self.respelt
    }

    /// The phrases that no row holds, as they were typed; where each is held, but not all that have to be there by one row, these.
    pub fn held_nowhere(&self) -> &[String] {
        &self.held_nowhere
    }

    /// Each phrase with how it was typed, and whether it has to be there.
    pub(crate) fn phrases(&self) -> impl Iterator<Item = (&Phrase, &str, bool)> {
        let required = self.required.iter().map(|phrase| (phrase, true));
        let all = required.chain(self.wished.iter().map(|phrase| (phrase, false)));
        all.zip(&self.quoted).map(|((phrase, is_required), typed)| (phrase, typed.as_str(), is_required))
    }

    /// The words of `text` that the query looks for, as ranges of bytes, in order and apart. Of a word with hyphens,
    /// the parts that are looked for; of a run without spaces, what its pairs cover.
    pub fn marks(&self, text: &str, analyzer: &Analyzer) -> Vec<Range<usize>> {
        let terms: HashSet<&str> = self.terms.iter().map(|(term, _)| term.as_str()).collect();
        let wanted =
            |term: &str| terms.contains(term) || self.prefixes.iter().any(|prefix| prefix.is_start_of(term));
        // What is looked for of each different word.
        let mut known = HashMap::<&str, Vec<Range<usize>>>::new();
        let mut marks: Vec<Range<usize>> = Vec::new();
        for Token { range: at, kind } in tokens(text) {
            let word = text.get(at.clone()).unwrap_or_default();
            let meet = || {
                let terms = analyzer.stored(word, kind).terms.into_iter();
                terms.filter(|term| wanted(&term.text)).map(|term| term.range).collect()
            };
            for range in known.entry(word).or_insert_with(meet) {
                let range = at.start + range.start..at.start + range.end;
                match marks.last_mut() {
                    Some(last) if range.start < last.end => last.end = last.end.max(range.end),
                    _ => marks.push(range),
                }
            }
        }
        marks
    }

    /// Each word that is looked for as it was typed, and a query for it alone.
    pub(crate) fn parts(&self, analyzer: &Analyzer) -> Vec<(String, Self)> {
        let alone = || Self { terms: Vec::new(), prefixes: Vec::new(), ..self.clone() };
        let mut typed = HashMap::<String, Range<usize>>::new();
        for term in analyzer.asked_terms(&self.plain) {
            typed.entry(term.text).or_insert(term.range);
        }
        let typed = |stem: &str| {
            typed.get(stem).and_then(|range| self.plain.get(range.clone())).unwrap_or(stem).to_owned()
        };
        let terms =
            self.terms.iter().map(|term| (typed(&term.0), Self { terms: vec![term.clone()], ..alone() }));
        let prefixes = self
            .prefixes
            .iter()
            .map(|prefix| (format!("{}*", prefix.start), Self { prefixes: vec![prefix.clone()], ..alone() }));
        terms.chain(prefixes).collect()
    }

    fn leave_out_function_words(&mut self, analyzer: &Analyzer) {
        let says_something = |term: &str| !analyzer.is_function_word(term);
        if !self.prefixes.is_empty() || self.terms.iter().any(|(term, _)| says_something(term)) {
            self.terms.retain(|(term, _)| says_something(term));
        } else {
            self.says_nothing = self.required.is_empty() && self.wished.is_empty();
        }
    }
}

/// Whether at least half of the words stand in quotes.
///
/// Who types a phrase and little else wants texts that hold it. A question that quotes somebody is another thing: of 63 such
/// questions about a story, the right scene didn't hold the phrase word by word in 26, and was shut out while it had to.
fn mostly_quoted(asked: &[Clause]) -> bool {
    let count = |quoted: bool| {
        let clauses = asked.iter().filter(|clause| (clause.form == Form::Phrase) == quoted);
        clauses.map(|clause| tokens(clause.text).count()).sum::<usize>()
    };
    count(true) >= count(false)
}

/// Whether there are phrases, and no word beside them that is asked for.
fn has_only_phrases(asked: &[Clause]) -> bool {
    all_with_words(asked, |clause| clause.form == Form::Phrase)
}

/// Whether a query says only what must not be there, so that nothing is asked for.
pub fn only_excludes(query: &str) -> bool {
    all_with_words(&clauses(query), |clause| clause.excluded)
}

/// Whether there are clauses with words, and all of them are such.
fn all_with_words(clauses: &[Clause], are_such: impl Fn(&Clause) -> bool) -> bool {
    let mut said = clauses.iter().filter(|clause| tokens(clause.text).next().is_some()).peekable();
    said.peek().is_some() && said.all(are_such)
}

impl Prefix {
    pub(crate) fn is_start_of(&self, term: &str) -> bool {
        term.starts_with(&self.start) || term == self.whole
    }
}

/// Each term of `clauses` once, in order, counted.
fn terms(clauses: &[Clause], analyzer: &Analyzer) -> Vec<(String, u32)> {
    let mut terms: Vec<(String, u32)> = Vec::new();
    let mut places = HashMap::<String, usize>::new();
    let words = clauses.iter().filter(|clause| clause.form != Form::Prefix);
    for term in words.flat_map(|clause| analyzer.asked_terms(clause.text)) {
        match places.get(&term.text).and_then(|place| terms.get_mut(*place)) {
            Some((_, count)) => *count += 1,
            None => {
                places.insert(term.text.clone(), terms.len());
                terms.push((term.text, 1));
            }
        }
    }
    terms
}

/// What `clause` says about a row; nothing if it has no words.
fn pattern(clause: &Clause, analyzer: &Analyzer) -> Option<Pattern> {
    if clause.form == Form::Prefix {
        let whole = analyzer.asked_terms(clause.text).next()?.text;
        let start = bare(fold(clause.text)).spelled.into_owned();
        return Some(Pattern::Prefix(Prefix { start, whole }));
    }
    let mut phrase = Phrase::new();
    let mut first = 0;
    let many = tokens(clause.text).nth(1).is_some();
    for Token { range, kind } in tokens(clause.text) {
        let found = analyzer.asked(clause.text.get(range).unwrap_or_default(), kind);
        let places = found.places;
        phrase.extend(found.phrase(many).map(|term| (term.text, first + term.position)));
        first += places;
    }
    (!phrase.is_empty()).then_some(Pattern::Phrase(phrase))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;

    fn parse(text: &str) -> WordQuery {
        WordQuery::parse(text, &Analyzer::new(Language::ENGLISH))
    }

    fn owned(terms: &[(&str, u32)]) -> Vec<(String, u32)> {
        terms.iter().map(|(term, number)| ((*term).to_owned(), *number)).collect()
    }

    #[test]
    fn function_words_are_left_out_unless_nothing_is_left() {
        for (text, terms) in [
            ("Who gave the dragon's gold to a dragon?", &[("give", 1), ("dragon", 2), ("gold", 1)][..]),
            ("who was it", &[("who", 1), ("be", 1), ("it", 1)]),
            ("the well-known man", &[("well-known", 1), ("well", 1), ("know", 1), ("man", 1)]),
            ("where drag*", &[]),
            ("", &[]),
        ] {
            assert_eq!(parse(text).terms, owned(terms), "{text}");
        }
    }

    #[test]
    fn phrases_keep_every_word_and_exclusions_are_not_looked_for() {
        let query = parse("\"to be or not\" -orcs -\"Jean-Luc the men\" -half-elf sail* -drag* \"Captain\"");
        assert_eq!(query.terms, owned(&[("captain", 1)]));
        assert_eq!(
            query.required,
            [owned(&[("to", 0), ("be", 1), ("or", 2), ("not", 3)]), owned(&[("captain", 0)])]
        );
        let excluded = [
            Pattern::Phrase(owned(&[("orc", 0)])),
            Pattern::Phrase(owned(&[("jean", 0), ("luc", 1), ("the", 2), ("man", 3)])),
            Pattern::Phrase(owned(&[("half-elf", 0)])),
            Pattern::Prefix(Prefix { start: "drag".to_owned(), whole: "drag".to_owned() }),
        ];
        assert_eq!(query.excluded, excluded);
        assert_eq!(query.prefixes, [Prefix { start: "sail".to_owned(), whole: "sail".to_owned() }]);
        assert_eq!(query.plain(), "to be or not sail Captain");
    }

    #[test]
    fn a_query_of_exclusions_only_is_empty() {
        for (text, empty, excludes) in [
            ("-orcs", true, true),
            ("?!", true, false),
            ("", true, false),
            ("orcs -x", false, true),
            ("a*", false, false),
        ] {
            let query = parse(text);
            assert_eq!((query.is_empty(), query.excludes()), (empty, excludes), "{text}");
        }
    }

    #[test]
    fn a_query_insists_where_it_is_nothing_but_phrases_and_asks_for_nothing_where_it_only_excludes() {
        for (text, insists, only_excludes) in [
            ("\"old harbour\"", true, false),
            ("\"old harbour\" \u{201e}the lamp\u{201c} -storm", true, false),
            ("\"old harbour\" ?", true, false),
            ("\"old harbour\" lamp", false, false),
            ("\"old harbour\" lam*", false, false),
            ("old harbour", false, false),
            ("\"\"", false, false),
            ("", false, false),
            ("-lamp", false, true),
            ("-\"the lamp\" -storm ...", false, true),
            ("-lamp storm", false, false),
        ] {
            let found = (parse(text).insists, super::only_excludes(text));
            assert_eq!(found, (insists, only_excludes), "{text}");
        }
    }

    #[test]
    fn a_query_that_is_too_long_says_so_and_the_limit() {
        assert!(WordQuery::check_length(&"é".repeat(MOST_CHARACTERS)).is_ok());
        let error = WordQuery::check_length(&"é".repeat(MOST_CHARACTERS + 1)).unwrap_err();
        assert_eq!(error.to_string(), "expected a query of at most 8192 characters, found one of 8193");
    }

    #[test]
    fn marks_are_whole_words_of_the_text() {
        let text = "The Dragons’ half-elf stole the well-known dragon's STORIES; a dragonfly";
        for (query, marked) in [
            ("dragon steal", &["Dragons", "stole", "dragon's"][..]),
            ("elf the", &["elf"]),
            ("half-elf", &["half-elf"]),
            ("story*", &["STORIES"]),
            ("dragon* -elf", &["Dragons", "dragon's", "dragonfly"]),
            ("the", &["The", "the"]),
            ("-dragon", &[]),
        ] {
            let marks = parse(query).marks(text, &Analyzer::new(Language::ENGLISH));
            assert_eq!(marks.into_iter().map(|range| &text[range]).collect::<Vec<_>>(), marked, "{query}");
        }
    }
}
