//! Gemini: prompts of AI Studio as they lie in Google Drive (`chunkedPrompt`), and `MyActivity.json` of Takeout, with a
//! question and its answer in each entry, the newest first.

use std::sync::Arc;

use naragtive_scene::{Role, Scalar, Turn};

use crate::input::Input;
use crate::json::{Node, Reader};
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::turns::Turns;
use crate::{IngestError, Options, Place, SkipReason, markup, words};

/// What stands before a question in Takeout.
const PROMPTED: [&str; 6] = ["Prompted ", "Asked ", "Said ", "Used ", "Eingegebener Prompt: ", "Requête : "];

/// Where a chunk has a file.
const FILES: [&str; 7] =
    ["driveDocument", "driveImage", "driveVideo", "driveAudio", "inlineFile", "inlineData", "inlineImage"];

pub(crate) static ROW: FormatRow = FormatRow {
    name: "gemini",
    called: "Gemini export",
    help: "prompts of Google AI Studio, and MyActivity.json of Gemini in Takeout's archive",
    export: "AI Studio: the folder Google AI Studio in Drive, Download; Gemini: takeout.google.com, My Activity, Gemini, as JSON",
    command: "naragtive ingest --as gemini",
    source: "gemini",
    extensions: &["json"],
    grouping: Grouping::Cut(SceneRule::Exchange, Labels::Assistant),
    sniff,
    parse,
};

fn sniff(input: &Input<'_>) -> Certainty {
    let Some(shape) = input.shape() else { return Certainty::No };
    let first = &shape.first;
    let is_prompt = !shape.is_array
        && (first.has("chunkedPrompt") || (first.has("runSettings") && input.head().contains("\"chunks\"")));
    let is_gemini = |text: &str| ["Gemini", "Bard"].iter().any(|name| text.contains(name));
    let is_activity =
        shape.is_array && first.has("title") && first.get("header").str().is_some_and(is_gemini);
    if is_prompt || is_activity { Certainty::Sure } else { Certainty::No }
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let mut turns = Turns::default();
    let mut reader = input.reader(&["chunks"])?;
    let mut activities = Vec::new();
    if reader.each_entry(|number, entry| activities.push((number, entry))) {
        activity(activities, &mut turns);
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
    let mut file = reader.value().map_err(|fault| reader.error(fault))?;
    let model = file.take("runSettings").take("model").name();
    let model = model.map(|model| Arc::<str>::from(model.trim_start_matches("models/")));
    let mut thought: Option<String> = None;
    let mut files = Vec::new();
    for (number, chunk) in file.take("chunkedPrompt").take("chunks").entries().into_iter().enumerate() {
        add(number, chunk, model.as_ref(), &mut thought, &mut files, turns);
    }
    if !files.is_empty() {
        let speaker = Some(turns.speaker_of(Role::User));
        turns.open().push(Turn { speaker, role: Role::User, attachments: files, ..Turn::default() });
    }
    let name = input.file_name();
    turns.close(None, Some(name.trim_end_matches(".json").to_owned()).filter(|name| !name.is_empty()));
    Ok(())
}

/// Takes a chunk. What is only thought goes to the next one, and so do files, or to the question before them.
fn add(
    number: usize,
    mut chunk: Node,
    model: Option<&Arc<str>>,
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
        model: model.filter(|_| role == Role::Assistant).map(Arc::clone),
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

/// Questions and answers of Takeout, in the order in which they were asked.
fn activity(mut entries: Vec<(usize, Node)>, turns: &mut Turns) {
    let time = |(_, entry): &(usize, Node)| entry.get("time").str().unwrap_or_default().to_owned();
    // The newest first, as Takeout writes them: equal moments stand the other way round too.
    if entries.first().map(time) > entries.last().map(time) {
        entries.reverse();
    }
    for (number, mut entry) in entries {
        let title = entry.take("title").prose().unwrap_or_default();
        let Some(question) =
            PROMPTED.iter().find_map(|prefix| title.strip_prefix(prefix)).or(Some(title.as_str()))
        else {
            continue;
        };
        let answers = entry.take("safeHtmlItem").entries().into_iter();
        let answer: Vec<String> =
            answers.filter_map(|mut item| item.take("html").prose()).map(|html| plain(&html)).collect();
        if answer.is_empty() {
            turns.pass(SkipReason::Notice, number, &title);
            continue;
        }
        let stamp = entry.take("time").scalar();
        let attachments = entry.take("attachedFiles").entries().into_iter().filter_map(Node::name).collect();
        let said = [
            (Role::User, question.to_owned(), attachments),
            (Role::Assistant, answer.join("\n\n"), Vec::new()),
        ];
        for (role, text, attachments) in said {
            let speaker = Some(turns.speaker_of(role));
            let own =
                stamp.label().map(|stamp| format!("{stamp}/{}", if role == Role::User { 0 } else { 1 }));
            let own_id = own.as_deref().map(Scalar::from).unwrap_or_default();
            turns.add(Turn {
                speaker,
                role,
                text,
                attachments,
                own_id,
                stamp: stamp.clone(),
                ..Turn::at(number)
            });
        }
    }
}

/// The text of a piece of HTML, its paragraphs with blank lines between.
fn plain(html: &str) -> String {
    markup::plain(html)
}
