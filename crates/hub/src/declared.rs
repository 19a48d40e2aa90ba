//! Asks the hub what a model's files should be.

use std::cell::OnceCell;
use std::fs;
use std::path::Path;

use ureq::Body;
use ureq::http::Response;

use crate::error::{HubError, io_at};
use crate::find::is_revision;
use crate::http::Hub;
use crate::manifest::{Entry, Manifest, as_sum};
use crate::progress::Progress;
use crate::staging::Staging;

/// How often the head of a file is looked for elsewhere on the same host.
const MOST_MOVES: usize = 4;

/// What the hub says of a file.
struct Declared {
    bytes: u64,
    sha256: Option<String>,
    /// The commit that the branch stands at.
    commit: Option<String>,
}

impl Hub<'_> {
    /// The files of one commit: the one that the branch stands at when the first is asked for. The index of weights in
    /// several files is fetched, as it says which these are.
    pub(crate) fn declare(
        &self,
        staging: &Staging<'_>,
        progress: &mut Progress<'_>,
    ) -> Result<Manifest, HubError> {
        let (spec, commit) = (staging.spec, OnceCell::new());
        let revision = || commit.get().map_or(spec.revision, String::as_str);
        let find = |path: &str| match self.declared(&self.url(spec, revision(), path)) {
            Ok(declared) => {
                if let Some(name) = declared.commit {
                    commit.get_or_init(|| name);
                }
                Ok(Some(Entry::found(path, declared.bytes, declared.sha256)))
            }
            Err(HubError::Status { status: 404, .. }) => Ok(None),
            Err(error) => Err(error),
        };
        let read = |index: &Entry| {
            let path = staging.partial().join(&index.path);
            self.get(index, revision(), [0, spec.bytes()], staging).run(progress)?;
            fs::read(&path).map_err(io_at(&path))
        };
        let origin = format!("{}/{}", self.endpoint, spec.repo);
        let manifest = Manifest::gather(spec, Path::new(&origin), find, read)?;
        Ok(Manifest { revision: commit.into_inner(), ..manifest })
    }

    /// Asks for the head of a file. A large file is redirected to another host, and the answer that does so says what
    /// it is; a model that was renamed is redirected on the same host.
    fn declared(&self, url: &str) -> Result<Declared, HubError> {
        let mut at = url.to_owned();
        for _ in 0..MOST_MOVES {
            let response = self.head(&at)?;
            let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
            let moved = header("location").filter(|to| to.starts_with('/'));
            match (response.status(), moved) {
                (status, Some(to)) if status.is_redirection() && header("x-linked-size").is_none() => {
                    at = format!("{}{to}", origin(self.endpoint));
                }
                (status, _) if status.is_success() || header("x-linked-size").is_some() => {
                    let size = header("x-linked-size").or_else(|| header("content-length"));
                    let bytes = size.and_then(|size| size.parse().ok());
                    let tag = header("x-linked-etag").or_else(|| header("etag")).unwrap_or_default();
                    let sha256 = as_sum(tag.trim_start_matches("W/").trim_matches('"'));
                    let commit = header("x-repo-commit").filter(|name| is_revision(name)).map(str::to_owned);
                    let bytes = bytes.ok_or_else(|| HubError::Undeclared { url: url.to_owned() })?;
                    return Ok(Declared { bytes, sha256, commit });
                }
                (status, _) => {
                    return Err(HubError::Status { url: url.to_owned(), status: status.as_u16() });
                }
            }
        }
        Err(HubError::Undeclared { url: url.to_owned() })
    }

    fn head(&self, url: &str) -> Result<Response<Body>, HubError> {
        let request = self.agent.head(url).config().max_redirects(0).build();
        let request = match self.token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        };
        request
            .call()
            .map_err(|error| HubError::Unreachable { url: url.to_owned(), reason: error.to_string() })
    }
}

/// Scheme and host of the hub's address, which may have a path.
fn origin(endpoint: &str) -> &str {
    let host = endpoint.find("://").map_or(0, |at| at + 3);
    let end = endpoint.get(host..).and_then(|rest| rest.find('/')).map_or(endpoint.len(), |at| host + at);
    endpoint.get(..end).unwrap_or(endpoint)
}
