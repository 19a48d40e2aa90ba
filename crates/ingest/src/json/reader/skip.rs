//! Values that nobody asks for: read over, and not kept.

use super::{DEPTH, Fault, Reader};

impl Reader<'_> {
    /// Reads over a value as [`Reader::nested`] reads it. What stands wrong in it is a fault here too.
    pub(super) fn skip(&mut self, depth: usize) -> Result<(), Fault> {
        if depth > DEPTH {
            return self.skip_deep();
        }
        self.skip_space();
        match self.peek() {
            Some(b'{') => self.skip_object(depth),
            Some(b'[') => self.skip_array(depth),
            Some(b'"') => self.skip_string(),
            _ => self.nested(depth).map(drop),
        }
    }

    /// Reads over a value that is nested too deep to be kept, by its brackets alone, which takes no stack.
    pub(super) fn skip_deep(&mut self) -> Result<(), Fault> {
        let fault = self.fault("values nested too deep");
        let mut open = 0usize;
        loop {
            match self.peek() {
                None => return Err(fault),
                Some(b'"') => self.skip_string()?,
                Some(b',' | b']' | b'}') if open == 0 => return Ok(()),
                Some(byte) => {
                    open += usize::from(matches!(byte, b'[' | b'{'));
                    open -= usize::from(matches!(byte, b']' | b'}'));
                    self.at += 1;
                }
            }
        }
    }

    fn skip_object(&mut self, depth: usize) -> Result<(), Fault> {
        self.at += 1;
        loop {
            self.skip_commas();
            match self.peek() {
                Some(b'}') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'"') => self.skip_string()?,
                _ => return Err(self.fault("expected a key or `}`")),
            }
            self.colon()?;
            self.skip(depth + 1)?;
            self.behind_value()?;
        }
    }

    fn skip_array(&mut self, depth: usize) -> Result<(), Fault> {
        self.at += 1;
        loop {
            self.skip_commas();
            match self.peek() {
                Some(b']') => {
                    self.at += 1;
                    return Ok(());
                }
                None => return Err(self.fault("expected `]`")),
                Some(_) => self.skip(depth + 1)?,
            }
        }
    }

    fn skip_string(&mut self) -> Result<(), Fault> {
        self.at += 1;
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            let Some(length) = memchr::memchr2(b'"', b'\\', rest) else {
                self.at = self.text.len();
                return Err(self.fault("EOF while parsing a string"));
            };
            self.at += length + 1;
            if rest.get(length) == Some(&b'"') {
                return Ok(());
            }
            // The escaped character; of a longer one the first byte, behind which no quote is part of it.
            self.at = (self.at + 1).min(self.text.len());
            while !self.text.is_char_boundary(self.at) {
                self.at += 1;
            }
        }
    }
}
