use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use postgres::Config;
use postgres::config::SslMode;

use crate::SharedError;

/// How a server is reached: a URL like `postgresql://ada@example.org/campaigns`, or words like `host=... dbname=...`, as the
/// other programs of PostgreSQL take them. It is kept as it was typed, and never with a password.
#[derive(Clone)]
pub struct Address {
    text: String,
    pub(crate) config: Config,
    pub(crate) extra: Extra,
}

/// What the library that connects doesn't know.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Extra {
    /// The section of the service file.
    pub(crate) service: Option<String>,
    /// Whether the connection is encrypted; none where nobody says.
    pub(crate) encryption: Option<SslMode>,
    /// The certificates that the server's is checked against, instead of the system's.
    pub(crate) certificates: Option<PathBuf>,
}

impl Extra {
    /// Takes in a word, if it is one of these.
    pub(crate) fn take(&mut self, key: &str, value: &str) -> Result<bool, String> {
        match key {
            "service" => self.service = Some(value.to_owned()),
            "sslmode" => self.encryption = Some(encryption(value)?),
            "sslrootcert" => {
                self.certificates = (value != "system").then(|| PathBuf::from(value));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// Who asks for encryption gets it with a certificate that is checked: there is no way to have it without.
fn encryption(value: &str) -> Result<SslMode, String> {
    match value {
        "disable" => Ok(SslMode::Disable),
        "allow" | "prefer" => Ok(SslMode::Prefer),
        "require" | "verify-ca" | "verify-full" => Ok(SslMode::Require),
        other => Err(format!("expected disable, prefer, require or verify-full as sslmode, found `{other}`")),
    }
}

impl Address {
    /// As it was typed.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for Address {
    type Err = SharedError;

    fn from_str(text: &str) -> Result<Self, SharedError> {
        let text = text.trim();
        let is_url = text.starts_with("postgresql://") || text.starts_with("postgres://");
        let mut extra = Extra::default();
        let plain = if is_url { url(text, &mut extra) } else { words(text, &mut extra) };
        let bad = |problem: String| SharedError::BadAddress { address: without_password(text), problem };
        let plain = plain.map_err(bad)?;
        let config: Config =
            plain.parse().map_err(|error: postgres::Error| bad(crate::error::words(&error)))?;
        if config.get_password().is_some() {
            return Err(SharedError::PasswordInAddress);
        }
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() && extra.service.is_none() {
            return Err(bad("it names no host".to_owned()));
        }
        Ok(Self { text: text.to_owned(), config, extra })
    }
}

/// The URL without what is ours.
fn url(text: &str, extra: &mut Extra) -> Result<String, String> {
    let Some((before, parameters)) = text.split_once('?') else { return Ok(text.to_owned()) };
    let mut rest = Vec::new();
    for pair in parameters.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if !extra.take(key, value)? {
            rest.push(pair);
        }
    }
    Ok(if rest.is_empty() { before.to_owned() } else { format!("{before}?{}", rest.join("&")) })
}

/// The words without those that are ours.
fn words(text: &str, extra: &mut Extra) -> Result<String, String> {
    let mut rest = Vec::new();
    for word in text.split_whitespace() {
        let (key, value) = word.split_once('=').ok_or_else(|| {
            format!(
                "expected a URL like postgresql://USER@HOST/DATABASE or words like host=HOST, found `{word}`"
            )
        })?;
        if !extra.take(key, value.trim_matches('\''))? {
            rest.push(word);
        }
    }
    Ok(rest.join(" "))
}

/// What can be shown of something that may hold a password.
fn without_password(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        let shown = text
            .split_whitespace()
            .map(|word| if word.starts_with("password") { "password=..." } else { word });
        return shown.collect::<Vec<_>>().join(" ");
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    match authority.rsplit_once('@').and_then(|(user, host)| Some((user.split_once(':')?.0, host))) {
        Some((user, host)) => format!("{scheme}://{user}:...@{host}{path}"),
        None => text.to_owned(),
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Address").field(&self.text).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_in_both_forms_and_says_what_is_wrong() {
        for (text, host, extra) in [
            ("postgresql://ada@example.org/campaigns", true, Extra::default()),
            ("host=example.org user=ada dbname=campaigns", true, Extra::default()),
            (
                "postgresql://ada@db/c?sslmode=verify-full&sslrootcert=/ca.pem&connect_timeout=3",
                true,
                Extra {
                    encryption: Some(SslMode::Require),
                    certificates: Some("/ca.pem".into()),
                    service: None,
                },
            ),
            ("service=studio", false, Extra { service: Some("studio".into()), ..Extra::default() }),
            (
                "host=db sslmode=disable",
                true,
                Extra { encryption: Some(SslMode::Disable), ..Extra::default() },
            ),
        ] {
            let address: Address = text.parse().unwrap();
            assert_eq!(!address.config.get_hosts().is_empty(), host, "{text}");
            assert_eq!(address.extra, extra, "{text}");
            assert_eq!(address.to_string(), text);
        }
        for (text, said) in [
            ("", "names no host"),
            ("example.org", "expected a URL"),
            ("postgresql:///campaigns", "names no host"),
            ("postgresql://db/c?sslmode=maybe", "as sslmode, found `maybe`"),
            ("postgresql://ada:secret@db/c?sslmode=maybe", "postgresql://ada:...@db/c"),
            ("host=db password=secret nonsense=1", "password=..."),
            ("postgresql://db/c?port=x", "port"),
        ] {
            let error = text.parse::<Address>().unwrap_err().to_string();
            assert!(error.contains(said) && !error.contains("secret"), "{text}: {error}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_refused_and_shown_nowhere() {
        for text in ["postgresql://ada:secret@db/c", "host=db password=secret"] {
            let error = text.parse::<Address>().unwrap_err();
            assert!(matches!(error, SharedError::PasswordInAddress));
            assert!(!format!("{error} {error:?}").contains("secret"));
        }
    }
}
