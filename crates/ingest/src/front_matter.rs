/// What stands between `---` lines (YAML) or `+++` lines (TOML) at the beginning, and the text behind it. What stands there and
/// names nothing is text between two lines across the page.
pub(crate) fn front_matter(text: &str) -> (&str, &str) {
    for (open, closes, sign) in [("---\n", &["\n---", "\n..."][..], ':'), ("+++\n", &["\n+++"], '=')] {
        // The line before the text may be the first one, where nothing is said.
        let Some(rest) = text.strip_prefix(open).map(|_| text.get(open.len() - 1..).unwrap_or_default())
        else {
            continue;
        };
        let ends = |close: &&str| {
            let (front, behind) = rest.split_once(*close)?;
            let body = if behind.is_empty() { Some(behind) } else { behind.strip_prefix('\n') }?;
            Some((front.strip_prefix('\n').unwrap_or(front), body))
        };
        let found = closes.iter().find_map(ends);
        if let Some(found) = found.filter(|(front, _)| is_front(front, sign)) {
            return found;
        }
    }
    ("", text)
}

/// Whether the first line in which something is said names something, or nothing is said at all.
fn is_front(front: &str, sign: char) -> bool {
    let mut lines = front.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let is_named = |line: &str| {
        let name = line.split(sign).next().unwrap_or_default().trim_end().trim_matches(['"', '\'']);
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ' | '/');
        line.contains(sign) && !name.is_empty() && name.split(' ').count() < 4 && name.chars().all(is_name)
    };
    lines.next().is_none_or(|line| is_named(line) || (sign == '=' && line.starts_with('[')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_names_things_and_is_no_text() {
        for (text, front, body) in [
            ("---\naliases: [x]\n---\nThe lamp.", "aliases: [x]", "The lamp."),
            ("---\ntags:\n  - a\n...\nThe lamp.", "tags:\n  - a", "The lamp."),
            ("+++\ntitle = 1\n+++\nThe lamp.", "title = 1", "The lamp."),
            ("---\n---\nThe lamp.", "", "The lamp."),
            ("---\na: 1\n---", "a: 1", ""),
            ("---\nShe waits.\n---\nThe lamp.", "", "---\nShe waits.\n---\nThe lamp."),
            ("---\na: 1\n", "", "---\na: 1\n"),
            ("The lamp.\n---\na: 1\n---\n", "", "The lamp.\n---\na: 1\n---\n"),
        ] {
            assert_eq!(front_matter(text), (front, body), "{text}");
        }
    }
}
