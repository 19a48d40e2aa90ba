//! llama-server web UI exports: conversations as JSON or as JSON Lines.
//!
//! A scene is an exchange: a user's message and what is answered to it. Which exchanges there are is
//! told in `branch`.

mod branch;
mod conversation;
mod lines;

use naragtive_scene::{Branch, Role, Scalar, Transcript, Turn};

use self::branch::Exchange;
use self::conversation::{Conversation, Message};
use crate::input::Input;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::Grouping;
use crate::{Branches, IngestError, IngestReport, Options, SkipReason, stamp, words};

pub(crate) static ROW: FormatRow = FormatRow {
    name: "llama",
    called: "llama-server export",
    help: "conversations of the llama-server web UI: .json, .jsonl, or a zip archive of either",
    export: "the web UI: the menu of a conversation, Export; or Settings, Export all",
    command: "naragtive ingest-llama --export",
    source: "llama-server",
    extensions: &["json", "jsonl"],
    grouping: Grouping::Exchanges,
    sniff,
    parse,
};

/// Whether it is an object (or an array of such, or one that wraps one) with a `conv`, or lines of which the first is
/// of type `session`.
fn sniff(input: &Input<'_>) -> Certainty {
    let Some(shape) = input.shape() else { return Certainty::No };
    let wraps = || input.head().contains("\"conv\"") && input.head().contains("\"messages\"");
    let first = &shape.first;
    let is_session = !shape.is_array && first.get("type").str() == Some("session");
    let is_header = !shape.is_array && first.has("currNode") && first.has("lastModified");
    let begins_with_conv =
        input.head().trim_start_matches(['[', '{', ' ', '\n', '\r', '\t']).starts_with("\"conv\"");
    if first.has("conv") || is_session || is_header || begins_with_conv || (!shape.is_array && wraps()) {
        Certainty::Sure
    } else {
        Certainty::No
    }
}

fn parse(input: &Input<'_>, options: &Options<'_>) -> Result<Parsed, IngestError> {
    let text = input.text()?;
    let mut report = IngestReport::default();
    let conversations = if lines::is_lines(input) {
        lines::parse(text, &mut report)?
    } else {
        conversation::parse(text, &mut report)?
    };
    let transcripts =
        conversations.into_iter().map(|whole| transcript(&whole, options, &mut report)).collect();
    Ok(Parsed { transcripts, report })
}

/// The turns of one conversation: those of each exchange, one exchange after the other.
fn transcript(conversation: &Conversation, options: &Options<'_>, report: &mut IngestReport) -> Transcript {
    report.conversations += 1;
    report.turns += conversation.messages.iter().filter(|message| message.is_text).count();
    let mut exchanges = branch::active(conversation, report);
    let others = branch::others(conversation, &exchanges);
    match options.branches {
        Branches::Active => report.branches_left_out += others.len(),
        Branches::All => exchanges.extend(others),
    }
    let tool = |at: &&usize| conversation.message(**at).role == Role::Tool;
    let asked = exchanges.iter().flat_map(|exchange| &exchange.answers).filter(tool);
    asked.for_each(|at| {
        report.skip(SkipReason::ToolTraffic, &words::first_line(&conversation.message(*at).content))
    });
    let turns = exchanges.iter().flat_map(|exchange| turns(conversation, exchange)).collect();
    Transcript { id: Some(conversation.id.clone()), title: Some(conversation.name.clone()), turns }
}

/// What is said in an exchange, then the documents that came with it. What tools answered is not said.
fn turns<'a>(conversation: &'a Conversation, exchange: &'a Exchange) -> impl Iterator<Item = Turn> + 'a {
    let places = || exchange.question.iter().chain(&exchange.answers);
    let message = |at: &usize| conversation.message(*at);
    let said = places().filter(move |at| message(at).role != Role::Tool);
    let said = said.map(move |at| turn(*at, message(at), exchange.branch));
    let documents = places().flat_map(move |at| documents(*at, message(at), exchange.branch));
    said.chain(documents)
}

fn documents(at: usize, message: &Message, branch: Branch) -> impl Iterator<Item = Turn> {
    message.documents.iter().enumerate().map(move |(number, (name, text))| Turn {
        role: Role::User,
        text: words::trim(text).to_owned(),
        own_id: message.id.as_ref().map(|id| format!("{id}/{number}").as_str().into()).unwrap_or_default(),
        attachments: name.iter().cloned().collect(),
        stands_alone: true,
        thinking: None,
        ..turn(at, message, branch)
    })
}

fn turn(at: usize, message: &Message, branch: Branch) -> Turn {
    Turn {
        role: message.role,
        text: message.content.clone(),
        stamp: message.timestamp.clone(),
        moment: moment(&message.timestamp),
        own_id: message.id.as_deref().map_or(Scalar::None, Scalar::from),
        parent: message.parent.as_deref().map(Box::from),
        branch,
        attachments: message.attachments.clone(),
        thinking: Some(message.thinking.as_str()).filter(|text| !text.is_empty()).map(Box::from),
        model: message.model.clone(),
        ..Turn::at(at)
    }
}

/// Numbers are milliseconds, whatever their size; texts are dated with those of other formats.
fn moment(stamp: &Scalar) -> Option<naragtive_scene::Moment> {
    let Scalar::Number(number) = stamp else { return None };
    stamp::of_milliseconds(number.as_f64()?)
}
