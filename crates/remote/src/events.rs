use std::io::{BufRead, BufReader, Read, Result};

use serde::de::IgnoredAny;

/// What ends a stream of OpenAI's kind.
pub(crate) const DONE: &[u8] = b"[DONE]";

/// What stands in a body that may be a stream of events.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ServerEvent {
    /// An event.
    Data(Vec<u8>),
    /// A complaint in the middle of the stream, as llama-server wrote it for years.
    Error(Vec<u8>),
    /// The whole body, which is no stream.
    Body(Vec<u8>),
}

/// The events of a body, as the HTML standard parts them. Servers that leave out the empty line between two are
/// understood as well.
pub(crate) struct Events<R> {
    lines: BufReader<R>,
    data: Vec<u8>,
    /// Lines of no event, as long as none came.
    body: Option<Vec<u8>>,
    /// Came with the end of the event before.
    next: Option<ServerEvent>,
}

impl<R: Read> Events<R> {
    pub(crate) fn new(body: R) -> Self {
        Self { lines: BufReader::new(body), data: Vec::new(), body: Some(Vec::new()), next: None }
    }

    /// The next event; none at the end.
    pub(crate) fn read(&mut self) -> Result<Option<ServerEvent>> {
        if let Some(next) = self.next.take() {
            return Ok(Some(next));
        }
        loop {
            let mut line = Vec::new();
            if self.lines.read_until(b'\n', &mut line)? == 0 {
                let rest = self.event();
                let body = self.body.take().filter(|body| !body.trim_ascii().is_empty());
                return Ok(rest.or(body.map(ServerEvent::Body)));
            }
            if let Some(event) = self.line(&line) {
                return Ok(Some(event));
            }
        }
    }

    fn line(&mut self, line: &[u8]) -> Option<ServerEvent> {
        let bare = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii_end();
        if bare.is_empty() {
            return self.event();
        }
        let after = |name: &[u8]| bare.strip_prefix(name).map(|rest| rest.strip_prefix(b" ").unwrap_or(rest));
        if let Some(error) = after(b"error:") {
            self.body = None;
            let before = self.event();
            let error = ServerEvent::Error(error.to_owned());
            return match before {
                None => Some(error),
                before => {
                    self.next = Some(error);
                    before
                }
            };
        }
        let Some(data) = after(b"data:") else {
            // `event`, `id`, `retry` and comments say nothing here.
            if let Some(body) = &mut self.body {
                body.extend(line);
            }
            return None;
        };
        self.body = None;
        let before = if is_whole(&self.data) { self.event() } else { None };
        if !self.data.is_empty() {
            self.data.push(b'\n');
        }
        self.data.extend(data);
        before
    }

    fn event(&mut self) -> Option<ServerEvent> {
        let data = std::mem::take(&mut self.data);
        (!data.is_empty()).then_some(ServerEvent::Data(data))
    }
}

fn is_whole(data: &[u8]) -> bool {
    data == DONE || serde_json::from_slice::<IgnoredAny>(data).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Vec<String> {
        let mut events = Events::new(body.as_bytes());
        let mut found = Vec::new();
        while let Some(event) = events.read().unwrap() {
            let text = |bytes| String::from_utf8(bytes).unwrap();
            found.push(match event {
                ServerEvent::Data(data) => text(data),
                ServerEvent::Error(error) => format!("E{}", text(error)),
                ServerEvent::Body(body) => format!("B{}", text(body)),
            });
        }
        found
    }

    #[test]
    fn events_are_parted_as_servers_part_them() {
        for (reason, body, expected) in [
            ("the usual form", "data: {\"a\":1}\n\ndata: [DONE]\n\n", &["{\"a\":1}", "[DONE]"][..]),
            ("no space, Windows' lines", "data:{}\r\n\r\ndata:1\r\n\r\n", &["{}", "1"]),
            (
                "no empty line between two",
                "data: {}\ndata: {\"a\":2}\ndata: [DONE]\n",
                &["{}", "{\"a\":2}", "[DONE]"],
            ),
            ("one event in several lines", "data: {\"a\":\ndata: 1}\n\n", &["{\"a\":\n1}"]),
            ("comments and names", ": ping\n\nevent: x\nid: 3\ndata: {}\n\n: ping\n", &["{}"]),
            ("no line end at the end", "data: {}", &["{}"]),
            ("a mark before it", "\u{feff}data: {}\n\n", &["{}"]),
            ("an error between", "data: {}\nerror: {\"code\":500}\n\n", &["{}", "E{\"code\":500}"]),
            ("an error alone", "error: {\"code\":500}\n\n", &["E{\"code\":500}"]),
            ("no stream", "{\n  \"choices\": []\n}\n", &["B{\n  \"choices\": []\n}\n"]),
            ("a page", "<html>", &["B<html>"]),
            ("nothing", "", &[]),
            ("nothing but lines", "\n\n", &[]),
        ] {
            assert_eq!(read(body), expected, "{reason}");
        }
    }
}
