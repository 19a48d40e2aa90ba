//! The keys of objects. An export says the same few again and again: those of large exports are known and never copied,
//! others are copied once and shared for as long as a reader meets them.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::rc::Rc;

/// A key.
#[derive(Debug, Clone)]
pub(crate) enum Key {
    /// One of the table; its address says which.
    Known(&'static str),
    /// Any other.
    Other(Rc<str>),
}

impl Deref for Key {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Known(key) => key,
            Self::Other(key) => key,
        }
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Known(one), Self::Known(other)) => std::ptr::eq(*one, *other),
            (Self::Other(one), Self::Other(other)) => Rc::ptr_eq(one, other) || one == other,
            (Self::Known(one), Self::Other(other)) | (Self::Other(other), Self::Known(one)) => {
                **one == **other
            }
        }
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl PartialEq<str> for Key {
    fn eq(&self, other: &str) -> bool {
        **self == *other
    }
}

impl PartialEq<&str> for Key {
    fn eq(&self, other: &&str) -> bool {
        **self == **other
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl From<&str> for Key {
    fn from(key: &str) -> Self {
        known(key).map_or_else(|| Self::Other(Rc::from(key)), Self::Known)
    }
}

impl From<String> for Key {
    fn from(key: String) -> Self {
        Self::from(key.as_str())
    }
}

impl From<Key> for String {
    fn from(key: Key) -> Self {
        (*key).to_owned()
    }
}

/// Keys of the exports that are large.
const KNOWN: [&str; 64] = [
    "attachments",
    "author",
    "avatarUrl",
    "body",
    "category",
    "channel",
    "children",
    "code",
    "color",
    "content",
    "content_type",
    "conversations",
    "convId",
    "create_time",
    "created_at",
    "date",
    "discriminator",
    "edited",
    "embeds",
    "emoji",
    "end_turn",
    "extra",
    "files",
    "from",
    "id",
    "imageUrl",
    "is_system",
    "is_user",
    "isBot",
    "isPinned",
    "mentions",
    "mes",
    "message",
    "metadata",
    "name",
    "nickname",
    "parent",
    "parts",
    "position",
    "reactions",
    "recipient",
    "role",
    "roles",
    "send_date",
    "sender",
    "status",
    "stickers",
    "swipes",
    "text",
    "thread_ts",
    "timestamp",
    "timestampEdited",
    "title",
    "ts",
    "type",
    "update_time",
    "updated_at",
    "user",
    "users",
    "uuid",
    "value",
    "weight",
    "swipe_id",
    "convo",
];

/// How many places of the table a key may be at.
const SHARE: usize = 4;
const PLACES: usize = 256;

/// Where to look for a key: a table that is filled at the first use.
static TABLE: std::sync::LazyLock<[[Option<&'static str>; SHARE]; PLACES]> = std::sync::LazyLock::new(|| {
    let mut table = [[None; SHARE]; PLACES];
    for key in KNOWN {
        let free = table[place(key)].iter_mut().find(|place| place.is_none());
        free.into_iter().for_each(|free| *free = Some(key));
    }
    table
});

/// Where a key is looked for.
fn place(key: &str) -> usize {
    let bytes = key.as_bytes();
    let (first, last) = (bytes.first().copied().unwrap_or(0), bytes.last().copied().unwrap_or(0));
    let middle = bytes.get(bytes.len() / 2).copied().unwrap_or(0);
    (usize::from(first) * 7 + usize::from(last) * 31 + usize::from(middle) * 13 + key.len() * 3) % PLACES
}

fn known(key: &str) -> Option<&'static str> {
    TABLE.get(place(key))?.iter().flatten().find(|known| **known == key).copied()
}

/// The keys that a reader has met and that aren't known: of those that fall in one place, the last.
#[derive(Debug, Default)]
pub(super) struct Met(Vec<Option<Rc<str>>>);

impl Met {
    /// The key, without a copy where it is one of the known or of the last that were met.
    pub(super) fn key(&mut self, text: &str) -> Key {
        if let Some(known) = known(text) {
            return Key::Known(known);
        }
        if self.0.is_empty() {
            self.0.resize(PLACES, None);
        }
        let Some(met) = self.0.get_mut(place(text)) else { return Key::from(text) };
        let key = met.take().filter(|met| **met == *text).unwrap_or_else(|| Rc::from(text));
        *met = Some(Rc::clone(&key));
        Key::Other(key)
    }
}

/// Which members of objects somebody asks for.
#[derive(Debug, Clone)]
pub(super) struct Wanted<'a> {
    keys: &'a [&'a str],
    /// What is at each place.
    places: [Spot<'a>; PLACES],
}

/// What is wanted of the keys that fall in one place of a table.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Spot<'a> {
    Nothing,
    One(&'a str),
    Several,
}

/// What names, texts and stamps are taken from, in whatever object they stand.
const ALWAYS: [&str; 14] = [
    "nickname",
    "displayName",
    "display_name",
    "name",
    "username",
    "real_name",
    "id",
    "text",
    "content",
    "message",
    "value",
    "body",
    "$oid",
    "$date",
];

impl<'a> Wanted<'a> {
    pub(super) fn new(keys: &'a [&'a str]) -> Self {
        let mut places = [Spot::Nothing; PLACES];
        for key in keys.iter().chain(&ALWAYS) {
            let Some(place) = places.get_mut(place(key)) else { continue };
            let is_free = matches!(place, Spot::Nothing) || *place == Spot::One(key);
            *place = if is_free { Spot::One(key) } else { Spot::Several };
        }
        Self { keys, places }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        let is_wanted = match self.places.get(place(key)) {
            Some(Spot::One(wanted)) => *wanted == key,
            Some(Spot::Several) => self.keys.contains(&key) || ALWAYS.contains(&key),
            _ => false,
        };
        is_wanted || key.starts_with('$')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_key_is_found_without_a_copy_and_others_are_copied_once() {
        let mut met = Met::default();
        for known in KNOWN {
            assert!(matches!(met.key(known), Key::Known(found) if found == known), "{known}");
            assert_eq!(met.key(known), Key::Other(Rc::from(known)));
        }
        for other in ["", "é", "messag", "a key that nobody knows"] {
            let (once, again) = (met.key(other), met.key(other));
            assert!(matches!((&once, &again), (Key::Other(one), Key::Other(two)) if Rc::ptr_eq(one, two)));
            assert!(*other == *once && once != "id");
        }
    }

    #[test]
    fn what_is_wanted_is_told_from_what_falls_in_the_same_place() {
        let wanted = Wanted::new(&["mes", "mapping"]);
        for (key, is_wanted) in [
            ("mes", true),
            ("mapping", true),
            ("$numberLong", true),
            ("name", true),
            ("mea", false),
            ("", false),
        ] {
            assert_eq!(wanted.has(key), is_wanted, "{key}");
        }
    }
}
