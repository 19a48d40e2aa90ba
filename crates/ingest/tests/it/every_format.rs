//! What holds for every format, of exports that are made here: every turn's text is in exactly one scene, and a file that is cut
//! anywhere gives its whole turns, and says what it lost.

use std::collections::BTreeSet;

use naragtive_ingest::{Format, Ingested, Options, SceneRule, SkipReason, read};

use crate::forms::{Form, forms};
use crate::support::{fixture, options, texts};

/// What turn `number` says, and none else.
fn said(number: usize) -> String {
    format!("said {number} é lamp mark{number}end")
}

fn mark(number: usize) -> String {
    format!("mark{number}end")
}

/// An export of so many turns, and where in it the text of each begins and its entry ends.
fn export(form: &Form, turns: usize) -> (String, Vec<(usize, usize)>) {
    let (mut text, mut places) = (form.head.to_owned(), Vec::new());
    for number in 0..turns {
        text.push_str(if number == 0 { "" } else { form.between });
        let entry = (form.entry)(number, &said(number));
        let begins = text.len() + entry.find("said").unwrap();
        text.push_str(&entry);
        places.push((begins, text.len()));
    }
    (text + form.end, places)
}

fn called(form: &Form) -> Format {
    Format::named(form.format).unwrap()
}

/// In how many scenes' texts turn `number` is.
fn times(ingested: &Ingested, number: usize) -> usize {
    texts(ingested).iter().map(|text| text.matches(&mark(number)).count()).sum()
}

#[test]
fn every_format_is_written_here() {
    let written: BTreeSet<&str> =
        forms().map(|form| form.format).chain(PACKED.iter().map(|(name, _)| *name)).collect();
    let all: BTreeSet<&str> = Format::all().map(Format::name).collect();
    assert_eq!(written, all);
}

/// What is wrong with an export that is read by a rule.
fn wrong_whole(form: &Form, scene: Option<SceneRule>) -> Option<String> {
    let (text, _) = export(form, 7);
    let ingested = match read(called(form), text.as_bytes(), &Options { scene, ..options("export") }) {
        Ok(ingested) => ingested,
        Err(error) => return Some(format!("{}: {error}", form.name)),
    };
    let found: Vec<usize> = (0..7).map(|number| times(&ingested, number)).collect();
    let skipped = &ingested.report.skipped;
    let is_right = found == [1; 7] && skipped.is_empty();
    (!is_right).then(|| format!("{} by {scene:?}: {found:?}, {skipped:?}, {:?}", form.name, texts(&ingested)))
}

#[test]
fn the_text_of_every_turn_of_every_format_is_in_exactly_one_scene_whatever_the_rule() {
    let rules = [SceneRule::Turn, SceneRule::Gap, SceneRule::Chapter, SceneRule::Exchange].map(Some);
    let rules: Vec<Option<SceneRule>> = rules.into_iter().chain([None]).collect();
    let wrong: Vec<String> =
        forms().flat_map(|form| rules.iter().filter_map(|rule| wrong_whole(form, *rule))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for form in forms() {
        assert_eq!(Format::detect(export(form, 7).0.as_bytes()), Some(called(form)), "{}", form.name);
    }
}

/// What is wrong with what is read of an export up to there.
fn wrong_half(form: &Form, (text, places): &(String, Vec<(usize, usize)>), cut: usize) -> Option<String> {
    let half = &text.as_bytes()[..cut];
    let whole = places.iter().filter(|(_, end)| *end <= cut).count();
    // What of the turn stands there that the cut tears.
    let begun = places.get(whole).map_or("", |(begins, _)| begun(text, *begins, cut));
    let what = match read(called(form), half, &options("export")) {
        Ok(ingested) => {
            let found: Vec<usize> = (0..whole).map(|number| times(&ingested, number)).collect();
            let is_kept = texts(&ingested).iter().any(|text| text.contains(begun));
            let told = ingested.report.count(SkipReason::Unreadable);
            let is_lost = !begun.is_empty() && !is_kept && told == 0;
            let is_right = found == vec![1; whole] && !is_lost && told <= 1;
            (!is_right).then(|| format!("{found:?}, {begun:?}, {told} told, {:?}", texts(&ingested)))
        }
        Err(error) => (whole > 0).then(|| error.to_string()),
    };
    what.map(|what| format!("{} cut at {cut}: {what} of {:?}", form.name, String::from_utf8_lossy(half)))
}

#[test]
fn a_file_of_any_format_that_is_cut_anywhere_gives_its_whole_turns_and_says_what_it_lost() {
    let wrong = |form| {
        let export = export(form, 3);
        (1..export.0.len()).step_by(5).find_map(|cut| wrong_half(form, &export, cut))
    };
    let wrong: Vec<String> = forms().filter_map(wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The words of a turn that stand before the cut as a whole.
fn begun(text: &str, begins: usize, cut: usize) -> &str {
    let said = text.get(begins..).and_then(|rest| rest.get(..said(0).len())).unwrap_or_default();
    let length = cut.saturating_sub(begins).min(said.len());
    let length = (0..=length).rev().find(|length| said.is_char_boundary(*length)).unwrap_or(0);
    said[..length].trim_end()
}

/// Formats whose files are packed as a whole, or whose parts are found through a list at the end: what is torn is an error, or
/// what was whole of it is kept and the rest is told. Each with a fixture.
const PACKED: [(&str, &str); 8] = [
    ("epub", "epub/three.epub"),
    ("docx", "docx/word.docx"),
    ("odt", "odt/writer.odt"),
    ("scrivener", "scrivener/three.zip"),
    ("records", "records/posts.parquet"),
    ("records", "records/posts.feather"),
    ("records", "records/stories.arrow"),
    ("lore", "lore/sera.png"),
];

#[test]
fn a_packed_file_that_is_cut_anywhere_is_an_error_or_says_what_it_lost() {
    for (name, path) in PACKED {
        let (format, bytes) = (Format::named(name).unwrap(), fixture(path));
        let whole = read(format, &bytes, &options("export")).unwrap();
        for cut in (1..bytes.len()).step_by(bytes.len() / 40 + 1) {
            let Ok(found) = read(format, &bytes[..cut], &options("export")) else { continue };
            let lost = [SkipReason::Unreadable, SkipReason::BadFile].map(|reason| found.report.count(reason));
            assert!(lost != [0, 0] || texts(&found) == texts(&whole), "{path} cut at {cut}");
            let all = texts(&whole);
            assert!(texts(&found).iter().all(|text| all.contains(text)), "{path} cut at {cut}");
        }
    }
}
