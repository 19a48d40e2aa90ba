//! Whether a conversation has a scene in it already.

/// Fewer letters than this are said again and again, and say nothing of where they are from.
const TELLING: usize = 20;

/// What has been said, in letters and digits only: programs wrap and mark texts in their own ways.
pub(crate) struct Said(Vec<String>);

impl Said {
    pub(crate) fn new<'a>(messages: impl Iterator<Item = &'a str>) -> Self {
        Self(messages.map(letters).filter(|message| !message.is_empty()).collect())
    }

    /// Whether half of the text or more has been said: a scene may be an exchange, one message of which is gone already.
    pub(crate) fn has(&self, text: &str) -> bool {
        let whole = letters(text);
        let is_said = |part: &str| self.0.iter().any(|message| message.contains(part));
        if whole.is_empty() || is_said(&whole) {
            return true;
        }
        let paragraphs = text.split('\n').map(letters).filter(|part| part.len() >= TELLING);
        let said: usize = paragraphs.filter(|part| is_said(part)).map(|part| part.len()).sum();
        let within =
            self.0.iter().filter(|message| message.len() >= TELLING && whole.contains(message.as_str()));
        let within: usize = within.map(String::len).sum();
        said.max(within) * 2 >= whole.len()
    }
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scene_is_said_when_half_of_it_is() {
        let said = Said::new(
            [
                "The ferry was late again, and nobody knew why.",
                "*Yes.*",
                "I climb up to the lamp room, slowly.",
            ]
            .into_iter(),
        );
        for (text, expected) in [
            ("The ferry was late again,\nand nobody knew why.", true),
            ("the FERRY was *late* again", true),
            ("Bob: The ferry was late again, and nobody knew why.", true),
            ("User: I climb up to the lamp room, slowly.\n\nAssistant: It is dark.", true),
            (
                "User: I climb up to the lamp room, slowly.\n\nAssistant: It is dark up there, and the keeper is gone.",
                false,
            ),
            ("Yes.", true),
            ("Yes. And the other thing that nobody has said yet is this.", false),
            ("The lamp is lit.", false),
            ("", true),
            ("***", true),
        ] {
            assert_eq!(said.has(text), expected, "{text}");
        }
        assert!(!Said::new([].into_iter()).has("The lamp is lit."));
    }
}
