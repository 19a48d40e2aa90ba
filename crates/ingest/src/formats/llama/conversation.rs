use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::reasoning;
use crate::json::{self, Json};
use crate::{IngestError, Place};

/// A conversation as the file holds it: a tree of messages, in file order.
#[derive(Debug)]
pub(super) struct Conversation {
    pub(super) id: String,
    pub(super) name: String,
    /// The message the user looked at last.
    pub(super) current: Option<String>,
    pub(super) messages: Vec<Message>,
}

/// One message. Ids are text, whatever they are in the file.
#[derive(Debug, Default)]
pub(super) struct Message {
    pub(super) id: Option<String>,
    pub(super) role: Role,
    /// Of type `text`, or of no type.
    pub(super) is_text: bool,
    /// The empty message every tree of the web UI begins with.
    pub(super) is_root: bool,
    /// Without the reasoning that older versions put in it.
    pub(super) content: String,
    pub(super) thinking: String,
    /// A scalar: milliseconds, as a rule.
    pub(super) timestamp: Value,
    pub(super) model: Option<String>,
    pub(super) parent: Option<String>,
    pub(super) children: Vec<String>,
}

/// Who a message is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Role {
    User,
    Assistant,
    Tool,
    /// Instructions, and whatever else there may be.
    #[default]
    Other,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawExport {
    conv: Json<RawHeader>,
    messages: Json<IgnoredAny, Json<RawMessage>>,
}

/// What is said of a conversation as a whole.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct RawHeader {
    pub(super) id: Json,
    pub(super) name: Json,
    pub(super) last_modified: Json,
    pub(super) curr_node: Json,
}

/// A message before its values are checked.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct RawMessage {
    id: Json,
    role: Json,
    r#type: Json,
    content: Json,
    timestamp: Json,
    model: Json,
    thinking: Json,
    reasoning_content: Json,
    parent: Json,
    children: Json<IgnoredAny, Json>,
}

/// Reads one conversation or an array of them.
pub(super) fn parse(text: &str) -> Result<Vec<Conversation>, IngestError> {
    match json::parse::<Json<RawExport, Json<RawExport>>>(text)? {
        Json::Object(export) => Ok(vec![export.checked(0)?]),
        Json::Array(exports) => exports
            .into_iter()
            .enumerate()
            .map(|(index, export)| export.object(Place::Conversation(index))?.checked(index))
            .collect(),
        other => Err(other.unexpected(Place::File, "a conversation or an array of conversations")),
    }
}

impl RawExport {
    fn checked(self, index: usize) -> Result<Conversation, IngestError> {
        let place = |field| Place::ConversationField(index, field);
        let missing = |field| IngestError::Missing { place: Place::Conversation(index), field };
        let header = match self.conv {
            Json::Null => return Err(missing("conv")),
            conv => conv.object(place("conv"))?,
        };
        let messages = match self.messages {
            Json::Null => return Err(missing("messages")),
            Json::Array(messages) => messages,
            other => return Err(other.unexpected(place("messages"), "an array")),
        };
        let mut conversation = header.checked(index)?;
        for message in messages {
            conversation.add(message, index)?;
        }
        Ok(conversation)
    }
}

impl RawHeader {
    /// A conversation with no messages yet; `id`, `name` and `lastModified` have to be there.
    fn checked(self, index: usize) -> Result<Conversation, IngestError> {
        let place = |field| Place::ConversationField(index, field);
        let missing = |field| IngestError::Missing { place: Place::Conversation(index), field };
        let id = self.id.label(place("id"))?.ok_or(missing("id"))?;
        let name = self.name.label(place("name"))?.ok_or(missing("name"))?;
        if self.last_modified.scalar(place("lastModified"))?.is_null() {
            return Err(missing("lastModified"));
        }
        let current = self.curr_node.label(place("currNode"))?;
        Ok(Conversation { id, name, current, messages: Vec::new() })
    }
}

impl Conversation {
    /// The message at `at`, which is an index that came from this conversation.
    pub(super) fn message(&self, at: usize) -> &Message {
        static NONE: Message = Message::none();
        self.messages.get(at).unwrap_or(&NONE)
    }

    /// Adds a message to the `index`-th conversation of a file.
    pub(super) fn add(&mut self, raw: Json<RawMessage>, index: usize) -> Result<(), IngestError> {
        let at = self.messages.len();
        let message =
            raw.object(Place::Message(index, at))?.checked(|field| Place::MessageField(index, at, field))?;
        self.messages.push(message);
        Ok(())
    }
}

impl Message {
    const fn none() -> Self {
        Self {
            id: None,
            role: Role::Other,
            is_text: false,
            is_root: false,
            content: String::new(),
            thinking: String::new(),
            timestamp: Value::Null,
            model: None,
            parent: None,
            children: Vec::new(),
        }
    }
}

impl RawMessage {
    fn checked(self, place: impl Fn(&'static str) -> Place) -> Result<Message, IngestError> {
        let kind = self.r#type.string(place("type"))?;
        let content = self.content.string(place("content"))?.unwrap_or_default();
        let thinking = self.thinking.string(place("thinking"))?;
        let reasoning = self.reasoning_content.string(place("reasoningContent"))?;
        let thinking = thinking.filter(|text| !text.is_empty()).or(reasoning).unwrap_or_default();
        let (content, within) = reasoning::parted(content);
        Ok(Message {
            id: self.id.label(place("id"))?,
            role: Role::named(self.role.string(place("role"))?.as_deref()),
            is_text: kind.as_deref().is_none_or(|kind| kind == "text"),
            is_root: kind.as_deref() == Some("root"),
            content,
            thinking: super::branch::joined([thinking.as_str(), within.as_str()].into_iter()),
            timestamp: self.timestamp.scalar(place("timestamp"))?,
            model: self.model.string(place("model"))?.filter(|model| !model.is_empty()),
            parent: self.parent.label(place("parent"))?,
            children: ids(self.children, &place)?,
        })
    }
}

impl Role {
    fn named(name: Option<&str>) -> Self {
        match name {
            Some("user") => Self::User,
            Some("assistant") => Self::Assistant,
            Some("tool") => Self::Tool,
            _ => Self::Other,
        }
    }

    pub(super) fn is_answer(self) -> bool {
        matches!(self, Self::Assistant | Self::Tool)
    }
}

fn ids(
    children: Json<IgnoredAny, Json>,
    place: &impl Fn(&'static str) -> Place,
) -> Result<Vec<String>, IngestError> {
    match children {
        Json::Null => Ok(Vec::new()),
        Json::Array(ids) => {
            ids.into_iter().filter_map(|id| id.label(place("children")).transpose()).collect()
        }
        other => Err(other.unexpected(place("children"), "an array")),
    }
}
