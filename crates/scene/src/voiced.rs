use std::borrow::Cow;
use std::ops::Range;

use crate::{Scene, Spoken, key};

/// What stands for no speaker, whatever its letters' case: nobody knows who, the text is told and not spoken, or it is a part in
/// a chat with a program and no person. To name the narrator of every section of a tale, or `User` before every second turn,
/// says nothing, and finds a little less.
const NOBODY: [&str; 10] =
    ["unknown", "narrator", "user", "assistant", "human", "ai", "system", "model", "you", "venice"];

/// A scene's text as it is read and searched: each turn with who speaks it before it, `speaker: text`, where that is known and
/// the text doesn't say so itself. The text that is kept and shown stays as it is.
#[derive(Debug)]
pub struct Voiced<'a> {
    text: &'a str,
    /// Where turns begin, and what is put before them; nothing where the text says it.
    turns: Vec<(usize, Option<String>)>,
}

impl<'a> Voiced<'a> {
    /// Of a scene: with the turns that its origin knows, else as one turn of the user that the metadata name.
    pub fn of(scene: &'a Scene) -> Self {
        let text = scene.text.as_str();
        let known = scene.origin.as_ref().map(|origin| origin.spoken.as_slice()).unwrap_or_default();
        if known.is_empty() {
            return Self { text, turns: vec![(0, alone(scene).and_then(|by| name_before(text, &by)))] };
        }
        let turn = |Spoken { from, by }: &Spoken| {
            let from = boundary(text, *from);
            (from, by.as_deref().and_then(|by| name_before(text.get(from..)?, by)))
        };
        let mut turns: Vec<_> = known.iter().map(turn).collect();
        turns.sort_by_key(|(from, _)| *from);
        Self { text, turns }
    }

    /// All of it.
    pub fn whole(&self) -> Cow<'a, str> {
        self.part(0..self.text.len())
    }

    /// A part of the text, by its bytes. One that begins within a turn names its speaker too.
    pub fn part(&self, bytes: Range<usize>) -> Cow<'a, str> {
        let within = |at: usize| at > bytes.start && at < bytes.end;
        let first = self.turns.iter().rev().find(|(from, _)| *from <= bytes.start);
        let inner = self.turns.iter().filter(|(from, _)| within(*from));
        let names: Vec<(usize, &str)> = first
            .into_iter()
            .chain(inner)
            .filter_map(|(from, name)| Some(((*from).max(bytes.start), name.as_deref()?)))
            .collect();
        let text = self.text.get(bytes.clone()).unwrap_or_default();
        if names.is_empty() || text.trim().is_empty() {
            return Cow::Borrowed(text);
        }
        let (mut voiced, mut at) = (String::with_capacity(text.len() + 16 * names.len()), bytes.start);
        for (from, name) in names {
            voiced.push_str(self.text.get(at..from).unwrap_or_default());
            voiced.push_str(name);
            at = from;
        }
        voiced.push_str(self.text.get(at..bytes.end).unwrap_or_default());
        Cow::Owned(voiced)
    }
}

/// The one who speaks in a scene of one turn, as its metadata name him.
fn alone(scene: &Scene) -> Option<String> {
    let user = scene.metadata.text(key::USER).map(Cow::into_owned);
    let mut speakers = scene.metadata.values(key::SPEAKERS).into_iter();
    user.or_else(|| speakers.next().filter(|_| speakers.next().is_none()))
}

/// The end of the last character that ends at `at` or before it.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// What is put before a turn, unless it begins with the speaker's name or nobody knows that.
fn name_before(turn: &str, speaker: &str) -> Option<String> {
    let speaker = speaker.trim();
    if speaker.is_empty() || NOBODY.iter().any(|nobody| speaker.eq_ignore_ascii_case(nobody)) {
        return None;
    }
    let begins = || {
        // What stands around a name in exports: `**Name:**`, `[Name]`, `<Name>`.
        let turn = turn.trim_start_matches(|c: char| !c.is_alphanumeric());
        let rest = strip_name(turn, speaker)?;
        rest.chars().next().is_none_or(|next| !next.is_alphanumeric()).then_some(())
    };
    begins().is_none().then(|| format!("{speaker}: "))
}

/// The text behind a name that it begins with, whatever the case of its letters.
fn strip_name<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let name = name.trim_start_matches(|c: char| !c.is_alphanumeric());
    let mut rest = text.chars();
    for wanted in name.chars() {
        let found = rest.next()?;
        if !found.to_lowercase().eq(wanted.to_lowercase()) {
            return None;
        }
    }
    Some(rest.as_str())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Conversation, Metadata, Origin, SceneId, Source};

    fn scene(text: &str, user: Option<&str>, turns: &[(usize, Option<&str>)]) -> Scene {
        let conversation =
            Conversation { source: Source::Json, file: "/a".into(), part_of: None, id: None, channel: None };
        let turn = |(from, by): &(usize, Option<&str>)| Spoken { from: *from, by: by.map(str::to_owned) };
        let origin = Origin {
            conversation: conversation.into(),
            own_id: None,
            speaker: None,
            moment: None,
            place: 0,
            turns: 0,
            spoken: turns.iter().map(turn).collect(),
            said: Vec::new(),
            wording: 0,
            added: None,
        };
        let metadata = Metadata::default();
        let metadata = match user {
            Some(user) => metadata.with(key::USER, user),
            None => metadata,
        };
        Scene { id: SceneId::new("a"), text: text.to_owned(), metadata, origin: Some(origin) }
    }

    #[test]
    fn a_message_names_its_user_unless_it_does_itself_or_nobody_knows() {
        for (text, user, voiced) in [
            ("I saw it.", Some("Ada"), "Ada: I saw it."),
            ("Ada: I saw it.", Some("Ada"), "Ada: I saw it."),
            ("**ADA:** I saw it.", Some("Ada"), "**ADA:** I saw it."),
            ("[Ada] I saw it.", Some("Ada"), "[Ada] I saw it."),
            ("Adam saw it.", Some("Ada"), "Ada: Adam saw it."),
            ("I, Ada, saw it.", Some("Ada"), "Ada: I, Ada, saw it."),
            ("I saw it.", Some(" unknown"), "I saw it."),
            ("I saw it.", Some("UNKNOWN"), "I saw it."),
            ("It rained.", Some("Narrator"), "It rained."),
            ("I saw it.", Some("User"), "I saw it."),
            ("I saw it.", Some(""), "I saw it."),
            ("I saw it.", None, "I saw it."),
            ("🤔", Some("Élodie"), "Élodie: 🤔"),
            ("élodie : oui", Some("Élodie"), "élodie : oui"),
            (" ", Some("Ada"), " "),
            ("", Some("Ada"), ""),
        ] {
            assert_eq!(Voiced::of(&scene(text, user, &[])).whole(), voiced, "{text} by {user:?}");
        }
    }

    #[test]
    fn each_turn_names_its_speaker_and_so_does_a_part_that_begins_within_one() {
        let text = "I nod. I wait.\n\nShe turns. She smiles.";
        let scene = scene(text, None, &[(0, Some("Abel")), (16, Some("Vera"))]);
        let voiced = Voiced::of(&scene);
        assert_eq!(voiced.whole(), "Abel: I nod. I wait.\n\nVera: She turns. She smiles.");
        for (part, expected) in [
            (0..6, "Abel: I nod."),
            (7..14, "Abel: I wait."),
            (7..26, "Abel: I wait.\n\nVera: She turns."),
            (16..26, "Vera: She turns."),
            (27..38, "Vera: She smiles."),
            (14..16, "\n\n"),
            (0..0, ""),
        ] {
            assert_eq!(voiced.part(part.clone()), expected, "{part:?}");
        }
    }

    #[test]
    fn a_turn_that_names_itself_or_is_nobodys_is_left_alone() {
        let text = "Abel: I nod.\n\nShe turns.\n\nIt rains.";
        let turns = [(0, Some("Abel")), (14, Some("Vera")), (26, None)];
        let scene = scene(text, Some("nobody else"), &turns);
        assert_eq!(Voiced::of(&scene).whole(), "Abel: I nod.\n\nVera: She turns.\n\nIt rains.");
        assert_eq!(Voiced::of(&scene).part(29..35), "rains.");
    }

    proptest! {
        #[test]
        fn without_the_names_the_text_is_what_it_was(
            text in "[a-z é\n.]{0,60}",
            turns in proptest::collection::vec((0_usize..70, proptest::option::of("[A-Z]{3}")), 0..4),
            start in 0_usize..60,
            length in 0_usize..60,
        ) {
            let turns: Vec<_> = turns.iter().map(|(from, by)| (*from, by.as_deref())).collect();
            let scene = scene(&text, None, &turns);
            let start = boundary(&text, start);
            let end = boundary(&text, start + length).max(start);
            let voiced = Voiced::of(&scene).part(start..end).into_owned();
            let plain = |text: &str| text.replace(|c: char| c.is_ascii_uppercase() || c == ':' || c == ' ', "");
            prop_assert_eq!(plain(&voiced), plain(&text[start..end]));
        }
    }
}
