//! JSON Lines: a line of type `session` opens a conversation, lines of type `message` follow, and lines
//! of any other type are for later versions. A line that can't be read costs no other.

use super::conversation::LlamaConversation;
use crate::input::Input;
use crate::json::Node;
use crate::{IngestError, IngestReport, Place, SkipReason};

/// What is looked at of a line. Names, texts and ids are looked at wherever they stand.
const WANTED: [&str; 16] = [
    "base64Data",
    "base64Url",
    "children",
    "convId",
    "currNode",
    "extra",
    "message",
    "model",
    "parent",
    "reasoningContent",
    "role",
    "serverName",
    "thinking",
    "timestamp",
    "type",
    "uri",
];

/// Whether the first line is a JSON object of type `session`, or of type `message` where that line was lost.
pub(super) fn is_lines(input: &Input<'_>) -> bool {
    let Some(shape) = input.shape() else { return false };
    let kind = shape.first.get("type").str();
    !shape.is_array && !shape.first.has("conv") && matches!(kind, Some("session" | "message"))
}

/// Reads the conversations of a file.
pub(super) fn parse(
    input: &Input<'_>,
    report: &mut IngestReport,
) -> Result<Vec<LlamaConversation>, IngestError> {
    let mut conversations = Vec::new();
    let mut problem = None;
    let mut skips = IngestReport::default();
    let mending = input.each_line_of(&WANTED, |line, node| {
        if let Err(error) = add(node, line + 1, &mut conversations, &mut skips) {
            skips.skip(SkipReason::NoMessage, &error.to_string());
            problem.get_or_insert(error);
        }
    });
    if let Some(problem) = problem.filter(|_| conversations.is_empty()) {
        return Err(problem);
    }
    conversations.iter_mut().for_each(LlamaConversation::drop_copies);
    report.mend(mending);
    report.add(skips);
    Ok(conversations)
}

fn add(
    mut line: Node,
    number: usize,
    conversations: &mut Vec<LlamaConversation>,
    report: &mut IngestReport,
) -> Result<(), IngestError> {
    if !line.is_object() {
        let (place, expected) = (Place::Line(number), "an object");
        return Err(IngestError::WrongKind { place, expected, found: line.kind() });
    }
    let kind = line.take("type").name().unwrap_or_default();
    let index = conversations.len();
    match (kind.as_str(), conversations.last_mut()) {
        ("session", _) => {
            let missing = IngestError::Missing { place: Place::Conversation(index), field: "id" };
            let id = line.take("id").name().ok_or(missing)?;
            conversations.push(LlamaConversation::opened(id, &mut line));
        }
        ("message", Some(conversation)) => conversation.add(line.take("message"), index - 1, report),
        // The line that opens the conversation may be the one that was lost; its messages name it.
        ("message", None) => {
            let message = line.take("message");
            let id = message.get("convId").clone().name();
            let id = id.ok_or(IngestError::NoSession { line: number, found: kind })?;
            let mut conversation = LlamaConversation::opened(id, &mut line);
            conversation.add(message, 0, report);
            conversations.push(conversation);
        }
        _ => {}
    }
    Ok(())
}
