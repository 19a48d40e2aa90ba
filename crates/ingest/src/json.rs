//! JSON read leniently: a value of another kind than expected is kept as the kind it is, so that the
//! parser of a format can say where it stands. What a format doesn't name is passed over unread.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};

use crate::{IngestError, JsonKind, Place};

/// One JSON value: an object is read as `O`, the entries of an array as `A`.
#[derive(Debug, Default)]
pub(crate) enum Json<O = IgnoredAny, A = IgnoredAny> {
    /// `null`, or a key that isn't there.
    #[default]
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    Object(O),
    Array(Vec<A>),
}

/// Reads `text` as one JSON value.
///
/// # Errors
/// When it isn't JSON; with the line and the column.
pub(crate) fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, IngestError> {
    serde_json::from_str(text).map_err(|error| syntax(&error, 0))
}

/// The error of the JSON parser as ours, `lines` below where it thinks it is.
pub(crate) fn syntax(error: &serde_json::Error, lines: usize) -> IngestError {
    let (line, column) = (error.line() + lines, error.column());
    let said = error.to_string();
    let problem = said.split(" at line ").next().unwrap_or_default().to_owned();
    if error.is_eof() {
        IngestError::CutShort { line, column, problem }
    } else {
        IngestError::NotJson { line, column, problem }
    }
}

/// What can be told from the head of a JSON text without reading it all.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    /// Whether it is an array.
    pub(crate) is_array: bool,
    /// The first of the wanted keys that its object has, or the first object in its array.
    pub(crate) key: Option<String>,
}

/// Looks for one of `wanted` among the keys of the object that `text` is, or of the first one in the
/// array that it is. None if it begins as neither; what stands behind the key is not read.
pub(crate) fn head(text: &str, wanted: &[&str]) -> Option<Head> {
    let trimmed = text.trim_start();
    let is_array = trimmed.starts_with('[');
    if !is_array && !trimmed.starts_with('{') {
        return None;
    }
    let mut key = None;
    // Once the key is found, or there is none, the rest of the text doesn't matter, nor does its error.
    let _ = KeySeeker { wanted, key: &mut key }.deserialize(&mut serde_json::Deserializer::from_str(trimmed));
    Some(Head { is_array, key })
}

struct KeySeeker<'a> {
    wanted: &'a [&'a str],
    key: &'a mut Option<String>,
}

impl<'de> DeserializeSeed<'de> for KeySeeker<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for KeySeeker<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if self.wanted.contains(&key.as_str()) {
                *self.key = Some(key);
                return Err(serde::de::Error::custom("found"));
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut entries: S) -> Result<(), S::Error> {
        entries.next_element_seed(KeySeeker { wanted: self.wanted, key: self.key })?;
        Err(serde::de::Error::custom("only the first entry is looked at"))
    }
}

impl<O, A> Json<O, A> {
    pub(crate) fn kind(&self) -> JsonKind {
        match self {
            Self::Null => JsonKind::Null,
            Self::Bool(_) => JsonKind::Boolean,
            Self::Number(_) => JsonKind::Number,
            Self::Text(_) => JsonKind::String,
            Self::Object(_) => JsonKind::Object,
            Self::Array(_) => JsonKind::Array,
        }
    }

    /// The text, none for null, and an error for anything else.
    pub(crate) fn string(self, place: Place) -> Result<Option<String>, IngestError> {
        match self {
            Self::Null => Ok(None),
            Self::Text(text) => Ok(Some(text)),
            other => Err(other.unexpected(place, "a string")),
        }
    }

    /// A name or an id: a text, or a number taken as text.
    pub(crate) fn label(self, place: Place) -> Result<Option<String>, IngestError> {
        match self {
            Self::Number(number) => Ok(Some(number.to_string())),
            Self::Null | Self::Text(_) => self.string(place),
            other => Err(other.unexpected(place, "a string or a number")),
        }
    }

    /// The value as it is, unless it is an array or an object.
    pub(crate) fn scalar(self, place: Place) -> Result<Value, IngestError> {
        match self {
            Self::Null => Ok(Value::Null),
            Self::Bool(flag) => Ok(Value::Bool(flag)),
            Self::Number(number) => Ok(Value::Number(number)),
            Self::Text(text) => Ok(Value::String(text)),
            other => Err(other.unexpected(place, "a string or a number")),
        }
    }

    pub(crate) fn object(self, place: Place) -> Result<O, IngestError> {
        match self {
            Self::Object(object) => Ok(object),
            other => Err(other.unexpected(place, "an object")),
        }
    }

    pub(crate) fn unexpected(&self, place: Place, expected: &'static str) -> IngestError {
        IngestError::WrongKind { place, expected, found: self.kind() }
    }
}

impl<'de, O: Deserialize<'de>, A: Deserialize<'de>> Deserialize<'de> for Json<O, A> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyKind(PhantomData))
    }
}

struct AnyKind<O, A>(PhantomData<(O, A)>);

impl<'de, O: Deserialize<'de>, A: Deserialize<'de>> Visitor<'de> for AnyKind<O, A> {
    type Value = Json<O, A>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Json::Bool(flag))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Number::from_f64(number).map_or(Json::Null, Json::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Self::Value, M::Error> {
        O::deserialize(MapAccessDeserializer::new(map)).map(Json::Object)
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut entries: S) -> Result<Self::Value, S::Error> {
        let mut array = Vec::new();
        while let Some(entry) = entries.next_element()? {
            array.push(entry);
        }
        Ok(Json::Array(array))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_told_apart() {
        for (text, kind) in [
            ("null", JsonKind::Null),
            ("true", JsonKind::Boolean),
            ("-1.5", JsonKind::Number),
            (r#""a\u0000""#, JsonKind::String),
            (r#"[1,{"a":[]}]"#, JsonKind::Array),
            (r#"{"a":[1]}"#, JsonKind::Object),
        ] {
            assert_eq!(parse::<Json>(text).unwrap().kind(), kind, "{text}");
        }
    }

    #[test]
    fn the_head_tells_the_first_wanted_key_even_of_a_text_cut_short() {
        for (text, found) in [
            (r#" {"a":{"conv":1},"conv":{"id":"#, Some((false, Some("conv")))),
            (r#"[{"x":[1,2],"message":"#, Some((true, Some("message")))),
            (r#"[1,{"message":""}]"#, Some((true, None))),
            (r#"[[{"message":""}]]"#, Some((true, Some("message")))),
            ("[]", Some((true, None))),
            ("\"message\"", None),
            ("", None),
        ] {
            let head = head(text, &["message", "conv"]);
            assert_eq!(head.as_ref().map(|head| (head.is_array, head.key.as_deref())), found, "{text}");
        }
    }

    #[test]
    fn a_syntax_error_says_where_it_is() {
        for (text, error) in [
            (
                "[1,",
                "expected a whole JSON file, found its end at line 1, column 3 (EOF while parsing a value)",
            ),
            ("[1,\n x]", "expected JSON, found something else at line 2, column 2 (expected value)"),
        ] {
            assert_eq!(parse::<Json>(text).unwrap_err().to_string(), error);
        }
    }
}
