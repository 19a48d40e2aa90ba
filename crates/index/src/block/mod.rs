//! What rows are searched by, in pieces that can be kept elsewhere and fetched one by one: a block for a few hundred rows,
//! of which a query needs what is known of each row, the words it asks for, and the facets it is filtered by.
//!
//! An index that is put together of all blocks, with what the query needs of them, finds what one of all rows would, with the
//! same scores: how rare words are, what stands beside what and how long texts are is known of every row.

pub(crate) mod assembly;
pub(crate) mod facts;
pub(crate) mod lists;
pub(crate) mod lookups;

use std::collections::BTreeMap;

use crate::block::facts::Facts;
use crate::block::lists::{put_rows, put_words};
use crate::block::lookups::beginning;
use crate::bytes::numbers::put_text;
use crate::index::builder::group;
use crate::words::analysis;
use crate::words::cues;
use crate::{Analyzer, Damaged, Lexical, LexicalWriter, Row};

/// Gathers a block.
pub struct BlockWriter {
    words: LexicalWriter,
    facts: Vec<Facts>,
    /// Keys, with the rows that have each value.
    facets: BTreeMap<String, BTreeMap<String, Vec<u32>>>,
}

/// What some rows are searched by. Rows are numbered from 0 in the order in which they were added.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Block {
    /// What is known of each row.
    pub facts: Vec<u8>,
    /// How words are spelt.
    pub forms: Vec<u8>,
    /// Words, those together that begin alike, with what they begin with.
    pub words: Vec<(String, Vec<u8>)>,
    /// Values, those of one key together, with the key.
    pub facets: Vec<(String, Vec<u8>)>,
}

/// By which rules blocks are made of rows, beside the language. Blocks of other rules can't be put together.
pub fn block_recipe() -> String {
    format!("blocks 1\n{}", analysis::recipe())
}

impl BlockWriter {
    /// No rows yet.
    pub fn new(analyzer: &Analyzer) -> Self {
        Self { words: LexicalWriter::new(analyzer), facts: Vec::new(), facets: BTreeMap::new() }
    }

    /// Adds a row; vectors are left aside.
    pub fn add(&mut self, row: &Row<'_>) {
        let here = self.facts.len() as u32;
        for (key, value) in row.facets {
            let values = self.facets.entry((*key).to_owned()).or_default();
            let rows = values.entry((*value).to_owned()).or_default();
            if rows.last() != Some(&here) {
                rows.push(here);
            }
        }
        let length = self.words.add_counted(row.text, row.names);
        let (group, cues) = (group(row.group), cues::of_text(row.text));
        self.facts.push(Facts { group, day: row.day, length, cues });
    }

    /// The block.
    ///
    /// # Errors
    /// Never, but for damage of this process's own memory.
    pub fn finish(self) -> Result<Block, Damaged> {
        let mut facts = Vec::new();
        self.facts.iter().for_each(|row| row.put(&mut facts));
        let mut forms = Vec::new();
        for (form, times) in self.words.forms().iter() {
            put_text(form, &mut forms);
            forms.extend(times.to_le_bytes());
        }
        let facets = self.facets.into_iter().map(|(key, values)| {
            let mut bytes = Vec::new();
            values.iter().for_each(|(value, rows)| put_rows(value, rows, &mut bytes));
            (key, bytes)
        });
        Ok(Block { facts, forms, facets: facets.collect(), words: words(&self.words.finish())? })
    }
}

/// All terms of a lexical part, those together that begin alike.
fn words(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, Damaged> {
    let lexical = Lexical::open(bytes)?;
    let inverted = lexical.inverted();
    let mut words: Vec<(String, Vec<u8>)> = Vec::new();
    for record in inverted.with_prefix(b"")? {
        let record = record?;
        // Terms were texts.
        let term = std::str::from_utf8(record.key).unwrap_or_default();
        let start = beginning(term);
        if words.last().is_none_or(|(last, _)| last != start) {
            words.push((start.to_owned(), Vec::new()));
        }
        if let Some((_, bytes)) = words.last_mut() {
            put_words(term, inverted, &record, bytes)?;
        }
    }
    Ok(words)
}
