use std::io;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::Guests;
use super::patient::Patient;
use super::signal::asked_to_end;
#[cfg(unix)]
use super::socket::SocketFile;
use super::{Access, App, Hear};
use crate::{Error, Service};

/// Connections at a time; further ones wait in the system's queue.
const CONNECTIONS: usize = 64;
/// The bytes of the longest header of a request.
const HEADER: usize = 16 * 1024;
/// So long a guest may take to say what it wants; also between two requests.
const PATIENCE: Duration = Duration::from_secs(10);
/// So long a guest may leave what it is told unread.
const UNREAD: Duration = Duration::from_secs(30);
/// So long what is under way may take once the end was asked for.
const DRAIN: Duration = Duration::from_secs(5);

/// Where a server can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listening {
    /// The addresses, the one that was asked for first.
    pub addresses: Vec<SocketAddr>,
}

/// What is served: the same to all, or to each guest what is theirs.
pub enum Served {
    /// The stores of a home.
    Home(Box<Service>),
    /// The shared stores that each guest may read.
    Guests(Box<Guests>),
}

/// Answers whoever may come in until this process is asked to end. What is under way then is answered still, within a few
/// seconds. `ready` hears where the server can be asked, `hear` of each request.
///
/// # Errors
/// When the access makes no sense, or the address can't be listened at.
pub fn listen(
    served: Served,
    access: Access,
    threads: NonZeroUsize,
    hear: Option<Arc<Hear>>,
    ready: impl FnOnce(&Listening),
) -> Result<(), Error> {
    access.check()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Start)?;
    let ended = runtime.block_on(async {
        let (listeners, port) = bound(&access).await?;
        let addresses = listeners.addresses();
        let app = |service| App::new(Arc::new(service), access, port, threads);
        let (app, warms) = match served {
            Served::Home(service) => (app(*service), true),
            Served::Guests(guests) => (app(guests.nobody()).for_guests(*guests), false),
        };
        let app = app.heard_by(hear);
        #[cfg(unix)]
        let app = if matches!(listeners, Listeners::File(_)) { app.of_user() } else { app };
        let warm = tokio::spawn(warmed(app.clone(), warms));
        ready(&Listening { addresses });
        serve(&listeners, &app).await;
        warm.abort();
        Ok(())
    });
    // Nobody hears what a thread might still find out.
    runtime.shutdown_background();
    ended
}

async fn warmed(app: App, warms: bool) {
    if warms {
        app.warm().await;
    }
}

/// Where guests come in.
enum Listeners {
    /// By addresses, of which all have one port.
    Addresses(Vec<TcpListener>),
    /// By a file.
    #[cfg(unix)]
    File(SocketFile),
}

impl Listeners {
    fn addresses(&self) -> Vec<SocketAddr> {
        match self {
            Self::Addresses(all) => all.iter().filter_map(|listener| listener.local_addr().ok()).collect(),
            #[cfg(unix)]
            Self::File(_) => Vec::new(),
        }
    }
}

/// The first address must be had, the second is for those who ask by it. Both have one port.
async fn bound(access: &Access) -> Result<(Listeners, u16), Error> {
    #[cfg(unix)]
    if let Some(path) = &access.socket {
        return Ok((Listeners::File(SocketFile::bind(path)?), 0));
    }
    let mut listeners = Vec::new();
    let mut port = access.port;
    for address in access.addresses() {
        let address = SocketAddr::new(address.ip(), port);
        match TcpListener::bind(address).await {
            Ok(listener) => {
                port = listener.local_addr().map_err(Error::Start)?.port();
                listeners.push(listener);
            }
            Err(source) if listeners.is_empty() => return Err(Error::Listen { address, source }),
            Err(_) => {}
        }
    }
    Ok((Listeners::Addresses(listeners), port))
}

async fn serve(listeners: &Listeners, app: &App) {
    let router = app.router();
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let guests = GracefulShutdown::new();
    let mut end = pin!(asked_to_end());
    loop {
        let come_in = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, accepted(listeners).await)
        };
        let (place, stream) = tokio::select! {
            come = come_in => come,
            () = &mut end => break,
        };
        let connection = connection(stream, app.clone(), router.clone());
        let connection = guests.watch(connection);
        tokio::spawn(async move {
            // One that breaks off is nobody's fault here.
            let _ = connection.await;
            drop(place);
        });
    }
    tokio::select! {
        () = guests.shutdown() => {}
        () = tokio::time::sleep(DRAIN) => {}
    }
}

/// What a guest says and hears, whatever it came in by.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// The next connection, of whichever listener.
async fn accepted(listeners: &Listeners) -> Box<dyn Stream> {
    loop {
        match next(listeners).await {
            Ok(stream) => return stream,
            // Too many open files, mostly: that passes when a guest goes.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn next(listeners: &Listeners) -> io::Result<Box<dyn Stream>> {
    let all = match listeners {
        Listeners::Addresses(all) => all,
        #[cfg(unix)]
        Listeners::File(file) => return Ok(Box::new(file.accept().await?)),
    };
    let (stream, _) = match all.as_slice() {
        [first, second, ..] => tokio::select! {
            next = first.accept() => next,
            next = second.accept() => next,
        },
        [first] => first.accept().await,
        [] => std::future::pending().await,
    }?;
    let _ = stream.set_nodelay(true);
    Ok(Box::new(stream))
}

type Connection<S> = http1::Connection<TokioIo<Patient<Box<dyn Stream>>>, S>;

fn connection(
    stream: Box<dyn Stream>,
    app: App,
    router: Router,
) -> Connection<
    impl hyper::service::Service<
        hyper::Request<hyper::body::Incoming>,
        Response = axum::http::Response<Body>,
        Error = std::convert::Infallible,
        Future = impl Send,
    >,
> {
    let answer = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let (app, router) = (app.clone(), router.clone());
        async move { app.answer(&router, request.map(Body::new)).await }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(PATIENCE).max_buf_size(HEADER);
    builder.serve_connection(TokioIo::new(Patient::new(stream, UNREAD)), answer)
}
