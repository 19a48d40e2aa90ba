//! Discord's own data package: `messages/index.json`, which says what channels are called, and a folder for each of them
//! with `channel.json` and `messages.json`, or `messages.csv` in older packages. It holds what the user wrote and
//! nobody else.

use std::sync::Arc;

use naragtive_scene::{Role, Turn};

use crate::input::Input;
use crate::json::{Mending, Node, Reader};
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::turns::{Turns, file_name};
use crate::{IngestError, Options, Place, SkipReason, table};

/// What the columns are called, and the members of an entry.
const HEADER: &str = "ID,Timestamp,Contents,Attachments";
/// Who speaks, where the package doesn't say what they are called.
const USER: &str = "Me";

pub(crate) static ROW: FormatRow = FormatRow {
    name: "discord-data",
    called: "Discord data package",
    help: "what you wrote, as Discord itself hands it out: the zip archive, its folder, or one channel's messages",
    export: "Discord: User Settings, Data & Privacy, Request all of my data; the archive comes by mail",
    command: "naragtive ingest --as discord-data",
    source: "discord",
    extensions: &["json", "csv"],
    grouping: Grouping::Cut(SceneRule::Gap, Labels::Story),
    sniff,
    parse,
};

fn sniff(input: &Input<'_>) -> Certainty {
    let is_entry = |first: &Node| first.has("ID") && first.has("Timestamp") && first.has("Contents");
    let is_one = match input.shape() {
        Some(shape) => shape.is_array && is_entry(&shape.first),
        None => input.head().lines().next().is_some_and(|line| line.trim_end() == HEADER),
    };
    if is_one { Certainty::Sure } else { Certainty::No }
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let mut turns = Turns::default();
    let speaker = turns.name(user(input).unwrap_or_else(|| USER.to_owned()));
    let mut mending = Mending::default();
    if input.shape().is_some() {
        let mut reader = input.reader(&[])?;
        if !reader.each_entry(|number, entry| add(number, entry, &speaker, &mut turns)) {
            let found = reader.value().map_err(|fault| reader.error(fault))?.kind();
            return Err(IngestError::WrongKind {
                place: Place::File,
                expected: "an array of messages",
                found,
            });
        }
        reader.check(turns.is_empty())?;
        mending = reader.mending;
    } else {
        let mut next = 0;
        let torn = table::each_record(input.text()?, |number, entry| {
            next = number + 1;
            add(number, entry, &speaker, &mut turns);
        })?;
        if torn.is_some() {
            turns.pass(SkipReason::Unreadable, next, "");
        }
    }
    let (id, name) = channel(input);
    let shared = name.as_deref().map(Arc::<str>::from);
    turns.open().iter_mut().for_each(|turn| turn.channel = shared.clone());
    turns.close(id, name);
    Ok(turns.parsed(mending))
}

fn add(number: usize, mut entry: Node, speaker: &Arc<str>, turns: &mut Turns) {
    if !entry.is_object() {
        return turns.pass(SkipReason::NoMessage, number, "");
    }
    let files = entry.take("Attachments").prose().unwrap_or_default();
    let turn = Turn {
        speaker: Some(Arc::clone(speaker)),
        role: Role::User,
        stamp: entry.take("Timestamp").scalar(),
        own_id: entry.take("ID").scalar(),
        text: entry.take("Contents").prose().unwrap_or_default(),
        attachments: files.split_whitespace().filter_map(attachment).collect(),
        ..Turn::at(number)
    };
    turns.add(turn);
}

/// The name of a file in its address.
fn attachment(address: &str) -> Option<String> {
    file_name(address.split(['?', '#']).next().unwrap_or(address))
}

/// What the user is called, as the package's account says.
fn user(input: &Input<'_>) -> Option<String> {
    let text = ["account/user.json", "Account/user.json"].iter().find_map(|path| input.beside(path))?;
    let mut user = Reader::new(text, &[]).value().ok()?;
    user.take("global_name").name().or_else(|| user.take("username").name())
}

/// The channel's id and what it is called: its server's name and its own, else what the index says.
fn channel(input: &Input<'_>) -> (Option<String>, Option<String>) {
    let read =
        |name: &str| Reader::new(input.beside(name).unwrap_or_default(), &[]).value().unwrap_or_default();
    let mut channel = read("channel.json");
    let folder = input.folder().map(|folder| folder.trim_start_matches('c').to_owned());
    let is_id = |id: &String| id.bytes().all(|byte| byte.is_ascii_digit());
    let id = channel.take("id").name().or(folder.filter(is_id));
    let (guild, own) = (channel.take("guild").take("name").name(), channel.take("name").name());
    let whole = own.map(|own| guild.map(|guild| format!("{guild} / {own}")).unwrap_or(own));
    let name = whole.or_else(|| read("index.json").take(id.as_deref()?).name());
    (id, name)
}
