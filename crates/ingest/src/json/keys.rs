//! The keys of objects. An export says the same few again and again, so these are not copied.

use std::borrow::Cow;

/// A key.
pub(crate) type Key = Cow<'static, str>;

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

fn place(key: &str) -> usize {
    let bytes = key.as_bytes();
    let (first, last) = (bytes.first().copied().unwrap_or(0), bytes.last().copied().unwrap_or(0));
    let middle = bytes.get(bytes.len() / 2).copied().unwrap_or(0);
    (usize::from(first) * 7 + usize::from(last) * 31 + usize::from(middle) * 13 + key.len() * 3) % PLACES
}

/// The key, without a copy where it is one of the known.
pub(super) fn key(text: &str) -> Key {
    let known =
        TABLE.get(place(text)).and_then(|places| places.iter().flatten().find(|known| **known == text));
    known.map_or_else(|| Cow::Owned(text.to_owned()), |known| Cow::Borrowed(*known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_key_is_found_without_a_copy_and_others_are_copied() {
        for known in KNOWN {
            assert!(matches!(key(known), Cow::Borrowed(found) if found == known), "{known}");
        }
        for other in ["", "é", "messag", "a key that nobody knows"] {
            assert!(matches!(key(other), Cow::Owned(found) if found == other));
        }
    }
}
