use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use naragtive_scene::{Role, Scalar};

use crate::json::{Node, Reader};
use crate::{IngestError, IngestReport, Place, SkipReason, aside, words};

/// The keys of arrays in an export of which each entry stands for itself.
const ENTRIES_OF: [&str; 2] = ["messages", "conversations"];

/// A conversation as the file holds it: a tree of messages, in file order.
#[derive(Debug, Default)]
pub(super) struct LlamaConversation {
    pub(super) id: String,
    pub(super) name: String,
    /// The message the user looked at last.
    pub(super) current: Option<String>,
    pub(super) messages: Vec<LlamaMessage>,
}

/// A file whose text is in the export, with its name.
pub(super) type AttachedFile = (Option<String>, String);

/// One message. Ids are text, whatever they are in the file.
#[derive(Debug, Clone)]
pub(super) struct LlamaMessage {
    pub(super) id: Option<String>,
    pub(super) role: Role,
    /// Of type `text`, or of no type.
    pub(super) is_text: bool,
    /// The empty message every tree of the web UI begins with.
    pub(super) is_root: bool,
    /// Without the reasoning that older versions put in it.
    pub(super) content: String,
    pub(super) thinking: String,
    /// Milliseconds, as a rule.
    pub(super) timestamp: Scalar,
    pub(super) model: Option<Arc<str>>,
    pub(super) parent: Option<String>,
    pub(super) children: Vec<String>,
    /// The names of files that came with it.
    pub(super) attachments: Vec<String>,
    /// Those of them whose text is in the export.
    pub(super) documents: Vec<AttachedFile>,
    /// How many passages of its content were asked of tools.
    pub(super) tools: usize,
}

/// Reads one conversation, an array of them, or an object with such an array in it. A conversation that isn't one
/// costs no other.
pub(super) fn parse(text: &str, report: &mut IngestReport) -> Result<Vec<LlamaConversation>, IngestError> {
    let mut reader = Reader::new(text, &ENTRIES_OF);
    let export = reader.value().map_err(|fault| reader.error(fault))?;
    let fault = reader.first_fault();
    let conversations = match export {
        Node::Array(entries) => several(entries, report),
        Node::Object(_) => match wrapped(export) {
            Ok(entries) => several(entries, report),
            Err(export) => LlamaConversation::of(export, 0, report).map(|one| vec![one]),
        },
        other => Err(IngestError::WrongKind {
            place: Place::File,
            expected: "a conversation or an array of conversations",
            found: other.kind(),
        }),
    }?;
    let nothing = conversations.iter().all(|conversation| conversation.messages.is_empty());
    if let Some(fault) = fault.filter(|_| nothing) {
        return Err(reader.error(fault));
    }
    report.mend(reader.mending);
    Ok(conversations)
}

/// The conversations in an object that wraps them, or the object.
fn wrapped(mut export: Node) -> Result<Vec<Node>, Node> {
    let Node::Object(values) = &mut export else { return Err(export) };
    if values.iter().any(|(key, _)| &**key == "conv") {
        return Err(export);
    }
    let holds =
        |value: &Node| matches!(value, Node::Array(entries) if entries.iter().any(|entry| entry.has("conv")));
    match values.iter_mut().find(|(_, value)| holds(value)).map(|(_, value)| std::mem::take(value)) {
        Some(Node::Array(entries)) => Ok(entries),
        _ => Err(export),
    }
}

/// Those of `entries` that are conversations; the first one's problem where none is.
fn several(entries: Vec<Node>, report: &mut IngestReport) -> Result<Vec<LlamaConversation>, IngestError> {
    let mut conversations = Vec::new();
    let mut problems = Vec::new();
    for (index, entry) in entries.into_iter().enumerate() {
        match LlamaConversation::of(entry, index, report) {
            Ok(conversation) => conversations.push(conversation),
            Err(problem) => problems.push(problem),
        }
    }
    for problem in problems.iter().filter(|_| !conversations.is_empty()) {
        report.skip(SkipReason::NoMessage, &problem.to_string());
    }
    match problems.into_iter().next() {
        Some(problem) if conversations.is_empty() => Err(problem),
        _ => Ok(conversations),
    }
}

impl LlamaConversation {
    fn of(mut export: Node, index: usize, report: &mut IngestReport) -> Result<Self, IngestError> {
        let wrong =
            |place, expected, found: &Node| IngestError::WrongKind { place, expected, found: found.kind() };
        let missing = |field| IngestError::Missing { place: Place::Conversation(index), field };
        if !export.is_object() {
            return Err(wrong(Place::Conversation(index), "an object", &export));
        }
        let mut header = match export.take("conv") {
            Node::Null => return Err(missing("conv")),
            header @ Node::Object(_) => header,
            other => return Err(wrong(Place::ConversationField(index, "conv"), "an object", &other)),
        };
        let messages = match export.take("messages") {
            Node::Null => return Err(missing("messages")),
            Node::Array(messages) => messages,
            other => return Err(wrong(Place::ConversationField(index, "messages"), "an array", &other)),
        };
        let of_message = || messages.iter().find_map(|message| message.get("convId").clone().name());
        let id = header.take("id").name().or_else(of_message).ok_or(missing("id"))?;
        let mut conversation = Self::opened(id, &mut header);
        for message in messages {
            conversation.add(message, index, report);
        }
        conversation.drop_copies();
        Ok(conversation)
    }

    /// Drops messages that come again as they are: exports that were put one behind the other. Ids that come again with
    /// something else stay.
    pub(super) fn drop_copies(&mut self) {
        /// So many messages of one id are compared with each other.
        const ALIKE: usize = 16;
        let mut ids = HashSet::with_capacity(self.messages.len());
        if self.messages.iter().filter_map(|message| message.id.as_deref()).all(|id| ids.insert(id)) {
            return;
        }
        let mut known: HashMap<&str, Vec<&LlamaMessage>> = HashMap::new();
        let mut keep = Vec::with_capacity(self.messages.len());
        for message in &self.messages {
            let same = known.entry(message.id.as_deref().unwrap_or_default()).or_default();
            let is_copy = message.id.is_some() && same.iter().any(|known| known.is_copy_of(message));
            if !is_copy && same.len() < ALIKE {
                same.push(message);
            }
            keep.push(!is_copy);
        }
        let mut keep = keep.into_iter();
        self.messages.retain(|_| keep.next().unwrap_or(true));
    }

    /// A conversation with no messages yet. One without a name goes by its id.
    pub(super) fn opened(id: String, header: &mut Node) -> Self {
        let name = match header.take("name") {
            Node::Text(name) => name,
            other => other.name().unwrap_or_else(|| id.clone()),
        };
        Self { id, name, current: header.take("currNode").name(), messages: Vec::new() }
    }

    /// The message at `at`, which is an index that came from this conversation.
    pub(super) fn message(&self, at: usize) -> &LlamaMessage {
        static NONE: LlamaMessage = LlamaMessage::none();
        self.messages.get(at).unwrap_or(&NONE)
    }

    /// The same, taken out: nothing is left of it.
    pub(super) fn take(&mut self, at: usize) -> LlamaMessage {
        let message = self.messages.get_mut(at);
        message.map_or_else(LlamaMessage::none, |message| std::mem::replace(message, LlamaMessage::none()))
    }

    /// Adds a message to the `index`-th conversation of a file.
    pub(super) fn add(&mut self, node: Node, index: usize, report: &mut IngestReport) {
        let place = Place::Message(index, self.messages.len());
        if node.is_object() {
            let message = LlamaMessage::of(node);
            if message.tools > 0 {
                report.skip_many(SkipReason::ToolTraffic, message.tools, &place.to_string());
            }
            self.messages.push(message);
        } else {
            let found = format!("{place}: expected an object, found {}", node.kind());
            report.skip(SkipReason::NoMessage, &found);
        }
    }
}

impl LlamaMessage {
    const fn none() -> Self {
        Self {
            id: None,
            role: Role::System,
            is_text: false,
            is_root: false,
            content: String::new(),
            thinking: String::new(),
            timestamp: Scalar::None,
            model: None,
            parent: None,
            children: Vec::new(),
            attachments: Vec::new(),
            documents: Vec::new(),
            tools: 0,
        }
    }

    fn is_copy_of(&self, other: &Self) -> bool {
        (&self.id, &self.parent, self.role) == (&other.id, &other.parent, other.role)
            && self.content == other.content
            && self.timestamp == other.timestamp
    }

    fn of(mut node: Node) -> Self {
        let kind = node.take("type").name();
        let aside::Parted { text: content, thinking: within, tools } =
            aside::parted(node.take("content").prose().unwrap_or_default());
        let mut thought = |key| node.take(key).prose().filter(|text| !text.is_empty());
        let thinking = thought("thinking").or_else(|| thought("reasoningContent")).unwrap_or_default();
        let extra = if let Node::Array(files) = node.take("extra") { files } else { Vec::new() };
        Self {
            tools,
            documents: extra.iter().filter_map(document).collect(),
            role: role(node.get("role").str()),
            is_text: kind.as_deref().is_none_or(|kind| kind == "text"),
            is_root: kind.as_deref() == Some("root"),
            content,
            thinking: words::paragraphs([thinking, within]),
            id: node.take("id").name(),
            timestamp: node.take("timestamp").scalar(),
            model: node.take("model").name().map(Arc::from),
            parent: node.take("parent").name(),
            children: list(node.take("children")),
            attachments: extra.into_iter().filter_map(Node::name).collect(),
        }
    }
}

/// The text of an attached file, a pasted text or the like, with its name. Which of them a program calls what has changed
/// often; it is told by what it has. What a server of tools or the user's settings put there is none.
fn document(file: &Node) -> Option<AttachedFile> {
    if file.has("serverName") || file.get("type").str() == Some("CUSTOM_INSTRUCTION") {
        return None;
    }
    let text = file.get("content").str().filter(|text| !words::is_blank(text))?;
    Some((file.get("name").clone().name(), text.to_owned()))
}

fn role(name: Option<&str>) -> Role {
    match name {
        Some("user") => Role::User,
        Some("assistant") => Role::Assistant,
        Some("tool") => Role::Tool,
        _ => Role::System,
    }
}

/// The names in a list.
fn list(node: Node) -> Vec<String> {
    match node {
        Node::Array(entries) => entries.into_iter().filter_map(Node::name).collect(),
        other => other.name().into_iter().collect(),
    }
}
