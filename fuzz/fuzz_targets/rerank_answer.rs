//! What a server answers that was asked to rerank. The thread that answers may still be ending when leaks are looked for, and is
//! then taken for one: run it with `-detect_leaks=0`.
#![no_main]

use std::io::{Read, Write};
use std::net::TcpListener;

use libfuzzer_sys::fuzz_target;
use naragtive_remote::{RerankServer, ServerSettings};

fuzz_target!(|bytes: &[u8]| {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/rerank", listener.local_addr().unwrap());
    std::thread::scope(|scope| {
        scope.spawn(|| answer(&listener, bytes));
        let server = RerankServer::new(&ServerSettings::new(address)).unwrap();
        if let Ok(scores) = server.score("who lied?", &["one", "two", "three"], &mut |_| ()) {
            assert!(scores.len() == 3 && scores.iter().all(|score| score.is_finite()));
        }
    });
});

/// Reads a request to the end of its body, which is one JSON object, and answers it.
fn answer(listener: &TcpListener, body: &[u8]) {
    let Ok((mut stream, _)) = listener.accept() else { return };
    let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
    while !request.ends_with(b"}") {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return,
            Ok(count) => request.extend(&buffer[..count]),
        }
    }
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
}
