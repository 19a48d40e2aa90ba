//! Jan's threads: `messages.jsonl`, a message a line, and `thread.json` beside it, which says what the thread is called.

use std::sync::Arc;

use naragtive_scene::{Role, Turn};

use crate::input::Input;
use crate::json::{Node, Reader};
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::turns::Turns;
use crate::{IngestError, Options, Place, SkipReason};

pub(crate) static ROW: FormatRow = FormatRow {
    name: "jan",
    called: "Jan thread",
    help: "threads of Jan: messages.jsonl, or the folder of all threads",
    export: "Jan: Settings, General, App data; the folder threads in it",
    command: "naragtive ingest --as jan",
    source: "jan",
    extensions: &["jsonl"],
    grouping: Grouping::Cut(SceneRule::Exchange, Labels::Assistant),
    sniff,
    parse,
};

fn sniff(input: &Input<'_>) -> Certainty {
    let Some(shape) = input.unlisted() else { return Certainty::No };
    let first = &shape.first;
    let is_message = first.get("object").str() == Some("thread.message");
    if is_message || (first.has("thread_id") && first.has("role") && first.has("content")) {
        Certainty::Sure
    } else {
        Certainty::No
    }
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    input.text()?;
    let thread = Reader::new(input.beside("thread.json").unwrap_or_default(), &[]).value();
    let mut thread = thread.unwrap_or_default();
    let mut id = thread.take("id").name();
    let model = model(&mut thread).map(Arc::<str>::from);
    let mut turns = Turns::default();
    let mending = input.each_line(|number, mut message| {
        let own = message.take("thread_id").name();
        id = id.take().or(own);
        add(number, message, model.as_ref(), &mut turns);
    });
    if turns.saw_nothing() {
        return Err(IngestError::Missing { place: Place::Line(1), field: "thread_id" });
    }
    turns.close(id, thread.take("title").name());
    Ok(turns.parsed(mending))
}

fn model(thread: &mut Node) -> Option<String> {
    let assistants = thread.take("assistants").entries().into_iter();
    assistants.filter_map(|mut assistant| assistant.take("model").take("id").name()).next()
}

fn add(number: usize, mut message: Node, model: Option<&Arc<str>>, turns: &mut Turns) {
    let role = match message.get("role").str() {
        Some("user") => Role::User,
        Some("assistant") => Role::Assistant,
        Some("tool" | "system") => {
            let text = message.take("content").prose().unwrap_or_default();
            return turns.pass(SkipReason::ToolTraffic, number, &text);
        }
        _ => return turns.pass(SkipReason::NoMessage, number, ""),
    };
    let (mut thoughts, mut parts) = (Vec::new(), Vec::new());
    for part in message.take("content").entries() {
        match part.get("type").str() {
            Some("reasoning") => thoughts.extend(part.prose()),
            Some("tool_call") => {
                turns.report.skip(SkipReason::ToolTraffic, &Place::Line(number + 1).to_string())
            }
            _ => parts.extend(part.prose()),
        }
    }
    let files = message.take("attachments").entries().into_iter();
    let turn = Turn {
        speaker: Some(turns.speaker_of(role)),
        role,
        text: parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n"),
        stamp: message.take("created_at").scalar(),
        own_id: message.take("id").scalar(),
        thinking: Some(thoughts.join("\n\n")).filter(|text| !text.is_empty()).map(Box::from),
        model: model.filter(|_| role == Role::Assistant).map(Arc::clone),
        attachments: files.filter_map(Node::name).collect(),
        ..Turn::at(number)
    };
    turns.add(turn);
}
