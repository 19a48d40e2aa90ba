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
