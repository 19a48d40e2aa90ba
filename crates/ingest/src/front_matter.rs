/// What stands between `---` lines (YAML) or `+++` lines (TOML) at the beginning, and the text behind it.
pub(crate) fn front_matter(text: &str) -> (&str, &str) {
    for (open, closes) in [("---\n", &["\n---\n", "\n...\n"][..]), ("+++\n", &["\n+++\n"])] {
        let Some(rest) = text.strip_prefix(open) else { continue };
        if let Some(found) = closes.iter().find_map(|close| rest.split_once(close)) {
            return found;
        }
    }
    ("", text)
}
