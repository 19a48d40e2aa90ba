//! Dates as programs print them for each other: `/Date(1700000000000)/`, `datetime.datetime(2025, 11, 2)`, `<t:1700000000:R>`.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::compiled;

/// A name that says it is a date, and what it holds in brackets.
const CALL: &str = r"(?i)^/?(?:new\s+)?(?<name>[a-z.]*(?:date|datetime|timestamp|time))\((?<inner>[^()]*(?:\([^()]*\))?[^()]*)\)/?$";
/// Numbers from the year on.
const PARTS: &str = r"^(?<y>[0-9]{4}),\s*(?<m>[0-9]{1,2}),\s*(?<d>[0-9]{1,2})(?:,\s*(?<h>[0-9]{1,2}))?(?:,\s*(?<min>[0-9]{1,2}))?(?:,\s*(?<s>[0-9]{1,2}))?(?:,\s*[0-9]+)?(?<zone>,.*)?$";
/// Discord's, of which the letter says how it is shown.
const DISCORD: &str = r"^<t:(?<inner>-?[0-9]+)(?::[a-zA-Z])?>$";
/// As in the name of a file.
const FILE: &str = r"^(?<y>[0-9]{4})-?(?<m>[0-9]{2})-?(?<d>[0-9]{2})[-_ tT@](?<h>[0-9]{2})-?(?<min>[0-9]{2})(?:-?(?<s>[0-9]{2}))?$";

static FORMS: LazyLock<[Regex; 4]> = LazyLock::new(|| [CALL, PARTS, DISCORD, FILE].map(compiled));

/// What a stamp of that kind says, in a plainer form.
pub(super) fn inner(stamp: &str) -> Option<String> {
    let [call, parts, discord, file] = &*FORMS;
    let stamp = stamp.trim();
    if let Some(found) = discord.captures(stamp) {
        return Some(found.name("inner")?.as_str().to_owned());
    }
    if let Some(found) = file.captures(stamp) {
        return plain(&found, 0, "");
    }
    let found = call.captures(stamp)?;
    let inner = found.name("inner")?.as_str().trim();
    if let Some(found) = parts.captures(inner) {
        // JavaScript counts months from 0, and says `new`.
        let later = i8::from(stamp.to_ascii_lowercase().starts_with("new"));
        let utc = found.name("zone").is_some_and(|zone| zone.as_str().to_ascii_lowercase().contains("utc"));
        return plain(&found, later, if utc { "Z" } else { "" });
    }
    let quoted = inner.trim_matches(['"', '\'']);
    let number = quoted.split(['+', ',']).next().unwrap_or_default();
    let is_number = number.len() >= 9 && number.bytes().all(|byte| byte.is_ascii_digit());
    Some(if is_number { number } else { quoted }.to_owned()).filter(|inner| !inner.is_empty())
}

fn plain(found: &Captures<'_>, later: i8, zone: &str) -> Option<String> {
    let part = |name: &str| found.name(name).map_or("0", |part| part.as_str());
    let month = part("m").parse::<i8>().ok()? + later;
    let [d, h, min, s] = ["d", "h", "min", "s"].map(part);
    Some(format!("{}-{month:02}-{d:0>2}T{h:0>2}:{min:0>2}:{s:0>2}{zone}", part("y")))
}
