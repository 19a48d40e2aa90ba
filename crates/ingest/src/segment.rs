//! Turns become scenes: what one says and what the next answers belong together.

use naragtive_scene::Turn;

/// One or two turns that make a scene.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Segment<'a> {
    pub(crate) first: &'a Turn,
    pub(crate) second: Option<&'a Turn>,
}

/// Walks the turns: each is paired with the next one if that one has text, and both are used up;
/// otherwise it stands alone.
pub(crate) fn segments(turns: &[Turn]) -> Vec<Segment<'_>> {
    let mut segments = Vec::new();
    let mut rest = turns;
    while let Some((first, behind)) = rest.split_first() {
        let second = behind.first().filter(|next| !next.text.is_empty());
        rest = if second.is_some() { behind.get(1..).unwrap_or_default() } else { behind };
        segments.push(Segment { first, second });
    }
    segments
}

impl Segment<'_> {
    /// Both texts with a blank line between.
    pub(crate) fn text(&self) -> String {
        let Some(second) = self.second else { return self.first.text.clone() };
        crate::words::trim(&format!("{}\n\n{}", self.first.text, second.text)).to_owned()
    }

    pub(crate) fn speakers(&self) -> Vec<&str> {
        self.turns().map(|turn| turn.speaker.as_str()).collect()
    }

    /// The first turn's day, else the second's.
    pub(crate) fn date(&self) -> Option<&str> {
        self.turns().find_map(|turn| turn.date.as_deref())
    }

    /// The first turn's stamp, else the second's.
    pub(crate) fn stamp(&self) -> Option<&str> {
        self.turns().find_map(|turn| turn.stamp.as_deref())
    }

    fn turns(&self) -> impl Iterator<Item = &Turn> {
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
            let found: Vec<_> = segments(&turns).iter().map(Segment::text).collect();
            assert_eq!(found, scenes, "{texts:?}");
        }
    }

    #[test]
    fn date_and_stamp_come_from_the_first_turn_that_has_them() {
        let first = Turn::default();
        let second = Turn { date: Some("2025-11-10".into()), stamp: Some("later".into()), ..Turn::default() };
        let segment = Segment { first: &first, second: Some(&second) };
        assert_eq!((segment.date(), segment.stamp()), (Some("2025-11-10"), Some("later")));
    }
}
