//! Documents that are written beside a chat and changed in it: ChatGPT's canvas, Claude's artifacts. Each is a scene by itself,
//! in its last wording, and stands behind the exchange in which it was begun.

use naragtive_scene::{Role, Scalar, Turn};

use crate::words;

/// How long a document may become by what is replaced in it.
const LONGEST: usize = 32 << 20;

/// The documents of a conversation.
#[derive(Debug, Default)]
pub(super) struct Drafts(Vec<Draft>);

#[derive(Debug)]
struct Draft {
    id: String,
    /// How many turns there were when it was begun.
    behind: usize,
    /// As it is written, with the white space around it.
    turn: Turn,
}

impl Drafts {
    /// An id for a document that has a name only: several may be called the same.
    pub(super) fn next_id(&self, name: &str) -> String {
        let is_taken = |id: &str| self.0.iter().any(|draft| draft.id == id);
        if is_taken(name) { format!("{name}/{}", self.0.len()) } else { name.to_owned() }
    }

    /// A document is written, or written anew. `of`: the message in which that happens, `behind`: how many turns there are.
    /// False where nothing is written.
    pub(super) fn write(
        &mut self,
        id: &str,
        name: Option<String>,
        text: String,
        of: &Turn,
        behind: usize,
    ) -> bool {
        if words::is_blank(&text) {
            return false;
        }
        if self.0.iter().any(|draft| draft.id == id) {
            return self.change(Some(id), |_| Some(text));
        }
        let own = of.own_id.label().map(|own| format!("{own}/{id}"));
        let turn = Turn {
            role: Role::User,
            text,
            stamp: of.stamp.clone(),
            own_id: own.as_deref().map(Scalar::from).unwrap_or_default(),
            branch: of.branch,
            attachments: name.into_iter().collect(),
            stands_alone: true,
            ..Turn::default()
        };
        self.0.push(Draft { id: id.to_owned(), behind, turn });
        true
    }

    /// A document is changed: the one of that id, else the last one. False where there is none, or nothing in it is meant.
    pub(super) fn change(&mut self, id: Option<&str>, changed: impl FnOnce(&str) -> Option<String>) -> bool {
        let draft = match id {
            Some(id) => self.0.iter_mut().find(|draft| draft.id == id),
            None => self.0.last_mut(),
        };
        let Some(draft) = draft else { return false };
        let text = changed(&draft.turn.text).filter(|text| !words::is_blank(text) && text.len() <= LONGEST);
        let is_changed = text.is_some();
        text.into_iter().for_each(|text| draft.turn.text = text);
        is_changed
    }

    /// The turns with the documents among them: each before the next question, so that no question is parted from what is
    /// answered to it, and with the time of what it stands behind.
    pub(super) fn among(self, turns: Vec<Turn>) -> Vec<Turn> {
        let mut drafts = self.0.into_iter().peekable();
        let mut all: Vec<Turn> = Vec::with_capacity(turns.len());
        for (at, turn) in turns.into_iter().enumerate() {
            let asks = turn.role == Role::User;
            while let Some(draft) = drafts.next_if(|draft| asks && draft.behind <= at) {
                put(draft.turn, &mut all);
            }
            all.push(turn);
        }
        drafts.for_each(|draft| put(draft.turn, &mut all));
        all
    }
}

fn put(mut turn: Turn, all: &mut Vec<Turn>) {
    turn.text = words::trimmed(turn.text);
    if let Some(last) = all.last().filter(|last| !last.stamp.is_none()) {
        turn.stamp = last.stamp.clone();
    }
    all.push(turn);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_wording_stands_behind_the_exchange_in_which_a_document_was_begun() {
        let mut drafts = Drafts::default();
        let of = Turn { own_id: "m1".into(), stamp: "1".into(), ..Turn::default() };
        assert!(drafts.write("a", Some("The Lamp".to_owned()), "one\n".to_owned(), &of, 1));
        assert!(drafts.write("b", None, "two".to_owned(), &of, 3));
        assert!(!drafts.write("c", None, " ".to_owned(), &of, 3));
        assert!(drafts.change(Some("a"), |text| Some(text.replace("one", "1"))));
        assert!(drafts.change(None, |_| Some("2".to_owned())));
        assert!(!drafts.change(Some("c"), |_| Some("3".to_owned())));
        assert!(!drafts.change(Some("a"), |_| None));
        assert!(drafts.write("b", None, "two again".to_owned(), &of, 3));
        let said = |role, text: &str, stamp: &str| Turn {
            role,
            text: text.to_owned(),
            stamp: stamp.into(),
            ..Turn::default()
        };
        let turns = drafts.among(vec![
            said(Role::User, "q", "0"),
            said(Role::Assistant, "r", "2"),
            said(Role::User, "s", "3"),
        ]);
        let shown: Vec<_> = turns
            .iter()
            .map(|turn| (turn.own_id.label(), turn.text.as_str(), turn.stamp.label().unwrap_or_default()))
            .collect();
        let own = |id: &str| Some(format!("m1/{id}"));
        let expected = [
            (None, "q", "0"),
            (None, "r", "2"),
            (own("a"), "1", "2"),
            (None, "s", "3"),
            (own("b"), "two again", "3"),
        ];
        assert_eq!(shown, expected.map(|(own, text, stamp)| (own, text, stamp.to_owned())));
    }
}
