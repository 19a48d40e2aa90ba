use std::fmt::Write;

use naragtive::Hit;
use serde_json::Value;

use super::Ui;
use super::excerpt::marked;

/// One result with everything that is known about it.
pub fn opened(ui: &Ui, hit: &Hit) -> String {
    let title = format!("[Result {}] {}", hit.rank, hit.scene.id);
    let mut out = format!("{}\n", ui.bold(&title));
    let named = || hit.scene.metadata.iter().map(|(name, value)| (name, plain(value)));
    let width = named().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    for (name, value) in named().filter(|(_, value)| !value.is_empty()) {
        let _ = writeln!(out, "  {:<width$}  {value}", format!("{name}:"), width = width + 1);
    }
    let _ = write!(out, "\n{}\n", marked(ui, hit, 0..hit.scene.text.trim_end().len()));
    out
}

/// A value as a person writes it. The Python tool kept lists as JSON inside a string.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => match serde_json::from_str::<Vec<String>>(text) {
            Ok(names) => names.join(", "),
            Err(_) => text.clone(),
        },
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_written_without_json() {
        for (value, expected) in [
            (json!(null), ""),
            (json!("Ganymede"), "Ganymede"),
            (json!("[\"Eva\",\"Li\"]"), "Eva, Li"),
            (json!("[1]"), "[1]"),
            (json!(["a", 1]), "a, 1"),
            (json!(0.5), "0.5"),
        ] {
            assert_eq!(plain(&value), expected);
        }
    }
}
