use naragtive_scene::Scalar;
use serde_json::Number;

use super::Key;
use crate::JsonKind;

/// One JSON value.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Node {
    #[default]
    Null,
    Flag(bool),
    Number(Number),
    Text(String),
    Array(Vec<Node>),
    /// Keys in order, each once.
    Object(Vec<(Key, Node)>),
}

const NULL: &Node = &Node::Null;

impl Node {
    pub(crate) fn kind(&self) -> JsonKind {
        match self {
            Self::Null => JsonKind::Null,
            Self::Flag(_) => JsonKind::Boolean,
            Self::Number(_) => JsonKind::Number,
            Self::Text(_) => JsonKind::String,
            Self::Array(_) => JsonKind::Array,
            Self::Object(_) => JsonKind::Object,
        }
    }

    /// What is under `key`; null where there is nothing.
    pub(crate) fn get(&self, key: &str) -> &Self {
        let Self::Object(values) = self else { return NULL };
        values.iter().find(|(name, _)| *name == key).map_or(NULL, |(_, value)| value)
    }

    /// What is under `key`, to be changed.
    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        let Self::Object(values) = self else { return None };
        values.iter_mut().find(|(name, _)| *name == key).map(|(_, value)| value)
    }

    /// Takes what is under `key`, and leaves null.
    pub(crate) fn take(&mut self, key: &str) -> Self {
        let Self::Object(values) = self else { return Self::Null };
        values
            .iter_mut()
            .find(|(name, _)| *name == key)
            .map(|(_, value)| std::mem::take(value))
            .unwrap_or_default()
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        !matches!(self.get(key), Self::Null)
    }

    pub(crate) fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }

    pub(crate) fn flag(&self) -> bool {
        matches!(self, Self::Flag(true))
    }

    /// The first of these members that is a number, a text or a flag.
    pub(crate) fn take_scalar(&mut self, keys: &[&str]) -> Scalar {
        let found = keys.iter().map(|key| self.take(key).scalar());
        found.reduce(|one, other| if one.is_none() { other } else { one }).unwrap_or_default()
    }

    /// The entries of an array; none of anything else.
    pub(crate) fn entries(self) -> Vec<Self> {
        if let Self::Array(entries) = self { entries } else { Vec::new() }
    }

    pub(crate) fn str(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// A stamp or an id. Databases wrap theirs: `{"$oid": …}`, `{"$date": …}`, `{"$numberLong": …}`.
    pub(crate) fn scalar(self) -> Scalar {
        match self {
            Self::Null | Self::Array(_) => Scalar::None,
            Self::Flag(flag) => Scalar::Flag(flag),
            Self::Number(number) => Scalar::Number(number),
            Self::Text(text) => Scalar::Text(text.into()),
            Self::Object(values) => {
                let wrapped = values.into_iter().find(|(name, _)| name.starts_with('$'));
                wrapped.map_or(Scalar::None, |(_, value)| value.scalar())
            }
        }
    }

    /// A name: a text, a number as text, or the name in an object that stands for somebody. None where it is empty.
    pub(crate) fn name(self) -> Option<String> {
        const NAMES: [&str; 8] =
            ["nickname", "displayName", "display_name", "name", "username", "real_name", "id", "$oid"];
        match self {
            Self::Text(text) => Some(text).filter(|text| !text.is_empty()),
            Self::Number(number) => Some(number.to_string()),
            mut object @ Self::Object(_) => NAMES.iter().find_map(|key| object.take(key).name()),
            _ => None,
        }
    }

    /// What is said: a text, or the texts of its parts. None where it is something else.
    pub(crate) fn prose(self) -> Option<String> {
        match self {
            Self::Null => Some(String::new()),
            Self::Text(text) => Some(text),
            Self::Number(number) => Some(number.to_string()),
            Self::Array(parts) => {
                let mut texts = parts.into_iter().filter_map(Self::part);
                let first = texts.next().unwrap_or_default();
                Some(texts.fold(first, |all, text| all + "\n\n" + &text))
            }
            Self::Object(_) => self.part(),
            Self::Flag(_) => None,
        }
    }

    /// The text of a part of a message; other parts are pictures and the like.
    fn part(mut self) -> Option<String> {
        match &self {
            Self::Text(_) => self.prose(),
            Self::Object(_) => ["text", "content", "message", "value", "body"]
                .iter()
                .find_map(|key| match self.take(key) {
                    Self::Text(text) => Some(text),
                    nested @ Self::Object(_) => nested.prose(),
                    _ => None,
                })
                .filter(|text| !text.is_empty()),
            _ => None,
        }
    }
}
