use std::collections::{HashMap, VecDeque};
use std::num::NonZeroU64;

use naragtive_scene::once;
use naragtive_text::alike;

use super::super::entry::{TextOf, TextReader};
use super::super::fact::{Fact, FactKind};
use super::{Pairing, begins};
use crate::StoreError;

/// Of how many scenes of one speaker and day the words are compared with those of another one.
const LOOKED_AT: usize = 16;

/// Which is another wording of which.
impl Pairing<'_> {
    /// Joins earlier wordings with later ones.
    ///
    /// A scene that has nothing but its place, or was said by the same speaker in the same moment, replaces another one
    /// only where both files are shown to be versions of one: by scenes they have in common, or by their words. A loss
    /// can't be mended, a scene that is stored twice can.
    pub(super) fn join_edited(&mut self, texts: &mut TextReader<'_>) -> Result<(), StoreError> {
        let strong = self.anchors.iter().any(|(_, new)| self.new[*new].kind != FactKind::Placed);
        let reworded = |pairing: &Self, (old, new): (usize, usize)| {
            pairing.new[new].kind == FactKind::Placed && pairing.old[old].fact.text != pairing.new[new].text
        };
        let open = self.left_old().next().is_some() && self.left_new().next().is_some();
        if !open && !self.joined().into_iter().any(|pair| reworded(self, pair)) {
            return self.join_across(texts);
        }
        // All texts are read to tell that, so it is asked where something hangs on it: many of a grown chat are new, and
        // are what they are by their own ids or moments.
        let hangs = !strong
            || self.left_new().any(|new| is_placed(self.new[new]))
            || self.joined().into_iter().any(|pair| reworded(self, pair));
        let versions = hangs && self.are_versions(texts)?;
        if !versions {
            for (old, new) in self.joined() {
                if reworded(self, (old, new)) {
                    (self.of_old[old], self.of_new[new]) = (None, None);
                }
            }
            let joined = self.joined();
            self.anchors.retain(|pair| joined.binary_search(pair).is_ok());
        }
        self.join_grown(texts)?;
        self.join_across(texts)?;
        if strong || versions {
            let old = once(self.left_old().filter_map(|at| Some((self.old[at].fact.own?, at))));
            let new = once(self.left_new().filter_map(|at| Some((self.new[at].own?, at))));
            self.join_same(&old, &new);
            self.join_gaps(versions, texts)?;
        }
        Ok(())
    }

    /// Joins what the same speaker said in the same moment where one is the beginning of the other, up to the end of a
    /// paragraph: half an exchange and the whole of it.
    fn join_grown(&mut self, texts: &mut TextReader<'_>) -> Result<(), StoreError> {
        let mut said: HashMap<NonZeroU64, Vec<usize>> = HashMap::new();
        for old in self.left_old() {
            let key = self.old[old].fact.said;
            key.into_iter().for_each(|key| said.entry(key).or_default().push(old));
        }
        for new in self.left_new().collect::<Vec<_>>() {
            let olds = self.new[new].said.and_then(|key| said.get(&key));
            for old in olds.into_iter().flatten().take(LOOKED_AT) {
                if self.of_old[*old].is_some() {
                    continue;
                }
                let Some([before, now]) = self.wordings(*old, new, texts)? else { continue };
                if begins(&before, &now) || begins(&now, &before) {
                    self.join(*old, new);
                    break;
                }
            }
        }
        Ok(())
    }

    /// The last new scene, if it is the beginning of the old one that it is, up to the end of a paragraph: an export that
    /// was made in the middle of an exchange ends with half of it, and takes nothing from one that goes on.
    pub(super) fn half(&self, texts: &mut TextReader<'_>) -> Result<Option<usize>, StoreError> {
        let pair = self.of_new.last().copied().flatten().zip(self.new.len().checked_sub(1));
        let Some((old, new)) = pair.filter(|(old, new)| self.new[*new].bytes < self.old[*old].fact.bytes)
        else {
            return Ok(None);
        };
        let wordings = self.wordings(old, new, texts)?;
        Ok(wordings.filter(|[whole, half]| begins(half, whole)).map(|_| new))
    }

    /// The texts of an old scene and of a new one.
    fn wordings(
        &self,
        old: usize,
        new: usize,
        texts: &mut TextReader<'_>,
    ) -> Result<Option<[String; 2]>, StoreError> {
        let Some(text) = self.old[old].entry.text() else { return Ok(None) };
        Ok(texts(&[text, TextOf::Incoming(self.scenes[new])])?.try_into().ok())
    }

    /// Whether old and new are versions of one text: at least half of the shorter one is the same, or their wordings are
    /// alike.
    fn are_versions(&self, texts: &mut TextReader<'_>) -> Result<bool, StoreError> {
        let same =
            self.joined().into_iter().filter(|(old, new)| self.old[*old].fact.text == self.new[*new].text);
        let common: usize = same.map(|(_, new)| self.new[new].bytes as usize).sum();
        let old: usize = self.old.iter().map(|old| old.fact.bytes as usize).sum();
        let new: usize = self.new.iter().map(|fact| fact.bytes as usize).sum();
        if common > 0 && common * 2 >= old.min(new) {
            return Ok(true);
        }
        let changed =
            |at: &usize| self.of_old[*at].is_none_or(|new| self.new[new].text != self.old[*at].fact.text);
        let asked: Vec<TextOf> =
            (0..self.old.len()).filter(changed).filter_map(|at| self.old[at].entry.text()).collect();
        let changed =
            |at: &usize| self.of_new[*at].is_none_or(|old| self.old[old].fact.text != self.new[*at].text);
        let scenes = (0..self.new.len()).filter(changed).map(|at| TextOf::Incoming(self.scenes[at]));
        let (old, new) = (texts(&asked)?, texts(&scenes.collect::<Vec<_>>())?);
        let [old, new] = [&old, &new].map(|texts| texts.iter().map(String::as_str).collect::<Vec<_>>());
        Ok(alike(&old, &new))
    }

    /// Joins what is left between the same two anchors.
    fn join_gaps(&mut self, versions: bool, texts: &mut TextReader<'_>) -> Result<(), StoreError> {
        let anchors = std::mem::take(&mut self.anchors);
        let (mut from, mut at) = (0, 0);
        for (old, new) in anchors.iter().copied().chain([(self.old.len(), self.new.len())]) {
            let olds: Vec<usize> = (from..old).filter(|at| self.is_left_old(*at)).collect();
            let news: Vec<usize> = (at..new).filter(|at| self.is_left_new(*at)).collect();
            self.join_gap(&olds, &news, versions, texts)?;
            (from, at) = (old + 1, new + 1);
        }
        self.anchors = anchors;
        Ok(())
    }

    fn join_gap(
        &mut self,
        olds: &[usize],
        news: &[usize],
        versions: bool,
        texts: &mut TextReader<'_>,
    ) -> Result<(), StoreError> {
        let mut said: HashMap<NonZeroU64, VecDeque<usize>> = HashMap::new();
        for old in olds {
            let said_then = self.old[*old].fact.said;
            said_then.into_iter().for_each(|key| said.entry(key).or_default().push_back(*old));
        }
        let mut old_placed =
            olds.iter().copied().filter(|at| is_placed(self.old[*at].fact)).collect::<VecDeque<_>>();
        for new in news {
            let fact = self.new[*new];
            let old = match fact.said.and_then(|key| said.get_mut(&key)) {
                Some(olds) if olds.len() > 1 || fact.is_coarse() => self.reworded(olds, *new, texts)?,
                Some(olds) => olds.pop_front(),
                None if versions && is_placed(fact) => old_placed.pop_front(),
                None => None,
            };
            old.into_iter().for_each(|old| self.join(old, *new));
        }
        Ok(())
    }

    /// Which of these a scene is another wording of, by its words.
    fn reworded(
        &self,
        olds: &mut VecDeque<usize>,
        new: usize,
        texts: &mut TextReader<'_>,
    ) -> Result<Option<usize>, StoreError> {
        let now = texts(&[TextOf::Incoming(self.scenes[new])])?.pop().unwrap_or_default();
        for place in 0..olds.len().min(LOOKED_AT) {
            let Some(old) = olds.get(place).copied() else { break };
            let Some(text) = self.old[old].entry.text() else { continue };
            let before = texts(&[text])?.pop().unwrap_or_default();
            if alike(&[before.as_str()], &[now.as_str()]) {
                olds.remove(place);
                return Ok(Some(old));
            }
        }
        Ok(None)
    }
}

/// Whether a scene has nothing but its text and its place.
fn is_placed(fact: &Fact) -> bool {
    fact.kind == FactKind::Placed && fact.own.is_none()
}
