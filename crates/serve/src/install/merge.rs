use std::fs;
use std::path::{Path, PathBuf};

use naragtive::{Home, Output};
use serde_json::{Map, Value};

use super::client::{NAME, Plan, SERVERS};
use super::commented;
use crate::Error;

/// What became of a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// It has the entry now; what it was before is in the second file, if it was there.
    Changed(PathBuf, Option<PathBuf>),
    /// It had it already.
    Unchanged(PathBuf),
}

/// Puts the entry into the plan's file, whose other entries stay as they are. None where the plan has no file.
///
/// # Errors
/// When the file isn't such a configuration or can't be written; then it is as it was.
pub fn write(plan: &Plan, home: &Home) -> Result<Option<Written>, Error> {
    let Some(path) = &plan.file else { return Ok(None) };
    let before = read(path)?;
    let after = merged(before.as_deref().unwrap_or_default(), &plan.entry)
        .map_err(|problem| config(path, problem))?;
    let Some(after) = after else { return Ok(Some(Written::Unchanged(path.clone()))) };
    let output = Output::claim(path, true, home)?;
    let backup = before.map(|_| back_up(path)).transpose()?;
    output.write(&after)?;
    Ok(Some(Written::Changed(path.clone(), backup)))
}

fn read(path: &Path) -> Result<Option<String>, Error> {
    let folder = path.parent().unwrap_or(path);
    if !folder.is_dir() {
        let (path, folder) = (path.display().to_string(), folder.display().to_string());
        return Err(Error::NoProgram { path, folder });
    }
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(config(path, error.to_string())),
    }
}

fn config(path: &Path, problem: String) -> Error {
    Error::Config { path: path.display().to_string(), problem }
}

/// The configuration with the entry; none if it has it. What is wrong otherwise.
fn merged(text: &str, entry: &Value) -> Result<Option<String>, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut all: Map<String, Value> = match text.trim() {
        "" => Map::new(),
        bare => match serde_json::from_str(bare) {
            Ok(all) => all,
            Err(error) => {
                let broken = || Err(format!("expected a JSON object: {error}"));
                return commented::merged(text, entry).unwrap_or_else(broken);
            }
        },
    };
    let servers = all.entry(SERVERS).or_insert_with(|| Map::new().into());
    let servers = servers.as_object_mut().ok_or_else(|| format!("expected an object under `{SERVERS}`"))?;
    if servers.get(NAME) == Some(entry) {
        return Ok(None);
    }
    servers.insert(NAME.to_owned(), entry.clone());
    Ok(Some(format!("{:#}\n", Value::Object(all))))
}

/// Copies the file beside itself, under a name that nothing has.
fn back_up(path: &Path) -> Result<PathBuf, Error> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let names = (0..100).map(|number| match number {
        0 => format!("{name}.bak"),
        number => format!("{name}.bak{number}"),
    });
    let free = names.map(|name| path.with_file_name(name)).find(|backup| !backup.exists());
    let backup =
        free.ok_or_else(|| config(path, "there are a hundred backups of it; remove some".to_owned()))?;
    fs::copy(path, &backup).map_err(|error| config(&backup, error.to_string()))?;
    Ok(backup)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn other_entries_stay_in_their_order() {
        let entry = json!({"command": "/naragtive", "args": ["mcp"]});
        for (before, servers) in [
            ("", json!({"naragtive": entry})),
            ("\u{feff}{}\n", json!({"naragtive": entry})),
            (r#"{"z": 1, "mcpServers": {"b": {}, "a": {}}}"#, json!({"b": {}, "a": {}, "naragtive": entry})),
            (r#"{"mcpServers": {"naragtive": {"command": "old"}}}"#, json!({"naragtive": entry})),
        ] {
            let after: Value = serde_json::from_str(&merged(before, &entry).unwrap().unwrap()).unwrap();
            assert_eq!(after["mcpServers"].to_string(), servers.to_string());
            assert_eq!(after.get("z").is_some(), before.contains('z'));
            assert_eq!(merged(&after.to_string(), &entry), Ok(None));
        }
    }

    #[test]
    fn what_is_no_configuration_is_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mcp.json");
        let plan = Plan { file: Some(path.clone()), entry: json!({}), by_address: false, then: Vec::new() };
        let home = Home::of_user(folder.path());
        for bad in ["[]", "{\"a\": 1", "// a comment\n[]", "{\"mcpServers\": []}"] {
            fs::write(&path, bad).unwrap();
            assert!(matches!(write(&plan, &home), Err(Error::Config { .. })), "{bad}");
            assert_eq!(fs::read_to_string(&path).unwrap(), bad);
        }
        let gone = Plan { file: Some(folder.path().join("no/mcp.json")), ..plan };
        assert!(write(&gone, &home).unwrap_err().to_string().contains("is the program installed?"));
    }

    #[test]
    fn every_change_keeps_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mcp.json");
        let home = Home::of_user(folder.path());
        let plan = |command: &str| Plan {
            file: Some(path.clone()),
            entry: json!({"command": command}),
            by_address: false,
            then: Vec::new(),
        };
        assert_eq!(write(&plan("a"), &home).unwrap(), Some(Written::Changed(path.clone(), None)));
        let first = fs::read_to_string(&path).unwrap();
        for backup in ["mcp.json.bak", "mcp.json.bak1"] {
            let backup = folder.path().join(backup);
            let before = fs::read_to_string(&path).unwrap();
            let written = write(&plan(&before.len().to_string()), &home).unwrap();
            assert_eq!(written, Some(Written::Changed(path.clone(), Some(backup.clone()))));
            assert_eq!(fs::read_to_string(backup).unwrap(), before);
        }
        assert_eq!(fs::read_to_string(folder.path().join("mcp.json.bak")).unwrap(), first);
    }
}
