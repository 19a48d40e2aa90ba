use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use crate::block::facts::Facts;
use crate::block::lists::{take_rows, take_words};
use crate::bytes::numbers::ByteReader;
use crate::search::chain::Chain;
use crate::search::spelling::may_be_respelt;
use crate::segment::row::KnownRow;
use crate::{
    Analyzer, Bits, Builder, Damaged, Fingerprint, Index, IndexError, IndexSettings, Row, RowVectors,
};

/// Puts an index together of blocks, as far as one query needs it: every row is there, with the words, facets and vectors
/// that were added.
#[derive(Debug, Clone, Default)]
pub struct Assembly {
    rows: Vec<Option<Facts>>,
    terms: Vec<String>,
    numbers: HashMap<String, u32>,
    /// For each row the numbers of terms and their positions.
    held: Vec<Vec<(u32, Vec<u32>)>>,
    facets: Vec<Vec<(String, String)>>,
    forms: BTreeMap<String, u32>,
}

impl Assembly {
    /// Of so many rows, of which nothing is known yet.
    pub fn new(rows: usize) -> Self {
        Self {
            rows: vec![None; rows],
            held: vec![Vec::new(); rows],
            facets: vec![Vec::new(); rows],
            ..Self::default()
        }
    }

    /// Adds what is known of a block's rows; `at` has the row of the index of each, here and below.
    ///
    /// # Errors
    /// If the bytes are not those of a block of so many rows, here and below.
    pub fn add_facts(&mut self, at: &[usize], facts: &[u8]) -> Result<(), Damaged> {
        let mut facts = ByteReader(facts);
        for row in at {
            let known = Facts::take(&mut facts).ok_or_else(|| damaged("facts"))?;
            *self.rows.get_mut(*row).ok_or_else(|| damaged("rows"))? = Some(known);
        }
        if facts.0.is_empty() { Ok(()) } else { Err(damaged("facts")) }
    }

    /// Adds the terms of some words of a block that are wanted and weren't added before.
    ///
    /// # Errors
    /// As above.
    pub fn add_words(
        &mut self,
        at: &[usize],
        mut words: &[u8],
        wanted: impl Fn(&str) -> bool,
    ) -> Result<(), Damaged> {
        while !words.is_empty() {
            let (term, held) = take_words(&mut words, &wanted).ok_or_else(|| damaged("words"))?;
            if held.is_empty() {
                continue;
            }
            let number = self.number(term);
            for (row, positions) in held {
                let row = at.get(row as usize).and_then(|row| self.held.get_mut(*row));
                row.ok_or_else(|| damaged("rows"))?.push((number, positions));
            }
        }
        Ok(())
    }

    fn number(&mut self, term: &str) -> u32 {
        if let Some(number) = self.numbers.get(term) {
            return *number;
        }
        let number = self.terms.len() as u32;
        self.terms.push(term.to_owned());
        self.numbers.insert(term.to_owned(), number);
        number
    }

    /// Adds the values under a key of a block.
    ///
    /// # Errors
    /// As above.
    pub fn add_facets(&mut self, at: &[usize], key: &str, mut values: &[u8]) -> Result<(), Damaged> {
        while !values.is_empty() {
            let (value, rows) = take_rows(&mut values).ok_or_else(|| damaged("facets"))?;
            for row in rows {
                let row = at.get(row as usize).and_then(|row| self.facets.get_mut(*row));
                row.ok_or_else(|| damaged("rows"))?.push((key.to_owned(), value.to_owned()));
            }
        }
        Ok(())
    }

    /// Adds how words are spelt in a block.
    ///
    /// # Errors
    /// As above.
    pub fn add_forms(&mut self, forms: &[u8]) -> Result<(), Damaged> {
        let mut forms = ByteReader(forms);
        while !forms.0.is_empty() {
            let (form, times) = forms.text().zip(forms.u32()).ok_or_else(|| damaged("spellings"))?;
            let sum = self.forms.entry(form.to_owned()).or_default();
            *sum = sum.saturating_add(times);
        }
        Ok(())
    }

    /// Whether some word of the query may stand for another one, so that spellings are needed to know.
    pub fn needs_forms(&self, query: &str, analyzer: &Analyzer) -> bool {
        may_be_respelt(query, analyzer, |term| self.numbers.contains_key(term))
    }

    /// The index. Rows for which `vectors` tells none have none.
    ///
    /// # Errors
    /// If a row is unknown, or a vector is of another dimension.
    pub fn index<'v>(
        &self,
        settings: &IndexSettings,
        vectors: impl Fn(usize) -> Option<&'v RowVectors>,
    ) -> Result<Index, IndexError> {
        let mut builder = Builder::in_memory(settings);
        builder.add_forms(self.forms.iter().map(|(form, times)| (form.as_str(), *times)))?;
        for (row, facts) in self.rows.iter().enumerate() {
            let facts = facts.as_ref().ok_or_else(|| damaged("all rows"));
            self.add_row(
                row,
                facts.map_err(IndexError::damaged(Path::new("")))?,
                vectors(row),
                &mut builder,
            )?;
        }
        // Nobody looks for this one in a folder.
        builder.finish(&Fingerprint([0; 32]))
    }

    fn add_row(
        &self,
        row: usize,
        facts: &Facts,
        own: Option<&RowVectors>,
        builder: &mut Builder,
    ) -> Result<(), IndexError> {
        let held = self.held.get(row).map(Vec::as_slice).unwrap_or_default();
        let terms = held.iter().filter_map(|(number, positions)| {
            Some((self.terms.get(*number as usize)?.as_str(), positions.as_slice()))
        });
        let terms: Vec<(&str, &[u32])> = terms.collect();
        let facets = self.facets.get(row).into_iter().flatten();
        let facets: Vec<(&str, &str)> = facets.map(|(key, value)| (key.as_str(), value.as_str())).collect();
        let passages = own.map(|own| refs(&own.passages)).unwrap_or_default();
        let windows = own.map(|own| refs(&own.windows)).unwrap_or_default();
        let known = KnownRow { group: facts.group, length: facts.length, cues: facts.cues, terms: &terms };
        let row =
            Row { day: facts.day, facets: &facets, passages: &passages, windows: &windows, ..Row::default() };
        builder.add_known(&row, &known)
    }
}

impl Index {
    /// The rows whose vectors say something about those in `keep`: a search that may find only these reads no others. Which
    /// rows have passages is told, as an index may have been put together without them.
    ///
    /// # Errors
    /// If the index is damaged.
    pub fn context(&self, keep: &Bits, has_passages: impl Fn(usize) -> bool) -> Result<Bits, IndexError> {
        let chain = Chain::new(self).map_err(self.damaged())?;
        Ok(chain.context_where(keep, has_passages))
    }
}

fn refs(vectors: &[Vec<f32>]) -> Vec<&[f32]> {
    vectors.iter().map(Vec::as_slice).collect()
}

fn damaged(what: &'static str) -> Damaged {
    Damaged::new("a block", what, "something else")
}
