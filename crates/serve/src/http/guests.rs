use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use naragtive::shared::Guest;
use naragtive::{Day, Library, StoreName};

use super::access::only;
use super::{App, token};
use crate::{Error, Service};

/// Guests who are kept in mind at a time.
const KNOWN: usize = 256;

/// Everybody who has a token, and what they see: the stores of one server that they may read there.
#[derive(Clone)]
pub struct Guests {
    library: Library,
    host: StoreName,
    today: fn() -> Day,
    apps: Arc<Mutex<HashMap<String, (App, Router)>>>,
}

impl Guests {
    /// Those who have tokens for this server.
    pub fn new(library: Library, host: StoreName, today: fn() -> Day) -> Self {
        Self { library, host, today, apps: Arc::default() }
    }

    /// What a role sees. No role is called nothing, so that who isn't anybody yet sees nothing.
    fn service(&self, role: &str) -> Service {
        let guest = Guest { host: self.host.clone(), role: role.to_owned() };
        Service::new(self.library.clone().seen_by(guest), Box::new(self.today))
    }

    /// What nobody sees.
    pub(super) fn nobody(&self) -> Service {
        self.service("")
    }

    /// What the guest sees whom the headers' token belongs to, on the threads of `house`.
    ///
    /// # Errors
    /// [`Error::NoToken`] for who has none of ours.
    pub(super) fn welcome(&self, headers: &HeaderMap, house: &App) -> Result<(App, Router), Error> {
        let said = only(headers, AUTHORIZATION.as_str()).ok().flatten().and_then(token::said);
        let said = said.ok_or(Error::NoToken)?;
        // Looked at each time: who is taken off the list is let in no more.
        let role = self.library.shared().tokens().role(&self.host, &said)?.ok_or(Error::NoToken)?;
        let mut apps = self.apps.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = apps.get(&role) {
            return Ok(known.clone());
        }
        // Who is forgotten is known again at their next request.
        if apps.len() >= KNOWN {
            apps.clear();
        }
        let app = house.serving(self.service(&role));
        let router = app.router();
        apps.insert(role, (app.clone(), router.clone()));
        Ok((app, router))
    }
}
