//! Entries of arrays, each for itself: a bad one costs no other.

use super::members::Members;
use super::{DEPTH, Fault, Reader};
use crate::json::{Key, Node};
use crate::{IngestError, words};

/// Where a bad entry ends is found by trying; so often.
const TRIES: usize = 16;

impl Reader<'_> {
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
        let mut members = Members::default();
        loop {
            match self.entries_or_member(keys, &mut members, &mut take) {
                Ok(true) => {}
                Ok(false) => return (members.into(), None),
                Err(fault) => return (members.into(), Some(fault)),
            }
        }
    }

    /// The same with the entries of every array of the object, and of its keys that have an array these with an empty one.
    pub(crate) fn each_listed(&mut self, mut take: impl FnMut(&str, Node)) -> (Node, Option<Fault>) {
        self.skip_space();
        self.at += usize::from(self.peek() == Some(b'{'));
        let mut members = Members::default();
        loop {
            match self.listed_or_member(&mut members, &mut take) {
                Ok(true) => {}
                Ok(false) => return (members.into(), None),
                Err(fault) => return (members.into(), Some(fault)),
            }
        }
    }

    fn listed_or_member(
        &mut self,
        members: &mut Members,
        take: &mut impl FnMut(&str, Node),
    ) -> Result<bool, Fault> {
        let start = self.at;
        self.skip_commas();
        if self.peek() == Some(b'"') {
            let key = self.key()?;
            self.colon()?;
            if self.peek() == Some(b'[') {
                self.at += 1;
                members.put(Key::from(&*key), Node::Array(Vec::new()));
                while let Some(entry) = self.next_entry(1) {
                    entry.into_iter().for_each(|entry| take(&key, entry));
                }
                return Ok(true);
            }
        }
        self.at = start;
        self.member(0, members)
    }

    fn entries_or_member(
        &mut self,
        keys: &[&str],
        members: &mut Members,
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
        self.member(0, members)
    }

    /// Hands over the first values of the array that the text is until `take` has enough; of an object that is cut
    /// short, what is whole.
    pub(in crate::json) fn first_entries(&mut self, mut take: impl FnMut(Node) -> bool) {
        self.at += 1;
        let mut within = 0usize;
        loop {
            self.skip_space();
            let node = match self.peek() {
                Some(b',') => {
                    self.at += 1;
                    continue;
                }
                Some(b'{') => {
                    let start = self.at;
                    let (node, is_whole) = self.object_so_far();
                    if !is_whole {
                        self.at = self.object_from(start + 1).unwrap_or(self.text.len());
                    }
                    node
                }
                Some(b'[') => {
                    self.at += 1;
                    within += 1;
                    continue;
                }
                Some(b']') if within > 0 => {
                    self.at += 1;
                    within -= 1;
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
    pub(in crate::json) fn partial_object(&mut self) -> Node {
        self.object_so_far().0
    }

    /// The same, and whether it is all of the object.
    fn object_so_far(&mut self) -> (Node, bool) {
        self.at += 1;
        let mut members = Members::default();
        loop {
            match self.member(0, &mut members) {
                Ok(true) => {}
                end => return (members.into(), end.is_ok()),
            }
        }
    }

    pub(super) fn entries(&mut self, depth: usize) -> Result<Node, Fault> {
        self.at += 1;
        let mut entries = Vec::new();
        while let Some(entry) = self.next_entry(depth) {
            entries.extend(entry);
        }
        Ok(Node::Array(entries))
    }

    /// The next entry of an array, or that there is a bad one; none at its end.
    pub(super) fn next_entry(&mut self, depth: usize) -> Option<Option<Node>> {
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
        let is_list = self.keeps_members && depth < DEPTH && self.peek() == Some(b'[');
        let entry = if is_list { self.entries(depth + 1) } else { self.nested(depth + 1) };
        let fault = match entry {
            Ok(node) => {
                self.skip_space();
                match self.peek() {
                    None | Some(b',' | b']' | b'{' | b'"') => return Some(Some(node)),
                    Some(_) => self.fault("expected `,` or `]`"),
                }
            }
            Err(fault) => fault,
        };
        self.torn(start, fault);
        self.at = self.behind_bad(start, fault.at, depth);
        // All that is left belongs to the entry that was counted.
        self.is_torn |= self.at >= self.text.len();
        Some(None)
    }

    /// Counts an entry that begins at `start` and can't be read.
    pub(super) fn torn(&mut self, start: usize, fault: Fault) {
        self.is_torn |= self.is_end(fault);
        self.bad(start);
        self.first_fault.get_or_insert(fault);
    }

    pub(super) fn bad(&mut self, start: usize) {
        self.mending.bad += 1;
        if self.mending.first_bad.is_none() {
            let line = self.line(start);
            let begins = words::first_line(self.text.get(start..).unwrap_or_default());
            self.mending.first_bad = Some((line, begins));
        }
    }

    /// Where the entry behind a bad one begins: at the next object that can be read.
    fn behind_bad(&mut self, start: usize, fault: usize, depth: usize) -> usize {
        let (at, mending, is_torn) = (self.at, self.mending.clone(), self.is_torn);
        let mut from = start + 1;
        for _ in 0..TRIES {
            let Some(candidate) = self.object_from(from) else { break };
            self.at = candidate;
            let is_good = self.nested(depth + 1).is_ok_and(|node| node.is_object());
            let spent = self.at.max(candidate) - candidate;
            (self.at, self.mending, self.is_torn) = (at, mending.clone(), is_torn);
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
}
