//! Values, by the rules of JSON and with what Python and JavaScript write instead.

use serde_json::Number;

use super::{DEPTH, Fault, Reader};
use crate::json::{Key, Node};

/// How many values room is made for before there is one.
const WIDTH: usize = 32;

impl Reader<'_> {
    pub(super) fn nested(&mut self, depth: usize) -> Result<Node, Fault> {
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
    pub(super) fn member(&mut self, depth: usize, values: &mut Vec<(Key, Node)>) -> Result<bool, Fault> {
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
}
