//! A conversation that is too large to be held: its turns become scenes part by part.
//!
//! A part is cut into scenes as if the rest came with it: the last scene is left open, and goes on in the next part. Names of
//! people are told by what one part says about them. A file that begins with the newest has to be turned round, and is held.

use std::mem;

use naragtive_scene::{Scene, Transcript, Turn};

use crate::order::ordered;
use crate::row::Parsed;
use crate::scenes::{Grouping, Labels, SceneRule, SoFar, next_scenes};
use crate::stamp::{Reading, read};
use crate::{Format, IngestReport, Options};

/// Turns that are one part: about what takes 100 MB with all that is made of them.
pub(crate) const PART: usize = 50_000;

/// The parts of a conversation on their way.
pub(crate) struct ConversationParts<'a, 'b> {
    format: Format,
    options: &'a Options<'a>,
    take: &'b mut dyn FnMut(Scene),
    /// How the turns are cut; none where they have to come together.
    cut: Option<(SceneRule, Labels)>,
    so_far: SoFar,
    has_begun: bool,
    report: IngestReport,
}

impl<'a, 'b> ConversationParts<'a, 'b> {
    pub(crate) fn new(format: Format, options: &'a Options<'a>, take: &'b mut dyn FnMut(Scene)) -> Self {
        let cut = match format.row().grouping.or_by(options.scene) {
            Grouping::Cut(rule, labels) => Some((rule, labels)),
            _ => None,
        };
        let (so_far, report) = (SoFar::default(), IngestReport::default());
        Self { format, options, take, cut, so_far, has_begun: false, report }
    }

    /// Takes a part, or gives it back where the conversation has to be held.
    pub(crate) fn take(&mut self, part: Transcript) -> Option<Transcript> {
        self.cut = self.cut.filter(|_| self.has_begun || ascends(&part.turns));
        let Some(cut) = self.cut else { return Some(part) };
        self.has_begun = true;
        self.make(cut, part);
        None
    }

    fn make(&mut self, cut: (SceneRule, Labels), part: Transcript) {
        let mut turns = mem::take(&mut self.so_far.open);
        turns.extend(part.turns);
        let parsed =
            Parsed { transcripts: vec![Transcript { turns, ..part }], report: IngestReport::default() };
        let Parsed { transcripts, report } = ordered(self.format, parsed, self.options);
        self.report.add(report);
        let (take, scenes) = (&mut self.take, &mut self.report.scenes);
        let mut take = |scene| {
            *scenes += 1;
            take(scene);
        };
        for part in &transcripts {
            next_scenes(cut, &self.format.source(), part, self.options, &mut self.so_far, &mut take);
        }
    }

    /// Makes scenes of what is left, if parts were taken at all; else nothing of it is touched.
    pub(crate) fn finish(mut self, parsed: &mut Parsed) -> Option<IngestReport> {
        let cut = self.cut.filter(|_| self.has_begun)?;
        self.so_far.is_last = true;
        for last in mem::take(&mut parsed.transcripts) {
            self.make(cut, last);
        }
        let mut report = mem::take(&mut parsed.report);
        report.add(self.report);
        Some(report)
    }
}

/// Whether the first turn was said before the last one, as far as their stamps tell.
fn ascends(turns: &[Turn]) -> bool {
    let moment = |turn: Option<&Turn>| match turn.and_then(|turn| read(&turn.stamp)) {
        Some(Reading::Sure(moment)) => Some(moment.milliseconds()),
        _ => None,
    };
    moment(turns.first()).zip(moment(turns.last())).is_some_and(|(first, last)| first < last)
}

#[cfg(test)]
mod tests {
    use naragtive_scene::Role;
    use proptest::prelude::*;

    use super::*;
    use crate::Lexicon;

    fn turns(gaps: &[u32]) -> Vec<Turn> {
        let mut seconds = 1_700_000_000_u64;
        let turn = |(number, gap): (usize, &u32)| {
            seconds += u64::from(*gap);
            Turn {
                speaker: Some(["Ann", "Bo"][number % 2].into()),
                role: Role::User,
                text: format!("Lamp {number}. {}", "It is lit. ".repeat(number % 30)),
                stamp: naragtive_scene::Scalar::Number(seconds.into()),
                own_id: number.to_string().as_str().into(),
                channel: Some("pier".into()),
                ..Turn::at(number)
            }
        };
        gaps.iter().enumerate().map(turn).collect()
    }

    fn whole(turns: Vec<Turn>) -> Transcript {
        Transcript { id: Some("c1".to_owned()), title: None, turns }
    }

    /// Scenes of turns that come in parts of so many.
    fn scenes(turns: &[Turn], size: usize) -> Vec<Scene> {
        let (lexicon, now) = (Lexicon::builtin(), jiff::Timestamp::UNIX_EPOCH);
        let options = Options::new("chat.json", &lexicon, now);
        let mut found = Vec::new();
        let mut take = |scene| found.push(scene);
        let mut parts = ConversationParts::new(Format::named("discord").unwrap(), &options, &mut take);
        let (first, last) = turns.split_at(turns.len() / size * size);
        for part in first.chunks(size) {
            assert_eq!(parts.take(whole(part.to_vec())), None);
        }
        let mut rest = Parsed { transcripts: vec![whole(last.to_vec())], report: IngestReport::default() };
        let report = parts.finish(&mut rest).unwrap();
        assert_eq!(report.scenes, found.len());
        found
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn parts_of_any_size_become_the_scenes_of_the_whole(
            gaps in prop::collection::vec(prop_oneof![1..90u32, 1700..2000u32], 2..120),
            size in 2..60usize,
        ) {
            let turns = turns(&gaps);
            let size = size.min(turns.len());
            let told = |scene: &Scene| (scene.id.clone(), scene.text.clone(), scene.origin.clone());
            let parted: Vec<_> = scenes(&turns, size).iter().map(told).collect();
            let once: Vec<_> = scenes(&turns, turns.len()).iter().map(told).collect();
            prop_assert_eq!(parted, once);
        }
    }

    #[test]
    fn what_begins_with_the_newest_is_held() {
        let mut turns = turns(&[5; 6]);
        turns.reverse();
        let (lexicon, now) = (Lexicon::builtin(), jiff::Timestamp::UNIX_EPOCH);
        let options = Options::new("chat.json", &lexicon, now);
        let mut take = |_| panic!("it is held");
        let mut parts = ConversationParts::new(Format::named("discord").unwrap(), &options, &mut take);
        assert_eq!(parts.take(whole(turns.clone())), Some(whole(turns)));
        assert!(parts.finish(&mut Parsed::default()).is_none());
    }
}
