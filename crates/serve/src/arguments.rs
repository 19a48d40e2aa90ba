use rmcp::model::JsonObject;
use serde_json::Value;

use crate::parameter::{Kind, Parameter};
use crate::{Error, percent};

/// The arguments of one call, each known to the tool and of the right kind.
#[derive(Debug)]
pub(crate) struct Arguments {
    parameters: Vec<Parameter>,
    given: JsonObject,
}

impl Arguments {
    /// Checks what was given. Null counts as left out, as many clients fill in all that they don't use.
    pub(crate) fn check(parameters: &[Parameter], given: JsonObject) -> Result<Self, Error> {
        let mut kept = JsonObject::new();
        for (name, value) in given {
            let known = || parameters.iter().map(|parameter| parameter.name).collect();
            let parameter = parameters.iter().find(|parameter| parameter.name == name);
            let parameter =
                parameter.ok_or_else(|| Error::UnknownArgument { name: name.clone(), known: known() })?;
            if !value.is_null() {
                kept.insert(name, checked(parameter, value)?);
            }
        }
        Ok(Self { parameters: parameters.to_vec(), given: kept })
    }

    /// The same from the names and values of a query string, in which everything is text.
    pub(crate) fn read(parameters: &[Parameter], query: &str) -> Result<Self, Error> {
        let bad = || Error::BadRequest("the query string isn't percent-encoded text");
        let mut given = JsonObject::new();
        for (name, value) in percent::pairs(query).ok_or_else(bad)? {
            let kind = parameters.iter().find(|parameter| parameter.name == name);
            let value = typed(kind.map(|parameter| parameter.kind), value);
            if given.insert(name, value).is_some() {
                return Err(Error::BadRequest("an argument is given twice"));
            }
        }
        Self::check(parameters, given)
    }

    /// Whether a flag is set.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.given.get(name).and_then(Value::as_bool).unwrap_or_default()
    }

    /// A text that isn't blank: models write an empty one where they mean none.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.given.get(name)?.as_str().filter(|text| !text.trim().is_empty())
    }

    /// A number, or what stands for none given.
    pub(crate) fn whole(&self, name: &str) -> usize {
        let given = self.given.get(name).and_then(Value::as_u64);
        let default = self.parameters.iter().find_map(|parameter| match parameter.kind {
            Kind::Whole(_, _, default) if parameter.name == name => Some(default),
            _ => None,
        });
        given.or(default).and_then(|number| usize::try_from(number).ok()).unwrap_or_default()
    }

    /// All that was given but the cursor, in the order of their names: what makes two calls the same one.
    pub(crate) fn identity(&self) -> String {
        let mut all: Vec<String> = self
            .given
            .iter()
            .filter(|(name, _)| *name != "cursor")
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        all.sort_unstable();
        all.join("\n")
    }
}

/// A text of a query string as what the argument is to be, as far as it can be read as that. An empty one counts as left
/// out: a form sends all its fields.
fn typed(kind: Option<Kind>, text: String) -> Value {
    match kind {
        Some(Kind::Whole(..) | Kind::Choice(_)) if text.is_empty() => Value::Null,
        Some(Kind::Whole(..)) => text.parse::<u64>().map_or(Value::String(text), Value::from),
        // Programs in Python write True.
        Some(Kind::Flag) => match text.to_ascii_lowercase().as_str() {
            "" | "1" | "true" | "on" => true.into(),
            "0" | "false" => false.into(),
            _ => Value::String(text),
        },
        _ => Value::String(text),
    }
}

fn checked(parameter: &Parameter, value: Value) -> Result<Value, Error> {
    let wrong =
        |expected: String, found: String| Error::BadArgument { name: parameter.name, expected, found };
    match parameter.kind {
        Kind::Text(most) => match value.as_str() {
            Some(text) if text.chars().count() <= most => Ok(value),
            Some(text) => Err(wrong(format!("at most {most} characters"), text.chars().count().to_string())),
            None => Err(wrong("a text".to_owned(), kind(&value).to_owned())),
        },
        Kind::Whole(least, most, _) => match whole(&value).filter(|number| (least..=most).contains(number)) {
            Some(number) => Ok(number.into()),
            None => {
                let found = if value.is_number() { value.to_string() } else { kind(&value).to_owned() };
                Err(wrong(format!("a whole number from {least} to {most}"), found))
            }
        },
        Kind::Flag if value.is_boolean() => Ok(value),
        Kind::Flag => Err(wrong("true or false".to_owned(), kind(&value).to_owned())),
        Kind::Choice(words) => match value.as_str() {
            Some("") => Ok(words.first().copied().unwrap_or_default().into()),
            Some(word) if words.contains(&word) => Ok(value),
            Some(word) => {
                let found = word.chars().take(40).collect::<String>();
                Err(wrong(format!("one of {}", crate::error::ticked(words)), format!("`{found}`")))
            }
            None => Err(wrong(format!("one of {}", crate::error::ticked(words)), kind(&value).to_owned())),
        },
    }
}

/// Also one that is written as 5.0: in JSON that is the same number.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn whole(value: &Value) -> Option<u64> {
    let float = || value.as_f64().filter(|number| number.fract() == 0.0 && (0.0..1e9).contains(number));
    value.as_u64().or_else(|| float().map(|number| number as u64))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const PARAMETERS: [Parameter; 3] = [
        Parameter::new("limit", Kind::Whole(1, 20, 5), ""),
        Parameter::new("mode", Kind::Choice(&["hybrid", "keyword"]), ""),
        Parameter::new("query", Kind::Text(4), ""),
    ];

    fn check(given: Value) -> Result<Arguments, Error> {
        Arguments::check(&PARAMETERS, given.as_object().unwrap().clone())
    }

    #[test]
    fn what_is_wrong_is_said_with_what_is_expected() {
        for (given, said) in [
            (json!({"limt": 1}), "unknown argument `limt`, expected one of `limit`, `mode`, `query`"),
            (json!({"limit": 0}), "argument `limit`: expected a whole number from 1 to 20, found 0"),
            (json!({"limit": 1.5}), "argument `limit`: expected a whole number from 1 to 20, found 1.5"),
            (json!({"limit": -1}), "argument `limit`: expected a whole number from 1 to 20, found -1"),
            (json!({"limit": "5"}), "argument `limit`: expected a whole number from 1 to 20, found a text"),
            (json!({"mode": "fast"}), "argument `mode`: expected one of `hybrid`, `keyword`, found `fast`"),
            (json!({"mode": []}), "argument `mode`: expected one of `hybrid`, `keyword`, found a list"),
            (json!({"query": "äöüßx"}), "argument `query`: expected at most 4 characters, found 5"),
            (json!({"query": {}}), "argument `query`: expected a text, found an object"),
        ] {
            assert_eq!(check(given).unwrap_err().to_string(), said);
        }
    }

    #[test]
    fn a_query_string_is_read_as_what_the_arguments_are() {
        let parameters = [PARAMETERS.as_slice(), &[Parameter::new("explain", Kind::Flag, "")]].concat();
        let read = |query: &str| Arguments::read(&parameters, query);
        for (query, limit, text, explain) in [
            ("", 5, None, false),
            ("limit=&mode=&query=&explain=0", 5, None, false),
            ("limit=7&query=a+b&explain", 7, Some("a b"), true),
            ("query=%C3%A4&explain=true", 5, Some("ä"), true),
            ("explain=True", 5, None, true),
            ("explain=False", 5, None, false),
        ] {
            let read = read(query).unwrap();
            assert_eq!(
                (read.whole("limit"), read.text("query"), read.flag("explain")),
                (limit, text, explain)
            );
        }
        for (query, said) in [
            ("limit=5&limit=6", "an argument is given twice"),
            ("query=%ff", "the query string isn't percent-encoded text"),
            ("limit=-1", "argument `limit`: expected a whole number from 1 to 20, found a text"),
            ("explain=maybe", "argument `explain`: expected true or false, found a text"),
            ("querry=a", "unknown argument `querry`, expected one of `limit`, `mode`, `query`, `explain`"),
        ] {
            assert_eq!(read(query).unwrap_err().to_string(), said);
        }
    }

    #[test]
    fn what_is_left_out_null_or_blank_counts_as_not_given() {
        for (given, limit, query) in [
            (json!({}), 5, None),
            (json!({"limit": null, "query": null}), 5, None),
            (json!({"limit": 7.0, "query": "  ", "mode": ""}), 7, None),
            (json!({"limit": 20, "query": "äöüß"}), 20, Some("äöüß")),
        ] {
            let arguments = check(given).unwrap();
            assert_eq!((arguments.whole("limit"), arguments.text("query")), (limit, query));
        }
    }
}
