use serde_json::{Number, Value};

/// A stamp or an id as the export holds it: a text, a number, or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Scalar {
    /// `null`, or not there.
    #[default]
    None,
    /// `true` or `false`.
    Flag(bool),
    /// A number.
    Number(Number),
    /// A text.
    Text(Box<str>),
}

impl Scalar {
    /// Whether there is none.
    pub fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// Whether there is nothing to be read in it: it has no [`label`](Self::label).
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Number(_) => false,
            Self::Text(text) => text.is_empty(),
            Self::None | Self::Flag(_) => true,
        }
    }

    /// The text, or the number as JSON writes it; none where it is empty.
    pub fn label(&self) -> Option<String> {
        match self {
            Self::Number(number) => Some(number.to_string()),
            Self::Text(text) if !text.is_empty() => Some(text.to_string()),
            _ => None,
        }
    }

    /// The same as JSON.
    pub fn to_value(&self) -> Value {
        match self {
            Self::None => Value::Null,
            Self::Flag(flag) => Value::Bool(*flag),
            Self::Number(number) => Value::Number(number.clone()),
            Self::Text(text) => Value::String(text.to_string()),
        }
    }
}

impl From<Value> for Scalar {
    /// What is no plain value is none.
    fn from(value: Value) -> Self {
        match value {
            Value::Null | Value::Array(_) | Value::Object(_) => Self::None,
            Value::Bool(flag) => Self::Flag(flag),
            Value::Number(number) => Self::Number(number),
            Value::String(text) => Self::Text(text.into_boxed_str()),
        }
    }
}

impl From<&str> for Scalar {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_stays_a_number_and_a_text_a_text() {
        for (scalar, label, json) in [
            (Scalar::None, None, "null"),
            (Scalar::Flag(true), None, "true"),
            (Scalar::Number(77.into()), Some("77"), "77"),
            (Scalar::from("77"), Some("77"), "\"77\""),
            (Scalar::from(""), None, "\"\""),
        ] {
            assert_eq!((scalar.label().as_deref(), scalar.to_value().to_string().as_str()), (label, json));
            assert_eq!(scalar.is_empty(), label.is_none());
            assert_eq!(Scalar::from(scalar.to_value()), scalar);
        }
    }
}
