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

/// Hands over the conversations of a file, each when the next one begins.
pub(super) fn parse(
    input: &Input<'_>,
    report: &mut IngestReport,
    take: &mut dyn FnMut(LlamaConversation),
) -> Result<(), IngestError> {
    let mut sessions = Sessions { open: None, count: 0, take };
    let mut problem = None;
    let mut skips = IngestReport::default();
    let mending = input.each_line_of(&WANTED, |line, node| {
        if let Err(error) = sessions.add(node, line + 1, &mut skips) {
            skips.skip(SkipReason::NoMessage, &error.to_string());
            problem.get_or_insert(error);
        }
    });
    if let Some(problem) = problem.filter(|_| sessions.count == 0) {
        return Err(problem);
    }
    sessions.close();
    report.mend(mending);
    report.add(skips);
    Ok(())
}

/// The conversations of a file, the last of them open.
struct Sessions<'a> {
    open: Option<LlamaConversation>,
    count: usize,
    take: &'a mut dyn FnMut(LlamaConversation),
}

impl Sessions<'_> {
    fn close(&mut self) {
        if let Some(mut whole) = self.open.take() {
            whole.drop_copies();
            (self.take)(whole);
        }
    }

    fn begin(&mut self, id: String, line: &mut Node) -> &mut LlamaConversation {
        self.close();
        self.count += 1;
        self.open.insert(LlamaConversation::opened(id, line))
    }

    fn add(&mut self, mut line: Node, number: usize, report: &mut IngestReport) -> Result<(), IngestError> {
        if !line.is_object() {
            let (place, expected) = (Place::Line(number), "an object");
            return Err(IngestError::WrongKind { place, expected, found: line.kind() });
        }
        let kind = line.take("type").name().unwrap_or_default();
        match (kind.as_str(), &mut self.open) {
            ("session", _) => {
                let place = Place::Conversation(self.count);
                let id = line.take("id").name().ok_or(IngestError::Missing { place, field: "id" })?;
                self.begin(id, &mut line);
            }
            ("message", Some(open)) => open.add(line.take("message"), self.count - 1, report),
            // The line that opens the conversation may be the one that was lost; its messages name it.
            ("message", None) => {
                let message = line.take("message");
                let id = message.get("convId").clone().name();
                let id = id.ok_or(IngestError::NoSession { line: number, found: kind })?;
                self.begin(id, &mut line).add(message, 0, report);
            }
            _ => {}
        }
        Ok(())
    }
}
