//! Files that were written into a text as base64. They say nothing that anybody would look for, and may be large: they
//! are passed over where they stand and are held nowhere.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

/// How many characters of base64 in a row are a file, and no long word.
const LENGTH: usize = 512;
/// Broken into lines, base64 has lines at least this long.
const LINE: usize = 60;
/// What says that base64 follows, however short.
static NAMED: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(";base64,"));

/// Whether what a JSON string begins with, as it is written, may be an encoded file; only then is it looked at whole.
pub(crate) fn may_be(written: &str) -> bool {
    written.starts_with("data:") || written.len() >= LENGTH
}

/// What is kept of a JSON string that is nothing but an encoded file: `data:image/png;base64,` or nothing. The string is
/// given as it is written, from behind its quotation mark.
pub(crate) fn whole(written: &str) -> Option<&str> {
    let (head, body) = match written.strip_prefix("data:") {
        Some(_) => {
            let end = written.find(";base64,")? + ";base64,".len();
            (end < 256).then_some(written.split_at(end))?
        }
        None => written.split_at(0),
    };
    if !body.bytes().all(|byte| is_base64(byte) || byte == b'\\') {
        return None;
    }
    (!head.is_empty() || is_file(body.as_bytes(), false)).then_some(head)
}

/// The text without the encoded files in it, and how many there were. What `data:` says about one stays.
pub(crate) fn without(text: &str) -> (Cow<'_, str>, usize) {
    let mut kept = String::new();
    let (mut from, mut count) = (0, 0);
    for run in runs(text) {
        kept.push_str(text.get(from..run.start).unwrap_or_default());
        from = run.end;
        count += 1;
    }
    if count == 0 {
        return (Cow::Borrowed(text), 0);
    }
    kept.push_str(text.get(from..).unwrap_or_default());
    (Cow::Owned(kept), count)
}

/// Where encoded files stand in a text: long runs of the signs of base64, in one line or in lines that are all long.
fn runs(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    if !has_long_run(bytes) && NAMED.find(bytes).is_none() {
        return Vec::new();
    }
    let mut runs = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let end = end_of_run(bytes, at);
        let named = text.get(..at).is_some_and(|before| before.ends_with(";base64,"));
        if is_file(bytes.get(at..end).unwrap_or_default(), named) {
            runs.push(at..end);
        }
        at = end.max(at) + 1;
    }
    runs
}

/// Whether there may be a run of that length: it covers a whole block of half of it. Most blocks show a space at once.
fn has_long_run(bytes: &[u8]) -> bool {
    let may_be = |byte: &u8| is_base64(*byte) || matches!(byte, b'\r' | b'\n');
    bytes.chunks_exact(LENGTH / 2).any(|block| block.iter().all(may_be))
}

/// Where the signs of base64 end that begin at `from`; a line end is one of them where a long line is before it.
fn end_of_run(bytes: &[u8], from: usize) -> usize {
    let (mut at, mut line) = (from, from);
    while let Some(byte) = bytes.get(at) {
        match byte {
            byte if is_base64(*byte) => at += 1,
            b'\r' if at - line >= LINE && bytes.get(at + 1) == Some(&b'\n') => at += 1,
            b'\n' if at - line >= LINE && goes_on(bytes.get(at + 1..).unwrap_or_default()) => {
                at += 1;
                line = at;
            }
            _ => break,
        }
    }
    at
}

/// Whether the line below one of base64 is one too: as long as those are, or the last one.
fn goes_on(below: &[u8]) -> bool {
    let line = below.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    line.iter().all(|byte| is_base64(*byte)) && (line.len() >= LINE || line.ends_with(b"="))
}

fn is_file(run: &[u8], named: bool) -> bool {
    if named {
        return run.len() >= 16;
    }
    if run.len() < LENGTH {
        return false;
    }
    let mut kinds = Kinds::default();
    run.iter().take(4 * LENGTH).for_each(|byte| kinds.see(*byte));
    kinds.all()
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_')
}

/// Which kinds of signs were seen: a file has all of them, a scream or a rule of signs has not.
#[derive(Default)]
struct Kinds {
    upper: bool,
    lower: bool,
    digit: bool,
}

impl Kinds {
    fn see(&mut self, byte: u8) {
        self.upper |= byte.is_ascii_uppercase();
        self.lower |= byte.is_ascii_lowercase();
        self.digit |= byte.is_ascii_digit();
    }

    fn all(&self) -> bool {
        self.upper && self.lower && self.digit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_that_is_a_file_is_told_from_one_that_is_said() {
        let file = "iVBORw0KGgo9".repeat(60);
        let url = format!("data:image/png;base64,{file}");
        let escaped = format!("data:image/png;base64,{}", file.replace('9', "\\/"));
        for (written, kept) in [
            (file.as_str(), Some("")),
            (url.as_str(), Some("data:image/png;base64,")),
            (&escaped, Some("data:image/png;base64,")),
            ("data:image/png;base64,aGk=", Some("data:image/png;base64,")),
            ("data: the tide is at four", None),
            (&"A".repeat(900), None),
            (&"No way 9 ".repeat(100), None),
            ("iVBORw0KGgo9", None),
        ] {
            assert_eq!(whole(written).filter(|_| may_be(written)), kept, "{written:.40}");
        }
    }

    #[test]
    fn a_file_in_a_text_goes_and_the_text_stays() {
        let file = "iVBORw0KGgo9".repeat(60);
        let line = "aGVsbG8gd29ybGQ9MDEyMzQ1Njc4OWFiY2RlZkdISUpLTE1OT1BRUlNUVVZXWFla";
        for (text, kept, count) in [
            (format!("before {file} behind"), "before  behind".to_owned(), 1),
            (format!("![map](data:image/png;base64,{file})"), "![map](data:image/png;base64,)".to_owned(), 1),
            (format!("x\n{}\naGk=\ny", [line; 12].join("\n")), "x\n\ny".to_owned(), 1),
            (format!("{}!", "Aaargh".repeat(200)), format!("{}!", "Aaargh".repeat(200)), 0),
            ("short".to_owned(), "short".to_owned(), 0),
        ] {
            let (found, files) = without(&text);
            assert_eq!((found.into_owned(), files), (kept, count), "{text:.40}");
        }
    }
}
