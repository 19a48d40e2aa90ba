/// An origin as browsers write it: nothing else would ever match.
///
/// # Errors
/// What was expected.
pub fn origin(text: &str) -> Result<String, &'static str> {
    let host = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")).unwrap_or_default();
    let is_host = |c: char| c.is_ascii_alphanumeric() || "-._[]:".contains(c);
    match !host.is_empty() && host.chars().all(is_host) {
        true => Ok(text.to_ascii_lowercase()),
        false => Err("expected a scheme, a host and its port, as http://127.0.0.1:8000"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_what_a_browser_sends() {
        for (typed, kept) in [
            ("http://127.0.0.1:8000", Some("http://127.0.0.1:8000")),
            ("https://Tavern.local", Some("https://tavern.local")),
            ("http://[::1]:8000", Some("http://[::1]:8000")),
            ("http://127.0.0.1:8000/", None),
            ("127.0.0.1:8000", None),
            ("*", None),
            ("null", None),
            ("http://", None),
            ("http://*", None),
        ] {
            assert_eq!(origin(typed).ok().as_deref(), kept, "{typed}");
        }
    }
}
