use std::collections::HashMap;

use naragtive_text::{Kind, Token, tokens};

use crate::words::forms::FormsWriter;
use crate::words::inverted::{Inverted, InvertedWriter, Record};
use crate::{Analyzer, Damaged};

const MAGIC: &[u8; 8] = b"nrgtLEX1";

/// Makes the lexical part of a segment. Memory grows with the text that was added: see [`Self::size`].
pub struct LexicalWriter {
    analyzer: Analyzer,
    inverted: InvertedWriter,
    /// The number of terms in each row's text.
    lengths: Vec<u8>,
    known: HashMap<Box<str>, Known>,
    row: Vec<(u32, u32)>,
}

/// What a word comes to, so that each is analysed once.
struct Known {
    /// The number and the place of each of its terms.
    terms: Vec<(u32, u32)>,
    places: u32,
    /// How many of the terms count.
    counted: u32,
    /// How often it was met.
    times: u32,
}

impl LexicalWriter {
    /// No rows yet.
    pub fn new(analyzer: &Analyzer) -> Self {
        let (inverted, lengths, known, row) = Default::default();
        Self { analyzer: analyzer.clone(), inverted, lengths, known, row }
    }

    /// Adds the next row. `names` count like words of the text that have no place in it.
    pub fn add(&mut self, text: &str, names: &[&str]) {
        self.add_counted(text, names);
    }

    /// The same; how many terms the text has.
    pub(crate) fn add_counted(&mut self, text: &str, names: &[&str]) -> u32 {
        self.row.clear();
        let length = self.collect(text);
        self.lengths.extend(length.to_le_bytes());
        self.post(|inverted, number, positions| inverted.post(number, positions));

        self.row.clear();
        for name in names {
            self.collect(name);
        }
        // A term that is in the text too was posted above, and the second posting is ignored.
        self.post(|inverted, number, _| inverted.post(number, &[]));
        self.inverted.end_row();
        length
    }

    /// Adds the next row by what is known of it: how many terms its text has, and some of these with their positions.
    pub(crate) fn add_known(&mut self, length: u32, terms: &[(&str, &[u32])]) {
        self.lengths.extend(length.to_le_bytes());
        for (term, positions) in terms {
            let number = self.inverted.number(term.as_bytes());
            self.inverted.post(number, positions);
        }
        self.inverted.end_row();
    }

    /// About how many bytes of memory are held.
    pub fn size(&self) -> usize {
        self.inverted.size() + self.lengths.len() + self.known.len() * (size_of::<Known>() + 40)
    }

    /// The words of all rows as they are spelt.
    pub(crate) fn forms(&self) -> FormsWriter {
        let mut forms = FormsWriter::default();
        self.known.iter().for_each(|(word, known)| forms.add(word, known.times));
        forms
    }

    /// The bytes to store.
    pub fn finish(self) -> Vec<u8> {
        self.inverted.finish(MAGIC, &self.lengths)
    }

    /// Adds the terms of `text` to this row's, each with its position. How many of them count.
    fn collect(&mut self, text: &str) -> u32 {
        let (mut position, mut length) = (0u32, 0u32);
        for Token { range, kind } in tokens(text) {
            let Some(word) = text.get(range) else { continue };
            // Few runs without spaces come again.
            let fresh = (kind == Kind::Unspaced).then(|| self.meet(word, kind));
            if fresh.is_none() && !self.known.contains_key(word) {
                let known = self.meet(word, kind);
                self.known.insert(word.into(), known);
            }
            if let Some(known) = self.known.get_mut(word) {
                known.times = known.times.saturating_add(1);
            }
            let Some(known) = fresh.as_ref().or_else(|| self.known.get(word)) else { continue };
            self.row
                .extend(known.terms.iter().map(|(number, place)| (*number, position.saturating_add(*place))));
            position = position.saturating_add(known.places);
            length = length.saturating_add(known.counted);
        }
        length
    }

    fn meet(&mut self, word: &str, kind: Kind) -> Known {
        let found = self.analyzer.stored(word, kind);
        let counted = found.terms.iter().filter(|term| term.counted).count() as u32;
        let numbered =
            found.terms.iter().map(|term| (self.inverted.number(term.text.as_bytes()), term.position));
        Known { terms: numbered.collect(), places: found.places, counted, times: 0 }
    }

    /// Calls `post` with each term of this row and its positions in order.
    fn post(&mut self, post: impl Fn(&mut InvertedWriter, u32, &[u32])) {
        self.row.sort_unstable();
        let mut positions = Vec::new();
        for same in self.row.chunk_by(|a, b| a.0 == b.0) {
            positions.clear();
            positions.extend(same.iter().map(|(_, position)| *position));
            if let Some((number, _)) = same.first() {
                post(&mut self.inverted, *number, &positions);
            }
        }
    }
}

/// The lexical part of a segment: which words are in which rows, and where.
#[derive(Clone, Copy)]
pub struct Lexical<'a> {
    inverted: Inverted<'a>,
}

impl<'a> Lexical<'a> {
    /// Looks at the header and the length only. What is damaged further down is found when it is read, before it
    /// changes an answer: each part has its check.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Damaged> {
        Ok(Self { inverted: Inverted::open("the lexical part of the index", MAGIC, bytes)? })
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.inverted.rows()
    }

    /// Reads everything.
    pub fn verify(&self) -> Result<(), Damaged> {
        self.lengths()?;
        self.inverted.verify()
    }

    /// The number of terms in each row's text, as little-endian numbers.
    pub(crate) fn lengths(&self) -> Result<&'a [[u8; 4]], Damaged> {
        let lengths = self.inverted.extra()?.as_chunks().0;
        let complete = lengths.len() == self.rows();
        if complete { Ok(lengths) } else { Err(self.inverted.damaged("a length for each row")) }
    }

    pub(crate) fn find(&self, term: &str) -> Result<Option<Record<'a>>, Damaged> {
        self.inverted.find(term.as_bytes())
    }

    pub(crate) fn inverted(&self) -> &Inverted<'a> {
        &self.inverted
    }
}
