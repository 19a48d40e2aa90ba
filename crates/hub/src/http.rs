//! Fetches a model's files from the hub.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use naragtive_http::{HttpError, config, is_loopback, keeps_secrets, never_connected};
use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body};

use crate::catalogue::ModelSpec;
use crate::disk;
use crate::entry::FileEntry;
use crate::error::{HubError, io_at};
use crate::manifest::Manifest;
use crate::progress::{FetchEvent, FetchProgress, tell};
use crate::settings::FetchSettings;
use crate::staging::{Staging, create_parent};
use crate::sums::{compare, sums_of};

/// A file is asked for once more when a transfer broke off or its sum was wrong.
const TRIES: usize = 2;
/// How often a file may be elsewhere.
const MOST_MOVES: usize = 10;

/// Collects every file in the staging folder, going on from what an earlier run left there.
pub(crate) fn download(
    endpoint: &str,
    settings: &FetchSettings,
    staging: &Staging<'_>,
    progress: &mut FetchProgress<'_>,
) -> Result<Manifest, HubError> {
    if settings.token.is_some() && !keeps_secrets(endpoint) {
        return Err(HttpError::PlainHttp { url: endpoint.to_owned() }.into());
    }
    // What is asked of this very machine is no proxy's business.
    let through = settings.proxy.as_ref();
    config(through)?;
    let agent = config(through.filter(|_| !is_loopback(endpoint)))?
        .https_only(endpoint.starts_with("https:"))
        .max_redirects(0)
        .timeout_resolve(Some(settings.connect_timeout))
        .timeout_connect(Some(settings.connect_timeout))
        .timeout_recv_response(Some(settings.stall_timeout))
        .timeout_per_read(Some(settings.stall_timeout))
        .build()
        .new_agent();
    let hub =
        Hub { agent: &agent, endpoint: endpoint.trim_end_matches('/'), token: settings.token.as_deref() };
    let manifest = match Manifest::pinned(staging.spec) {
        Some(pinned) => pinned,
        None => hub.declare(staging, progress)?,
    };
    let revision = manifest.revision.as_deref().unwrap_or(staging.spec.revision);
    let (mut before, total) = (0, manifest.bytes());
    for file in &manifest.files {
        match hub.get(file, revision, [before, total], staging).run(progress) {
            Err(HubError::Status { status: 404, .. }) if !file.required => {}
            done => done?,
        }
        before += file.bytes;
    }
    tell(progress, FetchEvent::Bytes { done: before, total: before })?;
    Ok(manifest)
}

/// The hub, and how it is asked.
pub(crate) struct Hub<'a> {
    pub(crate) agent: &'a Agent,
    /// Without a `/` at its end.
    pub(crate) endpoint: &'a str,
    pub(crate) token: Option<&'a str>,
}

impl<'a> Hub<'a> {
    /// Where a file of a model is.
    pub(crate) fn url(&self, spec: &ModelSpec, revision: &str, path: &str) -> String {
        format!("{}/{}/resolve/{revision}/{path}", self.endpoint, spec.repo)
    }

    /// A file on its way into the staging folder, with the bytes of the files before it and of all.
    pub(crate) fn get(
        &self,
        file: &'a FileEntry,
        revision: &str,
        [before, total]: [u64; 2],
        staging: &Staging<'_>,
    ) -> Get<'a> {
        Get {
            agent: self.agent,
            url: self.url(staging.spec, revision, &file.path),
            token: self.token,
            file,
            to: staging.partial().join(&file.path),
            before,
            total,
        }
    }
}

/// One file to get.
pub(crate) struct Get<'a> {
    agent: &'a Agent,
    url: String,
    token: Option<&'a str>,
    file: &'a FileEntry,
    to: PathBuf,
    /// Bytes of the files before this one, and of all: for progress.
    before: u64,
    total: u64,
}

impl Get<'_> {
    pub(crate) fn run(&self, progress: &mut FetchProgress<'_>) -> Result<(), HubError> {
        // What nobody knows the sum of may be of another revision.
        if self.file.sha256.is_some() && self.is_right(&self.to).is_ok() {
            return Ok(());
        }
        create_parent(&self.to)?;
        let part = self.part();
        for _ in 1..TRIES {
            match self.once(&part, progress) {
                Err(error) if may_pass(&error) => {}
                done => return done,
            }
        }
        self.once(&part, progress)
    }

    fn part(&self) -> PathBuf {
        let mut part = self.to.as_os_str().to_owned();
        part.push(".part");
        part.into()
    }

    fn once(&self, part: &Path, progress: &mut FetchProgress<'_>) -> Result<(), HubError> {
        let here = match (&self.file.sha256, &self.file.git) {
            (None, None) => 0,
            _ => fs::metadata(part).map_or(0, |meta| meta.len()),
        };
        if here != self.file.bytes {
            self.transfer(part, here, progress)?;
        }
        tell(progress, FetchEvent::Checking { file: &self.file.path })?;
        if let Err(error) = self.is_right(part) {
            disk::remove_file(part).map_err(io_at(part))?;
            return Err(error);
        }
        fs::rename(part, &self.to).map_err(io_at(part))
    }

    fn is_right(&self, path: &Path) -> Result<(), HubError> {
        let bytes = fs::metadata(path).map_err(io_at(path))?.len();
        compare(path, self.file, bytes, &sums_of(path, self.file).map_err(io_at(path))?)
    }

    fn transfer(&self, part: &Path, here: u64, progress: &mut FetchProgress<'_>) -> Result<(), HubError> {
        let here = if here < self.file.bytes { here } else { 0 };
        let response = self.ask(here)?;
        // A server that does not know ranges sends the whole file.
        let start = if response.status() == StatusCode::PARTIAL_CONTENT { here } else { 0 };
        self.fits(&response, start)?;
        let mut out = open(part, start).map_err(io_at(part))?;
        let mut done = start;
        let mut body = response.into_body().into_reader().take(self.file.bytes - start);
        let mut buffer = vec![0; 64 * 1024];
        while done < self.file.bytes {
            let count = body.read(&mut buffer).map_err(|error| self.broken(done, &error))?;
            if count == 0 {
                return Err(self.broken(done, &"the connection was closed"));
            }
            out.write_all(buffer.get(..count).unwrap_or_default()).map_err(io_at(part))?;
            done += count as u64;
            tell(progress, FetchEvent::Bytes { done: self.before + done, total: self.total })?;
        }
        out.sync_all().map_err(io_at(part))
    }

    /// Follows the file to where it is. The token goes to the host that it is meant for and to no other, whatever that
    /// host says; another port or scheme is another host.
    fn ask(&self, from: u64) -> Result<Response<Body>, HubError> {
        let mut at = self.url.clone();
        for _ in 0..=MOST_MOVES {
            let response = self.ask_at(&at, from)?;
            let moved = response.headers().get("location").filter(|_| response.status().is_redirection());
            let Some(to) = moved.map(|to| String::from_utf8_lossy(to.as_bytes()).into_owned()) else {
                return self.answered(response, from);
            };
            at = joined(&at, &to)
                .ok_or_else(|| self.broken(from, &format!("sent on to `{to}`, which is no address")))?;
        }
        Err(self.broken(from, &"sent on and on"))
    }

    fn ask_at(&self, at: &str, from: u64) -> Result<Response<Body>, HubError> {
        let mut request = self.agent.get(at);
        if from > 0 {
            request = request.header("range", format!("bytes={from}-"));
        }
        if let Some(token) = self.token.filter(|_| origin(at).eq_ignore_ascii_case(origin(&self.url))) {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        request.call().map_err(|error| self.failure(from, error))
    }

    fn answered(&self, response: Response<Body>, from: u64) -> Result<Response<Body>, HubError> {
        match response.status() {
            StatusCode::OK => Ok(response),
            StatusCode::PARTIAL_CONTENT if from > 0 && starts_at(&response, from) => Ok(response),
            // What is here cannot be gone on from, whatever the reason: once more from the start.
            StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE if from > 0 => self.ask(0),
            status => Err(HubError::Status { url: self.url.clone(), status: status.as_u16() }),
        }
    }

    fn fits(&self, response: &Response<Body>, start: u64) -> Result<(), HubError> {
        let expected = self.file.bytes - start;
        match response.body().content_length() {
            Some(found) if found != expected => {
                Err(HubError::WrongLength { url: self.url.clone(), expected, found })
            }
            _ => Ok(()),
        }
    }

    fn failure(&self, done: u64, error: ureq::Error) -> HubError {
        if never_connected(&error) {
            HttpError::Unreachable { url: self.url.clone(), reason: error.to_string() }.into()
        } else {
            self.broken(done, &error)
        }
    }

    fn broken(&self, done: u64, reason: &dyn std::fmt::Display) -> HubError {
        HubError::BrokenOff {
            url: self.url.clone(),
            done,
            expected: self.file.bytes,
            reason: reason.to_string(),
        }
    }
}

/// Where a redirect from `at` leads: an address, one without its scheme, or a path from the root.
fn joined(at: &str, to: &str) -> Option<String> {
    let scheme = at.split_once("://")?.0;
    if to.starts_with("http://") || to.starts_with("https://") {
        Some(to.to_owned())
    } else if to.starts_with("//") {
        Some(format!("{scheme}:{to}"))
    } else {
        to.starts_with('/').then(|| format!("{}{to}", origin(at)))
    }
}

/// Scheme, host and port of an address.
pub(crate) fn origin(address: &str) -> &str {
    let host = address.find("://").map_or(0, |at| at + 3);
    let end = address.get(host..).and_then(|rest| rest.find(['/', '?', '#']));
    address.get(..end.map_or(address.len(), |at| host + at)).unwrap_or(address)
}

fn open(part: &Path, start: u64) -> io::Result<File> {
    let file = OpenOptions::new().create(true).append(true).open(part)?;
    file.set_len(start)?;
    Ok(file)
}

fn starts_at(response: &Response<Body>, from: u64) -> bool {
    let range = response.headers().get("content-range").and_then(|range| range.to_str().ok());
    range.is_some_and(|range| range.starts_with(&format!("bytes {from}-")))
}

fn may_pass(error: &HubError) -> bool {
    match error {
        HubError::Status { status, .. } => *status >= 500,
        error => matches!(error, HubError::BrokenOff { .. } | HubError::WrongSum { .. }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_leads_to_an_address_or_a_path() {
        for (to, expected) in [
            ("https://cdn.example/x?y", Some("https://cdn.example/x?y")),
            ("//cdn.example/x", Some("https://cdn.example/x")),
            ("/b/c", Some("https://hub.example:8/b/c")),
            ("c", None),
            ("file:///etc/passwd", None),
            ("", None),
        ] {
            assert_eq!(joined("https://hub.example:8/a?b=/c", to).as_deref(), expected, "{to}");
        }
    }
}
