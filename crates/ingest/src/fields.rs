//! What the fields of a record mean: as the user says, else by their names.

use std::str::FromStr;

/// What a record of talk may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Field {
    /// What is said.
    Text,
    /// Who says it.
    User,
    /// When.
    Time,
    /// In which channel.
    Channel,
    /// Its own id.
    Id,
}

/// Each with the name by which the user calls it, and what such fields are called, the clearest first.
const KNOWN: [(Field, &str, &[&str]); 5] = [
    (
        Field::Text,
        "message",
        &[
            "message",
            "text",
            "content",
            "contents",
            "body",
            "msg",
            "mes",
            "comment",
            "post",
            "story",
            "utterance",
            "line",
            "value",
            "response",
            "output",
        ],
    ),
    (
        Field::User,
        "user",
        &[
            "user",
            "author",
            "speaker",
            "sender",
            "username",
            "user_name",
            "author_name",
            "sender_name",
            "nick",
            "nickname",
            "character",
            "from",
            "name",
            "role",
            "who",
            "creator",
            "created_by",
            "posted_by",
            "poster",
            "display_name",
            "screen_name",
            "handle",
            "sent_by",
            "sender_username",
            "author_username",
        ],
    ),
    (
        Field::Time,
        "time",
        &[
            "timestamp",
            "time",
            "date",
            "datetime",
            "created_at",
            "createdat",
            "created",
            "created_utc",
            "timestamp_ms",
            "timestamp_utc",
            "created_date",
            "creation_date",
            "create_time",
            "sent_at",
            "sent_date",
            "date_sent",
            "date_time",
            "send_time",
            "send_date",
            "posted_at",
            "published_at",
            "published",
            "origin_server_ts",
            "ts",
            "when",
            "createddatetime",
            "sent",
        ],
    ),
    (
        Field::Channel,
        "channel",
        &[
            "channel",
            "channel_name",
            "room",
            "thread",
            "topic",
            "group",
            "chat",
            "conversation",
            "conversation_id",
        ],
    ),
    (Field::Id, "id", &["id", "message_id", "msg_id", "uuid", "_id"]),
];

/// Where a record has what: paths such as `author.name`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Fields {
    known: Vec<(Field, String)>,
    guessed: bool,
}

/// What the user says about a field: `user=author.name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    pub(crate) field: Field,
    pub(crate) path: String,
}

/// A text that maps no field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected message=FIELD, user=FIELD, time=FIELD, channel=FIELD or id=FIELD, found `{0}`")]
pub struct UnknownField(String);

impl Mapping {
    /// That the field of that name is the text.
    pub fn text(path: impl Into<String>) -> Self {
        Self { field: Field::Text, path: path.into() }
    }
}

impl FromStr for Mapping {
    type Err = UnknownField;

    fn from_str(text: &str) -> Result<Self, UnknownField> {
        let unknown = || UnknownField(text.to_owned());
        let (name, path) = text.split_once('=').filter(|(_, path)| !path.is_empty()).ok_or_else(unknown)?;
        let name = if name == "text" { "message" } else { name };
        let found = KNOWN.iter().find(|(_, known, _)| *known == name).ok_or_else(unknown)?;
        Ok(Self { field: found.0, path: path.to_owned() })
    }
}

impl Fields {
    pub(crate) fn typed(map: &[Mapping]) -> Self {
        let known = map.iter().map(|mapping| (mapping.field, mapping.path.clone())).collect();
        Self { known, guessed: false }
    }

    pub(crate) fn guessed(names: &[String]) -> Self {
        let mut fields = Self::default();
        fields.guess(names);
        fields
    }

    /// Takes for each field that the user didn't name the one that is called most like it. Each is taken once.
    pub(crate) fn guess(&mut self, names: &[String]) {
        for (field, _, called) in KNOWN {
            let is_taken = |name: &str| self.known.iter().any(|(_, path)| path == name);
            let like = |known: &&str| {
                let is_it = |name: &&String| name.eq_ignore_ascii_case(known) && !is_taken(name);
                names.iter().find(is_it).cloned()
            };
            if self.of(field).is_none()
                && let Some(name) = called.iter().find_map(like)
            {
                self.known.push((field, name));
                self.guessed = true;
            }
        }
    }

    /// Whether a field of that name is known to mean something.
    pub(crate) fn is_known(name: &str) -> bool {
        KNOWN.iter().any(|(_, _, called)| called.iter().any(|known| name.eq_ignore_ascii_case(known)))
    }

    /// What the user calls a field.
    pub(crate) fn meaning(field: Field) -> &'static str {
        KNOWN.iter().find(|(known, ..)| *known == field).map_or("", |(_, name, _)| name)
    }

    /// Takes a field for what nothing but its texts tells.
    pub(crate) fn choose(&mut self, field: Field, name: String) {
        self.known.push((field, name));
        self.guessed = true;
    }

    /// Whether something is in that field, or in one within it.
    pub(crate) fn needs(&self, name: &str) -> bool {
        let is_in = |path: &str| path == name || path.split_once('.').is_some_and(|(first, _)| first == name);
        self.known.iter().any(|(_, path)| is_in(path))
    }

    /// The keys of all fields, those too that are within others.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.known.iter().flat_map(|(_, path)| std::iter::once(path.as_str()).chain(path.split('.')))
    }

    pub(crate) fn of(&self, field: Field) -> Option<&str> {
        self.known.iter().find(|(known, _)| *known == field).map(|(_, path)| path.as_str())
    }

    /// What was guessed, in a line; none where the user said it all.
    pub(crate) fn told(&self) -> Option<String> {
        let told = |(field, path): &(Field, String)| format!("{}={path}", Self::meaning(*field));
        self.guessed.then(|| self.known.iter().map(told).collect::<Vec<_>>().join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_what_the_user_says_else_what_they_are_called() {
        for (map, names, told) in [
            (&[][..], &["author", "Body", "date"][..], Some("message=Body,user=author,time=date")),
            (&["user=author.name"], &["author", "text", "id"], Some("user=author.name,message=text,id=id")),
            (&["text=x", "user=y"], &["x", "y"], None),
            (
                &[],
                &["sender_name", "timestamp_ms", "content"],
                Some("message=content,user=sender_name,time=timestamp_ms"),
            ),
            (
                &[],
                &["creator", "creator.name", "created_date", "text"],
                Some("message=text,user=creator,time=created_date"),
            ),
            (&[], &["a", "b"], None),
        ] {
            let map: Vec<Mapping> = map.iter().map(|text| text.parse().unwrap()).collect();
            let mut fields = Fields::typed(&map);
            fields.guess(&names.iter().map(ToString::to_string).collect::<Vec<_>>());
            assert_eq!(fields.told().as_deref(), told, "{names:?}");
        }
        assert!("nobody=x".parse::<Mapping>().is_err() && "user=".parse::<Mapping>().is_err());
    }
}
