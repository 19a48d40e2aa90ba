//! Scenes of several turns that are cut elsewhere: an export that begins in the middle of an exchange pairs each answer
//! with the next question.
//!
//! What a scene is made of is told by the texts: its beginning is the end of another scene and the rest of it the beginning
//! of the next one, or of one soon behind it where what lies between was missing, or all of it is the end of another one, each
//! up to the end of a paragraph.

use std::collections::{BTreeMap, BTreeSet};

use naragtive_text::canonical;

use super::entry::{TextOf, TextReader};
use super::pairing::Pairing;
use crate::StoreError;

/// How many scenes of one moment are looked through: a clock may show minutes.
const LOOKED_AT: usize = 8;
/// How far behind the scene that a question ends the one may be that its answer begins: two parts with a gap between them may
/// have made one scene of both.
const GAP: usize = 8;

/// A scene with those between which it may lie, by their places.
struct Asked {
    place: usize,
    between: Vec<usize>,
}

impl Pairing<'_> {
    /// Finds the scenes that lie across others.
    ///
    /// A file that begins no later than what is stored of it is how the whole is cut: stored scenes that lie across its own
    /// make way for them. One that begins within a stored scene adds what is new.
    pub(super) fn join_across(&mut self, texts: &mut TextReader<'_>) -> Result<(), StoreError> {
        let moments = |facts: &mut dyn Iterator<Item = Option<i64>>| facts.collect::<Option<Vec<i64>>>();
        let counted = self.new.iter().copied().chain(self.old.iter().map(|old| old.fact));
        if !counted.into_iter().any(|fact| fact.turns > 1) {
            return Ok(());
        }
        let old = moments(&mut self.old.iter().map(|old| old.fact.moment));
        let new = moments(&mut self.new.iter().map(|fact| fact.moment));
        let (Some(old), Some(new)) = (old, new) else { return self.hold_edges(texts) };
        if !old.is_sorted() || !new.is_sorted() || old.is_empty() || new.is_empty() {
            return Ok(());
        }
        if !self.begins_within(&old, &new, texts)? {
            self.supersede(&old, &new, texts)?;
        }
        self.across.held = self.held(&old, &new, texts)?;
        Ok(())
    }

    /// Whether the first new scene begins with the end of an old one.
    fn begins_within(
        &self,
        old: &[i64],
        new: &[i64],
        texts: &mut TextReader<'_>,
    ) -> Result<bool, StoreError> {
        let first = new.first().copied().unwrap_or_default();
        let olds: Vec<usize> = before(old, first).collect();
        let asked: Vec<TextOf> = olds.iter().filter_map(|at| self.old[*at].entry.text()).collect();
        let found = texts(&asked)?;
        let own = texts(&[TextOf::Incoming(self.scenes[0])])?.pop().unwrap_or_default();
        let own = canonical(&own);
        let begins = |whole: &String| {
            let whole = canonical(whole);
            parts(&own).any(|[head, _]| whole != head && ends_with(&whole, head))
        };
        Ok(found.iter().any(begins))
    }

    /// Where no moment says what lies where: the first new scene may be the end of the one before those that are known, the
    /// last one the beginning of the one behind them.
    fn hold_edges(&mut self, texts: &mut TextReader<'_>) -> Result<(), StoreError> {
        let Some(last) = self.new.len().checked_sub(1) else { return Ok(()) };
        let beside = |at: usize| self.of_new.get(at).copied().flatten();
        let first = beside(1).and_then(|old| old.checked_sub(1)).map(|old| (0, old, true));
        let end = last.checked_sub(1).and_then(beside).map(|old| (last, old + 1, false));
        for (new, old, ends) in first.into_iter().chain(end) {
            if self.of_new[new].is_some() || self.old.get(old).is_none_or(|old| old.entry.text().is_none()) {
                continue;
            }
            let asked = [self.old[old].entry.text(), Some(TextOf::Incoming(self.scenes[new]))];
            let found = texts(&asked.into_iter().flatten().collect::<Vec<_>>())?;
            let [whole, own] = found.as_slice() else { continue };
            let stays = self.of_old[old].is_none_or(|new| self.new[new].text == self.old[old].fact.text);
            let (whole, own) = (canonical(whole), canonical(own));
            if stays && if ends { ends_with(&whole, &own) } else { begins_with(&whole, &own) } {
                self.across.held.insert(new);
            }
        }
        Ok(())
    }

    /// Old scenes that lie across new ones: the new one that holds the first of its turns takes the place of each, else the
    /// next one, if they take nobody's yet.
    fn supersede(&mut self, old: &[i64], new: &[i64], texts: &mut TextReader<'_>) -> Result<(), StoreError> {
        let asked = asked(old, new, |at| self.of_old[at].is_none(), |_| true);
        let text_of_old = |at: usize| self.old[at].entry.text();
        let text_of_new = |at: usize| self.scenes.get(at).copied().map(TextOf::Incoming);
        for (place, at, next) in lying_across(&asked, text_of_old, text_of_new, texts)? {
            let free = [Some(at), next].into_iter().flatten().find(|new| self.of_new[*new].is_none());
            match free {
                Some(new) => self.join(place, new),
                None => drop(self.across.covered.insert(place)),
            }
        }
        Ok(())
    }

    /// New scenes that lie across old ones, or are the end of one.
    fn held(
        &self,
        old: &[i64],
        new: &[i64],
        texts: &mut TextReader<'_>,
    ) -> Result<BTreeSet<usize>, StoreError> {
        // What holds a scene has to stay as it is.
        let stays =
            |at: usize| self.of_old[at].is_none_or(|new| self.new[new].text == self.old[at].fact.text);
        let may_hold = |at: usize| stays(at) && !self.across.covered.contains(&at);
        let asked = asked(new, old, |at| self.of_new[at].is_none(), may_hold);
        let text_of_old = |at: usize| self.old.get(at).and_then(|old| old.entry.text());
        let text_of_new = |at: usize| self.scenes.get(at).copied().map(TextOf::Incoming);
        let found = lying_across(&asked, text_of_new, text_of_old, texts)?;
        Ok(found.into_iter().map(|(place, ..)| place).collect())
    }
}

/// The scenes of one side that are asked about, each with those of the other side in which it may begin. In one of these
/// only the first scene behind it can.
fn asked(
    own: &[i64],
    other: &[i64],
    is_open: impl Fn(usize) -> bool,
    may_hold: impl Fn(usize) -> bool,
) -> Vec<Asked> {
    let asked = (0..own.len()).filter(|at| is_open(*at)).map(|place| {
        let follows = |at: &usize| place == 0 || own[place - 1] <= other[*at];
        let between = before(other, own[place]).filter(|at| follows(at) && may_hold(*at));
        Asked { place, between: between.collect() }
    });
    asked.filter(|asked| !asked.between.is_empty()).collect()
}

/// The last places of a moment no later than `moment`, the last one first.
fn before(moments: &[i64], moment: i64) -> impl Iterator<Item = usize> {
    let end = moments.partition_point(|other| *other <= moment);
    let same = moments.partition_point(|other| *other < moment);
    (same.saturating_sub(1)..end).rev().take(LOOKED_AT)
}

/// Those among `asked` that lie across two others, with the places of these, the second only if it is needed.
fn lying_across(
    asked: &[Asked],
    own: impl Fn(usize) -> Option<TextOf>,
    other: impl Fn(usize) -> Option<TextOf>,
    texts: &mut TextReader<'_>,
) -> Result<Vec<(usize, usize, Option<usize>)>, StoreError> {
    let mut wanted: BTreeMap<usize, Option<String>> = asked
        .iter()
        .flat_map(|asked| &asked.between)
        .flat_map(|at| *at..=at + GAP)
        .map(|at| (at, None))
        .collect();
    wanted.retain(|at, _| other(*at).is_some());
    let found = texts(&wanted.keys().filter_map(|at| other(*at)).collect::<Vec<_>>())?;
    wanted.values_mut().zip(found).for_each(|(place, text)| *place = Some(canonical(&text).into_owned()));
    let text = |at: usize| wanted.get(&at).and_then(Option::as_deref);
    let owns = texts(&asked.iter().filter_map(|asked| own(asked.place)).collect::<Vec<_>>())?;
    let mut across = Vec::new();
    for (asked, own) in asked.iter().zip(owns) {
        let own = canonical(&own);
        let lies = |at: &usize| {
            let first = text(*at)?;
            if ends_with(first, &own) && first != own {
                return Some((asked.place, *at, None));
            }
            let begun = |rest: &str| {
                let begins = |behind: &usize| text(*behind).is_some_and(|behind| begins_with(behind, rest));
                (at + 1..=at + GAP).find(begins)
            };
            let next =
                parts(&own).filter(|[head, _]| ends_with(first, head)).find_map(|[_, rest]| begun(rest))?;
            Some((asked.place, *at, Some(next)))
        };
        across.extend(asked.between.iter().find_map(lies));
    }
    Ok(across)
}

/// A text, parted at the end of each of its paragraphs.
fn parts(text: &str) -> impl Iterator<Item = [&str; 2]> {
    let ends = text.match_indices("\n\n").map(|(at, _)| at).chain([text.len()]);
    ends.map(|end| [text.get(..end).unwrap_or_default(), text.get(end + 2..).unwrap_or_default()])
}

/// Whether `text` is, or ends with, these paragraphs.
fn ends_with(text: &str, paragraphs: &str) -> bool {
    let rest = text.strip_suffix(paragraphs).filter(|_| !paragraphs.is_empty());
    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with("\n\n"))
}

/// Whether `text` is, or begins with, these paragraphs.
fn begins_with(text: &str, paragraphs: &str) -> bool {
    let rest = text.strip_prefix(paragraphs).filter(|_| !paragraphs.is_empty());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_compared_whole() {
        for (text, paragraphs, ends, begins) in [
            ("a\n\nb", "b", true, false),
            ("a\n\nb", "a", false, true),
            ("a\n\nb", "a\n\nb", true, true),
            ("ab\n\nbc", "c", false, false),
            ("ab\n\nbc", "a", false, false),
            ("a", "", false, false),
        ] {
            assert_eq!(
                (ends_with(text, paragraphs), begins_with(text, paragraphs)),
                (ends, begins),
                "{text}"
            );
        }
        assert_eq!(parts("a\n\nb").collect::<Vec<_>>(), [["a", "b"], ["a\n\nb", ""]]);
    }

    #[test]
    fn what_comes_before_a_moment_is_the_last_of_it_and_all_of_that_moment() {
        let before = |moment: i64| before(&[1, 3, 3, 7], moment).collect::<Vec<_>>();
        assert_eq!((before(0), before(2), before(3), before(9)), (vec![], vec![0], vec![2, 1, 0], vec![3]));
    }
}
