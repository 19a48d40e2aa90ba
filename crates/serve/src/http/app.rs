use std::collections::HashMap;
use std::convert::Infallible;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::{RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{Method, Response, Uri};
use axum::routing::on;
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use naragtive::views;

use super::api::ask;
use super::asked::{self, Asked};
use super::exchange::exchange;
use super::hear::{Hear, Heard};
use super::pieces::{PieceSender, Pieces, pieces};
use super::reply::{HTML, Reply, guard, preflight};
use super::route::{Place, ROUTES, Room, Route, Verb};
use super::{Access, Guests, answer, body, page, problem, route};
use crate::call::{Stop, flow};
use crate::limit::API;
use crate::mcp::Mcp;
use crate::pool::Pool;
use crate::{Error, Service};

/// Guests who are kept in mind at a time.
const KNOWN: usize = 256;
/// So many questions are answered in words at a time.
const LISTENERS: NonZeroUsize = NonZeroUsize::new(4).unwrap();

/// The server as it answers requests, whatever they came in by.
#[derive(Clone)]
pub struct App {
    service: Arc<Service>,
    pool: Pool,
    /// Threads that wait for another server's words, so that no search waits for them.
    listeners: Pool,
    access: Arc<Access>,
    /// Whether whoever asks could open a file of this user's, and needs no other permission.
    is_of_user: bool,
    port: u16,
    mcp: Mcp,
    hear: Option<Arc<Hear>>,
    /// Those whose token says what they see.
    guests: Option<Guests>,
    /// What each of them sees, by their role.
    rooms: Arc<Mutex<HashMap<String, Router>>>,
}

/// One who waits for an answer; the thread that works on it hears when nobody does any more.
#[derive(Default)]
struct Guest(Arc<AtomicBool>);

impl Drop for Guest {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl App {
    /// On this service; requests come in at this port, so many are worked on at a time.
    pub fn new(service: Arc<Service>, access: Access, port: u16, threads: NonZeroUsize) -> Self {
        let (pool, listeners) = (Pool::new(threads), Pool::new(LISTENERS));
        let mcp = Mcp::new(Arc::clone(&service), pool.clone());
        let (access, hear, guests, rooms) = (Arc::new(access), None, None, Arc::default());
        Self { service, pool, listeners, access, is_of_user: false, port, mcp, hear, guests, rooms }
    }

    /// The same for guests, each of whom sees what is theirs.
    #[must_use]
    pub fn for_guests(self, guests: Guests) -> Self {
        Self { guests: Some(guests), ..self }
    }

    /// The same on another service, with the same threads.
    pub(super) fn serving(&self, service: Service) -> Self {
        let service = Arc::new(service);
        let mcp = Mcp::new(Arc::clone(&service), self.pool.clone());
        Self { service, mcp, guests: None, hear: None, ..self.clone() }
    }

    /// The same with somebody who hears of each request.
    pub fn heard_by(self, hear: Option<Arc<Hear>>) -> Self {
        Self { hear, ..self }
    }

    /// The same for those who come in by a file that only this user may open.
    #[cfg(unix)]
    pub(super) fn of_user(self) -> Self {
        Self { is_of_user: true, ..self }
    }

    /// Opens what the first search needs, then looks at what the first page shows.
    pub(super) async fn warm(self) {
        let (opens, looks) = (Arc::clone(&self.service), self.service);
        // What fails here fails in the first search too, and is told there.
        let _ = self.pool.run(move || opens.warm(&|| false)).await;
        let _ = self.pool.run(move || looks.look()).await;
    }

    /// Where each request of [`ROUTES`] goes.
    pub fn router(&self) -> Router {
        let router = ROUTES.iter().fold(Router::new(), |router, route| {
            let (app, route) = (self.clone(), *route);
            let answer = move |path: RawPathParams, request: Request| async move {
                app.run(route, &path, request).await
            };
            router.route(route.path, on(route.verb.filter(), answer))
        });
        router.fallback(nowhere).method_not_allowed_fallback(otherwise)
    }

    /// Answers one request, if whoever sent it may come in.
    pub async fn answer(&self, router: &Router, request: Request) -> Result<Response<Body>, Infallible> {
        let (parts, body) = request.into_parts();
        let answered = self.hear.as_ref().map(|hear| {
            let (path, query) = (parts.uri.path(), parts.uri.query());
            hear(Heard { method: parts.method.as_str(), path, query })
        });
        let origin = self.access.listed_origin(&parts.headers);
        let admitted = if self.is_of_user { Ok(()) } else { self.access.admit(&parts, self.port) };
        let mut response = match admitted {
            Err(error) => problem::reply(&error, route::room(parts.uri.path())).into_response(),
            Ok(()) if parts.method == Method::OPTIONS && origin.is_some() => preflight(),
            Ok(()) => match self.router_for(&parts, router) {
                Err(error) => problem::reply(&error, route::room(parts.uri.path())).into_response(),
                Ok(router) => TowerToHyperService::new(router).call(Request::from_parts(parts, body)).await?,
            },
        };
        guard(&mut response, origin.as_deref());
        if let Some(answered) = answered {
            answered(response.status().as_u16());
        }
        Ok(response)
    }

    /// Where a request goes: where there are guests, to what is theirs.
    fn router_for(&self, parts: &Parts, router: &Router) -> Result<Router, Error> {
        match &self.guests {
            Some(guests) if !route::is_open(parts.uri.path()) && parts.method != Method::OPTIONS => {
                Ok(self.room_of(guests, guests.role(&parts.headers)?))
            }
            _ => Ok(router.clone()),
        }
    }

    /// What a guest of this role sees.
    fn room_of(&self, guests: &Guests, role: String) -> Router {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        // Who is forgotten is known again at their next request.
        if rooms.len() >= KNOWN && !rooms.contains_key(&role) {
            rooms.clear();
        }
        let room = || self.serving(guests.service(&role)).router();
        let known = rooms.get(&role).cloned();
        let router = known.unwrap_or_else(room);
        rooms.insert(role, router.clone());
        router
    }

    async fn run(&self, route: Route, path: &RawPathParams, request: Request) -> Response<Body> {
        match self.replied(route, path, request).await {
            Ok(response) => response,
            Err(error) => problem::reply(&error, route.room).into_response(),
        }
    }

    async fn replied(
        &self,
        route: Route,
        path: &RawPathParams,
        request: Request,
    ) -> Result<Response<Body>, Error> {
        let (parts, body) = request.into_parts();
        let body = match route.verb {
            Verb::Get => None,
            Verb::Post => Some(body::json(&parts.headers, body).await?),
        };
        if let (Place::Mcp, Some(body)) = (route.place, &body) {
            return Ok(exchange(&self.mcp, &parts.headers, body).await.into_response());
        }
        let is_meant = asked::is_meant(&parts.method, &parts.headers);
        let path = path.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let query = parts.uri.query().unwrap_or_default().to_owned();
        let asked = Asked { place: route.place, path, query, body, is_meant };
        let reply = match route.place {
            Place::Ask => self.asked(asked).await?,
            Place::AskPage => self.asked_on_page(asked).await?,
            _ => {
                let job =
                    move |service: &Service, stop: &Stop| answer::answer(service, route.room, &asked, stop);
                self.worked_on(&self.pool, job).await?
            }
        };
        let keeps = route.verb == Verb::Get && matches!(route.room, Room::Page | Room::Api);
        Ok(if keeps { reply.unless_known(&parts.headers) } else { reply }.into_response())
    }

    /// What another server answers in words, at once or piece by piece.
    async fn asked(&self, asked: Asked) -> Result<Reply, Error> {
        let prepare = move |service: &Service, stop: &Stop| ask::prepare(service, &asked, stop);
        let (asking, streams) = self.worked_on(&self.pool, prepare).await?;
        if streams {
            let tell = move |into: &PieceSender| ask::stream(asking, into);
            return Ok(Reply::pieces("text/event-stream", self.told(String::new(), tell, ask::failed)));
        }
        let job = move |_: &Service, stop: &Stop| asking.answer(&mut |_| flow(stop));
        let answer = self.worked_on(&self.listeners, job).await?;
        Ok(Reply::json(&API.fit(views::answer(&answer))))
    }

    /// The page on which questions are asked, which comes piece by piece where one is.
    async fn asked_on_page(&self, asked: Asked) -> Result<Reply, Error> {
        let prepare = move |service: &Service, stop: &Stop| page::ask::prepare(service, &asked, stop);
        match self.worked_on(&self.pool, prepare).await? {
            page::ask::PreparedQuestion::Page(reply) => Ok(reply),
            page::ask::PreparedQuestion::Question(question) => {
                let (before, after) = (question.before.clone(), question.after.clone());
                let fail = move |error: &Error| page::ask::failed(error) + &after;
                Ok(Reply::pieces(HTML, self.told(before, move |into| question.tell(into), fail)))
            }
        }
    }

    /// What a thread that listens to another server tells, after what is known before; where no thread is free for too many
    /// others, why not.
    fn told(
        &self,
        before: String,
        tell: impl FnOnce(&PieceSender) + Send + 'static,
        fail: impl FnOnce(&Error) -> String + Send + 'static,
    ) -> Pieces {
        let listeners = self.listeners.clone();
        let (into, pieces) = pieces();
        tokio::spawn(async move {
            // Whoever has gone by then needs nothing of it.
            if !before.is_empty() && into.send(before.into()).await.is_err() {
                return;
            }
            let full = into.clone();
            let run = listeners.run(move || {
                tell(&into);
                Ok(())
            });
            if let Err(error) = run.await {
                let _ = full.send(fail(&error).into()).await;
            }
        });
        pieces
    }

    /// What a thread of this pool makes of it.
    async fn worked_on<T: Send + 'static>(
        &self,
        pool: &Pool,
        job: impl FnOnce(&Service, &Stop) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (guest, service) = (Guest::default(), Arc::clone(&self.service));
        let gone = Arc::clone(&guest.0);
        let stop = move || gone.load(Ordering::Relaxed);
        let run = pool.run(move || {
            if stop() {
                return Err(Error::Cancelled);
            }
            job(&service, &stop).map_err(|error| if stop() { Error::Cancelled } else { error })
        });
        let done = run.await;
        drop(guest);
        done
    }
}

async fn nowhere(uri: Uri) -> Response<Body> {
    problem::reply(&Error::NoSuchPage, route::room(uri.path())).into_response()
}

async fn otherwise(method: Method) -> Response<Body> {
    problem::reply(&Error::NoSuchMethod { method: method.to_string() }, Room::Api).into_response()
}
