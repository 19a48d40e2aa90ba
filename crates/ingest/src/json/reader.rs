mod skip;
mod strings;

use serde_json::Number;

use super::keys::key;
use super::{Key, Node};
use crate::bytes::Reached;
use crate::{IngestError, words};

/// How deep values may be nested.
const DEPTH: usize = 128;
/// Where a bad entry ends is found by trying; so often.
const TRIES: usize = 16;

/// How many values room is made for before there is one.
const WIDTH: usize = 32;
/// Bytes after which somebody who waits hears how far reading is.
const STEP: usize = 1 << 20;

/// What was mended while reading.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Mending {
    /// Entries that could not be read.
    pub(crate) bad: usize,
    /// The first of them: its line and how it begins.
    pub(crate) first_bad: Option<(usize, String)>,
    /// Halves of characters (lone surrogates), each read as U+FFFD.
    pub(crate) halves: usize,
    /// Values such as `NaN` that JSON doesn't have, each read as null.
    pub(crate) nulls: usize,
    /// Keys that stand twice in one object; the last value counts.
    pub(crate) doubled: usize,
    /// Texts that were nothing but an encoded file; of each only what it says about itself was read.
    pub(crate) encoded: usize,
    /// The line of the first of those.
    pub(crate) first_encoded: Option<usize>,
}

/// Reads values out of a text.
pub(crate) struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// The keys of arrays whose entries are kept each for itself.
    entries_of: &'a [&'a str],
    /// The keys whose values are kept; none means all.
    only: Option<&'a [&'a str]>,
    /// How many values the last object had, for the next one may have as many.
    width: usize,
    /// How much more may be read again in search of the end of a bad entry.
    budget: usize,
    /// Whether texts that are encoded files are read.
    keeps_encoded: bool,
    pub(crate) mending: Mending,
    first_fault: Option<Fault>,
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
        let (only, width, keeps_encoded, told) = (None, 0, false, 0);
        Self {
            text,
            at: 0,
            entries_of,
            only,
            width,
            budget,
            keeps_encoded,
            mending,
            first_fault,
            reached,
            told,
        }
    }

    /// The same reader; `reached` hears how far it is.
    pub(crate) fn heard_by(self, reached: Option<&'a Reached<'a>>) -> Self {
        Self { reached, ..self }
    }

    /// The same reader, which keeps the values under these keys and reads over others, in objects of any depth.
    pub(crate) fn only(self, keys: &'a [&'a str]) -> Self {
        Self { only: Some(keys), ..self }
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
        self.skip_space();
        let value = if self.peek() == Some(b'[') { self.entries(0) } else { self.nested(0) }?;
        self.skip_space();
        if self.peek().is_some() {
            self.bad(self.at);
        }
        Ok(value)
    }

    /// Hands over the entries of the array that the text is, with their numbers; bad ones have a number too. Whether
    /// it is an array at all. Files that were put one behind the other are several arrays, and what else stands behind
    /// one is a bad spot.
    pub(crate) fn each_entry(&mut self, mut take: impl FnMut(usize, Node)) -> bool {
        let mut number = 0;
        self.skip_space();
        let is_array = self.peek() == Some(b'[');
        while self.peek() == Some(b'[') {
            self.at += 1;
            while let Some(entry) = self.next_entry(0) {
                if let Some(entry) = entry {
                    take(number, entry);
                }
                number += 1;
            }
            self.skip_space();
        }
        if is_array && self.peek().is_some() {
            self.bad(self.at);
        }
        is_array
    }

    /// Hands over every entry of the array that the text is, or the text as the only one.
    ///
    /// # Errors
    /// When the text is neither.
    pub(crate) fn each_or_one(&mut self, mut take: impl FnMut(usize, Node)) -> Result<(), IngestError> {
        if !self.each_entry(&mut take) {
            let entry = self.value().map_err(|fault| self.error(fault))?;
            take(0, entry);
        }
        Ok(())
    }

    /// Hands over the entries of the arrays under one of `keys` in the object that the text is, one at a time, and
    /// returns the rest of the object. One that is cut short is read as far as it goes; then the fault says so.
    pub(crate) fn each_entry_of(
        &mut self,
        keys: &[&str],
        mut take: impl FnMut(&str, Node),
    ) -> (Node, Option<Fault>) {
        self.skip_space();
        self.at += usize::from(self.peek() == Some(b'{'));
        let mut values = Vec::new();
        loop {
            match self.entries_or_member(keys, &mut values, &mut take) {
                Ok(true) => {}
                Ok(false) => return (Node::Object(values), None),
                Err(fault) => return (Node::Object(values), Some(fault)),
            }
        }
    }

    fn entries_or_member(
        &mut self,
        keys: &[&str],
        values: &mut Vec<(Key, Node)>,
        take: &mut impl FnMut(&str, Node),
    ) -> Result<bool, Fault> {
        let start = self.at;
        self.skip_space();
        self.skip_commas();
        if self.peek() == Some(b'"') {
            let key = self.key()?;
            self.skip_space();
            let is_colon = self.peek() == Some(b':');
            self.at += usize::from(is_colon);
            self.skip_space();
            if is_colon && keys.contains(&&*key) && self.peek() == Some(b'[') {
                self.at += 1;
                while let Some(entry) = self.next_entry(1) {
                    entry.into_iter().for_each(|entry| take(&key, entry));
                }
                return Ok(true);
            }
        }
        self.at = start;
        self.member(0, values)
    }

    /// Hands over the first values of the array that the text is until `take` has enough; of an object that is cut
    /// short, what is whole.
    pub(super) fn first_entries(&mut self, mut take: impl FnMut(Node) -> bool) {
        self.at += 1;
        loop {
            self.skip_space();
            let node = match self.peek() {
                Some(b',') => {
                    self.at += 1;
                    continue;
                }
                Some(b'{') => self.partial_object(),
                Some(b'[') => {
                    self.at += 1;
                    continue;
                }
                None | Some(b']') => return,
                Some(_) => match self.nested(1) {
                    Ok(node) => node,
                    Err(_) => return,
                },
            };
            if take(node) {
                return;
            }
        }
    }

    /// The object at hand as far as it can be read.
    pub(super) fn partial_object(&mut self) -> Node {
        self.at += 1;
        let mut values = Vec::new();
        while let Ok(true) = self.member(0, &mut values) {}
        Node::Object(values)
    }

    /// Why the first bad entry could not be read.
    pub(crate) fn first_fault(&self) -> Option<Fault> {
        self.first_fault
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
        if fault.at >= self.text.trim_end().len() {
            IngestError::CutShort { line, column, problem }
        } else {
            IngestError::NotJson { line, column, problem }
        }
    }

    fn entries(&mut self, depth: usize) -> Result<Node, Fault> {
        self.at += 1;
        let mut entries = Vec::new();
        while let Some(entry) = self.next_entry(depth) {
            entries.extend(entry);
        }
        Ok(Node::Array(entries))
    }

    /// The next entry of an array, or that there is a bad one; none at its end.
    fn next_entry(&mut self, depth: usize) -> Option<Option<Node>> {
        self.tell();
        self.skip_commas();
        match self.peek() {
            None => return None,
            Some(b']') => {
                self.at += 1;
                return None;
            }
            Some(_) => {}
        }
        let start = self.at;
        let fault = match self.nested(depth + 1) {
            Ok(node) => {
                self.skip_space();
                match self.peek() {
                    None | Some(b',' | b']' | b'{' | b'"') => return Some(Some(node)),
                    Some(_) => self.fault("expected `,` or `]`"),
                }
            }
            Err(fault) => fault,
        };
        self.bad(start);
        self.first_fault.get_or_insert(fault);
        self.at = self.behind_bad(start, fault.at, depth);
        Some(None)
    }

    fn bad(&mut self, start: usize) {
        self.mending.bad += 1;
        if self.mending.first_bad.is_none() {
            let line = self.line(start);
            let begins = words::first_line(self.text.get(start..).unwrap_or_default());
            self.mending.first_bad = Some((line, begins));
        }
    }

    /// Where the entry behind a bad one begins: at the next object that can be read.
    fn behind_bad(&mut self, start: usize, fault: usize, depth: usize) -> usize {
        let (at, mending) = (self.at, self.mending.clone());
        let mut from = start + 1;
        for _ in 0..TRIES {
            let Some(candidate) = self.object_from(from) else { break };
            self.at = candidate;
            let is_good = self.nested(depth + 1).is_ok_and(|node| node.is_object());
            let spent = self.at.max(candidate) - candidate;
            (self.at, self.mending) = (at, mending.clone());
            if is_good {
                return candidate;
            }
            from = candidate + 1;
            if spent > self.budget {
                break;
            }
            self.budget -= spent;
        }
        self.object_from(fault.max(start + 1)).unwrap_or(self.text.len())
    }

    /// Where, from `from` on, an object begins behind a comma, or a line with one.
    fn object_from(&self, from: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        memchr::memchr_iter(b'{', bytes.get(from..)?).map(|at| from + at).find(|at| {
            let before = bytes.get(..*at).unwrap_or_default().iter().rev();
            let before = before.copied().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
            matches!(before, Some(b',' | b'\n'))
        })
    }

    fn nested(&mut self, depth: usize) -> Result<Node, Fault> {
        if depth > DEPTH {
            return Err(self.fault("values nested too deep"));
        }
        self.skip_space();
        match self.peek() {
            None => Err(self.fault("expected value")),
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(Node::Text),
            Some(b'-' | b'+' | b'.' | b'0'..=b'9') => self.number(),
            Some(_) => self.word(),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Node, Fault> {
        self.at += 1;
        let mut values: Vec<(Key, Node)> = Vec::with_capacity(self.width.min(WIDTH));
        loop {
            match self.member(depth, &mut values) {
                Ok(true) => {}
                Ok(false) => {
                    self.width = values.len();
                    return Ok(Node::Object(values));
                }
                // What the arrays in it have given already is worth more than the object's end.
                Err(_) if self.holds_entries(&values) => return Ok(Node::Object(values)),
                Err(fault) => return Err(fault),
            }
        }
    }

    fn holds_entries(&self, values: &[(Key, Node)]) -> bool {
        values.iter().any(|(key, value)| {
            self.entries_of.contains(&&**key) && matches!(value, Node::Array(entries) if !entries.is_empty())
        })
    }

    /// Reads one key and its value; false at the end of the object.
    fn member(&mut self, depth: usize, values: &mut Vec<(Key, Node)>) -> Result<bool, Fault> {
        self.skip_commas();
        match self.peek() {
            Some(b'}') => {
                self.at += 1;
                return Ok(false);
            }
            Some(b'"') => {}
            _ => return Err(self.fault("expected a key or `}`")),
        }
        let key = self.key()?;
        self.colon()?;
        if self.only.is_some_and(|only| !only.contains(&&*key)) {
            self.skip(depth + 1)?;
        } else {
            let has_entries = self.entries_of.contains(&&*key) && self.peek() == Some(b'[');
            let value =
                if has_entries && depth < DEPTH { self.entries(depth + 1)? } else { self.nested(depth + 1)? };
            self.put(key, value, values);
        }
        self.behind_value()?;
        Ok(true)
    }

    /// Puts a value under its key, in the place of an earlier one.
    fn put(&mut self, key: Key, value: Node, values: &mut Vec<(Key, Node)>) {
        match values.iter_mut().find(|(name, _)| *name == key) {
            Some((_, old)) => {
                self.mending.doubled += 1;
                *old = value;
            }
            None => values.push((key, value)),
        }
    }

    /// The colon behind a key, and what is blank around it.
    fn colon(&mut self) -> Result<(), Fault> {
        self.skip_space();
        if self.peek() != Some(b':') {
            return Err(self.fault("expected `:`"));
        }
        self.at += 1;
        self.skip_space();
        Ok(())
    }

    /// What may stand behind a value of an object.
    fn behind_value(&mut self) -> Result<(), Fault> {
        self.skip_space();
        match self.peek() {
            Some(b',' | b'}' | b'"') => Ok(()),
            _ => Err(self.fault("expected `,` or `}`")),
        }
    }

    fn skip_commas(&mut self) {
        self.skip_space();
        while self.peek() == Some(b',') {
            self.at += 1;
            self.skip_space();
        }
    }

    fn array(&mut self, depth: usize) -> Result<Node, Fault> {
        self.at += 1;
        let mut values = Vec::new();
        loop {
            self.skip_space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Node::Array(values));
                }
                None => return Err(self.fault("expected `]`")),
                Some(_) => values.push(self.nested(depth + 1)?),
            }
        }
    }

    fn number(&mut self) -> Result<Node, Fault> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end =
            rest.find(|c: char| !matches!(c, '-' | '+' | '.' | 'e' | 'E' | '0'..='9')).unwrap_or(rest.len());
        let digits = rest.get(..end).unwrap_or_default();
        if matches!(digits, "-" | "+") {
            self.at += 1;
            return self.word();
        }
        let whole =
            digits.parse::<u64>().map(Number::from).or_else(|_| digits.parse::<i64>().map(Number::from));
        let number = whole.ok().or_else(|| digits.parse::<f64>().ok().and_then(Number::from_f64));
        match number {
            Some(number) => {
                self.at += end;
                Ok(Node::Number(number))
            }
            None => Err(self.fault("invalid number")),
        }
    }

    /// `true`, `false`, `null`, and what Python and JavaScript write for them and for no number.
    fn word(&mut self) -> Result<Node, Fault> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let node = match rest.get(..end).unwrap_or_default() {
            "true" | "True" => Node::Flag(true),
            "false" | "False" => Node::Flag(false),
            "null" | "None" => Node::Null,
            "NaN" | "nan" | "Infinity" | "inf" | "undefined" => {
                self.mending.nulls += 1;
                Node::Null
            }
            _ => return Err(self.fault("expected value")),
        };
        self.at += end;
        Ok(node)
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

impl Mending {
    /// Adds what was mended elsewhere, `lines` further down in the file.
    pub(crate) fn add(&mut self, other: Self, lines: usize) {
        self.bad += other.bad;
        self.halves += other.halves;
        self.nulls += other.nulls;
        self.doubled += other.doubled;
        self.encoded += other.encoded;
        self.first_encoded = self.first_encoded.or(other.first_encoded.map(|line| line + lines));
        if self.first_bad.is_none() {
            self.first_bad = other.first_bad.map(|(line, begins)| (line + lines, begins));
        }
    }
}

/// The values of the lines of `text`, with their numbers from 0; a line that is none is bad.
pub(crate) fn each_line(text: &str, take: impl FnMut(usize, Node)) -> Mending {
    each_line_heard(text, None, take)
}

/// The same; `reached` hears how far it is.
pub(crate) fn each_line_heard(
    text: &str,
    reached: Option<&Reached<'_>>,
    mut take: impl FnMut(usize, Node),
) -> Mending {
    let mut mending = Mending::default();
    let mut told = 0;
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !words::is_blank(line)) {
        let at = line.as_ptr() as usize - text.as_ptr() as usize;
        if at - told >= STEP {
            told = at;
            if reached.is_some_and(|reached| !reached(at)) {
                break;
            }
        }
        let mut reader = Reader::new(line, &[]);
        match reader.value() {
            Ok(node) => {
                take(number, node);
                mending.add(reader.mending, number);
            }
            Err(_) => {
                reader.bad(0);
                mending.add(
                    Mending { bad: 1, first_bad: reader.mending.first_bad, ..Mending::default() },
                    number,
                );
            }
        }
    }
    mending
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
}
