use std::sync::Arc;

use crate::Source;

/// What stands between the parts of a group's name; no name has it.
pub(crate) const GROUP_MARK: &str = "\u{1f}";

/// What a scene is a part of in its source: one conversation, one channel of one file, one document.
///
/// Scenes of one conversation are neighbours in their order, and nothing else is a neighbour.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Conversation {
    /// The kind of export.
    pub source: Source,
    /// The file, as a path that means the same from every folder.
    pub file: String,
    /// The file by whose name the conversation goes, where this one continues another file's. A store finds that out.
    pub part_of: Option<String>,
    /// The conversation's own id, where the export has one.
    pub id: Option<String>,
    /// The channel, where the export has one.
    pub channel: Option<String>,
}

impl Conversation {
    /// What all of it goes by: its own id, else the file that it began with.
    pub fn whole(&self) -> &str {
        self.id.as_deref().or(self.part_of.as_deref()).unwrap_or(&self.file)
    }

    /// The name under which its scenes stand together: its own id or its file, and the channel.
    pub fn group(&self) -> String {
        let channel = self.channel.as_deref().unwrap_or_default();
        [self.source.as_str(), self.whole(), channel].join(GROUP_MARK)
    }
}

/// Where a scene comes from: the facts that say which scene it is, whatever file brings it again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    /// What it is a part of.
    pub conversation: Arc<Conversation>,
    /// The message's own id within its conversation, where it has one.
    pub own_id: Option<String>,
    /// Who speaks first in it, where known.
    pub speaker: Option<String>,
    /// When: milliseconds since 1970 in UTC, or of the clock on the wall where the export names no zone.
    pub moment: Option<i64>,
    /// Its place in its conversation as the file holds it, from 0.
    pub place: u64,
    /// Of how many turns it is made, where it is several; otherwise 0.
    pub turns: u32,
    /// Where its text has turns of several: who speaks from which byte on, the first from 0.
    pub spoken: Vec<Spoken>,
    /// When a store took it in as it is: seconds since 1970, where known.
    pub added: Option<i64>,
}

/// Who speaks in a scene from some byte of its text on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Spoken {
    /// The byte.
    pub from: usize,
    /// The speaker, where known.
    pub by: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_a_channel_of_one_conversation_else_of_one_file() {
        let group = |file: &str, id: Option<&str>, channel: Option<&str>| {
            let [id, channel] = [id, channel].map(|text| text.map(str::to_owned));
            Conversation { source: Source::Json, file: file.to_owned(), part_of: None, id, channel }.group()
        };
        let own = group("/a", None, Some("inn"));
        for (reason, other, same) in [
            ("the same", group("/a", None, Some("inn")), true),
            ("another file", group("/b", None, Some("inn")), false),
            ("another channel", group("/a", None, Some("pier")), false),
            ("no channel", group("/a", None, None), false),
            ("a conversation of that name", group("/b", Some("/a"), Some("inn")), true),
        ] {
            assert_eq!(own == other, same, "{reason}");
        }
        assert_eq!(group("/a", Some("7"), None), group("/b", Some("7"), None));
    }
}
