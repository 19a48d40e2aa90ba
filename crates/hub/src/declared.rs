//! Asks the hub what a model's files should be.

use std::cell::OnceCell;
use std::fs;
use std::path::Path;

use naragtive_http::HttpError;
use ureq::Body;
use ureq::http::Response;

use crate::entry::FileEntry;
use crate::error::{HubError, io_at};
use crate::find::is_revision;
use crate::http::{self, Hub};
use crate::manifest::Manifest;
use crate::progress::FetchProgress;
use crate::staging::Staging;
use crate::sums::{as_git, as_sha256};

/// How often the head of a file is looked for elsewhere on the same host.
const MOST_MOVES: usize = 4;

/// What the hub says of a file.
struct Declared {
    bytes: u64,
    /// Of a large file.
    sha256: Option<String>,
    /// Of a small one.
    git: Option<String>,
    /// The commit that the branch stands at.
    commit: Option<String>,
}

impl Hub<'_> {
    /// The files of one commit: the one that the branch stands at when the first is asked for. The index of weights in
    /// several files is fetched, as it says which these are.
    pub(crate) fn declare(
        &self,
        staging: &Staging<'_>,
        progress: &mut FetchProgress<'_>,
    ) -> Result<Manifest, HubError> {
        let (spec, commit) = (staging.spec, OnceCell::new());
        let revision = || commit.get().map_or(spec.revision, String::as_str);
        let find = |path: &str| match self.declared(&self.url(spec, revision(), path)) {
            Ok(declared) => {
                let Declared { bytes, sha256, git, commit: at } = declared;
                if let Some(name) = at {
                    commit.get_or_init(|| name);
                }
                Ok(Some(FileEntry { git, ..FileEntry::found(path, bytes, sha256) }))
            }
            Err(HubError::Status { status: 404, .. }) => Ok(None),
            Err(error) => Err(error),
        };
        let read = |index: &FileEntry| {
            let path = staging.partial().join(&index.path);
            self.get(index, revision(), [0, spec.bytes()], staging).run(progress)?;
            fs::read(&path).map_err(io_at(&path))
        };
        let origin = format!("{}/{}", self.endpoint, spec.repo);
        let manifest = Manifest::gather(spec, Path::new(&origin), find, read)?;
        let revision = commit.into_inner().unwrap_or_else(|| spec.revision.to_owned());
        Ok(Manifest { revision: Some(revision), ..manifest })
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
                    at = format!("{}{to}", http::origin(self.endpoint));
                }
                (status, _) if status.is_success() || header("x-linked-size").is_some() => {
                    let size = header("x-linked-size").or_else(|| header("content-length"));
                    let bytes = size.and_then(|size| size.parse().ok());
                    let tag = header("x-linked-etag").or_else(|| header("etag")).unwrap_or_default();
                    let tag = tag.trim_start_matches("W/").trim_matches('"');
                    let (sha256, git) = (as_sha256(tag), as_git(tag));
                    let commit = header("x-repo-commit").filter(|name| is_revision(name)).map(str::to_owned);
                    let bytes = bytes.ok_or_else(|| HubError::Undeclared { url: url.to_owned() })?;
                    if sha256.is_none() && git.is_none() {
                        return Err(HubError::Unsummed { url: url.to_owned() });
                    }
                    return Ok(Declared { bytes, sha256, git, commit });
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
            .map_err(|error| HttpError::Unreachable { url: url.to_owned(), reason: error.to_string() }.into())
    }
}
