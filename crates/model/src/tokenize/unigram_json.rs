use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::charsmap::CharsMap;
use super::lattice::Pieces;

/// What `tokenizer.json` says of a Unigram tokenizer.
#[derive(Deserialize)]
pub(super) struct UnigramJson<'a> {
    #[serde(borrow)]
    normalizer: Option<Normalizer<'a>>,
    pre_tokenizer: Option<PreTokenizer>,
    post_processor: Option<PostProcessor>,
    pub(super) model: Model,
    #[serde(default)]
    pub(super) added_tokens: Vec<AddedToken>,
}

#[derive(Deserialize)]
pub(super) struct Model {
    pub(super) unk_id: Option<u32>,
    pub(super) vocab: Pieces,
    #[serde(default)]
    byte_fallback: bool,
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
    pair: Vec<Item>,
    sep: Option<(String, u32)>,
    cls: Option<(String, u32)>,
}

/// A part of what two texts are put together to.
#[derive(Deserialize)]
enum Item {
    SpecialToken { id: String },
    Sequence { id: String },
}

/// A property that isn't supported: which, what would be, and what is there.
pub(super) type Strange = (&'static str, &'static str, String);

/// A step of what is done to a text before it is cut.
pub(super) enum Change {
    Table(CharsMap),
    /// Two spaces or more become this.
    Spaces(String),
}

/// How a text is cut into words.
#[derive(Clone, Copy)]
pub(super) struct Cut {
    /// At white space, which is dropped; else a space becomes the mark of a word's beginning.
    pub(super) at_spaces: bool,
    /// Before that mark, too.
    pub(super) at_marks: bool,
}

impl UnigramJson<'_> {
    /// # Errors
    /// For what this house doesn't compute.
    pub(super) fn check(&self) -> Result<(), Strange> {
        if self.model.byte_fallback {
            return Err(("byte_fallback", "false", "true".into()));
        }
        match self.added_tokens.iter().find(|token| token.single_word) {
            Some(token) => {
                Err(("added token", "one that may stand within a word", format!("`{}`", token.content)))
            }
            None => Ok(()),
        }
    }

    pub(super) fn changes(&self) -> Result<Vec<Change>, Strange> {
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
        let always = last.prepend_scheme.as_deref().unwrap_or("always") == "always";
        if !always || last.add_prefix_space == Some(false) || last.replacement.as_deref() != Some("▁") {
            return Err(("pre_tokenizer", "`▁` before every word", "another choice".into()));
        }
        Ok(Cut { at_spaces, at_marks: last.split.unwrap_or(true) })
    }

    /// The ids of a pair of the texts `first` and `second`, as the file wants it put together.
    pub(super) fn pair(&self, first: &[u32], second: &[u32], id: impl Fn(&str) -> Option<u32>) -> Vec<u32> {
        let Some(processor) = &self.post_processor else { return [first, second].concat() };
        if let ("RobertaProcessing", Some((_, sep)), Some((_, cls))) =
            (processor.r#type.as_str(), &processor.sep, &processor.cls)
        {
            return [&[*cls], first, &[*sep, *sep], second, &[*sep]].concat();
        }
        let part = |item: &Item| match item {
            Item::SpecialToken { id: name } => id(name).into_iter().collect(),
            Item::Sequence { id } => if id == "A" { first } else { second }.to_vec(),
        };
        processor.pair.iter().flat_map(part).collect()
    }
}

impl Normalizer<'_> {
    fn collect(&self, changes: &mut Vec<Change>) -> Result<(), Strange> {
        let refuse = |found| Err(("normalizer", "`Precompiled`, and spaces made one", found));
        match self.r#type.as_str() {
            "Sequence" => self.normalizers.iter().try_for_each(|part| part.collect(changes)),
            "Precompiled" => {
                let bytes = STANDARD.decode(self.precompiled_charsmap.as_deref().unwrap_or_default());
                let bytes = bytes.map_err(|error| error.to_string());
                match bytes.and_then(|bytes| CharsMap::parse(&bytes).map_err(str::to_owned)) {
                    Ok(table) => changes.push(Change::Table(table)),
                    Err(reason) => return refuse(format!("a `Precompiled` table that is damaged: {reason}")),
                }
                Ok(())
            }
            "Replace" => match (&self.pattern, &self.content) {
                (Some(Pattern::Regex(pattern)), Some(content)) if pattern == " {2,}" => {
                    changes.push(Change::Spaces(content.clone()));
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
