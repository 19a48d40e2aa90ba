//! From `tokenizer.json` to what texts are tokenized with.

use std::path::Path;

use serde::Deserialize;

use super::added::AddedText;
use super::pack::Pack;
use super::rules::{ChangeRule, FIRST, Rules, SECOND, added_ids, sum};
use super::trie::{Trie, TrieWriter};
use super::unigram_json::{AddedToken, Normalization, PieceList, Strange, UnigramJson};
use crate::error::ModelError;

/// The kind of a tokenizer, which is known before all else is read.
#[derive(Deserialize)]
struct Kind {
    model: Option<KindOfModel>,
}

#[derive(Deserialize)]
struct KindOfModel {
    r#type: Option<String>,
}

pub(super) fn refused(path: &Path, (what, expected, found): Strange) -> ModelError {
    ModelError::Unsupported { path: path.to_owned(), what, expected: expected.into(), found }
}

/// What the file's bytes say, in the form that texts are looked up in.
pub(super) fn made(bytes: &[u8], path: &Path) -> Result<Pack, ModelError> {
    let json = |reason| ModelError::Json { path: path.to_owned(), what: "tokenizer", reason };
    let file: UnigramJson<'_> = serde_json::from_slice(bytes).map_err(|error| json(reason(bytes, &error)))?;
    file.check().map_err(|strange| refused(path, strange))?;
    let trie = tree(&file.model.vocab);
    let (rules, changes) = rules(&file, &trie).map_err(|strange| refused(path, strange))?;
    let tables: Vec<u8> = changes.into_iter().filter_map(table).flatten().collect();
    let pack = Pack::new(&file.model.vocab.scores, &trie, &tables, rules);
    pack.ok_or_else(|| json("it is too large".into()))
}

/// A piece that stands twice keeps its last id; an empty one is never found.
fn tree(pieces: &PieceList) -> TrieWriter {
    let mut sorted: Vec<(&[u8], u32)> =
        pieces.iter().filter(|(text, _)| !text.is_empty()).map(|(text, id)| (text.as_bytes(), id)).collect();
    sorted.sort_unstable_by(|(one, id), (other, next)| one.cmp(other).then(next.cmp(id)));
    sorted.dedup_by(|(one, _), (other, _)| one == other);
    TrieWriter::new(&sorted)
}

/// All but the tables, which are in the changes.
fn rules(file: &UnigramJson<'_>, trie: &TrieWriter) -> Result<(Rules, Vec<Normalization>), Strange> {
    let TrieWriter { first, values, labels } = trie;
    let trie = Trie { first, values, labels };
    let pieces = &file.model.vocab;
    let known = |id: &u32| (*id as usize) < pieces.len();
    let Some(unknown) = file.model.unk_id.filter(known) else {
        let found = file.model.unk_id.map_or("none".into(), |id| format!("the id {id}, which no piece has"));
        return Err(("model", "an unknown token", found));
    };
    let of_piece = |text: &str| trie.get(text.as_bytes());
    let ids = added_ids(file, &of_piece);
    let added: Vec<(&AddedToken, u32)> = file.added_tokens.iter().zip(ids).collect();
    let special = |token: &str| {
        let of_added = added.iter().find(|(added, _)| added.content == token).map(|(_, id)| *id);
        of_added.or_else(|| of_piece(token))
    };
    let (single, changes) = (file.single(&special)?, file.changes()?);
    let all = added.iter().map(|(_, id)| id).chain(single.iter().flatten());
    let mut rules = Rules {
        changes: changes.iter().map(rule).collect(),
        cut: file.cut()?,
        added: [false, true].map(|normalized| added_where(&added, normalized)),
        unknown,
        by_bytes: file.model.byte_fallback,
        least: pieces.scores.iter().copied().fold(f64::INFINITY, f64::min),
        vocabulary_size: all.map(|id| *id as usize + 1).fold(pieces.len(), usize::max),
        single,
        marks: ["<s>", "</s>"].map(special),
        pair: file.pair([&[FIRST], &[SECOND]], &special),
        sum: String::new(),
    };
    rules.sum = sum(pieces, &changes, &added, &rules);
    Ok((rules, changes))
}

fn rule(change: &Normalization) -> ChangeRule {
    match change {
        Normalization::Table(table) => ChangeRule::Table(table.len()),
        Normalization::Spaces(with) => ChangeRule::Spaces(with.clone()),
    }
}

fn table(change: Normalization) -> Option<Vec<u8>> {
    match change {
        Normalization::Table(table) => Some(table),
        Normalization::Spaces(_) => None,
    }
}

/// The added tokens that are looked for in the changed text, or those that are in the text as it is.
fn added_where(added: &[(&AddedToken, u32)], normalized: bool) -> Vec<AddedText> {
    let own = added.iter().filter(|(token, _)| !token.content.is_empty() && token.normalized == normalized);
    own.map(|(token, id)| AddedText {
        content: token.content.clone(),
        id: *id,
        lstrip: token.lstrip,
        rstrip: token.rstrip,
    })
    .collect()
}

/// Why a file is none; that it is of another kind says more than what it lacks then.
fn reason(bytes: &[u8], error: &serde_json::Error) -> String {
    let kind = serde_json::from_slice::<Kind>(bytes).ok().and_then(|kind| kind.model?.r#type);
    match kind {
        Some(kind) if kind != "Unigram" => "expected a Unigram model, found another kind".into(),
        _ => error.to_string(),
    }
}
