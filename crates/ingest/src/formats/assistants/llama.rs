//! llama-server web UI exports: conversations as JSON or as JSON Lines.
//!
//! A scene is an exchange: a user's message and what is answered to it. Which exchanges there are is
//! told in `branch`.

mod branch;
mod conversation;
mod lines;

use naragtive_scene::{Branch, Role, Scalar, Transcript, Turn};

use self::branch::{Exchange, Tree};
use self::conversation::{AttachedFile, LlamaConversation, LlamaMessage};
use crate::input::Input;
use crate::row::{Certainty, FormatRow, Parsed, TakePart, hold};
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
    parse_in_parts(input, options, &mut hold)
}

/// Nothing is held but one conversation.
pub(crate) fn parse_in_parts(
    input: &Input<'_>,
    options: &Options<'_>,
    take: &mut TakePart<'_>,
) -> Result<Parsed, IngestError> {
    input.text()?;
    let (mut parsed, mut report) = (Parsed::default(), IngestReport::default());
    let mut add = |conversation| {
        let whole = transcript(conversation, options, &mut parsed.report);
        parsed.hand_over(whole, take);
    };
    if lines::is_lines(input) {
        lines::parse(input, &mut report, &mut add)?;
    } else {
        conversation::parse(input, &mut report, &mut add)?;
    }
    report.add(parsed.report);
    Ok(Parsed { transcripts: parsed.transcripts, report })
}

/// The turns of one conversation: those of each exchange, one exchange after the other.
fn transcript(
    mut conversation: LlamaConversation,
    options: &Options<'_>,
    report: &mut IngestReport,
) -> Transcript {
    report.conversations += 1;
    report.turns += conversation.messages.iter().filter(|message| message.is_text).count();
    let tree = Tree::of(&conversation);
    let mut exchanges = branch::active(&conversation, &tree, report);
    let others = branch::others(&conversation, &tree, &exchanges);
    match options.branches {
        Branches::Active => report.branches_left_out += others.len(),
        Branches::All => exchanges.extend(others),
    }
    let tool = |at: &&usize| conversation.message(**at).role == Role::Tool;
    let asked = exchanges.iter().flat_map(|exchange| &exchange.answers).filter(tool);
    asked.for_each(|at| {
        report.skip(SkipReason::ToolTraffic, &words::first_line(&conversation.message(*at).content))
    });
    let turns = exchanges.iter().flat_map(|exchange| turns(&mut conversation, exchange, options.branches));
    let turns = turns.collect();
    Transcript { id: Some(conversation.id), title: Some(conversation.name), turns }
}

/// What is said in an exchange, then the documents that came with it. What tools answered is not said. On one branch each
/// message is in one exchange, and is taken out of the conversation.
fn turns(conversation: &mut LlamaConversation, exchange: &Exchange, branches: Branches) -> Vec<Turn> {
    let (mut turns, mut with_them) = (Vec::new(), Vec::new());
    for at in exchange.question.iter().chain(&exchange.answers).copied() {
        let mut message = match branches {
            Branches::Active => conversation.take(at),
            Branches::All => conversation.message(at).clone(),
        };
        let files = std::mem::take(&mut message.documents);
        let said = turn(at, message, exchange.branch);
        with_them.extend(documents(files, &said));
        turns.extend(Some(said).filter(|said| said.role != Role::Tool));
    }
    turns.append(&mut with_them);
    turns
}

fn documents(files: Vec<AttachedFile>, of: &Turn) -> impl Iterator<Item = Turn> {
    files.into_iter().enumerate().map(move |(number, (name, text))| Turn {
        role: Role::User,
        text: words::trimmed(text),
        own_id: of.own_id.label().map(|id| format!("{id}/{number}").as_str().into()).unwrap_or_default(),
        attachments: name.into_iter().collect(),
        stands_alone: true,
        thinking: None,
        ..of.clone()
    })
}

fn turn(at: usize, message: LlamaMessage, branch: Branch) -> Turn {
    Turn {
        role: message.role,
        text: message.content,
        moment: moment(&message.timestamp),
        stamp: message.timestamp,
        own_id: message.id.map_or(Scalar::None, |id| Scalar::Text(id.into())),
        parent: message.parent.map(Box::from),
        branch,
        attachments: message.attachments,
        thinking: Some(message.thinking).filter(|text| !text.is_empty()).map(Box::from),
        model: message.model,
        ..Turn::at(at)
    }
}

/// Numbers are milliseconds, whatever their size; texts are dated with those of other formats.
fn moment(stamp: &Scalar) -> Option<naragtive_scene::Moment> {
    let Scalar::Number(number) = stamp else { return None };
    stamp::of_milliseconds(number.as_f64()?)
}
