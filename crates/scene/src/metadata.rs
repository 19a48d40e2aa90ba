use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::conversation::GROUP_MARK;

/// The metadata keys that more than one source, a filter or an output knows by name.
pub mod key {
    /// The scene's own id.
    pub const SCENE_ID: &str = "scene_id";
    /// The day, `YYYY-MM-DD`, or [`UNKNOWN`].
    pub const DATE_ISO: &str = "date_iso";
    /// Where the scene plays.
    pub const LOCATION: &str = "location";
    /// Whose eyes the scene is seen through.
    pub const POV_CHARACTER: &str = "pov_character";
    /// Who speaks: an array of names.
    pub const SPEAKERS: &str = "speakers";
    /// Who speaks, in sources with one speaker a row.
    pub const USER: &str = "user";
    /// Who is in the scene: a JSON array inside a string, as the Python tool wrote it.
    pub const CHARACTERS_PRESENT: &str = "characters_present";
    /// The channel a message was written in.
    pub const CHANNEL: &str = "channel";
    /// The conversation an exchange belongs to.
    pub const CONVERSATION_ID: &str = "conversation_id";
    /// The file the scene was read from.
    pub const SOURCE_FILE: &str = "source_file";
    /// What stands for a missing date or point of view.
    pub const UNKNOWN: &str = "UNKNOWN";
}

/// What is known about one scene: named values in the order their source gives them.
///
/// Every source has keys of its own and existing stores hold keys we never wrote, so the whole
/// object is kept, order and all; what the program acts on is read through the typed methods.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Metadata(Map<String, Value>);

/// A row's metadata isn't one JSON object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// It isn't JSON at all.
    #[error("expected a JSON object, found text that is not JSON ({0})")]
    NotJson(String),
    /// It is JSON, but of another kind.
    #[error("expected a JSON object, found {0}")]
    NotAnObject(&'static str),
}

impl Metadata {
    /// Reads the JSON object that a store keeps for a row.
    ///
    /// # Errors
    /// When the text isn't JSON or not an object.
    pub fn parse(json: &str) -> Result<Self, MetadataError> {
        match serde_json::from_str(json) {
            Ok(Value::Object(map)) => Ok(Self(map)),
            Ok(other) => Err(MetadataError::NotAnObject(kind(&other))),
            Err(error) => Err(MetadataError::NotJson(error.to_string())),
        }
    }

    /// The same with `name` set to `value`, at the end if it is new.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.set(name, value);
        self
    }

    /// Sets `name` to `value`, at the end if it is new, in its old place otherwise.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// The JSON object on one line, keys in order.
    pub fn to_json(&self) -> String {
        Value::Object(self.0.clone()).to_string()
    }

    /// The named values in order, for outputs that show all of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The whole object, for outputs that nest it in another one.
    pub fn to_value(&self) -> Value {
        Value::Object(self.0.clone())
    }

    /// One named value as text: a string as it is, a number or boolean as JSON writes it.
    pub fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        match self.0.get(name)? {
            Value::String(text) => Some(Cow::Borrowed(text)),
            Value::Number(number) => Some(Cow::Owned(number.to_string())),
            Value::Bool(flag) => Some(Cow::Borrowed(if *flag { "true" } else { "false" })),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// Every value under `name` as text: the elements of an array (also of one inside a string), else the value.
    pub fn values(&self, name: &str) -> Vec<String> {
        match self.0.get(name) {
            Some(value @ (Value::Array(_) | Value::String(_))) => names(value),
            Some(_) => self.text(name).map(Cow::into_owned).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// The day, `YYYY-MM-DD`, where it is known.
    pub fn date(&self) -> Option<&str> {
        self.known(key::DATE_ISO)
    }

    /// Where the scene plays, where it is known.
    pub fn location(&self) -> Option<&str> {
        self.known(key::LOCATION)
    }

    /// Whose point of view it is, where it is known.
    pub fn pov(&self) -> Option<&str> {
        self.known(key::POV_CHARACTER)
    }

    /// Who speaks: `speakers`, or the one `user`.
    pub fn speakers(&self) -> Vec<String> {
        match self.0.get(key::SPEAKERS) {
            Some(value) => names(value),
            None => self.0.get(key::USER).map(names).unwrap_or_default(),
        }
    }

    /// Who is in the scene.
    pub fn characters(&self) -> Vec<String> {
        self.0.get(key::CHARACTERS_PRESENT).map(names).unwrap_or_default()
    }

    /// What the scene is a part of, as far as this says: its conversation, its channel of the file it was read from, or
    /// one of the two.
    pub fn group(&self) -> Option<Cow<'_, str>> {
        let (channel, file) = (self.text(key::CHANNEL), self.text(key::SOURCE_FILE));
        match (self.text(key::CONVERSATION_ID), channel, file) {
            (Some(conversation), ..) => Some(conversation),
            (None, Some(channel), Some(file)) => Some(Cow::Owned([&*file, &*channel].join(GROUP_MARK))),
            (None, channel, file) => channel.or(file),
        }
    }

    fn known(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str().filter(|text| !text.is_empty() && !text.eq_ignore_ascii_case(key::UNKNOWN))
    }
}

/// Names in an array, in a string that holds a JSON array, or a string that is one name.
fn names(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Value::String(text) => match serde_json::from_str::<Vec<String>>(text) {
            Ok(names) => names,
            Err(_) if text.is_empty() => Vec::new(),
            Err(_) => vec![text.clone()],
        },
        _ => Vec::new(),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_values_survive_the_round_trip() {
        let json = r#"{"z":0.44999999999999996,"a":[1,null,"é"],"m":{"k":1.0}}"#;
        assert_eq!(Metadata::parse(json).unwrap().to_json(), json);
    }

    #[test]
    fn what_is_not_an_object_is_named() {
        let found = |json| Metadata::parse(json).unwrap_err().to_string();
        assert_eq!(found("[1]"), "expected a JSON object, found an array");
        assert!(found("{").starts_with("expected a JSON object, found text that is not JSON"));
    }

    #[test]
    fn people_are_read_from_arrays_and_from_arrays_inside_strings() {
        let metadata = Metadata::default()
            .with(key::SPEAKERS, vec!["User", "Venice"])
            .with(key::CHARACTERS_PRESENT, r#"["Eva Rostova"]"#);
        assert_eq!(metadata.speakers(), ["User", "Venice"]);
        assert_eq!(metadata.characters(), ["Eva Rostova"]);
        assert_eq!(Metadata::default().with(key::USER, "Alice").speakers(), ["Alice"]);
    }

    #[test]
    fn unknown_is_not_a_value() {
        let metadata = Metadata::default().with(key::DATE_ISO, "UNKNOWN").with(key::LOCATION, "unknown");
        assert_eq!((metadata.date(), metadata.location()), (None, None));
    }
}
