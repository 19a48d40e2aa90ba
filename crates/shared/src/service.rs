//! The service file of PostgreSQL's own programs: sections in brackets, with a `key=value` a line.

use std::fs;
use std::path::Path;

use crate::SharedError;

/// What the section `service` of the file says, in its order.
pub(crate) fn read(file: Option<&Path>, service: &str) -> Result<Vec<(String, String)>, SharedError> {
    let text = file.and_then(|file| fs::read_to_string(file).ok());
    let found = text.as_deref().and_then(|text| section(text, service));
    found.ok_or_else(|| SharedError::NoService {
        service: service.to_owned(),
        file: file.map_or_else(|| "~/.pg_service.conf".to_owned(), |file| format!("`{}`", file.display())),
    })
}

fn section(text: &str, service: &str) -> Option<Vec<(String, String)>> {
    let mut lines = text.lines().map(str::trim);
    let header = format!("[{service}]");
    lines.find(|line| *line == header)?;
    let own = lines.take_while(|line| !line.starts_with('['));
    let pairs = own.filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('='));
    Some(pairs.map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_ends_where_the_next_one_begins() {
        let text = "host=none\n[one]\n# a comment\nhost = db\nport=5433\n\n[two]\nhost=other";
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(section(text, "one").unwrap(), [pair("host", "db"), pair("port", "5433")]);
        assert_eq!(section(text, "two").unwrap(), [pair("host", "other")]);
        assert_eq!(section(text, "three"), None);
        assert!(read(None, "one").unwrap_err().to_string().contains("~/.pg_service.conf"));
    }
}
