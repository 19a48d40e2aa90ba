//! A small server that reranks, or answers whatever a test says.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

/// A request's path, key and body.
pub(crate) type Asked = (String, Option<String>, Value);

/// A small server, which remembers what it was asked.
pub(crate) struct Server {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    heard: Arc<AtomicUsize>,
}

impl Server {
    /// One that scores each text, as llama-server writes it.
    pub(crate) fn scoring(score: fn(&str) -> f64) -> Self {
        Self::start(move |question| scored(question, score))
    }

    pub(crate) fn start(answer: impl Fn(&Value) -> (u16, String) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let heard = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&heard);
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let request = read(&stream);
                count.fetch_add(1, Ordering::SeqCst);
                let (status, body) = answer(&request.2);
                log.lock().unwrap().push(request);
                let head =
                    format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close", body.len());
                // Who asked may have gone.
                let _ = write!(stream, "{head}\r\n\r\n{body}");
            }
        });
        Self { url, asked, heard }
    }

    /// How many questions came, answered or not.
    pub(crate) fn heard(&self) -> usize {
        self.heard.load(Ordering::SeqCst)
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

/// The answer to a question, the last text first.
pub(crate) fn scored(question: &Value, score: fn(&str) -> f64) -> (u16, String) {
    let texts = question["documents"].as_array().unwrap().iter().enumerate().rev();
    let result = |(index, text): (usize, &Value)| json!({"index": index, "relevance_score": score(text.as_str().unwrap())});
    (200, json!({"results": texts.map(result).collect::<Vec<_>>()}).to_string())
}

fn read(stream: &TcpStream) -> Asked {
    let mut reader = BufReader::new(stream);
    let (mut path, mut key, mut length) = (String::new(), None, 0);
    for line in reader.by_ref().lines().map(Result::unwrap).take_while(|line| !line.is_empty()) {
        match line.split_once(": ") {
            None => path = line.split(' ').nth(1).unwrap().to_owned(),
            Some((name, value)) if name.eq_ignore_ascii_case("authorization") => key = Some(value.to_owned()),
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().unwrap()
            }
            Some(_) => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    (path, key, serde_json::from_slice(&body).unwrap())
}
