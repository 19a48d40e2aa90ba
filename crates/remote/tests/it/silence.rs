//! Servers that say nothing, and whoever doesn't wait for them.

use std::net::TcpListener;
use std::ops::ControlFlow;
use std::thread::sleep;
use std::time::{Duration, Instant};

use naragtive_http::HttpError;
use naragtive_remote::{ChatServer, RemoteError, ServerSettings};
use naragtive_testkit::server::{Reply, Server};

use crate::chat::{ask, messages};
use crate::llama::{broken, events, kind, loading, settings};

#[test]
fn silence_is_waited_for_so_long_and_no_longer() {
    type Slow = fn() -> Reply;
    let rows: [(Slow, &str); 2] = [
        (|| broken(&events(&["Odi"], None)).then_silence(Duration::from_secs(20)), "Odi"),
        (
            || {
                sleep(Duration::from_secs(20));
                Reply::status(500)
            },
            "",
        ),
    ];
    for (slow, words) in rows {
        let server = Server::start(move |_, _| slow());
        let begun = Instant::now();
        let (done, heard) = ask(&settings(server.url()).within(Duration::from_millis(300)));
        let error = done.unwrap_err();
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        assert!(kind(&error) == "NoAnswer" && error.to_string().contains("timeout"), "{error}");
        assert_eq!((heard.as_str(), server.requests().len()), (words, 1));
    }
}

#[test]
fn whoever_waits_can_leave_before_a_word_comes_between_words_and_between_two_tries() {
    type Slow = fn() -> Reply;
    let rows: [(Slow, usize); 3] = [
        (
            || {
                sleep(Duration::from_secs(20));
                Reply::status(500)
            },
            0,
        ),
        (|| broken(&events(&["Odi"], None)).then_silence(Duration::from_secs(20)), 1),
        (loading, 0),
    ];
    for (slow, words) in rows {
        let server = Server::start(move |_, _| slow());
        let patient = ServerSettings { pauses: vec![Duration::from_secs(20)], ..settings(server.url()) };
        let (begun, mut heard) = (Instant::now(), 0);
        let done = ChatServer::new(&patient).unwrap().ask(&messages(), &mut |piece| {
            heard += usize::from(piece.is_some());
            // A moment after there was a chance of a word.
            if begun.elapsed() < Duration::from_millis(400) {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
        assert!(matches!(done, Err(RemoteError::Stopped)), "{done:?}");
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        assert_eq!(heard, words);
    }
}

#[test]
fn nobody_there_is_said_at_once_and_a_key_goes_nowhere_in_plain_text() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (done, _) = ask(&settings(format!("http://{free}")));
    assert_eq!(kind(&done.unwrap_err()), "Unreachable");
    for url in ["http://192.168.1.5:8080", "http://chat.invalid/v1"] {
        let with_key = ServerSettings { key: Some("sk-secret".into()), ..settings(url.into()) };
        let error = ChatServer::new(&with_key).err().unwrap();
        assert!(matches!(&error, RemoteError::Http(HttpError::PlainHttp { .. })), "{error}");
        assert!(!error.to_string().contains("secret"), "{error}");
        assert!(ChatServer::new(&settings(url.into())).is_ok());
    }
}
