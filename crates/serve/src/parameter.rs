use rmcp::model::JsonObject;
use serde_json::{Value, json};

/// One argument of a tool: what its schema says and what is checked are this one description.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parameter {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it may be.
    pub(crate) kind: Kind,
    /// What it means, for the model.
    pub(crate) about: &'static str,
}

/// What an argument may be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// A text of at most so many characters.
    Text(usize),
    /// A whole number from the first to the second; the third where none is given.
    Whole(u64, u64, u64),
    /// One of these words; the first where none is given.
    Choice(&'static [&'static str]),
    /// Yes or no; no where none is given.
    Flag,
}

impl Parameter {
    /// An argument.
    pub(crate) const fn new(name: &'static str, kind: Kind, about: &'static str) -> Self {
        Self { name, kind, about }
    }

    /// One type, and neither a format nor null: some clients refuse schemas with these.
    pub(crate) fn schema(&self) -> Value {
        let mut schema = match self.kind {
            Kind::Text(_) => json!({"type": "string"}),
            Kind::Whole(least, most, default) => {
                json!({"type": "integer", "minimum": least, "maximum": most, "default": default})
            }
            Kind::Choice(words) => json!({"type": "string", "enum": words, "default": words.first()}),
            Kind::Flag => json!({"type": "boolean", "default": false}),
        };
        if !self.about.is_empty() {
            schema["description"] = self.about.into();
        }
        schema
    }
}

/// The schema of a tool's arguments. Long texts come last: models that write a long one first lose the others.
pub(crate) fn schema(parameters: &[Parameter], required: &[&str]) -> JsonObject {
    let properties: JsonObject =
        parameters.iter().map(|parameter| (parameter.name.to_owned(), parameter.schema())).collect();
    let mut schema = JsonObject::new();
    schema.insert("type".to_owned(), "object".into());
    schema.insert("properties".to_owned(), properties.into());
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    schema.insert("additionalProperties".to_owned(), false.into());
    schema
}
