use naragtive_ingest::Skipped;

use super::Note;
use crate::views::skip_reason;
use crate::{Exported, count};

impl Exported {
    /// What the export was taken for, and what it held that is no scene: counted for the user, never dropped in silence.
    pub fn notes(&self) -> Vec<Note> {
        let Self { path, format, certainty, report } = self;
        let export = path.display();
        let tell = |text: String| Note::tell(format!("{export}: {text}"));
        let mut notes = Vec::new();
        notes.extend(certainty.map(|certainty| tell(format!("{format}, {certainty}"))));
        notes.extend(report.skipped.iter().map(|Skipped { reason, count, first }| {
            tell(format!("skipped {count} {}; the first: {first}", skip_reason(*reason)))
        }));
        if report.branches_left_out > 0 {
            let left_out = count(report.branches_left_out, "exchange");
            notes.push(tell(format!("left out {left_out} on other branches; --branches all takes them")));
        }
        if report.dropped_bytes > 0 {
            let dropped = count(report.dropped_bytes, "byte");
            notes.push(Note::warn(format!("{export}: dropped {dropped} (not text)")));
        }
        notes.extend(report.told().into_iter().map(tell));
        if report.dating.guessed > 0 {
            let flag = "--day-first says that the day comes first, --day-first=false the month";
            notes.push(tell(flag.to_owned()));
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    use naragtive_ingest::{Certainty, Format, IngestReport, SkipReason};

    use super::*;

    fn notes(report: IngestReport, certainty: Option<Certainty>) -> Vec<(String, bool)> {
        let exported = Exported { path: "a.txt".into(), format: Format::NEPTUNE, certainty, report };
        exported.notes().into_iter().map(|note| (note.text, note.is_warning)).collect()
    }

    #[test]
    fn of_an_export_that_is_whole_nothing_is_told_but_what_it_was_taken_for() {
        assert!(notes(IngestReport::default(), None).is_empty());
        let told = notes(IngestReport::default(), Some(Certainty::Sure));
        assert!(matches!(&told[..], [(text, false)] if text.starts_with("a.txt: ")), "{told:?}");
    }

    #[test]
    fn whatever_is_no_scene_is_told_with_its_number() {
        let skipped = Skipped { reason: SkipReason::EmptyTurn, count: 2, first: "line 4".into() };
        let mut report = IngestReport { branches_left_out: 1, dropped_bytes: 3, ..IngestReport::default() };
        report.skipped.push(skipped);
        report.dating.guessed = 1;
        let told = notes(report, None);
        for expected in [
            ("a.txt: skipped 2 turn(s) without text; the first: line 4", false),
            ("a.txt: left out 1 exchange on other branches; --branches all takes them", false),
            ("a.txt: dropped 3 bytes (not text)", true),
            ("a.txt: --day-first says that the day comes first, --day-first=false the month", false),
        ] {
            let is_it = |(text, warning): &&(String, bool)| (text.as_str(), *warning) == expected;
            assert_eq!(told.iter().filter(is_it).count(), 1, "{expected:?} in {told:?}");
        }
    }
}
