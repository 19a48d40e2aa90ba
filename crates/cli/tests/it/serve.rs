use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use crate::sandbox::Sandbox;

/// A server with a store of two scenes, at a port that was free.
pub(crate) struct Server {
    process: Child,
    address: SocketAddr,
}

impl Server {
    fn start(sandbox: &Sandbox, args: &[&str]) -> Self {
        Self::spawn(&mut sandbox.command(&[&["serve", "--port", "0"], args].concat()))
    }

    /// The process of a command that serves at a port that is free.
    pub(crate) fn spawn(command: &mut Command) -> Self {
        let mut process = command.stdin(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().trim_start_matches("http://").trim_end_matches('/');
        let address = address.parse().unwrap_or_else(|error| panic!("{error}: {line:?}"));
        Self { process, address }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    /// Sends a request and reads until the other end closes: the status, and all that came.
    pub(crate) fn ask(&self, head: &str) -> (u16, String) {
        let mut stream = self.connect();
        let host = self.address;
        let _ = write!(stream, "{head}\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        answer(&mut stream)
    }

    pub(crate) fn end(mut self) -> (Option<i32>, Duration) {
        let began = Instant::now();
        kill(Pid::from_raw(self.process.id().try_into().unwrap()), Signal::SIGTERM).unwrap();
        (self.process.wait().unwrap().code(), began.elapsed())
    }
}

fn answer(stream: &mut TcpStream) -> (u16, String) {
    let mut bytes = Vec::new();
    // One that is cut off has said what it had to say.
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, text)
}

#[test]
fn stories_are_served_until_the_process_is_asked_to_end() {
    let sandbox = Sandbox::with_a_table();
    let server = Server::start(&sandbox, &[]);
    let (status, text) = server.ask("GET /api/v1/search?q=lamp HTTP/1.1");
    let found: Value = serde_json::from_str(text.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    assert_eq!((status, found["results"][0]["text"].as_str()), (200, Some("The lamp is lit.")));
    assert_eq!(server.ask("GET / HTTP/1.1").0, 200);
    assert_eq!(server.ask("GET http://evil.test/ HTTP/1.1").0, 403);
    let (code, took) = server.end();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(20), "{took:?}");
}

#[test]
fn what_is_under_way_is_answered_before_the_end() {
    let sandbox = Sandbox::with_a_table();
    let server = Server::start(&sandbox, &[]);
    let mut stream = server.connect();
    let body = r#"{"q":"lamp"}"#;
    let host = server.address;
    write!(
        stream,
        "POST /api/v1/search HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )
    .unwrap();
    // The request has begun before the end is asked for, and goes on after that.
    std::thread::sleep(Duration::from_millis(200));
    let ending = std::thread::spawn(move || server.end());
    std::thread::sleep(Duration::from_millis(200));
    stream.write_all(body.as_bytes()).unwrap();
    let (status, text) = answer(&mut stream);
    assert_eq!(status, 200, "{text}");
    assert_eq!(ending.join().unwrap().0, Some(0));
}

#[test]
fn what_is_no_request_is_refused_and_costs_nobody_anything() {
    let sandbox = Sandbox::with_a_table();
    let server = Server::start(&sandbox, &[]);
    let long = format!("GET / HTTP/1.1\r\nX-Long: {}", "x".repeat(40_000));
    assert!(matches!(server.ask(&long).0, 431 | 0));
    for head in ["GET", "\0\0\0", "GET / HTTP/9.9", "GET / HTTP/1.1\r\nHost: evil.test"] {
        assert!(matches!(server.ask(head).0, 400 | 403 | 0), "{head}");
    }
    // Guests that say nothing take places, and there are more of these than guests here.
    let silent: Vec<TcpStream> = (0..40).map(|_| server.connect()).collect();
    assert_eq!(server.ask("GET /health HTTP/1.1").0, 200);
    drop(silent);
    assert_eq!(server.end().0, Some(0));
}

#[test]
fn others_are_asked_for_the_token() {
    let sandbox = Sandbox::with_a_table();
    let server = Server::start(&sandbox, &["--token"]);
    assert_eq!(server.ask("GET /api/v1/stores HTTP/1.1").0, 401);
    assert_eq!(server.ask("GET /health HTTP/1.1").0, 200);
    let mut process = server.process;
    kill(Pid::from_raw(process.id().try_into().unwrap()), Signal::SIGTERM).unwrap();
    process.wait().unwrap();
    let mut said = String::new();
    process.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    let token = said.split("not shown again: ").nth(1).unwrap().split_whitespace().next().unwrap();
    assert_eq!(token.len(), 40, "{said}");
}

#[test]
fn a_log_says_who_asked_where_and_only_on_demand_what_was_looked_for() {
    let sandbox = Sandbox::with_a_table();
    for (flags, queries, refused) in [
        (&[][..], 0, 0),
        (&["--log"], 0, 1),
        (&["--log-queries"], 1, 1),
        (&["--log", "--log-queries"], 1, 1),
        (&["--log", "--quiet"], 0, 0),
    ] {
        let mut server = Server::start(&sandbox, flags);
        server.ask("GET /api/v1/search?q=lamp&mode=keyword HTTP/1.1");
        server.ask("GET http://evil.test/ HTTP/1.1");
        kill(Pid::from_raw(server.process.id().try_into().unwrap()), Signal::SIGTERM).unwrap();
        server.process.wait().unwrap();
        let mut said = String::new();
        server.process.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        let count =
            |part: &str| said.lines().filter(|line| line.contains(part) && line.ends_with(" ms")).count();
        assert_eq!(count("GET /api/v1/search"), refused, "{flags:?}: {said}");
        assert_eq!(count("GET /api/v1/search?q=lamp&mode=keyword 200 "), queries, "{flags:?}: {said}");
        assert_eq!(count("GET / 403 "), refused, "{flags:?}: {said}");
        assert_eq!(said.matches("lamp").count(), queries, "{flags:?}: {said}");
    }
}

#[test]
fn what_makes_no_sense_is_refused_with_what_to_type() {
    let sandbox = Sandbox::with_a_table();
    let taken = Server::start(&sandbox, &[]);
    let port = taken.address.port().to_string();
    let refused = sandbox.refused(&["serve", "--port", &port]);
    assert!(refused.contains("naragtive serve --port 7601"), "{refused}");
    let refused = sandbox.refused(&["serve", "--host", "0.0.0.0", "--port", "0"]);
    assert!(refused.contains("--allow-host NAME"), "{refused}");
    // Kept for documents, so nobody has it.
    let refused = sandbox.refused(&["serve", "--host", "192.0.2.1", "--port", "0"]);
    assert!(refused.contains("an address that this machine has"), "{refused}");
    assert_eq!(sandbox.run(&["serve", "--allow-origin", "*"]).code, Some(2));
    taken.end();
}

#[test]
fn what_appears_while_stories_are_served_can_be_found() {
    let sandbox = Sandbox::with_a_table();
    let watched = format!("{}=later", sandbox.path("later.json").display());
    let server = Server::start(&sandbox, &["--watch", &watched]);
    let search = "GET /api/v1/search?q=zeppelin&mode=keyword&store=later HTTP/1.1";
    assert_eq!(server.ask(search).0, 404, "nothing is there yet");
    let message =
        r#"[{"user": "Ada", "message": "The zeppelin came down.", "timestamp": "2025-11-12T10:00:00Z"}]"#;
    sandbox.write("later.json", message);
    let began = Instant::now();
    while !server.ask(search).1.contains("The zeppelin came down.") {
        assert!(began.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(server.end().0, Some(0));
    let refused = sandbox.run(&["serve", "--watch", "later.json"]);
    assert!(refused.code == Some(2) && refused.stderr.contains("as chats=my-campaign"), "{refused}");
}

#[test]
fn a_file_that_only_its_user_may_open_is_a_way_in_without_any_other_question() {
    let sandbox = Sandbox::with_a_table();
    let file = sandbox.path("n.sock");
    let file = file.to_str().unwrap();
    let mut process = sandbox.command(&["serve", "--socket", file]).stdin(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line.trim(), file);
    let mut stream = std::os::unix::net::UnixStream::connect(file).unwrap();
    write!(stream, "GET /api/v1/search?q=lamp HTTP/1.1\r\nHost: whatever\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    assert!(text.starts_with("HTTP/1.1 200 ") && text.contains("The lamp is lit."), "{text}");
    let refused = sandbox.refused(&["serve", "--socket", file]);
    assert!(refused.contains("another process listens there"), "{refused}");
    kill(Pid::from_raw(process.id().try_into().unwrap()), Signal::SIGTERM).unwrap();
    assert_eq!(process.wait().unwrap().code(), Some(0));
    assert!(!std::path::Path::new(file).exists());
}
