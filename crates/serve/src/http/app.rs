use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::{RawPathParams, Request};
use axum::http::{Method, Response, Uri};
use axum::routing::on;
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;

use super::asked::Asked;
use super::exchange::exchange;
use super::reply::{Reply, guard, preflight};
use super::route::{Place, ROUTES, Room, Route, Verb};
use super::{Access, answer, body, problem, route};
use crate::mcp::Mcp;
use crate::pool::Pool;
use crate::{Error, Service};

/// The server as it answers requests, whatever they came in by.
#[derive(Clone)]
pub struct App {
    service: Arc<Service>,
    pool: Pool,
    access: Arc<Access>,
    port: u16,
    mcp: Mcp,
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
    pub fn new(service: Arc<Service>, access: Access, port: u16, threads: std::num::NonZeroUsize) -> Self {
        let pool = Pool::new(threads);
        let mcp = Mcp::new(Arc::clone(&service), pool.clone());
        Self { service, pool, access: Arc::new(access), port, mcp }
    }

    /// Opens what the first search needs.
    pub(super) async fn warm(self) {
        let service = self.service;
        // What fails here fails in the first search too, and is told there.
        let _ = self.pool.run(move || service.warm(&|| false)).await;
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
        let origin = self.access.listed_origin(&parts.headers);
        let mut response = match self.access.admit(&parts, self.port) {
            Err(error) => problem::reply(&error, route::room(parts.uri.path())).into_response(),
            Ok(()) if parts.method == Method::OPTIONS && origin.is_some() => preflight(),
            Ok(()) => {
                let router = TowerToHyperService::new(router.clone());
                router.call(Request::from_parts(parts, body)).await?
            }
        };
        guard(&mut response, origin.as_deref());
        Ok(response)
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
        let path = path.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let query = parts.uri.query().unwrap_or_default().to_owned();
        let asked = Asked { place: route.place, path, query, body };
        Ok(self.worked_on(route.room, asked).await?.into_response())
    }

    /// What a thread makes of it.
    async fn worked_on(&self, room: Room, asked: Asked) -> Result<Reply, Error> {
        let (guest, service) = (Guest::default(), Arc::clone(&self.service));
        let gone = Arc::clone(&guest.0);
        let stop = move || gone.load(Ordering::Relaxed);
        let run = self.pool.run(move || {
            if stop() {
                return Err(Error::Cancelled);
            }
            answer::answer(&service, room, &asked, &stop)
                .map_err(|error| if stop() { Error::Cancelled } else { error })
        });
        let reply = run.await;
        drop(guest);
        reply
    }
}

async fn nowhere(uri: Uri) -> Response<Body> {
    problem::reply(&Error::NoSuchPage, route::room(uri.path())).into_response()
}

async fn otherwise(method: Method) -> Response<Body> {
    problem::reply(&Error::NoSuchMethod { method: method.to_string() }, Room::Api).into_response()
}
