use serde_json::{Value, json};

use crate::Settings;
use crate::home::SettingRow;

/// Every setting with where it came from, and the config file.
pub fn config(settings: &Settings) -> Value {
    let file = settings.home.value.config();
    let rows = settings.rows().into_iter().map(|SettingRow { key, value, origin }| {
        json!({"key": key, "value": value, "from": origin.kind(), "by": origin.name()})
    });
    json!({
        "file": {"path": file.display().to_string(), "exists": file.exists()},
        "settings": rows.collect::<Vec<_>>(),
    })
}
