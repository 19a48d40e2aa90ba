//! Where a server's endpoints are.

use ureq::http::Uri;

use crate::error::RemoteError;

/// An address as the user gave it.
#[derive(Debug)]
pub(crate) struct ServerAddress {
    url: String,
    shown: String,
    has_path: bool,
}

/// What a server is asked in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ServerForm {
    /// `documents`, as Jina and llama-server have it.
    Documents,
    /// `texts`, as text-embeddings-inference has it.
    Texts,
}

/// A URL and the form of question it seems to take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Endpoint {
    pub(crate) url: String,
    pub(crate) form: ServerForm,
}

impl ServerAddress {
    pub(crate) fn parse(url: &str) -> Result<Self, RemoteError> {
        let shown = without_secrets(url);
        let bad = || RemoteError::BadAddress { found: shown.clone() };
        let uri: Uri = url.trim().parse().map_err(|_| bad())?;
        let is_http = matches!(uri.scheme_str(), Some("http" | "https"));
        let authority = uri.authority().filter(|_| is_http).ok_or_else(bad)?;
        if authority.as_str().contains('@') || authority.host().is_empty() {
            return Err(bad());
        }
        let has_path = !uri.path().trim_matches('/').is_empty();
        Ok(Self { url: url.trim().to_owned(), shown, has_path })
    }

    pub(crate) fn shown(&self) -> &str {
        &self.shown
    }

    pub(crate) fn is_https(&self) -> bool {
        self.url.starts_with("https:")
    }

    /// The URL of an endpoint, as `chat/completions`: the address itself where that is one, else below it, and below `/v1`
    /// of a server that is named without a path. That is how programs take the addresses of such servers.
    pub(crate) fn of(&self, endpoint: &str) -> String {
        let base = self.shown.trim_end_matches('/');
        match self.has_path {
            true if base.ends_with(endpoint) => self.url.clone(),
            true => format!("{base}/{endpoint}"),
            false => format!("{base}/v1/{endpoint}"),
        }
    }

    /// The URL of what stands beside an endpoint, as `models` beside `embeddings`.
    pub(crate) fn beside(&self, endpoint: &str, other: &str) -> String {
        let url = self.of(endpoint);
        let base = url.split(['?', '#']).next().unwrap_or_default();
        format!("{}{other}", base.strip_suffix(endpoint).unwrap_or(base))
    }

    /// What to try, likeliest first.
    pub(crate) fn endpoints(&self) -> Vec<Endpoint> {
        let urls = if self.has_path {
            vec![self.url.clone()]
        } else {
            let base = self.shown.trim_end_matches('/');
            vec![format!("{base}/v1/rerank"), format!("{base}/rerank")]
        };
        urls.into_iter().flat_map(both_forms).collect()
    }
}

/// Both forms at one URL. A path with a version in it is Jina's way.
fn both_forms(url: String) -> [Endpoint; 2] {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let has_version = path.split('/').skip(3).any(is_version);
    let forms = if has_version {
        [ServerForm::Documents, ServerForm::Texts]
    } else {
        [ServerForm::Texts, ServerForm::Documents]
    };
    forms.map(|form| Endpoint { url: url.clone(), form })
}

fn is_version(part: &str) -> bool {
    part.strip_prefix('v').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|c| c.is_ascii_digit()))
}

/// A URL without user, password, query and fragment, which may hold a key.
pub fn without_secrets(url: &str) -> String {
    let url = url.trim().split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.rsplit('@').next().unwrap_or_default().to_owned();
    };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    format!("{scheme}://{}{path}", host.rsplit('@').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_with_a_path_is_used_as_it_is_and_one_without_is_completed() {
        use ServerForm::{Documents, Texts};
        for (url, expected) in [
            (
                "http://localhost:8080",
                vec![
                    ("http://localhost:8080/v1/rerank", Documents),
                    ("http://localhost:8080/v1/rerank", Texts),
                    ("http://localhost:8080/rerank", Texts),
                    ("http://localhost:8080/rerank", Documents),
                ],
            ),
            (
                " https://[::1]/ ",
                vec![
                    ("https://[::1]/v1/rerank", Documents),
                    ("https://[::1]/v1/rerank", Texts),
                    ("https://[::1]/rerank", Texts),
                    ("https://[::1]/rerank", Documents),
                ],
            ),
            ("http://h/rerank", vec![("http://h/rerank", Texts), ("http://h/rerank", Documents)]),
            ("http://h/v2/rerank", vec![("http://h/v2/rerank", Documents), ("http://h/v2/rerank", Texts)]),
            ("http://h/x?key=v1", vec![("http://h/x?key=v1", Texts), ("http://h/x?key=v1", Documents)]),
        ] {
            let found = ServerAddress::parse(url).unwrap().endpoints();
            let found: Vec<_> = found.iter().map(|found| (found.url.as_str(), found.form)).collect();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn an_endpoint_is_found_from_the_server_its_base_and_itself() {
        for (url, expected) in [
            ("http://localhost:8080", "http://localhost:8080/v1/chat/completions"),
            ("http://localhost:8080/", "http://localhost:8080/v1/chat/completions"),
            ("http://localhost:8080/v1", "http://localhost:8080/v1/chat/completions"),
            ("http://localhost:8080/v1/", "http://localhost:8080/v1/chat/completions"),
            ("https://h/api/v1", "https://h/api/v1/chat/completions"),
            ("https://h/v1/chat/completions", "https://h/v1/chat/completions"),
            ("https://h/chat/completions?version=2", "https://h/chat/completions?version=2"),
        ] {
            let address = ServerAddress::parse(url).unwrap();
            assert_eq!(address.of("chat/completions"), expected, "{url}");
            let base = expected.split("chat/").next().unwrap().to_owned();
            assert_eq!(address.beside("chat/completions", "models"), base + "models", "{url}");
        }
    }

    #[test]
    fn what_is_no_address_is_said_without_its_secrets() {
        for (url, shown) in [
            ("", ""),
            ("localhost:8080", "localhost:8080"),
            ("ftp://host/", "ftp://host/"),
            ("http://", "http://"),
            ("http://a b/", "http://a b/"),
            ("http://user:secret@host/rerank", "http://host/rerank"),
            ("user:secret@host", "host"),
            ("http:///rerank?key=secret", "http:///rerank"),
        ] {
            let error = ServerAddress::parse(url).unwrap_err();
            assert!(matches!(&error, RemoteError::BadAddress { found } if found == shown), "{url}: {error}");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
        assert_eq!(
            ServerAddress::parse("https://h/v1/rerank?key=secret").unwrap().shown(),
            "https://h/v1/rerank"
        );
    }
}
