use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use naragtive::shared::Guest;
use naragtive::{Day, Library, StoreName};

use super::access::only;
use super::token;
use crate::{Error, Service};

/// Everybody who has a token, and what they see: the stores of one server that they may read there.
#[derive(Clone)]
pub struct Guests {
    library: Library,
    host: StoreName,
    today: fn() -> Day,
}

impl Guests {
    /// Those who have tokens for this server.
    pub fn new(library: Library, host: StoreName, today: fn() -> Day) -> Self {
        Self { library, host, today }
    }

    /// What a role sees. No role is called nothing, so that who isn't anybody yet sees nothing.
    pub(super) fn service(&self, role: &str) -> Service {
        let guest = Guest { host: self.host.clone(), role: role.to_owned() };
        Service::new(self.library.clone().seen_by(guest), Box::new(self.today))
    }

    /// What nobody sees.
    pub(super) fn nobody(&self) -> Service {
        self.service("")
    }

    /// Whose token the headers have.
    ///
    /// # Errors
    /// [`Error::NoToken`] for who has none of ours.
    pub(super) fn role(&self, headers: &HeaderMap) -> Result<String, Error> {
        let said = only(headers, AUTHORIZATION.as_str()).ok().flatten().and_then(token::said);
        let said = said.ok_or(Error::NoToken)?;
        // Looked at each time: who is taken off the list is let in no more.
        self.library.shared().tokens().role(&self.host, &said)?.ok_or(Error::NoToken)
    }
}
