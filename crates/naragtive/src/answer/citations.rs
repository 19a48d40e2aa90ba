use std::ops::{Range, RangeInclusive};

/// What numbers stand between, as models are told and as some do nevertheless.
const BRACKETS: [(char, char); 2] = [('[', ']'), ('【', '】')];
/// What is longer is no citation.
const LONGEST: usize = 40;
/// A range of more scenes than this says nothing.
const MOST: usize = 50;

/// The number of a scene in an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// Where it stands, in bytes, with its brackets.
    pub at: Range<usize>,
    /// The scene's number, from 1.
    pub number: usize,
    /// Whether there is such a scene among those that were given.
    pub is_known: bool,
}

/// The citations in an answer for which so many scenes were given: `[1, 3]`, `[1-2]` and `[2][4]` are two each.
pub fn citations(answer: &str, given: usize) -> Vec<Citation> {
    let mut found = Vec::new();
    for (open, c) in answer.char_indices() {
        let Some(close) = closing(c) else { continue };
        let from = open + c.len_utf8();
        let rest = answer.get(from..).unwrap_or_default();
        let Some(inside) = rest.find(close).and_then(|end| rest.get(..end)) else { continue };
        let at = open..from + inside.len() + close.len_utf8();
        found.extend(numbers(inside).into_iter().map(|number| Citation {
            at: at.clone(),
            number,
            is_known: (1..=given).contains(&number),
        }));
    }
    found
}

fn closing(open: char) -> Option<char> {
    BRACKETS.iter().find(|(known, _)| *known == open).map(|(_, close)| *close)
}

/// The numbers between two brackets; none where anything else stands there.
fn numbers(inside: &str) -> Vec<usize> {
    let parts: Option<Vec<RangeInclusive<usize>>> = inside.split([',', ';', '，', '、']).map(range).collect();
    parts.unwrap_or_default().into_iter().flatten().collect()
}

fn range(part: &str) -> Option<RangeInclusive<usize>> {
    // Some models say behind a dagger which line it is.
    let part = part.split('†').next().unwrap_or_default().trim();
    let number = |text: &str| text.trim().parse::<usize>().ok();
    match part.split_once(['-', '–']) {
        None => number(part).map(|one| one..=one),
        Some((from, to)) => {
            let (from, to) = (number(from)?, number(to)?);
            (from <= to && to - from < MOST).then_some(from..=to)
        }
    }
}

/// A piece of an answer: words, or the numbers of scenes between two brackets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerPiece {
    /// Words as they are.
    Words(String),
    /// What stands for scenes, with its brackets, and which scenes these are.
    Cited(String, Vec<Citation>),
}

/// Finds the citations in an answer that comes in pieces, cut anywhere.
#[derive(Debug)]
pub struct AnswerPieces {
    given: usize,
    /// What began with a bracket and may become a citation.
    held: String,
}

impl AnswerPieces {
    /// Of an answer for which so many scenes were given.
    pub fn new(given: usize) -> Self {
        Self { given, held: String::new() }
    }

    /// What is certain by now.
    pub fn push(&mut self, words: &str) -> Vec<AnswerPiece> {
        let (mut out, mut plain) = (Vec::new(), String::new());
        for c in words.chars() {
            if closing(c).is_some() {
                plain += &self.rest();
                self.held.push(c);
            } else if self.held.is_empty() {
                plain.push(c);
            } else {
                self.held.push(c);
                if self.held.chars().next().and_then(closing) == Some(c) {
                    match self.closed() {
                        cited @ AnswerPiece::Cited(..) => {
                            out.extend(words_of(&mut plain));
                            out.push(cited);
                        }
                        AnswerPiece::Words(words) => plain += &words,
                    }
                } else if self.held.len() > LONGEST || c == '\n' {
                    plain += &self.rest();
                }
            }
        }
        out.extend(words_of(&mut plain));
        out
    }

    /// What was held back, at the end of the answer.
    pub fn rest(&mut self) -> String {
        std::mem::take(&mut self.held)
    }

    fn closed(&mut self) -> AnswerPiece {
        let held = self.rest();
        match citations(&held, self.given) {
            none if none.is_empty() => AnswerPiece::Words(held),
            cited => AnswerPiece::Cited(held, cited),
        }
    }
}

fn words_of(plain: &mut String) -> Option<AnswerPiece> {
    Some(std::mem::take(plain)).filter(|words| !words.is_empty()).map(AnswerPiece::Words)
}

/// Marks, in an answer that comes in pieces, the citations of scenes that weren't given.
#[derive(Debug)]
pub struct Marker(AnswerPieces);

impl Marker {
    /// For an answer for which so many scenes were given.
    pub fn new(given: usize) -> Self {
        Self(AnswerPieces::new(given))
    }

    /// What can be shown by now.
    pub fn push(&mut self, piece: &str) -> String {
        self.0.push(piece).into_iter().map(marked).collect()
    }

    /// What was held back, at the end of the answer.
    pub fn rest(&mut self) -> String {
        self.0.rest()
    }
}

fn marked(piece: AnswerPiece) -> String {
    let (held, cited) = match piece {
        AnswerPiece::Words(words) => return words,
        AnswerPiece::Cited(held, cited) => (held, cited),
    };
    let unknown: Vec<String> =
        cited.iter().filter(|one| !one.is_known).map(|one| one.number.to_string()).collect();
    match unknown.len() {
        0 => held,
        1 => format!("{held}(no scene {} was given)", unknown.concat()),
        _ => format!("{held}(no scenes {} were given)", unknown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_brackets_are_citations_of_scenes_that_were_given_or_of_nothing() {
        for (answer, expected) in [
            ("", &[][..]),
            ("The ferry was late [1].", &[(1, true)]),
            ("Late [2][4], and [1, 3].", &[(2, true), (4, false), (1, true), (3, true)]),
            ("[1-3] [2–4]", &[(1, true), (2, true), (3, true), (2, true), (3, true), (4, false)]),
            ("[0] [-1] [1.5] [x] [] [1", &[(0, false)]),
            ("[ 3 ] [99999999999999999999]", &[(3, true)]),
            ("[note 1] [1 2] [3-1] [1-9999999]", &[]),
            ("Zoë [1; 2] 【3】【1†L4-L9】", &[(1, true), (2, true), (3, true), (1, true)]),
            ("[[2]]", &[(2, true)]),
        ] {
            let found: Vec<_> =
                citations(answer, 3).into_iter().map(|one| (one.number, one.is_known)).collect();
            assert_eq!(found, expected, "{answer}");
        }
        let one = &citations("Zoë [2].", 3)[0];
        assert_eq!(&"Zoë [2]."[one.at.clone()], "[2]");
    }

    #[test]
    fn a_citation_of_nothing_is_marked_however_the_answer_is_cut_up() {
        for (answer, expected) in [
            ("Late [2]. Then [7].", "Late [2]. Then [7](no scene 7 was given)."),
            ("[1, 8, 9]", "[1, 8, 9](no scenes 8, 9 were given)"),
            ("[a] [[4] [1", "[a] [[4](no scene 4 was given) [1"),
            ("[\n4] 【5】", "[\n4] 【5】(no scene 5 was given)"),
            ("Zoë", "Zoë"),
        ] {
            for size in [1, 2, 100] {
                let mut marker = Marker::new(3);
                let letters: Vec<char> = answer.chars().collect();
                let mut found: String = letters
                    .chunks(size)
                    .map(|piece| marker.push(&piece.iter().collect::<String>()))
                    .collect();
                found += &marker.rest();
                assert_eq!(found, expected, "{size}: {answer}");
            }
        }
    }
}
