//! LM Studio's conversations: `messages`, each with `versions` of which one is selected. What a version says stands in its
//! `content`, or step by step in `steps`: thoughts, tools and text.
//!
//! Messages have no ids; only steps tell, in their own ids, when they were made.

use std::sync::Arc;

use naragtive_scene::{Branch, Role, Scalar, Turn};

use crate::input::Input;
use crate::json::Node;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::turns::Turns;
use crate::{Branches, IngestError, Options, Place, SkipReason};

pub(crate) static ROW: FormatRow = FormatRow {
    name: "lmstudio",
    called: "LM Studio conversation",
    help: "conversations of LM Studio: .conversation.json, or their folder",
    export: "LM Studio: the folder .lmstudio/conversations; or a chat's menu, Reveal in file manager",
    command: "naragtive ingest --as lmstudio",
    source: "lmstudio",
    extensions: &["json"],
    grouping: Grouping::Cut(SceneRule::Exchange, Labels::Assistant),
    sniff,
    parse,
};

fn sniff(input: &Input<'_>) -> Certainty {
    let Some(shape) = input.unlisted() else { return Certainty::No };
    let is_whole = matches!(shape.first.get("messages"), Node::Array(messages) if messages.iter().any(|one| one.has("versions")));
    if is_whole || (input.says("versions") && input.says("currentlySelected")) {
        Certainty::Sure
    } else {
        Certainty::No
    }
}

fn parse(input: &Input<'_>, options: &Options<'_>) -> Result<Parsed, IngestError> {
    let mut turns = Turns::default();
    let mut others = Vec::new();
    let mut number = 0;
    let mut reader = input.reader(&[])?;
    let (mut rest, fault) = reader.each_entry_of(&["messages"], |_, message| {
        add(number, message, options, &mut turns, &mut others);
        number += 1;
    });
    match fault {
        Some(fault) if turns.is_empty() => return Err(reader.error(fault)),
        Some(fault) if !reader.is_torn() => {
            turns.report.skip(SkipReason::Unreadable, &reader.error(fault).to_string());
        }
        Some(_) => {}
        None if number == 0 => return Err(IngestError::Missing { place: Place::File, field: "messages" }),
        None => {}
    }
    turns.open().append(&mut others);
    let created = rest.take("createdAt").scalar();
    if let Some(first) = turns.open().first_mut().filter(|first| first.stamp.is_none()) {
        first.stamp = created.clone();
    }
    turns.close(created.label(), rest.take("name").name());
    Ok(turns.parsed(reader.mending))
}

fn add(number: usize, mut message: Node, options: &Options<'_>, turns: &mut Turns, others: &mut Vec<Turn>) {
    let selected = match message.take("currentlySelected") {
        Node::Number(number) => number.as_u64().and_then(|number| usize::try_from(number).ok()),
        _ => None,
    };
    let mut versions = message.take("versions").entries();
    if versions.is_empty() {
        return turns.pass(SkipReason::NoMessage, number, "");
    }
    let at = selected.unwrap_or(0).min(versions.len() - 1);
    let chosen = versions.remove(at);
    version(number, chosen, turns);
    let mut aside = Turns::default();
    for other in versions {
        version(number, other, &mut aside);
    }
    let made: Vec<Turn> = aside.open().drain(..).map(|turn| Turn { branch: Branch::Other, ..turn }).collect();
    if options.branches == Branches::All {
        others.extend(made);
    } else {
        turns.report.branches_left_out += made.len();
    }
}

fn version(number: usize, mut version: Node, turns: &mut Turns) {
    let role = match version.get("role").str() {
        Some("user") => Role::User,
        Some("assistant") => Role::Assistant,
        Some("system") => {
            let text = version.take("content").prose().unwrap_or_default();
            return turns.pass(SkipReason::Notice, number, &text);
        }
        _ => return turns.pass(SkipReason::NoMessage, number, ""),
    };
    let mut said = Said::default();
    let model = version.take("senderInfo").take("senderName").name();
    let steps = version.take("steps").entries();
    if steps.is_empty() {
        said.content(version.take("content"), false);
    }
    steps.into_iter().for_each(|step| said.step(step));
    turns.report.skip_many(SkipReason::ToolTraffic, said.tools, &Place::Entry(number).to_string());
    let turn = Turn {
        speaker: Some(turns.speaker_of(role)),
        role,
        text: said.texts.join("\n\n"),
        stamp: said.stamp,
        thinking: Some(said.thoughts.join("\n\n")).filter(|text| !text.is_empty()).map(Box::from),
        model: said.model.or(model).filter(|_| role == Role::Assistant).map(Arc::from),
        attachments: said.files,
        ..Turn::at(number)
    };
    turns.add(turn);
}

/// What a version says, as its steps come.
#[derive(Default)]
struct Said {
    texts: Vec<String>,
    thoughts: Vec<String>,
    files: Vec<String>,
    tools: usize,
    stamp: Scalar,
    model: Option<String>,
}

impl Said {
    fn step(&mut self, mut step: Node) {
        if step.get("type").str().is_some_and(|kind| kind != "contentBlock") {
            return self.tools += usize::from(step.get("type").str() == Some("toolStatus"));
        }
        if self.stamp.is_none() {
            self.stamp = moment(step.get("stepIdentifier").str().unwrap_or_default());
        }
        let mut made = step.take("genInfo");
        self.model = self.model.take().or_else(|| made.take("identifier").name());
        let thinks = step.get("style").get("type").str() == Some("thinking");
        self.content(step.take("content"), thinks);
    }

    fn content(&mut self, content: Node, thinks: bool) {
        let parts = match content {
            Node::Array(parts) => parts,
            other => return self.texts.extend(other.prose().filter(|text| !text.is_empty())),
        };
        for mut part in parts {
            match part.get("type").str() {
                Some("file") => {
                    self.files
                        .extend(part.take("fileName").name().or_else(|| part.take("fileIdentifier").name()));
                }
                Some(kind) if kind.starts_with("tool") => self.tools += 1,
                _ => {
                    let text = part.prose().filter(|text| !text.is_empty());
                    if thinks { self.thoughts.extend(text) } else { self.texts.extend(text) }
                }
            }
        }
    }
}

/// The moment that a step's id begins with: `1762747241000-0.2`.
fn moment(id: &str) -> Scalar {
    let digits = id.split('-').next().unwrap_or_default();
    digits.parse::<u64>().map_or(Scalar::None, |number| Scalar::Number(number.into()))
}
