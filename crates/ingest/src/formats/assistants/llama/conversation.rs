use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use naragtive_scene::{Role, Scalar};

use crate::input::Input;
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

/// Hands over one conversation, those of an array, or those of an array in an object, each when it is read. A conversation
/// that isn't one costs no other.
pub(super) fn parse(
    input: &Input<'_>,
    report: &mut IngestReport,
    take: &mut dyn FnMut(LlamaConversation),
) -> Result<(), IngestError> {
    let mut reader = input.reader(&ENTRIES_OF)?;
    let mut list = List { take, read: 0, has_messages: false, problems: Vec::new() };
    if input.unlisted().is_some() {
        object(&mut reader, &mut list, report)?;
    } else if !reader.each_entry(|index, entry| list.add(entry, index, report)) {
        let found = reader.value().map_err(|fault| reader.error(fault))?.kind();
        let expected = "a conversation or an array of conversations";
        return Err(IngestError::WrongKind { place: Place::File, expected, found });
    }
    let (read, has_messages) = (list.read, list.has_messages);
    let mut problems = list.problems.into_iter();
    if read == 0 {
        problems.next().map_or(Ok(()), Err)?;
        reader.check(true)?;
    }
    problems.for_each(|problem| report.skip(SkipReason::NoMessage, &problem.to_string()));
    reader.check(!has_messages)?;
    report.mend(reader.mending);
    Ok(())
}

/// The conversations of an array.
struct List<'a> {
    take: &'a mut dyn FnMut(LlamaConversation),
    read: usize,
    has_messages: bool,
    problems: Vec<IngestError>,
}

impl List<'_> {
    fn add(&mut self, entry: Node, index: usize, report: &mut IngestReport) {
        match LlamaConversation::of(entry, index, report) {
            Ok(whole) => self.give(whole),
            Err(problem) => self.problems.push(problem),
        }
    }

    fn give(&mut self, mut whole: LlamaConversation) {
        whole.drop_copies();
        self.read += 1;
        self.has_messages |= !whole.messages.is_empty();
        (self.take)(whole);
    }
}

/// An object: a conversation, whose messages are kept and not the whole of what the file says of them; or what wraps an array
/// of them.
fn object(
    reader: &mut Reader<'_>,
    list: &mut List<'_>,
    report: &mut IngestReport,
) -> Result<(), IngestError> {
    let mut own = LlamaConversation::default();
    let mut named = None;
    let mut wrapped: Option<String> = None;
    let mut index = 0;
    let (mut rest, fault) = reader.each_listed(|key, entry| {
        if entry.has("conv") || wrapped.as_deref() == Some(key) {
            wrapped.get_or_insert_with(|| key.to_owned());
            list.add(entry, index, report);
            index += 1;
        } else if key == "messages" {
            named = named.take().or_else(|| entry.get("convId").clone().name());
            own.add(entry, 0, report);
        }
    });
    let has_none = list.read == 0 && own.messages.is_empty();
    match fault {
        Some(fault) if has_none => return Err(reader.error(fault)),
        Some(fault) if !reader.is_torn() => {
            report.skip(SkipReason::Unreadable, &reader.error(fault).to_string());
        }
        _ => {}
    }
    if wrapped.is_some() && !rest.has("conv") {
        return Ok(());
    }
    let mut header = header(&mut rest, 0)?;
    if !matches!(rest.get("messages"), Node::Array(_)) {
        return Err(no_messages(&rest, 0));
    }
    let missing = IngestError::Missing { place: Place::Conversation(0), field: "id" };
    let id = header.take("id").name().or(named).ok_or(missing)?;
    list.give(LlamaConversation { messages: own.messages, ..LlamaConversation::opened(id, &mut header) });
    Ok(())
}

/// What a conversation says about itself.
fn header(export: &mut Node, index: usize) -> Result<Node, IngestError> {
    match export.take("conv") {
        Node::Null => Err(IngestError::Missing { place: Place::Conversation(index), field: "conv" }),
        header @ Node::Object(_) => Ok(header),
        other => {
            let place = Place::ConversationField(index, "conv");
            Err(IngestError::WrongKind { place, expected: "an object", found: other.kind() })
        }
    }
}

/// Why a conversation has no list of messages.
fn no_messages(export: &Node, index: usize) -> IngestError {
    match export.get("messages") {
        Node::Null => IngestError::Missing { place: Place::Conversation(index), field: "messages" },
        other => {
            let place = Place::ConversationField(index, "messages");
            IngestError::WrongKind { place, expected: "an array", found: other.kind() }
        }
    }
}

impl LlamaConversation {
    fn of(mut export: Node, index: usize, report: &mut IngestReport) -> Result<Self, IngestError> {
        if !export.is_object() {
            let (place, expected) = (Place::Conversation(index), "an object");
            return Err(IngestError::WrongKind { place, expected, found: export.kind() });
        }
        let mut header = header(&mut export, index)?;
        if !matches!(export.get("messages"), Node::Array(_)) {
            return Err(no_messages(&export, index));
        }
        let messages = export.take("messages").entries();
        let of_message = || messages.iter().find_map(|message| message.get("convId").clone().name());
        let missing = IngestError::Missing { place: Place::Conversation(index), field: "id" };
        let id = header.take("id").name().or_else(of_message).ok_or(missing)?;
        let mut conversation = Self::opened(id, &mut header);
        for message in messages {
            conversation.add(message, index, report);
        }
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
