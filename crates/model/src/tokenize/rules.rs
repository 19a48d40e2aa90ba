use serde::{Deserialize, Serialize};

use super::added::AddedText;
use super::unigram_json::{AddedToken, Cut, Normalization, PieceList, UnigramJson};
use crate::identity::sum_of;

/// All of a Unigram tokenizer but its pieces and the tables of what characters become.
#[derive(Serialize, Deserialize)]
pub(super) struct Rules {
    pub(super) changes: Vec<ChangeRule>,
    pub(super) cut: Cut,
    /// Texts that stand for a token wherever they occur: in the text as it is, and in the changed one.
    pub(super) added: [Vec<AddedText>; 2],
    pub(super) unknown: u32,
    /// Whether characters that are no piece are their bytes, where these are pieces.
    pub(super) by_bytes: bool,
    /// The score of the least probable piece.
    pub(super) least: f64,
    /// One more than the largest id.
    pub(super) vocabulary_size: usize,
    /// What stands before and behind a text.
    pub(super) single: [Vec<u32>; 2],
    /// The marks `<s>` and `</s>`, where there are such.
    pub(super) marks: [Option<u32>; 2],
    /// How two texts are put together; the ids [`FIRST`] and [`SECOND`] stand for them.
    pub(super) pair: Vec<u32>,
    /// SHA-256 of all that decides about the tokens of a text, in hex.
    pub(super) sum: String,
}

/// Pieces that no text has.
pub(super) const FIRST: u32 = u32::MAX - 1;
pub(super) const SECOND: u32 = u32::MAX;

/// A step of what is done to a text before it is cut.
#[derive(Serialize, Deserialize)]
pub(super) enum ChangeRule {
    /// The next table, which has so many bytes.
    Table(usize),
    /// Two spaces or more become this.
    Spaces(String),
}

/// The ids of added tokens, in their order. One that is a piece has that piece's id, others come after all pieces.
pub(super) fn added_ids(file: &UnigramJson<'_>, id: &impl Fn(&str) -> Option<u32>) -> Vec<u32> {
    let mut next = file.model.vocab.len() as u32;
    let mut seen: Vec<(&str, u32)> = Vec::new();
    for token in &file.added_tokens {
        let known = seen.iter().find(|(content, _)| *content == token.content).map(|(_, id)| *id);
        let id = known.or_else(|| id(&token.content)).unwrap_or_else(|| {
            next += 1;
            next - 1
        });
        seen.push((&token.content, id));
    }
    seen.into_iter().map(|(_, id)| id).collect()
}

/// The sum of what decides about the tokens of a text, however the file that says it is written: stores keep it as a part of
/// what a model is.
pub(super) fn sum(
    pieces: &PieceList,
    changes: &[Normalization],
    added: &[(&AddedToken, u32)],
    rules: &Rules,
) -> String {
    let mut bytes = Vec::from(*b"unigram, 1\n");
    for ((piece, _), score) in pieces.iter().zip(&pieces.scores) {
        bytes.extend(piece.as_bytes());
        bytes.push(0);
        bytes.extend(score.to_bits().to_le_bytes());
    }
    for change in changes {
        match change {
            Normalization::Table(table) => bytes.extend(format!("table {}\n", sum_of(table)).bytes()),
            Normalization::Spaces(with) => bytes.extend(format!("spaces {with:?}\n").bytes()),
        }
    }
    let Cut { at_spaces, at_marks, marks_first } = rules.cut;
    bytes.extend(format!("cut {at_spaces} {at_marks} {marks_first}\n").bytes());
    for (token, id) in added {
        let AddedToken { content, lstrip, rstrip, normalized, .. } = token;
        bytes.extend(format!("added {content:?} {id} {lstrip} {rstrip} {normalized}\n").bytes());
    }
    let [before, behind] = &rules.single;
    bytes.extend(format!("unknown {} {}, {before:?}, {behind:?}", rules.unknown, rules.by_bytes).bytes());
    sum_of(&bytes)
}
