//! Exports as their programs write them become stores by naming the file and nothing else.

use naragtive::jobs::{Ingest, Target, ingest};
use naragtive::{Flow, Timestamp};

use crate::home::Place;
use crate::support::rows;

#[test]
fn each_example_of_another_program_is_stored_by_naming_it() {
    let place = Place::new();
    for (number, (file, format)) in [
        ("discord.json", "discord"),
        ("slack-day.json", "slack"),
        ("sillytavern.jsonl", "sillytavern"),
        ("perplexity.json", "perplexity"),
        ("perplexity.md", "perplexity"),
        ("dataset-sharegpt.json", "dialogues"),
        ("dataset-text.json", "records"),
        ("dataset.csv", "records"),
    ]
    .into_iter()
    .enumerate()
    {
        let target = Target::named(format!("s{number}").parse().unwrap());
        let job =
            Ingest::new(vec![naragtive_testkit::shared(&format!("faults/inputs/{file}"))], None, target);
        let again = job.clone();
        let take = |job| ingest(&place.library, job, Timestamp::UNIX_EPOCH, &mut |_| Flow::Continue).unwrap();
        let done = take(job);
        let stored = rows(done.stored.at.file()).len();
        assert_eq!(
            (done.exports[0].format.name(), done.stored.added.appended.added),
            (format, stored),
            "{file}"
        );
        assert!(stored > 0, "{file}");
        assert_eq!(take(again).stored.added.appended.added, 0, "{file}");
    }
}
