use naragtive_scene::Metadata;
use serde_json::Value;

/// The document of a JSON value: indented by two, with a line end.
pub(super) fn document(value: &Value) -> String {
    format!("{value:#}\n")
}

/// A score with the digits that tell it from its neighbours (`0.444`, not `0.4440000057220459`).
pub(crate) fn score(score: f32) -> Value {
    score.to_string().parse::<f64>().map_or(Value::Null, Value::from)
}

/// A named value as it is stored, or null.
pub(super) fn raw(metadata: &Metadata, name: &str) -> Value {
    metadata.iter().find(|(key, _)| *key == name).map_or(Value::Null, |(_, value)| value.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_is_short_and_reads_back_as_the_same_number() {
        for (value, text) in [(0.444, "0.444"), (1.0, "1.0"), (1.0 / 3.0, "0.33333334"), (f32::NAN, "null")] {
            assert_eq!(score(value).to_string(), text);
        }
    }

    #[test]
    fn a_value_is_kept_as_it_is_stored() {
        let metadata = Metadata::default().with("date_iso", "UNKNOWN").with("level", 0.5);
        assert_eq!(raw(&metadata, "date_iso"), "UNKNOWN");
        assert_eq!(raw(&metadata, "level"), 0.5);
        assert_eq!(raw(&metadata, "location"), Value::Null);
    }
}
