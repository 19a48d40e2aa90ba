//! Words of a query that no row has, and those that were meant.

use std::cmp::Reverse;
use std::collections::HashMap;

use naragtive_text::{Kind, tokens};

use crate::search::dates::names_of_times;
use crate::segment::Segment;
use crate::words::analysis::parts;
use crate::words::bm25::phrase_rows;
use crate::words::forms::{Near, edits, folded, most_edits};
use crate::words::query_syntax::{Form, clauses};
use crate::{Analyzer, Bits, Damaged, Index, IndexError, Respelt, WordQuery};

/// So many letters at least has the name of a time that a word may stand for.
const LONG_NAME: usize = 6;

/// Understands a query that is put to all of `indexes`, which are of one language.
///
/// Unless it is meant `as_typed`, a word that no row has stands for the nearest one that some row has: one letter off from
/// four letters on, two from eight letters on; of several that are as near, the one that begins alike, then the one that is
/// met most often. What `is_word` knows is no slip, though no row has it. Months, days of the week and the like name a time
/// whether or not some row has them. What stands in quotes, what must not be there, beginnings with a star and numbers are
/// always as typed, and so are scripts without spaces, of which any part is found.
///
/// # Errors
/// If the query is longer than any may be, there is no index, or one is damaged.
pub fn ask(
    indexes: &[&Index],
    query: &str,
    as_typed: bool,
    is_word: &dyn Fn(&str) -> bool,
) -> Result<WordQuery, IndexError> {
    WordQuery::check_length(query)?;
    let first = indexes.first().ok_or(IndexError::NoIndex)?;
    let vocabulary = Vocabulary { analyzer: &first.analyzer, indexes, is_word };
    let (text, respelt) = if as_typed {
        (query.to_owned(), Vec::new())
    } else {
        vocabulary.respell(query).map_err(first.damaged())?
    };
    let mut words = WordQuery::parse(&text, &first.analyzer);
    words.respelt = respelt;
    words.held_nowhere = vocabulary.held_nowhere(&words).map_err(first.damaged())?;
    Ok(words)
}

impl Index {
    /// As [`ask`], for this index alone, where all that is known of words are its rows.
    ///
    /// # Errors
    /// As there.
    pub fn ask(&self, query: &str, as_typed: bool) -> Result<WordQuery, IndexError> {
        ask(&[self], query, as_typed, &|_| false)
    }
}

/// Whether a word of the query may stand for another one, as `has` knows no such term: then [`ask`] compares it with how words
/// are spelt. Where it says no, it doesn't.
pub(crate) fn may_be_respelt(query: &str, analyzer: &Analyzer, has: impl Fn(&str) -> bool) -> bool {
    words_that_may_be_wrong(query).any(|(_, word)| {
        let term = analyzer.asked_terms(word).next();
        term.is_some_and(|term| !analyzer.is_function_word(&term.text) && !has(&term.text))
    })
}

/// The words of all rows, and of a language.
struct Vocabulary<'a> {
    analyzer: &'a Analyzer,
    indexes: &'a [&'a Index],
    is_word: &'a dyn Fn(&str) -> bool,
}

impl<'a> Vocabulary<'a> {
    fn segments(&self) -> impl Iterator<Item = &'a Segment> {
        self.indexes.iter().flat_map(|index| &index.segments)
    }

    /// The phrases of a query that no row holds; where each is held by some row, those that have to be there and that none
    /// holds together.
    fn held_nowhere(&self, words: &WordQuery) -> Result<Vec<String>, Damaged> {
        let (mut nowhere, mut required) = (Vec::new(), Vec::new());
        let mut held_together = vec![None::<Bits>; self.segments().count()];
        for (phrase, typed, is_required) in words.phrases() {
            let mut is_held = false;
            for (segment, together) in self.segments().zip(&mut held_together) {
                let rows = phrase_rows(&segment.words()?, phrase)?;
                is_held |= rows.count() > 0;
                match together {
                    _ if !is_required => {}
                    Some(together) => together.intersect(&rows),
                    None => *together = Some(rows),
                }
            }
            if is_required {
                required.push(typed.to_owned());
            }
            if !is_held {
                nowhere.push(typed.to_owned());
            }
        }
        let are_together = held_together.iter().flatten().any(|rows| rows.count() > 0);
        Ok(if nowhere.is_empty() && !are_together { required } else { nowhere })
    }

    /// The query with words that are meant in the place of those that were typed, and which these are.
    fn respell(&self, query: &str) -> Result<(String, Vec<Respelt>), Damaged> {
        let (mut text, mut respelt, mut copied) = (String::new(), Vec::new(), 0);
        for (start, typed) in words_that_may_be_wrong(query) {
            if let Some(meant) = self.meant(typed)? {
                text.push_str(query.get(copied..start).unwrap_or_default());
                text.push_str(&meant);
                copied = start + typed.len();
                let typed = typed.to_owned();
                if !respelt.iter().any(|known: &Respelt| known.typed == typed) {
                    respelt.push(Respelt { typed, meant });
                }
            }
        }
        text.push_str(query.get(copied..).unwrap_or_default());
        Ok((text, respelt))
    }

    /// The word that is meant by `typed`, if no row has it and another word is near enough; of a word with hyphens each part
    /// by itself.
    fn meant(&self, typed: &str) -> Result<Option<String>, Damaged> {
        if self.is_known(typed)? {
            return Ok(None);
        }
        let (mut meant, mut copied) = (String::new(), 0);
        for part in parts(typed) {
            let word = typed.get(part.clone()).unwrap_or_default();
            if let Some(nearest) = self.nearest(word)? {
                meant.push_str(typed.get(copied..part.start).unwrap_or_default());
                meant.push_str(&nearest);
                copied = part.end;
            }
        }
        meant.push_str(typed.get(copied..).unwrap_or_default());
        Ok(Some(meant).filter(|_| copied > 0))
    }

    fn nearest(&self, word: &str) -> Result<Option<String>, Damaged> {
        let typed = folded(word);
        let most = most_edits(&typed);
        if most == 0 || self.is_known(word)? || (self.is_word)(&typed) {
            return Ok(None);
        }
        // A form of several segments, of several stores among them, is met as often as in all together.
        let mut near = HashMap::<&str, (usize, u64)>::new();
        for segment in self.segments() {
            segment.forms()?.each_near(&typed, most, |Near { form, times, edits }| {
                near.entry(form).or_insert((edits, 0)).1 += u64::from(times);
            });
        }
        // Shorter ones are too near to too many words.
        for name in names_of_times().filter(|name| name.len() >= LONG_NAME) {
            if let Some(edits) = edits(&typed, name, most) {
                near.entry(name).or_insert((edits, 0));
            }
        }
        let first = typed.chars().next();
        let place = |(form, (edits, times)): &(&str, (usize, u64))| {
            (*edits, form.chars().next() != first, Reverse(*times), (*form).to_owned())
        };
        Ok(near.into_iter().min_by_key(place).map(|(form, _)| as_written(form)))
    }

    /// Whether some row has the word in any of its forms, or it names a time, or it only asks or joins.
    fn is_known(&self, word: &str) -> Result<bool, Damaged> {
        if names_of_times().any(|name| word.eq_ignore_ascii_case(name)) {
            return Ok(true);
        }
        // Of a word with hyphens the first term is the whole; a part by itself doesn't make it known.
        let Some(term) = self.analyzer.asked_terms(word).next() else { return Ok(false) };
        if self.analyzer.is_function_word(&term.text) {
            return Ok(true);
        }
        for segment in self.segments() {
            if segment.words()?.find(&term.text)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// A form as people write it: a sigma that ends a word has a form of its own.
fn as_written(form: &str) -> String {
    form.strip_suffix('σ').map_or_else(|| form.to_owned(), |stem| format!("{stem}ς"))
}

/// The words that are looked for in any order, each with the byte where it starts.
fn words_that_may_be_wrong(query: &str) -> impl Iterator<Item = (usize, &str)> {
    let clauses = clauses(query).into_iter();
    let clauses = clauses.filter(|clause| clause.form == Form::Words && !clause.excluded);
    clauses.flat_map(|clause| {
        let words = tokens(clause.text).filter(|token| token.kind == Kind::Word);
        words.filter_map(move |token| Some((clause.at + token.range.start, clause.text.get(token.range)?)))
    })
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::*;
    use crate::{Builder, Fingerprint, IndexSettings, Language, Row};

    fn index(texts: &[&str]) -> Index {
        let (dimension, recipe, threads) = (2, String::new(), NonZeroUsize::MIN);
        let settings = IndexSettings { dimension, language: Language::ENGLISH, recipe, threads };
        let mut builder = Builder::in_memory(&settings);
        for text in texts {
            builder.add(&Row { text, names: &["Thorin"], ..Row::default() }).unwrap();
        }
        builder.finish(&Fingerprint([0; 32])).unwrap()
    }

    #[test]
    fn what_no_row_has_stands_for_the_nearest_word_that_one_has() {
        let index = index(&[
            "The keeper of the lighthouse slept in Zoë's well-kept room 1234.",
            "Keepers light lamps; the stories of a maiden were told in the north. Don't.",
            "A queen and her stories, and a queer thing. The queen's gold.",
            "Смотритель маяка. ο φάρος του νησιού",
        ]);
        for (query, expected) in [
            ("the keepr of the lihgthouse?", "the keeper of the lighthouse?"),
            ("mighthouse, fighthouse", "lighthouse, lighthouse"),
            ("Thorim the quees", "thorin the queen"),
            ("the SOTRIES", "the stories"),
            ("tell of the lighthouses", "tell of the lighthouses"),
            ("the wel-kept, well-keppt", "the wel-kept, well-kept"),
            ("\"the keepr\" -lihgthouse lihgt*", "\"the keepr\" -lihgthouse lihgt*"),
            ("  (keepr's) “keepr” „und keepr", "  (keeper) “keepr” „und keeper"),
            ("whcih maiden", "whcih maiden"),
            ("when would they dont", "when would they don't"),
            ("Zorbaxx and Qel", "Zorbaxx and Qel"),
            ("nort sea 1235 x234 é", "north sea 1235 x234 é"),
            ("zoé zöé", "zoé zöé"),
            ("смотрител маака", "смотритель маяка"),
            ("φαρως", "φαρος"),
            ("灯台の", "灯台の"),
            ("in December, on Tuesday or tomorrow", "in December, on Tuesday or tomorrow"),
            ("in Decembr 2023, on tuseday", "in december 2023, on tuesday"),
            ("the marsh of juna", "the marsh of juna"),
            ("", ""),
        ] {
            let found = index.ask(query, false).unwrap();
            assert_eq!(found.text(), expected, "{:?}", found.respelt());
            assert_eq!(found.respelt().is_empty(), query == expected);
            assert_eq!(index.ask(query, true).unwrap().text(), query);
        }
        let asked = index.ask("a keepr, and the kepeer by the keepr", false).unwrap();
        let said = asked.respelt().iter().map(|word| (word.typed.as_str(), word.meant.as_str()));
        assert_eq!(said.collect::<Vec<_>>(), [("keepr", "keeper"), ("kepeer", "keeper")]);
        assert_eq!(asked.plain(), "a keeper, and the keeper by the keeper");
    }

    #[test]
    fn a_word_of_the_language_is_no_slip_though_no_row_has_it() {
        let index = index(&["The tide is low near the old mill; a ring in the house."]);
        let is_word = |word: &str| ["hide", "gold", "king", "horse"].contains(&word);
        for (query, expected) in [
            ("Hide the gold, king of the horse-house", "Hide the gold, king of the horse-house"),
            ("hode the mil", "hode the mil"),
            ("the tidde and the KING by the mlil", "the tide and the KING by the mill"),
        ] {
            let asked = ask(&[&index], query, false, &is_word).unwrap();
            assert_eq!(asked.text(), expected, "{:?}", asked.respelt());
        }
        assert_eq!(index.ask("hide the gold", false).unwrap().text(), "tide the old");
    }

    #[test]
    fn of_words_as_near_the_one_that_begins_alike_is_meant_then_the_most_common_one() {
        let index =
            index(&["house house mouse mouse mouse", "horse louse louse", "a nouse", "a bear", "a bean"]);
        for (query, expected) in [("houze", "house"), ("housr", "house"), ("ouse", "mouse"), ("beax", "bean")]
        {
            assert_eq!(index.ask(query, false).unwrap().text(), expected, "{query}");
        }
    }
}
