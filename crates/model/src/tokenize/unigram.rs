use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::added::apart;
use super::charsmap::CharsMap;
use super::lattice::UnigramPieces;
use super::pack::{Pack, key};
use super::rules::{ChangeRule, FIRST, Rules, SECOND};
use super::unigram_file::{made, refused};
use crate::error::ModelError;
use crate::identity::sum_of;

/// XLM-RoBERTa's tokenizer: the most probable way to put a text together from pieces, as SentencePiece finds it.
///
/// Source: Kudo, "Subword Regularization" (2018). The reference is the `tokenizers` crate; tests hold the two side by side.
pub(super) struct Unigram {
    pack: Pack,
    steps: Vec<Step>,
}

/// What is done to a text before it is cut.
enum Step {
    Table(CharsMap),
    /// Two spaces or more become this.
    Spaces(String),
}

/// Where what was read may be kept, and what is known of the files.
#[derive(Clone, Copy)]
pub(crate) struct Keeping<'a> {
    pub(crate) cache: Option<&'a Path>,
    /// SHA-256, by the names of files.
    pub(crate) sums: &'a BTreeMap<String, String>,
}

/// Where a word begins.
const MARK: char = '▁';
/// A shorter file is read as fast as a kept form is opened.
const WORTH_KEEPING: u64 = 1 << 20;

impl Unigram {
    /// Reads `tokenizer.json`, or what was kept of it.
    ///
    /// # Errors
    /// When it can't be read, is of another kind, or asks for anything that isn't computed here.
    pub(super) fn open(path: &Path, keeping: Keeping<'_>) -> Result<Self, ModelError> {
        let read = |source| ModelError::Read { path: path.to_owned(), source };
        let length = fs::metadata(path).map_err(read)?.len();
        let Some(cache) = keeping.cache.filter(|_| length >= WORTH_KEEPING) else {
            return Self::of(made(&fs::read(path).map_err(read)?, path)?, path);
        };
        let known = path.file_name().and_then(|name| keeping.sums.get(name.to_str()?));
        let (sum, bytes) = match known {
            Some(sum) => (sum.clone(), None),
            None => fs::read(path).map_err(read).map(|bytes| (sum_of(&bytes), Some(bytes)))?,
        };
        let key = key(&sum);
        let kept = kept(cache, key);
        if let Some(pack) = Pack::open(&kept, key) {
            return Self::of(pack, path);
        }
        let bytes = bytes.map_or_else(|| fs::read(path).map_err(read), Ok)?;
        let unigram = Self::of(made(&bytes, path)?, path)?;
        // That it can't be kept only means that the next time takes longer; the weights, which lie beside it, say so.
        let _ = unigram.pack.write(&kept, key);
        Ok(unigram)
    }

    fn of(pack: Pack, path: &Path) -> Result<Self, ModelError> {
        let damaged = |reason: &str| {
            let found = format!("a `Precompiled` table that is damaged: {reason}");
            refused(path, ("normalizer", "`Precompiled`, and spaces made one", found))
        };
        let mut tables = pack.tables();
        let mut steps = Vec::new();
        for change in &pack.rules.changes {
            steps.push(match change {
                ChangeRule::Spaces(with) => Step::Spaces(with.clone()),
                ChangeRule::Table(length) => {
                    let (own, rest) = tables.split_at_checked(*length).ok_or_else(|| damaged("it ends"))?;
                    tables = rest;
                    Step::Table(CharsMap::parse(own).map_err(damaged)?)
                }
            });
        }
        let mut unigram = Self { pack, steps };
        unigram.change_added();
        Ok(unigram)
    }

    /// Added tokens that are looked for in the changed text are changed like it.
    fn change_added(&mut self) {
        let [_, changed] = &self.pack.rules.added;
        let contents: Vec<String> = changed.iter().map(|added| self.changed(&added.content)).collect();
        let [_, changed] = &mut self.pack.rules.added;
        changed.iter_mut().zip(contents).for_each(|(added, content)| added.content = content);
        changed.retain(|added| !added.content.is_empty());
    }

    /// One more than the largest id.
    pub(super) fn vocabulary_size(&self) -> usize {
        self.pack.rules.vocabulary_size
    }

    /// What tells it from others: two are the same when all texts have the same tokens.
    pub(super) fn sum(&self) -> &str {
        &self.pack.rules.sum
    }

    /// The token that stands for what is no piece.
    pub(super) fn unknown(&self) -> u32 {
        self.pack.rules.unknown
    }

    /// The marks `<s>` and `</s>`, where two texts are put together as `<s> A </s></s> B </s>`.
    ///
    /// # Errors
    /// When they aren't, or there are no such marks; `path` is where the tokenizer is from.
    pub(super) fn marks_of_pair(&self, path: &Path) -> Result<[u32; 2], ModelError> {
        let Rules { marks, pair, .. } = &self.pack.rules;
        let required = |mark: Option<u32>, token| {
            mark.ok_or_else(|| ModelError::Vocabulary {
                path: path.to_owned(),
                reason: format!("expected the token `{token}`, found none"),
            })
        };
        let (start, end) = (required(marks[0], "<s>")?, required(marks[1], "</s>")?);
        if *pair == [start, FIRST, end, end, SECOND, end] {
            return Ok([start, end]);
        }
        let shown: Vec<String> = pair.iter().map(|id| shown(*id)).collect();
        let found = format!("[{}]", shown.join(", "));
        Err(refused(path, ("post_processor", "`<s> A </s></s> B </s>`", found)))
    }

    /// The ids of `text` with the marks around it, `most` of them at most: what is over is cut off before the last mark.
    pub(super) fn encode(&self, text: &str, most: usize) -> Vec<u32> {
        let [before, behind] = &self.pack.rules.single;
        let mut ids = before.clone();
        let room = most.saturating_sub(before.len() + behind.len());
        ids.extend(self.pieces(text, room));
        ids.extend(behind);
        ids
    }

    /// The pieces of `text`, the first `limit` of them.
    pub(super) fn pieces(&self, text: &str, limit: usize) -> Vec<u32> {
        let mut ids = Vec::new();
        let ([plain, changed], pieces) = (&self.pack.rules.added, self.pack.pieces());
        apart(text, plain, limit, &mut ids, &mut |part, ids| {
            let part = self.changed(part);
            apart(&part, changed, limit, ids, &mut |part, ids| self.words(pieces, part, limit, ids));
        });
        ids.truncate(limit);
        ids
    }

    fn changed(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for step in &self.steps {
            text = match step {
                Step::Table(table) => table.apply(&text),
                Step::Spaces(with) => one_space(&text, with),
            };
        }
        text
    }

    fn words(&self, pieces: UnigramPieces<'_>, text: &str, limit: usize, ids: &mut Vec<u32>) {
        if self.pack.rules.cut.at_spaces {
            for word in text.split_whitespace() {
                if ids.len() >= limit {
                    return;
                }
                self.word(pieces, word, limit, ids);
            }
        } else if !text.is_empty() {
            self.word(pieces, &text.replace(' ', "▁"), limit, ids);
        }
    }

    /// A word with a mark before it, cut before the marks within.
    fn word(&self, pieces: UnigramPieces<'_>, word: &str, limit: usize, ids: &mut Vec<u32>) {
        let cut = self.pack.rules.cut;
        let has_mark = word.starts_with(MARK) || !cut.marks_first;
        let marked = if has_mark { word.to_owned() } else { format!("{MARK}{word}") };
        let mut start = 0;
        if cut.at_marks {
            for (at, _) in marked.match_indices(MARK).filter(|(at, _)| *at > 0) {
                if ids.len() >= limit {
                    return;
                }
                pieces.best(&marked[start..at], ids);
                start = at;
            }
        }
        pieces.best(&marked[start..], ids);
    }
}

/// Where what was made of a tokenizer is kept.
fn kept(cache: &Path, key: u64) -> PathBuf {
    cache.join(format!("tokens-{key:016x}.bin"))
}

fn shown(id: u32) -> String {
    match id {
        SECOND => "B".into(),
        FIRST => "A".into(),
        id => id.to_string(),
    }
}

/// Two spaces or more become `with`.
fn one_space(text: &str, with: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("  ") {
        out.push_str(&rest[..at]);
        out.push_str(with);
        rest = rest[at..].trim_start_matches(' ');
    }
    out.push_str(rest);
    out
}
