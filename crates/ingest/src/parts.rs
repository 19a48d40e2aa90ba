//! Conversations of a file that is too large to be held: each becomes scenes as soon as it is read, and one that is too large
//! itself does so part by part.
//!
//! A part is cut into scenes as if the rest came with it: the last scene is left open, and goes on in the next part. Names of
//! people are told by what one part says about them. A conversation that begins with the newest has to be turned round, and is
//! held; one without an id is told from others of its file by what these are, and waits for them.

use std::mem;

use naragtive_scene::{Scene, Transcript, Turn};

use crate::order::ordered;
use crate::row::{Extent, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule, SoFar, next_scenes, scenes};
use crate::stamp::{Reading, read};
use crate::{Format, IngestReport, Options};

/// Turns that are one part: about what takes 100 MB with all that is made of them.
pub(crate) const PART: usize = 50_000;

/// The conversations of a file on their way.
pub(crate) struct ConversationParts<'a, 'b> {
    format: Format,
    options: &'a Options<'a>,
    take: &'b mut dyn FnMut(Scene),
    grouping: Grouping,
    /// The conversation that goes on, of which parts were taken.
    open: Option<OpenConversation>,
    report: IngestReport,
}

/// How the parts of a conversation are cut, and what was made of those that came.
struct OpenConversation {
    cut: (SceneRule, Labels),
    so_far: SoFar,
}

impl<'a, 'b> ConversationParts<'a, 'b> {
    pub(crate) fn new(format: Format, options: &'a Options<'a>, take: &'b mut dyn FnMut(Scene)) -> Self {
        let grouping = format.row().grouping.or_by(options.scene);
        Self { format, options, take, grouping, open: None, report: IngestReport::default() }
    }

    /// Takes a conversation or a part of it, or gives it back where it has to be held.
    pub(crate) fn take(&mut self, given: Transcript, extent: Extent) -> Option<Transcript> {
        match (extent, self.open.take()) {
            (Extent::Part, Some(open)) => self.open = Some(self.make(open, given)),
            (Extent::Part, None) => match self.begun(&given) {
                Some(open) => self.open = Some(self.make(open, given)),
                None => return Some(given),
            },
            (Extent::Rest, Some(mut open)) => {
                open.so_far.is_last = true;
                self.make(open, given);
            }
            (Extent::Rest, None) if given.id.as_deref().is_none_or(str::is_empty) => return Some(given),
            (Extent::Rest, None) => self.make_whole(vec![given]),
        }
        None
    }

    /// The conversation that begins with `part`; none where it has to be held.
    fn begun(&self, part: &Transcript) -> Option<OpenConversation> {
        let Grouping::Cut(rule, labels) = self.grouping else { return None };
        ascends(&part.turns).then(|| OpenConversation { cut: (rule, labels), so_far: SoFar::default() })
    }

    fn make(&mut self, open: OpenConversation, part: Transcript) -> OpenConversation {
        let OpenConversation { cut, mut so_far } = open;
        let mut turns = mem::take(&mut so_far.open);
        turns.extend(part.turns);
        for part in &self.in_order(vec![Transcript { turns, ..part }]) {
            let (take, count) = (&mut self.take, &mut self.report.scenes);
            let mut take = |scene| {
                *count += 1;
                take(scene);
            };
            next_scenes(cut, &self.format.source(), part, self.options, &mut so_far, &mut take);
        }
        OpenConversation { cut, so_far }
    }

    fn make_whole(&mut self, transcripts: Vec<Transcript>) {
        let transcripts = self.in_order(transcripts);
        let (take, mut count) = (&mut self.take, 0);
        let mut take = |scene| {
            count += 1;
            take(scene);
        };
        let source = self.format.source();
        scenes(self.grouping, &source, transcripts, self.options, &mut self.report, &mut take);
        self.report.scenes += count;
    }

    /// The turns in their order; what there is to tell of it goes into the report.
    fn in_order(&mut self, transcripts: Vec<Transcript>) -> Vec<Transcript> {
        let parsed = Parsed { transcripts, report: IngestReport::default() };
        let Parsed { transcripts, report } = ordered(self.format, parsed, self.options);
        self.report.add(report);
        transcripts
    }

    /// Makes scenes of what was held. What there is to tell of all.
    pub(crate) fn finish(mut self, parsed: Parsed) -> IngestReport {
        let Parsed { transcripts, mut report } = parsed;
        if !transcripts.is_empty() {
            self.make_whole(transcripts);
        }
        report.add(self.report);
        report
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
            assert_eq!(parts.take(whole(part.to_vec()), Extent::Part), None);
        }
        assert_eq!(parts.take(whole(last.to_vec()), Extent::Rest), None);
        assert_eq!(parts.finish(Parsed::default()).scenes, found.len());
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

    /// The scenes of these conversations, each handed over as `extents` says, and of those that came back.
    fn handed_over(given: Vec<(Transcript, Extent)>) -> (Vec<String>, usize) {
        let (lexicon, now) = (Lexicon::builtin(), jiff::Timestamp::UNIX_EPOCH);
        let options = Options::new("chat.json", &lexicon, now);
        let mut found = Vec::new();
        let mut take = |scene: Scene| found.push(scene.text);
        let mut parts = ConversationParts::new(Format::named("discord").unwrap(), &options, &mut take);
        let transcripts: Vec<_> =
            given.into_iter().filter_map(|(one, extent)| parts.take(one, extent)).collect();
        let held = transcripts.len();
        let report = parts.finish(Parsed { transcripts, report: IngestReport::default() });
        assert_eq!(report.scenes, found.len());
        (found, held)
    }

    #[test]
    fn what_begins_with_the_newest_and_what_has_no_id_is_held_and_nothing_else() {
        let forth = turns(&[5; 6]);
        let back: Vec<Turn> = forth.iter().rev().cloned().collect();
        let nameless = |turns: &[Turn]| Transcript { id: None, ..whole(turns.to_vec()) };
        for (given, held) in [
            (vec![(whole(back.clone()), Extent::Part)], 1),
            (vec![(whole(back), Extent::Rest)], 0),
            (vec![(nameless(&forth), Extent::Rest)], 1),
            (vec![(whole(forth[..3].to_vec()), Extent::Part), (whole(forth[3..].to_vec()), Extent::Rest)], 0),
        ] {
            let (found, count) = handed_over(given);
            let times =
                |number: usize| found.iter().filter(|text| text.contains(&format!("Lamp {number}."))).count();
            assert_eq!((count, (0..6).map(times).collect::<Vec<_>>()), (held, vec![1; 6]), "{found:?}");
        }
    }

    #[test]
    fn a_conversation_behind_one_that_came_in_parts_begins_anew() {
        let said = turns(&[5; 6]);
        let other = Transcript { id: Some("c2".to_owned()), ..whole(said[4..].to_vec()) };
        let (found, _) = handed_over(vec![
            (whole(said[..2].to_vec()), Extent::Part),
            (whole(said[2..4].to_vec()), Extent::Rest),
            (other, Extent::Rest),
        ]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(!found[1].contains("Lamp 3."), "{found:?}");
    }
}
