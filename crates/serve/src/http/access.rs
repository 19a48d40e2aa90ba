use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};

use super::token;
use crate::Error;
use crate::http::route;

/// The port of whoever names none.
pub(crate) const PORT: u16 = 7_600;

/// Who may come in, and where.
///
/// A page of any web site can send requests to this machine from its user's browser, and by giving its own name the address
/// of this machine it can even read the answers. So what a browser says of itself is checked before anything else: the name it
/// asked for, the page it asks from, and whether that is another site's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// The address that is listened at.
    pub host: IpAddr,
    /// The port; 0 for any that is free.
    pub port: u16,
    /// What a guest has to say, where that is asked.
    pub token: Option<String>,
    /// Whether every guest has a token of their own, which says what they see; then the one above isn't asked for.
    pub own_tokens: bool,
    /// Further names by which this machine is asked, each with a port or without.
    pub hosts: Vec<String>,
    /// Pages of other origins that may ask: `http://127.0.0.1:8000`.
    pub origins: Vec<String>,
    /// A file to listen at instead, which only this user may open; then none of this is asked.
    pub socket: Option<PathBuf>,
}

impl Default for Access {
    fn default() -> Self {
        let (hosts, origins) = (Vec::new(), Vec::new());
        Self {
            host: Ipv4Addr::LOCALHOST.into(),
            port: PORT,
            token: None,
            own_tokens: false,
            hosts,
            origins,
            socket: None,
        }
    }
}

impl Access {
    /// The same with a new token where one is needed and none is there: where somebody wants one, or others can reach this
    /// address; and the token that was made.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn with_token(self, wanted: bool) -> Result<(Self, Option<String>), Error> {
        if self.token.is_some() || self.own_tokens || !wanted && self.host.is_loopback() {
            return Ok((self, None));
        }
        let made = token::new_token()?;
        Ok((Self { token: Some(made.clone()), ..self }, Some(made)))
    }

    /// Whether these make sense together.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let host = self.host;
        if !host.is_loopback() && self.token.is_none() && !self.own_tokens {
            return Err(Error::Exposed { host });
        }
        if host.is_unspecified() && self.hosts.is_empty() {
            return Err(Error::Nameless { host });
        }
        Ok(())
    }

    /// The addresses to listen at: of one that is this machine's own, both kinds.
    pub(crate) fn addresses(&self) -> Vec<SocketAddr> {
        let mut all = vec![SocketAddr::new(self.host, self.port)];
        if self.host == IpAddr::V4(Ipv4Addr::LOCALHOST) {
            all.push(SocketAddr::new(Ipv6Addr::LOCALHOST.into(), self.port));
        }
        all
    }

    /// The page of another origin that asks, where it may.
    pub(crate) fn listed_origin(&self, headers: &HeaderMap) -> Option<String> {
        let origin = only(headers, ORIGIN.as_str()).ok()??;
        self.origins.iter().find(|listed| listed.eq_ignore_ascii_case(origin)).cloned()
    }

    /// Whether this request may come in.
    pub(crate) fn admit(&self, parts: &Parts, port: u16) -> Result<(), Error> {
        let host = only(&parts.headers, HOST.as_str())?.ok_or(Error::Refused("the request names no host"))?;
        let named_otherwise = |name: &str| !name.eq_ignore_ascii_case(host);
        if parts.uri.authority().is_some_and(|authority| named_otherwise(authority.as_str())) {
            return Err(Error::Refused("the request names two hosts"));
        }
        if !self.is_ours(host, port) {
            return Err(Error::Refused("this machine isn't known by that name"));
        }
        self.admit_page(parts, host)?;
        // A browser asks what is allowed before it knows whether it may send the token.
        if parts.method == Method::OPTIONS || route::is_open(parts.uri.path()) {
            return Ok(());
        }
        self.admit_guest(&parts.headers)
    }

    /// A page may ask that is ours or listed; another site's may only be left by a link.
    fn admit_page(&self, parts: &Parts, host: &str) -> Result<(), Error> {
        let headers = &parts.headers;
        if let Some(origin) = only(headers, ORIGIN.as_str())? {
            let is_own = ["http://", "https://"].iter().any(|scheme| {
                origin.strip_prefix(scheme).is_some_and(|origin| origin.eq_ignore_ascii_case(host))
            });
            return match is_own || self.listed_origin(headers).is_some() {
                true => Ok(()),
                false => Err(Error::Refused("a page of another origin asks")),
            };
        }
        let site = only(headers, "sec-fetch-site")?;
        let follows_link = parts.method == Method::GET
            && only(headers, "sec-fetch-mode")? == Some("navigate")
            && only(headers, "sec-fetch-dest")? == Some("document")
            && route::is_page(parts.uri.path());
        match site {
            None | Some("same-origin" | "none") => Ok(()),
            Some(_) if follows_link => Ok(()),
            Some(_) => Err(Error::Refused("a page of another site asks")),
        }
    }

    fn admit_guest(&self, headers: &HeaderMap) -> Result<(), Error> {
        let Some(token) = self.token.as_ref().filter(|_| !self.own_tokens) else { return Ok(()) };
        let said = only(headers, AUTHORIZATION.as_str()).ok().flatten();
        match said.and_then(token::said) {
            Some(said) if token::is_same(&said, token) => Ok(()),
            _ => Err(Error::NoToken),
        }
    }

    /// Whether this is a name of this machine, with our port.
    fn is_ours(&self, host: &str, port: u16) -> bool {
        let Some((name, named)) = split(host) else { return false };
        let own = if self.host.is_unspecified() { None } else { Some(bracketed(self.host)) };
        let own = ["localhost".to_owned(), "127.0.0.1".to_owned(), "[::1]".to_owned()].into_iter().chain(own);
        let is_own = own.into_iter().any(|own| own.eq_ignore_ascii_case(name));
        (is_own && named.unwrap_or(80) == port)
            || self.hosts.iter().filter_map(|listed| split(listed)).any(|(listed, at)| {
                // Behind a server that passes requests on, the port is its own and may be left out.
                listed.eq_ignore_ascii_case(name)
                    && at.map_or(named.is_none_or(|named| named == port), |at| named == Some(at))
            })
    }
}

/// A name and its port, if these are a host.
fn split(host: &str) -> Option<(&str, Option<u16>)> {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, Some(port)),
        _ => (host, None),
    };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._[]:".contains(c);
    let is_name =
        !name.is_empty() && name.chars().all(is_plain) && (name.starts_with('[') || !name.contains(':'));
    let port = match port {
        Some(port) if port.bytes().all(|digit| digit.is_ascii_digit()) => Some(port.parse().ok()?),
        Some(_) => return None,
        None => None,
    };
    is_name.then_some((name, port))
}

fn bracketed(host: IpAddr) -> String {
    match host {
        IpAddr::V4(host) => host.to_string(),
        IpAddr::V6(host) => format!("[{host}]"),
    }
}

/// The one value of a header that may stand but once.
pub(super) fn only<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Error> {
    let mut all = headers.get_all(name).iter();
    let (first, second) = (all.next(), all.next());
    if second.is_some() {
        return Err(Error::Refused("a header stands twice"));
    }
    let text = first.map(|value| value.to_str().map_err(|_| Error::Refused("a header isn't text")));
    text.transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_known_by_its_own_names_and_those_that_are_listed() {
        let access = Access {
            host: "192.168.1.7".parse().unwrap(),
            hosts: vec!["stories.example".into(), "tower.local:8080".into()],
            ..Access::default()
        };
        for (host, is_ours) in [
            ("127.0.0.1:7600", true),
            ("localhost:7600", true),
            ("LOCALHOST:7600", true),
            ("[::1]:7600", true),
            ("192.168.1.7:7600", true),
            ("stories.example", true),
            ("stories.example:7600", true),
            ("tower.local:8080", true),
            ("", false),
            (":7600", false),
            ("localhost", false),
            ("localhost:80", false),
            ("localhost:7601", false),
            ("localhost:", false),
            ("localhost:7600:7600", false),
            ("localhost:+7600", false),
            ("localhost:97600", false),
            ("localhost.evil.test:7600", false),
            ("evil.test:7600", false),
            ("evil.test", false),
            ("0.0.0.0:7600", false),
            ("127.1:7600", false),
            ("2130706433:7600", false),
            ("127.0.0.1.nip.io:7600", false),
            ("user@localhost:7600", false),
            ("localhost:7600/", false),
            ("[::1:7600", false),
            ("::1:7600", false),
            ("stories.example:80", false),
            ("tower.local", false),
            ("tower.local:7600", false),
        ] {
            assert_eq!(access.is_ours(host, 7600), is_ours, "{host}");
        }
        let plain = Access::default();
        assert!(plain.is_ours("localhost", 80), "the port of the scheme is left out by browsers");
    }

    #[test]
    fn what_others_reach_needs_a_token_and_every_address_a_name() {
        let at = |host: &str, token: Option<&str>, name: Option<&str>| Access {
            host: host.parse().unwrap(),
            token: token.map(str::to_owned),
            hosts: name.into_iter().map(str::to_owned).collect(),
            ..Access::default()
        };
        for (access, fine) in [
            (at("127.0.0.1", None, None), true),
            (at("127.0.0.9", None, None), true),
            (at("::1", None, None), true),
            (at("192.168.1.7", None, None), false),
            (at("192.168.1.7", Some("t"), None), true),
            (at("0.0.0.0", Some("t"), None), false),
            (at("0.0.0.0", None, Some("tower")), false),
            (at("::", Some("t"), Some("tower")), true),
        ] {
            assert_eq!(access.check().is_ok(), fine, "{access:?}");
        }
        let wild = at("0.0.0.0", Some("t"), Some("tower"));
        assert!(wild.is_ours("tower:7600", 7600) && !wild.is_ours("0.0.0.0:7600", 7600));
    }
}
