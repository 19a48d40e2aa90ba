/// What stands between `---` lines at the beginning, and the text behind it.
pub(crate) fn front_matter(text: &str) -> (&str, &str) {
    let Some(rest) = text.strip_prefix("---\n") else { return ("", text) };
    match rest.split_once("\n---\n").or_else(|| rest.split_once("\n...\n")) {
        Some((front, body)) => (front, body),
        None => ("", text),
    }
}
