//! Configurations with comments, as editors take them: what is put in leaves every other letter where it is.

use serde_json::{Map, Value};

use super::client::{NAME, SERVERS};

/// The text with the entry, where that is an object with comments or with commas before an end; none of what isn't one even
/// without these. What is wrong otherwise.
pub(super) fn merged(text: &str, entry: &Value) -> Option<Result<Option<String>, String>> {
    let bare = bare(text);
    let before: Map<String, Value> = serde_json::from_str(&bare).ok()?;
    let known = before.get(SERVERS).map(|servers| servers.as_object().and_then(|all| all.get(NAME)));
    match known {
        Some(Some(known)) if known == entry => return Some(Ok(None)),
        Some(Some(_)) => {
            return Some(Err("has comments and another entry for naragtive; change that by hand".to_owned()));
        }
        Some(None) if !before.get(SERVERS).is_some_and(Value::is_object) => {
            return Some(Err(format!("expected an object under `{SERVERS}`")));
        }
        _ => {}
    }
    let after = inserted(text, &bare, entry);
    // Only a text that says the same as before and the entry besides is ever written.
    let mut wanted = before;
    let servers = wanted.entry(SERVERS).or_insert_with(|| Map::new().into());
    servers.as_object_mut().into_iter().for_each(|all| drop(all.insert(NAME.to_owned(), entry.clone())));
    let wanted = Value::Object(wanted);
    let is_meant = after.as_deref().is_some_and(|after| {
        serde_json::from_str::<Value>(&self::bare(after)).is_ok_and(|after| after == wanted)
    });
    Some(match after.filter(|_| is_meant) {
        Some(after) => Ok(Some(after)),
        None => Err("has comments, and no place for the entry was found; put it in by hand".to_owned()),
    })
}

/// The entry behind the brace of the servers, or with a new list of servers behind the first brace.
fn inserted(text: &str, bare: &str, entry: &Value) -> Option<String> {
    let servers = servers(bare);
    let place = servers.or_else(|| bare.find('{').map(|brace| brace + 1))?;
    let indented = |value: &Value, by: &str| format!("{value:#}").replace('\n', &format!("\n{by}"));
    let new = match servers {
        Some(_) => format!("\n    \"{NAME}\": {}", indented(entry, "    ")),
        None => {
            let all: Map<String, Value> = [(NAME.to_owned(), entry.clone())].into_iter().collect();
            format!("\n  \"{SERVERS}\": {}", indented(&all.into(), "  "))
        }
    };
    let is_empty = bare.get(place..)?.trim_start().starts_with('}');
    let end = if is_empty { "\n" } else { "," };
    Some(format!("{}{new}{end}{}", text.get(..place)?, text.get(place..)?))
}

/// Where the object of the servers begins, behind its brace.
fn servers(bare: &str) -> Option<usize> {
    let (bytes, name) = (bare.as_bytes(), format!("\"{SERVERS}\""));
    let (mut at, mut depth) = (0, 0);
    while let Some(byte) = bytes.get(at) {
        let end = if *byte == b'"' { string_end(bytes, at) } else { at + 1 };
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            b'"' if depth == 1 && bare.get(at..end) == Some(&name) => {
                let value = bare.get(end..)?.trim_start().strip_prefix(':');
                if let Some(object) = value.and_then(|value| value.trim_start().strip_prefix('{')) {
                    return Some(bare.len() - object.len());
                }
            }
            _ => {}
        }
        at = end;
    }
    None
}

/// The same with blanks for comments and for commas before an end, so that every place stays what it is.
fn bare(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let (mut at, mut comma) = (0, None);
    while let Some(byte) = bytes.get(at).copied() {
        let after = |mark: &[u8]| {
            bytes.get(at + 2..).and_then(|rest| rest.windows(mark.len()).position(|one| one == mark))
        };
        let end = match (byte, bytes.get(at + 1)) {
            (b'"', _) => string_end(&bytes, at),
            (b'/', Some(b'/')) => after(b"\n").map_or(bytes.len(), |found| at + 2 + found),
            (b'/', Some(b'*')) => after(b"*/").map_or(bytes.len(), |found| at + 4 + found),
            _ => at + 1,
        };
        match byte {
            b'/' if end > at + 1 => blank(&mut bytes, at, end),
            b',' => comma = Some(at),
            b'}' | b']' => comma.take().into_iter().for_each(|comma| blank(&mut bytes, comma, comma + 1)),
            byte if !byte.is_ascii_whitespace() => comma = None,
            _ => {}
        }
        at = end;
    }
    String::from_utf8(bytes).unwrap_or_default()
}

fn blank(bytes: &mut [u8], start: usize, end: usize) {
    if let Some(part) = bytes.get_mut(start..end) {
        part.iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
    }
}

/// Behind the closing quote of the text that begins here.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_entry_is_put_in_and_every_other_letter_stays() {
        let entry = json!({"command": "/naragtive", "args": ["mcp"]});
        for before in [
            "// mine\n{}",
            "{\"a\": 1,}",
            "{ /* none yet */ \"mcpServers\": { } }",
            "{\n  // two of them\n  \"mcpServers\": {\n    \"b\": {\"command\": \"b // no comment\"}, // the first\n    \"a\": {},\n  },\n}\n",
            "{\"x\": {\"mcpServers\": {}}, \"y\": \"\\\"mcpServers\\\": {\" /* Zoë */}",
        ] {
            let after = merged(before, &entry).unwrap().unwrap().unwrap();
            let read: Value = serde_json::from_str(&bare(&after)).unwrap();
            assert_eq!(read["mcpServers"]["naragtive"], entry, "{after}");
            let mut rest = after.chars();
            assert!(before.chars().all(|letter| rest.any(|other| other == letter)), "{after}");
            assert_eq!(merged(&after, &entry), Some(Ok(None)), "{after}");
        }
    }

    #[test]
    fn what_is_no_object_or_has_another_entry_is_left() {
        let entry = json!({});
        for broken in
            ["", "// nothing", "[1,]", "{", "{\"a\": }", "{\"a\" 1} // x", "{} {}", "/* open {}", "\"open"]
        {
            assert_eq!(merged(broken, &entry), None, "{broken}");
        }
        for (other, said) in [
            ("{\"mcpServers\": {\"naragtive\": 1}} // mine", "another entry"),
            ("{\"mcpServers\": []} // mine", "expected an object"),
        ] {
            assert!(merged(other, &entry).unwrap().unwrap_err().contains(said), "{other}");
        }
    }
}
