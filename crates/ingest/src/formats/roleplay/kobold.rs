//! Stories saved by KoboldAI Lite: `prompt` and `actions`, pieces of one text that go on where the last one ended. What
//! mode it was played in says who speaks in it: a story has no speakers, an adventure's actions begin with `>`, a chat has
//! names, and in instruct mode marks part what is asked and answered, the program's own or those of the model. World info and memory
//! are notes of lore.
//!
//! KoboldAI itself keeps its pieces and world info one level deeper (`file_version` 2); what was shared by a link once has
//! short names: `ga` for the pieces, `cm` for the memory, `cwi` for world info.

mod marks;

use naragtive_scene::{Role, Scalar, Turn};

use self::marks::Marks;
use super::lore;
use crate::aside::{self, Parted};
use crate::input::Input;
use crate::json::Node;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::turns::Turns;
use crate::{IngestError, Options, Place, SkipReason, words};

/// Pictures stand between these.
const PICTURES: [(&str, &str); 2] = [("[<|p|", "|p|>]"), ("[<|h|", "|h|>]")];

/// What stands beside the pieces of a story that was shared.
const SHARED: [&str; 4] = ["cm", "ca", "ct", "cwi"];

pub(crate) static ROW: FormatRow = FormatRow {
    name: "kobold",
    called: "KoboldAI Lite story",
    help: "stories, adventures and chats saved by KoboldAI Lite or KoboldAI, or shared once: .json, with their world info",
    export: "KoboldAI Lite: Save / Load, Download file",
    command: "naragtive ingest --as kobold",
    source: "kobold",
    extensions: &["json"],
    grouping: Grouping::Cut(SceneRule::Gap, Labels::Story),
    sniff,
    parse,
};

fn sniff(input: &Input<'_>) -> Certainty {
    let Some(shape) = input.unlisted() else { return Certainty::No };
    let first = &shape.first;
    let is_story = ["gamestarted", "file_version"].iter().any(|key| first.has(key))
        || (first.has("savedsettings") && first.has("actions"));
    let is_shared = matches!(first.get("ga"), Node::Array(pieces) if pieces.iter().all(|piece| piece.str().is_some()))
        && SHARED.iter().any(|key| first.get(key) != &Node::Null);
    let is_saved = is_story && (first.has("prompt") || first.has("actions"));
    if is_saved || is_shared { Certainty::Sure } else { Certainty::No }
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let mut reader = input.reader(&["actions", "worldinfo", "ga", "cwi"])?;
    let mut save = reader.value().map_err(|fault| reader.error(fault))?;
    let mut story = Turns::default();
    let prompt = save.take("prompt").prose();
    let pieces = prompt.into_iter().chain(pieces(&mut save)).map(|piece| without_pictures(&piece));
    Cast::of(save.take("savedsettings")).said(pieces.collect(), &mut story);
    let memory = save.take("memory").prose().filter(|text| !text.is_empty());
    let memory = memory.or_else(|| save.take("cm").prose()).unwrap_or_default();
    for (number, mut entry) in world(&mut save).enumerate() {
        let title = entry.take("comment").name();
        let names = lore::names(entry.take("key"));
        let text = entry.take("content").prose().unwrap_or_default();
        story.add(lore::note(number, Scalar::None, title.as_deref(), &names, &text));
    }
    let note = save.take("authorsnote").prose().unwrap_or_default();
    for (key, title, text) in [("memory", "Memory", memory), ("authorsnote", "Author's note", note)] {
        if !words::is_blank(&text) {
            story.add(lore::note(0, Scalar::from(key), Some(title), &[], &text));
        }
    }
    reader.check(story.is_empty())?;
    if story.saw_nothing() {
        return Err(IngestError::Missing { place: Place::File, field: "actions" });
    }
    Ok(story.parsed(reader.mending))
}

/// The pieces behind the first one, in whichever of the three forms.
fn pieces(save: &mut Node) -> Vec<String> {
    let pieces = match save.take("actions") {
        Node::Array(pieces) => pieces,
        mut numbered => {
            values(numbered.take("actions")).map(|mut piece| piece.take("Selected Text")).collect()
        }
    };
    let shared = save.take("ga").entries();
    pieces.into_iter().chain(shared).filter_map(Node::prose).collect()
}

/// The entries of world info.
fn world(save: &mut Node) -> impl Iterator<Item = Node> {
    let entries = save.take("worldinfo").entries().into_iter().chain(save.take("cwi").entries());
    entries.chain(values(save.take("worldinfo_v2").take("entries")))
}

/// What an object has, in its order.
fn values(object: Node) -> impl Iterator<Item = Node> {
    let values = if let Node::Object(values) = object { values } else { Vec::new() };
    values.into_iter().map(|(_, value)| value)
}

/// Who takes part, and how it was played: 1 a story, 2 an adventure, 3 a chat, 4 by instructions.
struct Cast {
    mode: u64,
    user: String,
    others: Vec<String>,
    marks: Option<Marks>,
}

impl Cast {
    fn of(mut settings: Node) -> Self {
        let mode = match settings.take("opmode") {
            Node::Number(mode) => mode.as_u64().unwrap_or(1),
            Node::Text(mode) => mode.parse().unwrap_or(1),
            _ => 1,
        };
        let user = settings.take("chatname").name().unwrap_or_else(|| "You".to_owned());
        let others = settings.take("chatopponent").name().unwrap_or_default();
        let others = others.split("||$||").map(|name| words::trim(name).to_owned());
        let others = others.filter(|name| !name.is_empty()).collect();
        Self { mode, user, others, marks: Marks::of(&mut settings, mode == 4) }
    }

    fn said(&self, pieces: Vec<String>, story: &mut Turns) {
        let text = pieces.concat();
        match self.marks.as_ref().filter(|marks| marks.are_in(&text)) {
            Some(marks) => self.instructed(marks, &text, story),
            None if self.mode == 3 => self.chatted(&text, story),
            None => self.thought_and_told(pieces, story),
        }
    }

    /// A text without speakers is told line by line, so that what was thought of several lines is taken out before: a thought
    /// begins a piece, and goes with what is told behind it.
    fn thought_and_told(&self, pieces: Vec<String>, story: &mut Turns) {
        let (mut text, mut thinking) = (String::new(), None);
        for (number, piece) in pieces.into_iter().enumerate() {
            let Parted { text: said, thinking: thought, tools } = aside::parted(piece);
            if tools > 0 {
                story.report.skip_many(SkipReason::ToolTraffic, tools, &Place::Entry(number).to_string());
            }
            if !thought.is_empty() {
                self.told(&std::mem::take(&mut text), &mut thinking, story);
                thinking =
                    Some(thinking.map_or_else(String::new, |before: String| before + "\n\n") + &thought);
            }
            text.push_str(&said);
        }
        self.told(&text, &mut thinking, story);
    }

    fn told(&self, text: &str, thinking: &mut Option<String>, story: &mut Turns) {
        let begins = story.open().len();
        told(text, self.mode == 2, &self.user, story);
        if let Some(first) = story.open().get_mut(begins) {
            first.thinking = thinking.take().map(Box::from);
        }
    }

    /// What stands between the marks.
    fn instructed(&self, marks: &Marks, text: &str, story: &mut Turns) {
        let other = self.others.first().map_or("Assistant", String::as_str);
        let is_said = |(role, said): &(Role, &str)| *role != Role::System && !words::is_blank(said);
        for (number, (role, said)) in marks.parts(text).into_iter().filter(is_said).enumerate() {
            let speaker = story.name(if role == Role::User { &self.user } else { other });
            story.add(Turn { speaker: Some(speaker), role, text: said.to_owned(), ..Turn::at(number) });
        }
    }

    /// Lines that begin with somebody's name; others go on with what was said.
    fn chatted(&self, text: &str, story: &mut Turns) {
        let named = |line: &str| {
            let (name, said) = line.split_once(':')?;
            let name = words::trim(name);
            let is_user = name == self.user;
            let known = is_user || self.others.iter().any(|other| other == name);
            known.then(|| {
                (name.to_owned(), if is_user { Role::User } else { Role::Assistant }, said.to_owned())
            })
        };
        let mut open = Turn { role: Role::Assistant, ..Turn::default() };
        for line in text.lines() {
            let Some((name, role, said)) = named(line) else {
                open.text.extend(["\n", line]);
                continue;
            };
            let number = open.entry as usize + 1;
            let speaker = Some(story.name(name));
            close(
                std::mem::replace(&mut open, Turn { speaker, role, text: said, ..Turn::at(number) }),
                story,
            );
        }
        close(open, story);
    }
}

fn close(turn: Turn, story: &mut Turns) {
    if !words::is_blank(&turn.text) {
        story.add(turn);
    }
}

/// A text without speakers, a turn for each paragraph. In an adventure those that begin with `>` are what the player does.
pub(super) fn told(text: &str, adventure: bool, user: &str, story: &mut Turns) {
    let begun = story.open().len();
    for (number, paragraph) in text.lines().filter(|line| !words::is_blank(line)).enumerate() {
        let number = begun + number;
        let action = paragraph.strip_prefix('>').filter(|_| adventure);
        let turn = match action {
            Some(action) => Turn {
                speaker: Some(story.name(user)),
                role: Role::User,
                text: action.to_owned(),
                ..Turn::at(number)
            },
            None => Turn { role: Role::Assistant, text: paragraph.to_owned(), ..Turn::at(number) },
        };
        story.add(turn);
    }
}

fn without_pictures(text: &str) -> String {
    let mut kept = text.to_owned();
    for (open, end) in PICTURES {
        while let Some(at) = kept.find(open) {
            let behind = kept
                .get(at..)
                .and_then(|rest| rest.find(end))
                .map_or(kept.len(), |end_at| at + end_at + end.len());
            kept.replace_range(at..behind, "");
        }
    }
    kept
}
