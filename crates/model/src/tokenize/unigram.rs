use std::path::Path;

use serde::Deserialize;

use super::lattice::Pieces;
use super::unigram_json::{AddedToken, Change, Cut, Strange, UnigramJson};
use crate::error::ModelError;

/// XLM-RoBERTa's tokenizer: the most probable way to put a text together from pieces, as SentencePiece finds it.
///
/// Source: Kudo, "Subword Regularization" (2018). The reference is the `tokenizers` crate; tests hold the two side by side.
pub(super) struct Unigram {
    pieces: Pieces,
    changes: Vec<Change>,
    cut: Cut,
    /// Texts that stand for a token wherever they occur: in the text as it is, and in the changed one.
    added: [Vec<Added>; 2],
    unknown: u32,
    vocabulary_size: usize,
    pub(super) start: u32,
    pub(super) end: u32,
}

struct Added {
    content: String,
    id: u32,
    /// White space before and after belongs to it.
    lstrip: bool,
    rstrip: bool,
}

/// Where a word begins.
const MARK: char = '▁';

/// The kind of a tokenizer, which is known before all else is read.
#[derive(Deserialize)]
struct Kind {
    model: Option<KindOfModel>,
}

#[derive(Deserialize)]
struct KindOfModel {
    r#type: Option<String>,
}

impl Unigram {
    /// Reads `tokenizer.json`.
    ///
    /// # Errors
    /// When it can't be read, is of another kind, lacks `<s>` or `</s>`, asks for anything that isn't computed here, or
    /// puts two texts together in another way than `<s> A </s></s> B </s>`.
    pub(super) fn open(path: &Path) -> Result<Self, ModelError> {
        let bytes = std::fs::read(path);
        let bytes = bytes.map_err(|source| ModelError::Read { path: path.to_owned(), source })?;
        let json = |reason| ModelError::Json { path: path.to_owned(), what: "tokenizer", reason };
        let file: UnigramJson<'_> =
            serde_json::from_slice(&bytes).map_err(|error| json(reason(&bytes, &error)))?;
        let refuse = |(what, expected, found): Strange| ModelError::Unsupported {
            path: path.to_owned(),
            what,
            expected: expected.into(),
            found,
        };
        file.check().map_err(refuse)?;
        let (changes, cut) = (file.changes().map_err(refuse)?, file.cut().map_err(refuse)?);
        let known = |id: &u32| (*id as usize) < file.model.vocab.len();
        let Some(unknown) = file.model.unk_id.filter(known) else {
            let found =
                file.model.unk_id.map_or("none".into(), |id| format!("the id {id}, which no piece has"));
            return Err(refuse(("model", "an unknown token", found)));
        };
        let ids = added_ids(&file);
        let vocabulary_size = ids.iter().map(|id| *id as usize + 1).fold(file.model.vocab.len(), usize::max);
        let special = |token: &str| {
            let added = file.added_tokens.iter().zip(&ids).find(|(added, _)| added.content == token);
            added.map(|(_, id)| *id).or_else(|| file.model.vocab.id(token))
        };
        let required = |token: &str| {
            special(token).ok_or_else(|| ModelError::Vocabulary {
                path: path.to_owned(),
                reason: format!("expected the token `{token}`, found none"),
            })
        };
        let (start, end) = (required("<s>")?, required("</s>")?);
        let mut unigram = Self {
            pieces: Pieces::default(),
            changes,
            cut,
            added: [Vec::new(), Vec::new()],
            unknown,
            vocabulary_size,
            start,
            end,
        };
        for (token, id) in file.added_tokens.iter().zip(&ids).filter(|(token, _)| !token.content.is_empty()) {
            unigram.add(token, *id);
        }
        // Two pieces that no text has stand for the texts.
        let [first, second] = [[u32::MAX - 1], [u32::MAX]];
        let found = file.pair(&first, &second, special);
        let expected = [&[start], &first[..], &[end, end], &second, &[end]].concat();
        if found != expected {
            let shown: Vec<String> = found.iter().map(|id| shown(*id)).collect();
            let found = format!("[{}]", shown.join(", "));
            return Err(refuse(("post_processor", "`<s> A </s></s> B </s>`", found)));
        }
        unigram.pieces = file.model.vocab;
        Ok(unigram)
    }

    fn add(&mut self, token: &AddedToken, id: u32) {
        let content = if token.normalized { self.changed(&token.content) } else { token.content.clone() };
        let added = Added { content, id, lstrip: token.lstrip, rstrip: token.rstrip };
        self.added[usize::from(token.normalized)].push(added);
    }

    /// One more than the largest id.
    pub(super) fn vocabulary_size(&self) -> usize {
        self.vocabulary_size
    }

    /// The pieces of `text`.
    pub(super) fn pieces(&self, text: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        let [plain, changed] = &self.added;
        apart(text, plain, &mut ids, &mut |part, ids| {
            let part = self.changed(part);
            apart(&part, changed, ids, &mut |part, ids| self.words(part, ids));
        });
        ids
    }

    fn changed(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for change in &self.changes {
            text = match change {
                Change::Table(table) => table.apply(&text),
                Change::Spaces(with) => one_space(&text, with),
            };
        }
        text
    }

    fn words(&self, text: &str, ids: &mut Vec<u32>) {
        if self.cut.at_spaces {
            text.split_whitespace().for_each(|word| self.word(word, ids));
        } else if !text.is_empty() {
            self.word(&text.replace(' ', "▁"), ids);
        }
    }

    /// A word with a mark before it, cut before the marks within.
    fn word(&self, word: &str, ids: &mut Vec<u32>) {
        let marked = if word.starts_with(MARK) { word.to_owned() } else { format!("{MARK}{word}") };
        let mut start = 0;
        if self.cut.at_marks {
            for (at, _) in marked.match_indices(MARK).skip(1) {
                self.pieces.best(&marked[start..at], self.unknown, ids);
                start = at;
            }
        }
        self.pieces.best(&marked[start..], self.unknown, ids);
    }
}

/// A token that is a piece has that piece's id, others come after all pieces, in order.
fn added_ids(file: &UnigramJson<'_>) -> Vec<u32> {
    let mut next = file.model.vocab.len() as u32;
    let mut seen: Vec<(&str, u32)> = Vec::new();
    for token in &file.added_tokens {
        let known = seen.iter().find(|(content, _)| *content == token.content).map(|(_, id)| *id);
        let id = known.or_else(|| file.model.vocab.id(&token.content)).unwrap_or_else(|| {
            next += 1;
            next - 1
        });
        seen.push((&token.content, id));
    }
    seen.into_iter().map(|(_, id)| id).collect()
}

/// Why a file is none; that it is of another kind says more than what it lacks then.
fn reason(bytes: &[u8], error: &serde_json::Error) -> String {
    let kind = serde_json::from_slice::<Kind>(bytes).ok().and_then(|kind| kind.model?.r#type);
    match kind {
        Some(kind) if kind != "Unigram" => "expected a Unigram model, found another kind".into(),
        _ => error.to_string(),
    }
}

fn shown(id: u32) -> String {
    match id {
        u32::MAX => "B".into(),
        id if id == u32::MAX - 1 => "A".into(),
        id => id.to_string(),
    }
}

/// Gives the ids of the tokens in `text` to `ids`, and what is between them to `other`. Of tokens that begin at one place
/// the longest counts.
fn apart(text: &str, tokens: &[Added], ids: &mut Vec<u32>, other: &mut impl FnMut(&str, &mut Vec<u32>)) {
    let mut done = 0;
    let mut at = 0;
    while at < text.len() {
        let here = tokens.iter().filter(|token| text.as_bytes()[at..].starts_with(token.content.as_bytes()));
        let Some(token) = here.max_by_key(|token| token.content.len()) else {
            at += 1;
            continue;
        };
        let mut end = at + token.content.len();
        let before = &text[done.min(at)..at];
        let start = if token.lstrip { at - (before.len() - before.trim_end().len()) } else { at };
        if start > done {
            other(&text[done..start], ids);
        }
        ids.push(token.id);
        at = end;
        if token.rstrip {
            end += text[end..].len() - text[end..].trim_start().len();
        }
        done = end;
    }
    if let Some(rest) = text.get(done..).filter(|rest| !rest.is_empty()) {
        other(rest, ids);
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
