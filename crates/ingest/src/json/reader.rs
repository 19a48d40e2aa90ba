mod entries;
mod lines;
mod members;
mod mending;
mod skip;
mod strings;
mod values;
mod within;

pub(crate) use self::lines::{each_line, each_line_heard};
pub(crate) use self::mending::Mending;
pub(crate) use self::within::{EntryEvent, EntryPath, under};
use super::Node;
use super::keys::{Met, Wanted};
use crate::IngestError;
use crate::bytes::Reached;

/// How deep values may be nested.
const DEPTH: usize = 128;
/// For how many depths it is known how wide objects are.
const WIDTHS: usize = 8;
/// Bytes after which somebody who waits hears how far reading is.
const STEP: usize = 1 << 20;

/// Reads values out of a text.
pub(crate) struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// The keys of arrays, and of objects by ids, whose entries are kept each for itself.
    entries_of: &'a [&'a str],
    /// Whether what is in each entry is that too.
    keeps_members: bool,
    /// The keys whose values are kept; none means all.
    only: Option<Box<Wanted<'a>>>,
    /// The key of objects whose own keys are ids, which are all kept.
    ids_under: Option<&'a str>,
    /// How deep the members of such an object are that is being read.
    ids_at: Option<usize>,
    /// The keys that were met.
    met: Met,
    /// How many values the last object had at each depth, for the next one may have as many.
    widths: [u8; WIDTHS],
    /// How much more may be read again in search of the end of a bad entry.
    budget: usize,
    /// Whether texts that are encoded files are read.
    keeps_encoded: bool,
    pub(crate) mending: Mending,
    first_fault: Option<Fault>,
    /// Whether the text ends in the middle of an entry, which is counted.
    is_torn: bool,
    reached: Option<&'a Reached<'a>>,
    /// Up to where that was told.
    told: usize,
}

/// Where and why a value could not be read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fault {
    at: usize,
    problem: &'static str,
}

impl<'a> Reader<'a> {
    /// Reads `text`. Of the array that it is, and of those under one of the keys `entries_of`, each entry stands for
    /// itself: a bad one costs no other.
    pub(crate) fn new(text: &'a str, entries_of: &'a [&'a str]) -> Self {
        let budget = text.len().saturating_mul(8);
        let (mending, first_fault, reached) = (Mending::default(), None, None);
        let (only, ids_under, ids_at, told) = (None, None, None, 0);
        let (keeps_encoded, keeps_members, is_torn) = (false, false, false);
        Self {
            text,
            at: 0,
            entries_of,
            keeps_members,
            only,
            ids_under,
            ids_at,
            met: Met::default(),
            widths: [0; WIDTHS],
            budget,
            keeps_encoded,
            mending,
            first_fault,
            is_torn,
            reached,
            told,
        }
    }

    /// The same reader; `reached` hears how far it is.
    pub(crate) fn heard_by(self, reached: Option<&'a Reached<'a>>) -> Self {
        Self { reached, ..self }
    }

    /// The same reader, which keeps the values under these keys and reads over others, in objects of any depth. What names,
    /// texts and stamps are taken from is kept anyway.
    pub(crate) fn only(self, keys: &'a [&'a str]) -> Self {
        Self { only: Some(Box::new(Wanted::new(keys))), ..self }
    }

    /// The same reader, which keeps all values of an object under that key: its keys are ids.
    pub(crate) fn with_ids_under(self, key: &'a str) -> Self {
        Self { ids_under: Some(key), ..self }
    }

    /// The same reader, of entries that are objects by ids, or lists: what is in them stands for itself.
    pub(crate) fn keeping_members(self) -> Self {
        Self { keeps_members: true, ..self }
    }

    /// The first entry of the array that the text is, or the value that its first line is, where that is whole.
    pub(crate) fn first_entry(text: &str) -> Option<Node> {
        let text = text.trim_start();
        let mut reader = Reader::new(text, &[]);
        if reader.peek() == Some(b'[') {
            reader.at += 1;
            reader.skip_commas();
            return reader.nested(1).ok();
        }
        Reader::new(text.lines().next()?, &[]).value().ok()
    }

    /// Says how far it is. Whoever hears it may want no more.
    fn tell(&mut self) {
        if self.at.saturating_sub(self.told) < STEP {
            return;
        }
        self.told = self.at;
        if self.reached.is_some_and(|reached| !reached(self.at)) {
            self.at = self.text.len();
        }
    }

    /// Reads texts that are encoded files too.
    pub(crate) fn keeping_encoded(self) -> Self {
        Self { keeps_encoded: true, ..self }
    }

    /// The one value that the text is.
    pub(crate) fn value(&mut self) -> Result<Node, Fault> {
        let value = self.leading_value()?;
        self.skip_space();
        if self.peek().is_some() {
            self.bad(self.at);
        }
        Ok(value)
    }

    /// The value that the text begins with, whatever comes behind it.
    pub(crate) fn leading_value(&mut self) -> Result<Node, Fault> {
        self.skip_space();
        if self.peek() == Some(b'[') { self.entries(0) } else { self.nested(0) }
    }

    /// Why the first bad entry could not be read.
    pub(crate) fn first_fault(&self) -> Option<Fault> {
        self.first_fault
    }

    /// Whether the text ends in the middle of an entry, which is counted: that the rest is missing needs no telling.
    pub(crate) fn is_torn(&self) -> bool {
        self.is_torn
    }

    /// An error, where nothing could be used of a text in which something was bad.
    ///
    /// # Errors
    /// Why the first bad entry could not be read.
    pub(crate) fn check(&self, has_nothing: bool) -> Result<(), IngestError> {
        match self.first_fault.filter(|_| has_nothing) {
            Some(fault) => Err(self.error(fault)),
            None => Ok(()),
        }
    }

    /// The error for `fault`, with its line and column.
    pub(crate) fn error(&self, fault: Fault) -> IngestError {
        let before = self.text.get(..fault.at).unwrap_or(self.text);
        let line = 1 + memchr::memchr_iter(b'\n', before.as_bytes()).count();
        let column = before.len() - memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |at| at + 1) + 1;
        let problem = fault.problem.to_owned();
        if self.is_end(fault) {
            IngestError::CutShort { line, column, problem }
        } else {
            IngestError::NotJson { line, column, problem }
        }
    }

    /// Whether nothing stands behind what could not be read.
    fn is_end(&self, fault: Fault) -> bool {
        fault.at >= self.text.trim_end().len()
    }

    fn skip_commas(&mut self) {
        self.skip_space();
        while self.peek() == Some(b',') {
            self.at += 1;
            self.skip_space();
        }
    }

    /// The line that the byte `at` is in, from 1.
    fn line(&self, at: usize) -> usize {
        let before = self.text.as_bytes().get(..at).unwrap_or_default();
        1 + memchr::memchr_iter(b'\n', before).count()
    }

    fn skip_space(&mut self) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += rest.iter().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\t' | b'\r')).count();
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn fault(&self, problem: &'static str) -> Fault {
        Fault { at: self.at, problem }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<String>, Mending) {
        let mut reader = Reader::new(text, &["messages"]);
        let mut found = Vec::new();
        reader.each_entry(|number, node| {
            found.push(format!("{number}:{}", node.get("m").str().unwrap_or("-")))
        });
        (found, reader.mending)
    }

    #[test]
    fn one_bad_spot_costs_no_other_entry() {
        for (text, entries, bad) in [
            (r#"[{"m":"a"},{"m":"b"}]"#, &["0:a", "1:b"][..], 0),
            (r#"[{"m":"a"},{"m":"b"},]"#, &["0:a", "1:b"], 0),
            (r#"[{"m":"a",},,{"m":"b"}]"#, &["0:a", "1:b"], 0),
            (r#"[{"m":"a"} {"m":"b"}]"#, &["0:a", "1:b"], 0),
            (r#"[{"m":"a"},{"m":"b"},{"m":"c"#, &["0:a", "1:b"], 1),
            (r#"[{"m":"a"},{"m":"b""#, &["0:a"], 1),
            (r#"[{"m":"a"},"#, &["0:a"], 0),
            (r#"[{"m":"a"},{"m":oops},{"m":"b"}]"#, &["0:a", "2:b"], 1),
            (r#"[{"m":"a},{"m":"b"},{"m":"c"}]"#, &["1:b", "2:c"], 1),
            ("[{\"m\":\"say \"hi\" now\"},\n{\"m\":\"b\"}]", &["1:b"], 1),
            (r#"[null,3,{"m":"b"}]"#, &["0:-", "1:-", "2:b"], 0),
        ] {
            let (found, mending) = read(text);
            assert_eq!(
                (found.iter().map(String::as_str).collect::<Vec<_>>(), mending.bad),
                (entries.to_vec(), bad),
                "{text}"
            );
        }
    }

    #[test]
    fn what_json_does_not_have_is_mended_and_counted() {
        for (text, kept, halves, nulls, doubled) in [
            (r#"[{"m":"The \ud83d"}]"#, "0:The \u{fffd}", 1, 0, 0),
            (r#"[{"m":"\ude00 \ud83d\ud83d\ude00"}]"#, "0:\u{fffd} \u{fffd}😀", 2, 0, 0),
            (r#"[{"m":"a","t":NaN,"u":-Infinity}]"#, "0:a", 0, 2, 0),
            (r#"[{"m":"a","m":"b"}]"#, "0:b", 0, 0, 1),
            ("[{\"m\":\"a\nb\tc\"}]", "0:a\nb\tc", 0, 0, 0),
            (r#"[{"m":"\q\u00zz"}]"#, "0:q\u{fffd}00zz", 1, 0, 0),
        ] {
            let (found, mending) = read(text);
            assert_eq!(found, [kept], "{text}");
            assert_eq!((mending.halves, mending.nulls, mending.doubled), (halves, nulls, doubled), "{text}");
        }
    }

    #[test]
    fn the_first_bad_entry_is_told_with_its_line() {
        let (_, mending) = read("[\n{\"m\":\"a\"},\n{\"m\":nope},\n{\"m\":");
        assert_eq!((mending.bad, mending.first_bad), (2, Some((3, "{\"m\":nope},".to_owned()))));
    }

    #[test]
    fn entries_of_a_list_in_an_object_come_one_at_a_time() {
        for (text, entries, rest, whole) in [
            (r#"{"a":1,"m":[{"k":1},{"k":2}],"b":2}"#, 2, 2, true),
            (r#"{"m":[{"k":1},{"k":oops},{"k":3}],"m":[{"k":4}]}"#, 3, 0, true),
            (r#"{"a":1,"m":[{"k":1},{"k":"#, 1, 1, false),
            (r#"{"a":"#, 0, 0, false),
            (r#"{"m":3}"#, 0, 1, true),
        ] {
            let mut found = 0;
            let (node, fault) = Reader::new(text, &[]).each_entry_of(&["m"], |_, _| found += 1);
            let Node::Object(values) = node else { panic!("{text}") };
            assert_eq!((found, values.len(), fault.is_none()), (entries, rest, whole), "{text}");
        }
    }

    #[test]
    fn entries_within_an_object_that_is_cut_short_are_kept() {
        let text = r#"{"conv":{"id":1},"messages":[{"m":"a"},{"m":"b"},{"m":"#;
        let mut reader = Reader::new(text, &["messages"]);
        let node = reader.value().unwrap();
        assert!(matches!(node.get("messages"), Node::Array(entries) if entries.len() == 2));
        assert_eq!(reader.mending.bad, 1);
    }

    #[test]
    fn entries_under_ids_are_kept_as_those_of_an_array_are() {
        for (text, kept, bad) in [
            (r#"[{"id":1,"map":{"a":{"m":1},"b":{"m":2}},"end":1}]"#, &[2][..], 0),
            (r#"[{"id":1,"map":{"a":{"m":1},"b":{"m":2}"#, &[2], 1),
            (r#"[{"id":1,"map":{"a":{"m":1},"b":{"m""#, &[1], 1),
            (r#"[{"id":1,"in":{"map":{"a":{"m":1},"b":"#, &[1], 1),
            (r#"[{"id":1,"map":{"a":{"m":1}}},{"id":2,"map":{"a""#, &[1], 1),
            (r#"[{"id":1,"map":{"a":{"m":oops}}},{"id":2,"map":{"a":{"m":1}}}]"#, &[1], 1),
        ] {
            let (mut reader, mut found) = (Reader::new(text, &["map"]), Vec::new());
            reader.each_entry(|_, node| {
                let inner = if node.has("in") { node.get("in").get("map") } else { node.get("map") };
                if let Node::Object(members) = inner {
                    found.push(members.len());
                }
            });
            assert_eq!((found.as_slice(), reader.mending.bad), (kept, bad), "{text}");
        }
        let mut reader = Reader::new(r#"[{"a":{"m":1},"b":{"m"#, &[]).keeping_members();
        let mut found = 0;
        reader.each_entry(|_, node| found += usize::from(node.has("a") && !node.has("b")));
        assert_eq!((found, reader.mending.bad), (1, 1));
    }
}
