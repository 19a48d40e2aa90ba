//! Turns become scenes: what one says and what the next answers belong together.

use naragtive_scene::{Conversation, Moment, Role, SaidTurn, Spoken, Turn};

use crate::stamp;

/// One or two turns that make a scene.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment<'a> {
    pub(super) first: &'a Turn,
    pub(super) second: Option<&'a Turn>,
}

/// Walks the turns: each is paired with the next one if that one has text, and both are used up;
/// otherwise it stands alone. Where it is known who is at the keyboard, what they say begins a pair.
pub(super) fn segments<'a>(turns: &[&'a Turn]) -> Vec<Segment<'a>> {
    let mut segments = Vec::new();
    let mut rest = turns;
    while let Some((first, behind)) = rest.split_first() {
        let second = behind.first().copied().filter(|next| !next.text.is_empty() && answers(first, next));
        rest = if second.is_some() { behind.get(1..).unwrap_or_default() } else { behind };
        segments.push(Segment { first, second });
    }
    segments
}

fn answers(first: &Turn, next: &Turn) -> bool {
    first.role == Role::Unknown || next.role != Role::User
}

impl Segment<'_> {
    /// Both texts with a blank line between.
    pub(super) fn text(&self) -> String {
        let Some(second) = self.second else { return self.first.text.clone() };
        crate::words::trim(&format!("{}\n\n{}", self.first.text, second.text)).to_owned()
    }

    /// Who speaks from where on in `text`, which is its own.
    pub(super) fn spoken(&self, text: &str) -> Vec<Spoken> {
        let by = |turn: &Turn| turn.speaker.as_deref().map(str::to_owned);
        let first = Spoken { from: 0, by: by(self.first) };
        let second = self.second.map(|second| {
            let length = crate::words::trim_end(&second.text).len();
            Spoken { from: text.len().saturating_sub(length), by: by(second) }
        });
        std::iter::once(first).chain(second).collect()
    }

    /// The turns, each with where it stands in `text`, which is its own.
    pub(super) fn said(&self, conversation: &Conversation, text: &str) -> Vec<SaidTurn> {
        let place =
            |from: usize, end: usize| from.min(text.len())..end.clamp(from.min(text.len()), text.len());
        let Some(second) = self.second else {
            return vec![SaidTurn::of(conversation, self.first, place(0, self.first.text.len()))];
        };
        // The text begins where the first of them does, or the second where the first is blank.
        let whole = self.first.text.len() + 2;
        let lead = crate::words::trim_end(&second.text).len() + whole;
        let lead = lead.saturating_sub(text.len());
        let first = place(0, self.first.text.len().saturating_sub(lead));
        let begin = whole.saturating_sub(lead);
        let second_place = place(begin, text.len());
        vec![SaidTurn::of(conversation, self.first, first), SaidTurn::of(conversation, second, second_place)]
    }

    pub(super) fn speakers(&self) -> Vec<&str> {
        self.turns().map(|turn| turn.speaker.as_deref().unwrap_or_default()).collect()
    }

    pub(super) fn first_speaker(&self) -> &str {
        self.first.speaker.as_deref().unwrap_or_default()
    }

    /// The first turn's moment, else the second's.
    pub(super) fn moment(&self) -> Option<Moment> {
        self.turns().find_map(|turn| turn.moment)
    }

    /// The day of it.
    pub(super) fn date(&self) -> Option<String> {
        self.moment().and_then(stamp::day)
    }

    /// The first turn's stamp, else the second's.
    pub(super) fn stamp(&self) -> Option<String> {
        self.turns().find_map(|turn| turn.stamp.label())
    }

    /// What was thought before it was said.
    pub(super) fn thinking(&self) -> String {
        self.turns().filter_map(|turn| turn.thinking.as_deref()).collect::<Vec<_>>().join("\n\n")
    }

    pub(super) fn turns(&self) -> impl Iterator<Item = &Turn> {
        std::iter::once(self.first).chain(self.second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns(texts: &[&str]) -> Vec<Turn> {
        texts.iter().map(|text| Turn { text: (*text).to_owned(), ..Turn::default() }).collect()
    }

    #[test]
    fn a_turn_is_paired_with_a_next_one_that_has_text() {
        for (texts, scenes) in [
            (&[][..], &[][..]),
            (&["a"], &["a"]),
            (&["a", "b"], &["a\n\nb"]),
            (&["a", "b", "c"], &["a\n\nb", "c"]),
            (&["", "b", "c"], &["b", "c"]),
            (&["a", "", "c"], &["a", "c"]),
            (&["a", "", "", "d"], &["a", "", "d"]),
            (&["", ""], &["", ""]),
        ] {
            let turns = turns(texts);
            let segments = segments(&turns.iter().collect::<Vec<_>>());
            let found: Vec<_> = segments.iter().map(Segment::text).collect();
            assert_eq!(found, scenes, "{texts:?}");
            let conversation = Conversation {
                source: naragtive_scene::Source::Json,
                file: "/a".to_owned(),
                part_of: None,
                id: None,
                channel: None,
            };
            let said = segments.iter().flat_map(|segment| {
                let text = segment.text();
                let said = segment.said(&conversation, &text);
                said.into_iter().map(|said| said.turn_in(&text, &conversation).text).collect::<Vec<_>>()
            });
            assert_eq!(said.collect::<Vec<_>>(), texts, "each turn is found in the text of its scene");
        }
    }

    #[test]
    fn date_and_stamp_come_from_the_first_turn_that_has_them() {
        let first = Turn::default();
        let moment = Some(Moment::Local { milliseconds: 86_400_000 });
        let second = Turn { moment, stamp: "later".into(), ..Turn::default() };
        let segment = Segment { first: &first, second: Some(&second) };
        assert_eq!(segment.date().as_deref(), Some("1970-01-02"));
        assert_eq!(segment.stamp().as_deref(), Some("later"));
    }

    #[test]
    fn what_the_user_says_begins_a_pair_where_it_is_known() {
        let turn = |role| Turn { role, text: "x".to_owned(), ..Turn::default() };
        let (user, other) = (Role::User, Role::Assistant);
        let turns: Vec<Turn> = [other, user, other, user, user, other].map(turn).into();
        let turns: Vec<&Turn> = turns.iter().collect();
        let lengths: Vec<usize> = segments(&turns).iter().map(|segment| segment.turns().count()).collect();
        assert_eq!(lengths, [1, 2, 1, 2]);
    }
}
