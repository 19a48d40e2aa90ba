use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::{Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

/// What `tokenizer.json` says of a Unigram tokenizer.
#[derive(Deserialize)]
pub(super) struct UnigramJson<'a> {
    #[serde(borrow)]
    normalizer: Option<Normalizer<'a>>,
    pre_tokenizer: Option<PreTokenizer>,
    post_processor: Option<PostProcessor>,
    pub(super) model: UnigramModel,
    #[serde(default)]
    pub(super) added_tokens: Vec<AddedToken>,
}

#[derive(Deserialize)]
pub(super) struct UnigramModel {
    pub(super) unk_id: Option<u32>,
    pub(super) vocab: PieceList,
    #[serde(default)]
    pub(super) byte_fallback: bool,
}

/// The pieces in the order of their ids, with the logarithms of their probabilities.
#[derive(Default)]
pub(super) struct PieceList {
    text: String,
    /// Where each ends; it begins where the one before it does.
    ends: Vec<u32>,
    pub(super) scores: Vec<f64>,
}

#[derive(Deserialize)]
pub(super) struct AddedToken {
    pub(super) content: String,
    #[serde(default)]
    single_word: bool,
    #[serde(default)]
    pub(super) lstrip: bool,
    #[serde(default)]
    pub(super) rstrip: bool,
    #[serde(default)]
    pub(super) normalized: bool,
}

#[derive(Deserialize)]
struct Normalizer<'a> {
    r#type: String,
    #[serde(borrow)]
    precompiled_charsmap: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    normalizers: Vec<Normalizer<'a>>,
    pattern: Option<Pattern>,
    content: Option<String>,
}

#[derive(Deserialize)]
enum Pattern {
    Regex(String),
    String(String),
}

#[derive(Deserialize)]
struct PreTokenizer {
    r#type: String,
    replacement: Option<String>,
    add_prefix_space: Option<bool>,
    prepend_scheme: Option<String>,
    split: Option<bool>,
    #[serde(default)]
    pretokenizers: Vec<PreTokenizer>,
}

#[derive(Deserialize)]
struct PostProcessor {
    r#type: String,
    #[serde(default)]
    single: Vec<Item>,
    #[serde(default)]
    pair: Vec<Item>,
    #[serde(default)]
    special_tokens: BTreeMap<String, SpecialToken>,
    sep: Option<(String, u32)>,
    cls: Option<(String, u32)>,
}

#[derive(Deserialize)]
struct SpecialToken {
    ids: Vec<u32>,
}

/// A part of what one text or two are put together to.
#[derive(Deserialize)]
enum Item {
    SpecialToken { id: String },
    Sequence { id: String },
}

/// A property that isn't supported: which, what would be, and what is there.
pub(super) type Strange = (&'static str, &'static str, String);

/// A step of what is done to a text before it is cut, with the bytes of its table.
pub(super) enum Normalization {
    Table(Vec<u8>),
    /// Two spaces or more become this.
    Spaces(String),
}

/// How a text is cut into words.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Cut {
    /// At white space, which is dropped; else a space becomes the mark of a word's beginning.
    pub(super) at_spaces: bool,
    /// Before that mark, too.
    pub(super) at_marks: bool,
    /// Whether what has no such mark gets one.
    pub(super) marks_first: bool,
}

impl UnigramJson<'_> {
    /// # Errors
    /// For what this house doesn't compute.
    pub(super) fn check(&self) -> Result<(), Strange> {
        match self.added_tokens.iter().find(|token| token.single_word) {
            Some(token) => {
                Err(("added token", "one that may stand within a word", format!("`{}`", token.content)))
            }
            None => Ok(()),
        }
    }

    pub(super) fn changes(&self) -> Result<Vec<Normalization>, Strange> {
        let mut changes = Vec::new();
        if let Some(normalizer) = &self.normalizer {
            normalizer.collect(&mut changes)?;
        }
        Ok(changes)
    }

    pub(super) fn cut(&self) -> Result<Cut, Strange> {
        let expected = "`Metaspace`, alone or after `WhitespaceSplit`";
        let whole = self.pre_tokenizer.as_ref();
        let parts: Vec<&PreTokenizer> = match whole {
            Some(whole) if whole.r#type == "Sequence" => whole.pretokenizers.iter().collect(),
            whole => whole.into_iter().collect(),
        };
        let names: Vec<&str> = parts.iter().map(|part| part.r#type.as_str()).collect();
        let (at_spaces, last) = match (names.as_slice(), parts.last()) {
            (["Metaspace"], Some(last)) => (false, last),
            (["WhitespaceSplit", "Metaspace"], Some(last)) => (true, last),
            _ => return Err(("pre_tokenizer", expected, format!("`{}`", names.join("`, `")))),
        };
        let scheme = last.prepend_scheme.as_deref();
        let marks_first = match (scheme, last.add_prefix_space) {
            (Some("always"), _) | (None, None | Some(true)) => true,
            (Some("never"), _) | (None, Some(false)) => false,
            (Some(other), _) => {
                return Err(("prepend_scheme", "`always` or `never`", format!("`{other}`")));
            }
        };
        if last.replacement.as_deref() != Some("▁") {
            return Err(("pre_tokenizer", "`▁` where a word begins", "another mark".into()));
        }
        Ok(Cut { at_spaces, at_marks: last.split.unwrap_or(true), marks_first })
    }

    /// The ids that stand before and behind a text, as the file wants it put together.
    pub(super) fn single(&self, id: &impl Fn(&str) -> Option<u32>) -> Result<[Vec<u32>; 2], Strange> {
        let Some(processor) = &self.post_processor else { return Ok([Vec::new(), Vec::new()]) };
        if let ("RobertaProcessing" | "BertProcessing", Some((_, sep)), Some((_, cls))) =
            (processor.r#type.as_str(), &processor.sep, &processor.cls)
        {
            return Ok([vec![*cls], vec![*sep]]);
        }
        let at = processor.single.iter().position(|item| matches!(item, Item::Sequence { .. }));
        let Some(at) = at.filter(|_| processor.r#type == "TemplateProcessing") else {
            let found = format!("`{}`", processor.r#type);
            return Err(("post_processor", "one that puts marks around a text", found));
        };
        let ids =
            |items: &[Item]| items.iter().flat_map(|item| processor.ids(item, [&[], &[]], id)).collect();
        Ok([ids(&processor.single[..at]), ids(&processor.single[at + 1..])])
    }

    /// The ids of a pair of the texts `first` and `second`, as the file wants it put together.
    pub(super) fn pair(&self, texts: [&[u32]; 2], id: &impl Fn(&str) -> Option<u32>) -> Vec<u32> {
        let Some(processor) = &self.post_processor else { return texts.concat() };
        if let ("RobertaProcessing", Some((_, sep)), Some((_, cls))) =
            (processor.r#type.as_str(), &processor.sep, &processor.cls)
        {
            return [&[*cls], texts[0], &[*sep, *sep], texts[1], &[*sep]].concat();
        }
        processor.pair.iter().flat_map(|item| processor.ids(item, texts, id)).collect()
    }
}

impl PostProcessor {
    fn ids(&self, item: &Item, texts: [&[u32]; 2], id: &impl Fn(&str) -> Option<u32>) -> Vec<u32> {
        match item {
            Item::SpecialToken { id: name } => match self.special_tokens.get(name) {
                Some(token) => token.ids.clone(),
                None => id(name).into_iter().collect(),
            },
            Item::Sequence { id } => texts[usize::from(id != "A")].to_vec(),
        }
    }
}

impl Normalizer<'_> {
    fn collect(&self, changes: &mut Vec<Normalization>) -> Result<(), Strange> {
        let refuse = |found| Err(("normalizer", "`Precompiled`, and spaces made one", found));
        match self.r#type.as_str() {
            "Sequence" => self.normalizers.iter().try_for_each(|part| part.collect(changes)),
            "Precompiled" => {
                match STANDARD.decode(self.precompiled_charsmap.as_deref().unwrap_or_default()) {
                    Ok(bytes) => changes.push(Normalization::Table(bytes)),
                    Err(error) => return refuse(format!("a `Precompiled` table that is damaged: {error}")),
                }
                Ok(())
            }
            "Replace" => match (&self.pattern, &self.content) {
                (Some(Pattern::Regex(pattern)), Some(content)) if pattern == " {2,}" => {
                    changes.push(Normalization::Spaces(content.clone()));
                    Ok(())
                }
                (Some(Pattern::Regex(pattern) | Pattern::String(pattern)), _) => {
                    refuse(format!("`Replace` of `{pattern}`"))
                }
                (None, _) => refuse("`Replace` of nothing".into()),
            },
            other => refuse(format!("`{other}`")),
        }
    }
}

impl PieceList {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Each with its id.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, u32)> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let spans = starts.zip(&self.ends).zip(0..);
        spans.map(|((start, end), id)| (&self.text[start as usize..*end as usize], id))
    }

    fn push(&mut self, piece: &str, score: f64) {
        self.text.push_str(piece);
        self.ends.push(self.text.len() as u32);
        self.scores.push(score);
    }
}

impl<'de> Deserialize<'de> for PieceList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List;

        impl<'de> Visitor<'de> for List {
            type Value = PieceList;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of pieces with their scores")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<PieceList, A::Error> {
                let mut pieces = PieceList::default();
                while let Some(Piece(piece, score)) = list.next_element()? {
                    pieces.push(&piece, score);
                }
                Ok(pieces)
            }
        }

        /// Borrowed from the file where nothing in it is escaped.
        #[derive(Deserialize)]
        struct Piece<'a>(#[serde(borrow)] Cow<'a, str>, f64);

        deserializer.deserialize_seq(List)
    }
}
