//! Values, by the rules of JSON and with what Python and JavaScript write instead.

use serde_json::Number;

use super::members::Members;
use super::{DEPTH, Fault, Reader};
use crate::json::{Key, Node};

/// How many values room is made for before there is one.
const WIDTH: u8 = 32;

impl Reader<'_> {
    pub(super) fn nested(&mut self, depth: usize) -> Result<Node, Fault> {
        if depth > DEPTH {
            self.skip_deep()?;
            self.mending.nulls += 1;
            return Ok(Node::Null);
        }
        self.skip_space();
        match self.peek() {
            None => Err(self.fault("expected value")),
            Some(b'{') => self.object(depth, self.keeps_members && depth == 1),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(Node::Text),
            Some(b'-' | b'+' | b'.' | b'0'..=b'9') => self.number(),
            Some(_) => self.word(),
        }
    }

    /// An object. Where each of its members stands for itself, those that are whole are kept of one that is torn.
    fn object(&mut self, depth: usize, stand_alone: bool) -> Result<Node, Fault> {
        self.at += 1;
        let width = self.widths.get(depth).copied().unwrap_or_default();
        let mut members = Members::with_room(usize::from(width));
        loop {
            let (start, before) = (self.at, members.all().len());
            match self.member(depth, &mut members) {
                Ok(true) => {}
                Ok(false) => {
                    let count = u8::try_from(members.all().len()).unwrap_or(WIDTH);
                    self.widths.get_mut(depth).into_iter().for_each(|width| *width = count.min(WIDTH));
                    return Ok(members.into());
                }
                Err(fault) if stand_alone && self.is_end(fault) && !members.all().is_empty() => {
                    // Where it ends within an entry of a list in it, that is counted.
                    if !self.is_torn {
                        self.torn(start, fault);
                    }
                    return Ok(members.into());
                }
                // What the lists in it have given already is worth more than the object's end.
                Err(fault) if self.hold_entries(members.all()) => {
                    if self.is_end(fault) && !self.is_torn && members.all().len() == before {
                        self.torn_behind(start, fault);
                    }
                    return Ok(members.into());
                }
                Err(fault) => return Err(fault),
            }
        }
    }

    /// Counts what was begun behind a list, if anything was: a text that ends with an entry tells nothing.
    fn torn_behind(&mut self, start: usize, fault: Fault) {
        let begun = self.text.get(start..).unwrap_or_default();
        if !begun.trim_start_matches(|c: char| c.is_whitespace() || c == ',').is_empty() {
            self.torn(start, fault);
        }
    }

    /// Whether any of these is a list whose entries stand for themselves, or holds one.
    fn hold_entries(&self, members: &[(Key, Node)]) -> bool {
        members.iter().any(|(key, value)| {
            let is_list = self.entries_of.contains(&&**key);
            match value {
                Node::Array(entries) => is_list && !entries.is_empty(),
                Node::Object(inner) => is_list && !inner.is_empty() || self.hold_entries(inner),
                _ => false,
            }
        })
    }

    /// Reads one key and its value; false at the end of the object.
    pub(super) fn member(&mut self, depth: usize, members: &mut Members) -> Result<bool, Fault> {
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
        if self.is_unwanted(&key, depth) {
            self.skip(depth + 1)?;
        } else {
            let value = self.value_of(&key, depth)?;
            self.mending.doubled += usize::from(members.put(self.met.key(&key), value));
        }
        self.behind_value()?;
        Ok(true)
    }

    fn is_unwanted(&self, key: &str, depth: usize) -> bool {
        self.ids_at != Some(depth) && self.only.as_ref().is_some_and(|only| !only.has(key))
    }

    /// The value of a member at that depth. A list may have its entries under ids of theirs.
    fn value_of(&mut self, key: &str, depth: usize) -> Result<Node, Fault> {
        let above = self.ids_at;
        if self.ids_under == Some(key) {
            self.ids_at = Some(depth + 1);
        }
        let is_list = depth < DEPTH && self.entries_of.contains(&key);
        let value = match self.peek() {
            Some(b'[') if is_list => self.entries(depth + 1),
            Some(b'{') if is_list => self.object(depth + 1, true),
            _ => self.nested(depth + 1),
        };
        self.ids_at = above;
        value
    }

    /// The colon behind a key, and what is blank around it.
    pub(super) fn colon(&mut self) -> Result<(), Fault> {
        self.skip_space();
        if self.peek() != Some(b':') {
            return Err(self.fault("expected `:`"));
        }
        self.at += 1;
        self.skip_space();
        Ok(())
    }

    /// What may stand behind a value of an object.
    pub(super) fn behind_value(&mut self) -> Result<(), Fault> {
        self.skip_space();
        match self.peek() {
            Some(b',' | b'}' | b'"') => Ok(()),
            _ => Err(self.fault("expected `,` or `}`")),
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

    /// A number. What begins as one and is none (`1e999`, `2025-11-10`, `0x1f`) is read as none.
    fn number(&mut self) -> Result<Node, Fault> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let is_part = |byte: &&u8| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.' | b'_' | b':' | b'#')
        };
        let end = rest.iter().take_while(is_part).count();
        let digits = self.text.get(self.at..self.at + end).unwrap_or_default();
        let sign = digits.strip_prefix(['-', '+']);
        if sign.is_some_and(|behind| behind.is_empty() || behind.starts_with(['I', 'i', 'N', 'n'])) {
            self.at += 1;
            return self.word();
        }
        self.at += end;
        Ok(number(digits).map_or_else(
            || {
                self.mending.nulls += 1;
                Node::Null
            },
            Node::Number,
        ))
    }

    /// `true`, `false`, `null`, and what Python and JavaScript write for them and for no number.
    fn word(&mut self) -> Result<Node, Fault> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let end = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let node = match self.text.get(self.at..self.at + end).unwrap_or_default() {
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
}

fn number(digits: &str) -> Option<Number> {
    // Rust reads `inf` and `1_000` as nothing, but `infinity` as a number.
    let is_plain = |byte| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
    digits.bytes().all(is_plain).then_some(())?;
    let whole = digits.parse::<u64>().map(Number::from).or_else(|_| digits.parse::<i64>().map(Number::from));
    whole.ok().or_else(|| digits.parse::<f64>().ok().and_then(Number::from_f64))
}
