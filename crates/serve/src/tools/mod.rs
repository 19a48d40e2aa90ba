//! The tools: what each takes, and what it answers.

pub(crate) mod list_scenes;
mod read_scene;
pub(crate) mod search;
mod stores;

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::Value;

use crate::Error;
use crate::arguments::Arguments;
use crate::call::Stop;
use crate::limit::TOOL;
use crate::parameter::{Parameter, schema};
use crate::sessions::Sessions;

/// Which tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToolKind {
    /// Scenes that answer a question.
    Search,
    /// One scene with its neighbours.
    ReadScene,
    /// Scenes in order.
    ListScenes,
    /// What there is.
    Stores,
}

/// All of them, in the order in which clients hear of them.
pub const TOOLS: [ToolKind; 4] =
    [ToolKind::Search, ToolKind::ReadScene, ToolKind::ListScenes, ToolKind::Stores];

impl ToolKind {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::ReadScene => "read_scene",
            Self::ListScenes => "list_scenes",
            Self::Stores => "stores",
        }
    }

    /// As clients hear of it.
    pub fn describe(self) -> Tool {
        let (title, about, required): (_, _, &[&str]) = match self {
            Self::Search => ("Find scenes", search::ABOUT, &[]),
            Self::ReadScene => ("Read a scene", read_scene::ABOUT, &["id"]),
            Self::ListScenes => ("List scenes", list_scenes::ABOUT, &[]),
            Self::Stores => ("What is stored", stores::ABOUT, &[]),
        };
        let hints = ToolAnnotations::with_title(title).read_only(true).open_world(false);
        Tool::new(self.name(), about, schema(&self.parameters(), required)).with_title(title).annotate(hints)
    }

    fn parameters(self) -> Vec<Parameter> {
        match self {
            Self::Search => search::parameters(),
            Self::ReadScene => read_scene::PARAMETERS.to_vec(),
            Self::ListScenes => list_scenes::parameters(),
            Self::Stores => Vec::new(),
        }
    }
}

/// The tool of this name.
pub(crate) fn named(name: &str) -> Result<ToolKind, Error> {
    TOOLS.into_iter().find(|tool| tool.name() == name).ok_or_else(|| Error::Unknown {
        what: "tool",
        name: name.to_owned(),
        known: crate::error::ticked(&TOOLS.map(ToolKind::name)),
    })
}

/// What the tool of this name answers.
pub(crate) fn call(sessions: &Sessions, name: &str, given: JsonObject, stop: &Stop) -> Result<Value, Error> {
    let tool = named(name)?;
    let arguments = Arguments::check(&tool.parameters(), given)?;
    let answer = match tool {
        ToolKind::Search => search::search(sessions, &arguments, stop),
        ToolKind::ReadScene => read_scene::read_scene(sessions, &arguments, stop),
        ToolKind::ListScenes => list_scenes::list_scenes(sessions, &arguments, stop),
        ToolKind::Stores => stores::stores(sessions),
    };
    answer.map(|answer| TOOL.fit(answer)).map_err(|error| if stop() { Error::Cancelled } else { error })
}
