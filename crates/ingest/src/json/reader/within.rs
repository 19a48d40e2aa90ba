//! Entries of lists that lie deeper in an object than at its top, one at a time.

use super::members::Members;
use super::{DEPTH, Fault, Reader};
use crate::json::{Key, Node};

/// Which lists of an object are read entry by entry, and how one gets to them.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct EntryPath<'a> {
    /// Objects that lead to them.
    pub(crate) through: &'a [&'a str],
    /// Lists of objects in each of which there are such lists.
    pub(crate) lists: &'a [&'a str],
    /// Their keys.
    pub(crate) entries: &'a [&'a str],
}

/// What is found on a way.
pub(crate) enum EntryEvent<'a> {
    /// An entry of a list, and what the object that the list is in has said before it.
    Entry(Node, &'a [(Key, Node)]),
    /// An object of a list of such has ended; all of it but for the entries.
    End(Node),
}

/// The value under `key` among members of an object; null where there is none.
pub(crate) fn under(members: &[(Key, Node)], key: &str) -> Node {
    members.iter().find(|(name, _)| *name == key).map(|(_, value)| value.clone()).unwrap_or_default()
}

impl Reader<'_> {
    /// Hands over the entries of the lists that `way` leads to, one at a time, and returns the rest of the object that the text
    /// is. One that is cut short is read as far as it goes; then the fault says so.
    pub(crate) fn each_entry_within(
        &mut self,
        way: &EntryPath<'_>,
        take: &mut dyn FnMut(EntryEvent<'_>),
    ) -> (Node, Option<Fault>) {
        self.skip_space();
        self.object_on(way, 0, take)
    }

    fn object_on(
        &mut self,
        way: &EntryPath<'_>,
        depth: usize,
        take: &mut dyn FnMut(EntryEvent<'_>),
    ) -> (Node, Option<Fault>) {
        self.at += usize::from(self.peek() == Some(b'{'));
        let mut members = Members::default();
        loop {
            match self.member_on(way, depth, &mut members, take) {
                Ok(true) => {}
                Ok(false) => return (members.into(), None),
                Err(fault) => return (members.into(), Some(fault)),
            }
        }
    }

    /// Reads one key and what is under it; false at the end of the object.
    fn member_on(
        &mut self,
        way: &EntryPath<'_>,
        depth: usize,
        members: &mut Members,
        take: &mut dyn FnMut(EntryEvent<'_>),
    ) -> Result<bool, Fault> {
        let start = self.at;
        self.skip_commas();
        if self.peek() == Some(b'"') && depth < DEPTH {
            let key = self.key()?;
            self.colon()?;
            match self.peek() {
                Some(b'[') if way.entries.contains(&&*key) => {
                    self.at += 1;
                    while let Some(entry) = self.next_entry(depth + 1) {
                        entry.into_iter().for_each(|entry| take(EntryEvent::Entry(entry, members.all())));
                    }
                    return Ok(true);
                }
                Some(b'[') if way.lists.contains(&&*key) => {
                    self.at += 1;
                    return self.objects_on(way, depth + 1, take).map(|()| true);
                }
                Some(b'{') if way.through.contains(&&*key) => {
                    let (inner, fault) = self.object_on(way, depth + 1, take);
                    self.mending.doubled += usize::from(members.put(Key::from(&*key), inner));
                    return fault.map_or(Ok(true), Err);
                }
                _ => {}
            }
        }
        self.at = start;
        self.member(depth, members)
    }

    /// The objects of a list. What is none of them is an end without a beginning.
    fn objects_on(
        &mut self,
        way: &EntryPath<'_>,
        depth: usize,
        take: &mut dyn FnMut(EntryEvent<'_>),
    ) -> Result<(), Fault> {
        loop {
            self.skip_commas();
            if self.peek() == Some(b'{') {
                let (rest, fault) = self.object_on(way, depth + 1, take);
                take(EntryEvent::End(rest));
                if let Some(fault) = fault {
                    return Err(fault);
                }
            } else {
                match self.next_entry(depth) {
                    Some(entry) => entry.into_iter().for_each(|entry| take(EntryEvent::End(entry))),
                    None => return Ok(()),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAY: EntryPath<'static> = EntryPath { through: &["chats"], lists: &["list"], entries: &["m"] };

    /// What is found, in a word each, and whether the text is whole.
    fn found(text: &str) -> (String, bool) {
        let mut found = Vec::new();
        let mut reader = Reader::new(text, &[]);
        let (rest, fault) = reader.each_entry_within(&WAY, &mut |one| {
            found.push(match one {
                EntryEvent::Entry(entry, before) => {
                    let name = under(before, "n").name().unwrap_or_default();
                    format!("{name}{}", entry.name().unwrap_or_default())
                }
                EntryEvent::End(rest) => format!("end {}", rest.get("n").clone().name().unwrap_or_default()),
            });
        });
        found.extend(rest.get("z").clone().name().map(|rest| format!("rest {rest}")));
        (found.join(", "), fault.is_none() && reader.mending.bad == 0)
    }

    #[test]
    fn entries_come_one_at_a_time_with_what_stands_before_them() {
        for (text, expected, is_whole) in [
            (r#"{"n":"a","m":[1,2],"z":3}"#, "a1, a2, rest 3", true),
            (
                r#"{"chats":{"about":"","list":[{"n":"a","m":[1]},{"m":[2,3],"n":"b"}]},"z":4}"#,
                "a1, end a, 2, 3, end b, rest 4",
                true,
            ),
            (r#"{"list":[{"n":"a","m":[]},null,{"n":"b","m":[1]}]}"#, "end a, end , b1, end b", true),
            (r#"{"chats":{"list":[{"n":"a","m":[1,2,{"x":"#, "a1, a2, end a", false),
            (r#"{"chats":{"list":[{"n":"a","m":[1],"n2":"#, "a1, end a", false),
            (r#"{"chats":{"list":[{"n":"a","m":[1,oops,2]}]}}"#, "a1", false),
            (r#"{"chats":[1],"list":{"n":1},"m":{"x":1},"z":5}"#, "rest 5", true),
            ("{", "", false),
        ] {
            let (found, whole) = found(text);
            assert!(found.starts_with(expected) && whole == is_whole, "{text}: {found}");
        }
    }
}
