//! A small HTTP server that can misbehave.

#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What a client asked for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// `GET`, `POST` and so on.
    pub method: String,
    /// With the query.
    pub path: String,
    /// The first byte that was asked for.
    pub range: Option<usize>,
    /// The header of this name.
    pub authorization: Option<String>,
    /// What came after the head.
    pub body: Vec<u8>,
}

/// What it gets.
pub enum Reply {
    /// A whole HTTP answer.
    Http {
        /// Its lines, each with its end.
        head: String,
        /// What follows.
        body: Vec<u8>,
    },
    /// The same, and then silence before the connection is closed.
    ThenSilence {
        /// Its lines, each with its end.
        head: String,
        /// What follows.
        body: Vec<u8>,
        /// How long nothing is said.
        silence: Duration,
    },
}

impl Reply {
    /// An answer without a body.
    pub fn status(status: u16) -> Self {
        Self::Http { head: format!("HTTP/1.1 {status} Because\r\nContent-Length: 0\r\n"), body: Vec::new() }
    }

    /// Sends the client elsewhere.
    pub fn redirect(to: &str) -> Self {
        let head = format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n");
        Self::Http { head, body: Vec::new() }
    }

    /// The whole file, whatever range was asked for.
    pub fn whole(body: &[u8]) -> Self {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n", body.len());
        Self::Http { head, body: body.to_vec() }
    }

    /// The range that was asked for, or the whole file.
    pub fn ranged(request: &Request, body: &[u8]) -> Self {
        let Some(from) = request.range else { return Self::whole(body) };
        let rest = &body[from..];
        let head = format!(
            "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {from}-{}/{}\r\nContent-Length: {}\r\n",
            body.len() - 1,
            body.len(),
            rest.len()
        );
        Self::Http { head, body: rest.to_vec() }
    }

    /// Announces everything, sends so much and hangs up.
    pub fn cut(self, after: usize) -> Self {
        match self {
            Self::Http { head, body } => Self::Http { head, body: body[..after].to_vec() },
            silent @ Self::ThenSilence { .. } => silent,
        }
    }

    /// Keeps the connection open for so long.
    pub fn then_silence(self, silence: Duration) -> Self {
        match self {
            Self::Http { head, body } => Self::ThenSilence { head, body, silence },
            silent @ Self::ThenSilence { .. } => silent,
        }
    }
}

/// A server on this machine; it answers as long as the tests run.
pub struct Server {
    port: u16,
    log: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Answers each request by the closure, which also hears how many requests came before.
    pub fn start(answer: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let log = Arc::new(Mutex::new(Vec::new()));
        let (kept, answer) = (Arc::clone(&log), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, answer) = (Arc::clone(&kept), Arc::clone(&answer));
                thread::spawn(move || serve(stream, &log, &*answer));
            }
        });
        Self { port, log }
    }

    /// Its address, without a path.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The same server under another host's name.
    pub fn other_url(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// What it was asked, in order.
    pub fn requests(&self) -> Vec<Request> {
        self.log.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, log: &Mutex<Vec<Request>>, answer: &dyn Fn(&Request, usize) -> Reply) {
    let Some(request) = read(&stream) else { return };
    let before = {
        let mut log = log.lock().unwrap();
        log.push(request.clone());
        log.len() - 1
    };
    let (head, body, silence) = match answer(&request, before) {
        Reply::Http { head, body } => (head, body, None),
        Reply::ThenSilence { head, body, silence } => (head, body, Some(silence)),
    };
    // The client may have hung up: its business.
    let _ = stream.write_all(format!("{head}Connection: close\r\n\r\n").as_bytes());
    let _ = stream.write_all(&body);
    let _ = stream.flush();
    if let Some(silence) = silence {
        thread::sleep(silence);
    }
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut lines = reader.by_ref().lines();
    let first = lines.next()?.ok()?;
    let mut words = first.split(' ').map(str::to_owned);
    let mut request = Request { method: words.next()?, path: words.next()?, ..Request::default() };
    let mut length = 0;
    for line in lines {
        let line = line.ok()?;
        let Some((name, value)) = line.split_once(": ") else { break };
        match name.to_lowercase().as_str() {
            "range" => request.range = value.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok(),
            "authorization" => request.authorization = Some(value.into()),
            "content-length" => length = value.parse().ok()?,
            _ => {}
        }
    }
    request.body = vec![0; length];
    reader.read_exact(&mut request.body).ok()?;
    Some(request)
}
