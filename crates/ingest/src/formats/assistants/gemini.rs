//! Gemini: prompts of AI Studio as they lie in Google Drive (`chunkedPrompt`), and `MyActivity.json` or `.html` of Takeout, with
//! a question and its answer in each entry, the newest first.

mod page;

use std::sync::Arc;

use naragtive_scene::{Role, Scalar, Turn};

use crate::input::Input;
use crate::json::{EntryEvent, EntryPath, Mending, Node, Reader};
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::turns::Turns;
use crate::{IngestError, Options, Place, SkipReason, markup, stamp, words};

/// What stands before a question in Takeout.
const PROMPTED: [&str; 5] = ["Prompted ", "Asked ", "Said ", "Eingegebener Prompt: ", "Requête : "];
/// What may stand before one, and before what is none.
const USED: &str = "Used ";

/// Where a chunk has a file.
const FILES: [&str; 7] =
    ["driveDocument", "driveImage", "driveVideo", "driveAudio", "inlineFile", "inlineData", "inlineImage"];

/// The way to what was said in a prompt.
const WAY: EntryPath<'static> = EntryPath { through: &["chunkedPrompt"], lists: &[], entries: &["chunks"] };
/// What is looked at of a file. Names and texts are looked at wherever they stand.
const WANTED: [&str; 28] = [
    "attachedFiles",
    "chunkedPrompt",
    "chunks",
    "codeExecutionResult",
    "createTime",
    "data",
    "driveAudio",
    "driveDocument",
    "driveImage",
    "driveVideo",
    "executableCode",
    "functionCall",
    "functionResponse",
    "header",
    "html",
    "inlineData",
    "inlineFile",
    "inlineImage",
    "isThought",
    "mimeType",
    "model",
    "parts",
    "role",
    "runSettings",
    "safeHtmlItem",
    "thought",
    "time",
    "title",
];

pub(crate) static ROW: FormatRow = FormatRow {
    name: "gemini",
    called: "Gemini export",
    help: "prompts of AI Studio, MyActivity.json or .html of Gemini in Takeout's archive",
    export: "AI Studio: the folder Google AI Studio in Drive, Download; Gemini: takeout.google.com, My Activity, Gemini, as JSON",
    command: "naragtive ingest --as gemini",
    source: "gemini",
    extensions: &["json", "html", "htm"],
    grouping: Grouping::Cut(SceneRule::Exchange, Labels::Assistant),
    sniff,
    parse,
};

fn sniff(input: &Input<'_>) -> Certainty {
    let Some(shape) = input.shape() else {
        return if page::is_one(input) { Certainty::Sure } else { Certainty::No };
    };
    let first = &shape.first;
    let is_prompt = !shape.is_array
        && (first.has("chunkedPrompt") || (first.has("runSettings") && input.head().contains("\"chunks\"")));
    let is_activity = shape.is_array && first.has("title") && first.get("header").str().is_some_and(is_named);
    if is_prompt || is_activity { Certainty::Sure } else { Certainty::No }
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let mut turns = Turns::default();
    if input.shape().is_none() {
        let activities = page::parse(input, &mut turns)?;
        in_time(activities, &mut turns);
        return if turns.saw_nothing() {
            Err(IngestError::Missing { place: Place::File, field: "outer-cell" })
        } else {
            Ok(turns.parsed(Mending::default()))
        };
    }
    let mut reader = input.reader(&["chunks"])?.only(&WANTED);
    let mut activities = Vec::new();
    if reader.each_entry(|number, entry| activities.push(Activity::of(number, entry))) {
        in_time(activities, &mut turns);
    } else {
        prompt(&mut reader, input, &mut turns)?;
    }
    reader.check(turns.is_empty())?;
    if turns.saw_nothing() {
        return Err(IngestError::Missing { place: Place::File, field: "chunkedPrompt" });
    }
    Ok(turns.parsed(reader.mending))
}

fn prompt(reader: &mut Reader<'_>, input: &Input<'_>, turns: &mut Turns) -> Result<(), IngestError> {
    let (mut number, mut thought, mut files) = (0, None, Vec::new());
    let (mut file, fault) = reader.each_entry_within(&WAY, &mut |found| {
        if let EntryEvent::Entry(chunk, _) = found {
            add(number, chunk, &mut thought, &mut files, turns);
            number += 1;
        }
    });
    match fault {
        Some(fault) if turns.is_empty() && files.is_empty() => return Err(reader.error(fault)),
        Some(fault) if !reader.is_torn() => {
            turns.report.skip(SkipReason::Unreadable, &reader.error(fault).to_string());
        }
        _ => {}
    }
    if !files.is_empty() {
        let speaker = Some(turns.speaker_of(Role::User));
        turns.open().push(Turn { speaker, role: Role::User, attachments: files, ..Turn::default() });
    }
    let model = file.take("runSettings").take("model").name();
    let model = model.map(|model| Arc::<str>::from(model.trim_start_matches("models/")));
    let answers = turns.open().iter_mut().filter(|turn| turn.role == Role::Assistant);
    answers.for_each(|turn| turn.model.clone_from(&model));
    let name = input.file_name();
    turns.close(None, Some(name.trim_end_matches(".json").to_owned()).filter(|name| !name.is_empty()));
    Ok(())
}

/// Takes a chunk. What is only thought goes to the next one, and so do files, or to the question before them.
fn add(
    number: usize,
    mut chunk: Node,
    thought: &mut Option<String>,
    files: &mut Vec<String>,
    turns: &mut Turns,
) {
    let role = match chunk.get("role").str() {
        Some("user") => Role::User,
        Some("model") => Role::Assistant,
        _ => return turns.pass(SkipReason::NoMessage, number, ""),
    };
    let (text, thinking) = said(&mut chunk);
    if chunk.take("isThought").flag() {
        thought.get_or_insert_default().push_str(&text);
        return;
    }
    if ["executableCode", "codeExecutionResult", "functionCall", "functionResponse"]
        .iter()
        .any(|key| chunk.has(key))
    {
        return turns.pass(SkipReason::ToolTraffic, number, &text);
    }
    files.extend(FILES.iter().filter_map(|key| attachment(chunk.take(key))));
    if text.is_empty() && role == Role::User && !files.is_empty() {
        turns.report.turns += 1;
        if let Some(question) = turns.open().last_mut().filter(|turn| turn.role == Role::User) {
            question.attachments.append(files);
        }
        return;
    }
    let thinking = thought.take().into_iter().chain(thinking).collect::<Vec<_>>().join("\n\n");
    let turn = Turn {
        speaker: Some(turns.speaker_of(role)),
        role,
        text,
        stamp: chunk.take("createTime").scalar(),
        thinking: Some(thinking).filter(|text| !text.is_empty() && role == Role::Assistant).map(Box::from),
        attachments: std::mem::take(files),
        ..Turn::at(number)
    };
    turns.add(turn);
}

/// The id by which Drive knows a file, else what kind of file it is.
fn attachment(mut file: Node) -> Option<String> {
    file.take("id").name().or_else(|| file.take("mimeType").name())
}

/// What a chunk says and what is thought in it: its text, which its parts only repeat; else its parts.
fn said(chunk: &mut Node) -> (String, Option<String>) {
    let (mut said, mut thoughts) = (String::new(), String::new());
    for mut part in chunk.take("parts").entries() {
        let thinks = part.take("thought").flag();
        let text = part.take("text").prose().unwrap_or_default();
        if thinks { thoughts.push_str(&text) } else { said.push_str(&text) }
    }
    let text = chunk.take("text").prose().filter(|text| !words::is_blank(text));
    (text.unwrap_or(said), Some(thoughts).filter(|text| !text.is_empty()))
}

/// A question of Takeout and what was answered.
struct Activity {
    number: usize,
    /// What was asked, behind a word that says so.
    title: String,
    stamp: Scalar,
    answer: Option<String>,
    attachments: Vec<String>,
}

impl Activity {
    fn of(number: usize, mut entry: Node) -> Self {
        let answers = entry.take("safeHtmlItem").entries().into_iter();
        let answers: Vec<String> =
            answers.filter_map(|mut item| item.take("html").prose()).map(|html| plain(&html)).collect();
        Self {
            number,
            title: entry.take("title").prose().unwrap_or_default(),
            stamp: entry.take("time").scalar(),
            answer: (!answers.is_empty()).then(|| answers.join("\n\n")),
            attachments: entry.take("attachedFiles").entries().into_iter().filter_map(Node::name).collect(),
        }
    }

    /// Takes the question and the answer. Without an answer it is a notice, unless it says that somebody asked.
    fn add(self, turns: &mut Turns) {
        let Self { number, title, stamp, answer, attachments } = self;
        let plain = title.replacen('\u{a0}', " ", 1);
        let asked = PROMPTED.iter().find_map(|prefix| plain.strip_prefix(prefix));
        if asked.is_none() && answer.is_none() {
            return turns.pass(SkipReason::Notice, number, &title);
        }
        let question = asked.or_else(|| plain.strip_prefix(USED)).unwrap_or(&title);
        let asked = (Role::User, question.to_owned(), attachments);
        let answered = answer.map(|answer| (Role::Assistant, answer, Vec::new()));
        for (at, (role, text, attachments)) in [Some(asked), answered].into_iter().flatten().enumerate() {
            let speaker = Some(turns.speaker_of(role));
            let own_id = stamp.label().map(|stamp| Scalar::from(format!("{stamp}/{at}").as_str()));
            let (stamp, own_id) = (stamp.clone(), own_id.unwrap_or_default());
            turns.add(Turn { speaker, role, text, attachments, own_id, stamp, ..Turn::at(number) });
        }
    }
}

/// Questions and answers of Takeout, in the order in which they were asked.
fn in_time(mut activities: Vec<Activity>, turns: &mut Turns) {
    let time = |activity: &Activity| match stamp::read(&activity.stamp) {
        Some(stamp::Reading::Sure(moment)) => moment.milliseconds(),
        _ => i64::MIN,
    };
    // The newest first, as Takeout writes them: equal moments stand the other way round too.
    if activities.first().map(time) > activities.last().map(time) {
        activities.reverse();
    }
    activities.into_iter().for_each(|activity| activity.add(turns));
}

/// Whether a heading names the program, by its name or its old one.
fn is_named(text: &str) -> bool {
    ["Gemini", "Bard"].iter().any(|name| text.contains(name))
}

/// The text of a piece of HTML, its paragraphs with blank lines between.
fn plain(html: &str) -> String {
    markup::plain(html)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_without_an_answer_is_asked_all_the_same() {
        let activity = |title: &str, answer: Option<&str>| Activity {
            number: 0,
            title: title.to_owned(),
            stamp: Scalar::None,
            answer: answer.map(str::to_owned),
            attachments: Vec::new(),
        };
        for (title, answer, said) in [
            ("Prompted Who lit it?", Some("Bo."), &["Who lit it?", "Bo."][..]),
            ("Prompted\u{a0}And then: what?", None, &["And then: what?"]),
            ("Eingegebener Prompt: Wer?", None, &["Wer?"]),
            ("Used Gemini Apps", None, &[]),
            ("Gave feedback: Good response", None, &[]),
        ] {
            let mut turns = Turns::default();
            activity(title, answer).add(&mut turns);
            assert_eq!(
                turns.open().iter().map(|turn| turn.text.as_str()).collect::<Vec<_>>(),
                said,
                "{title}"
            );
            assert_eq!(turns.report.count(SkipReason::Notice), usize::from(said.is_empty()));
        }
    }
}
