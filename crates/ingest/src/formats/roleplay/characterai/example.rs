//! What CAI Tools writes of a character's example dialogues: `{{user}}: text` and `{{char}}: text` below `<START>`.

use naragtive_scene::{Role, Turn};

use crate::input::Input;
use crate::json::Mending;
use crate::row::Parsed;
use crate::turns::Turns;
use crate::{IngestError, Options, Place, SkipReason, words};

/// Stands above each dialogue.
const START: &str = "<START>";
/// Who speaks behind which mark.
const SPEAKERS: [(&str, Role); 2] = [("{{user}}:", Role::User), ("{{char}}:", Role::Assistant)];

/// Whether the first line begins a dialogue, and both speak.
pub(super) fn is_one(input: &Input<'_>) -> bool {
    let is_first = |line: &str| line.trim() == START || speaker(line).is_some();
    let speaks = |mark: &str| input.head().lines().any(|line| line.starts_with(mark));
    input.first_line().is_some_and(is_first) && SPEAKERS.iter().all(|(mark, _)| speaks(mark))
}

fn speaker(line: &str) -> Option<(Role, &str)> {
    SPEAKERS.iter().find_map(|(mark, role)| Some((*role, line.strip_prefix(mark)?)))
}

pub(super) fn parse(input: &Input<'_>, options: &Options<'_>) -> Result<Parsed, IngestError> {
    let (text, nuls) = input.lines()?;
    let character = character(options.file).unwrap_or("Character");
    let mut turns = Turns::default();
    turns.report.dropped_bytes = nuls;
    let mut open: Option<Turn> = None;
    for (number, line) in text.lines().enumerate() {
        match (speaker(line), &mut open) {
            (Some((role, said)), _) => {
                let speaker = Some(turns.name(if role == Role::User { "You" } else { character }));
                let turn = Turn { speaker, role, text: said.to_owned(), ..Turn::at(number) };
                open.replace(turn).into_iter().for_each(|turn| add(turn, character, &mut turns));
            }
            (None, _) if line.trim() == START => {
                open.take().into_iter().for_each(|turn| add(turn, character, &mut turns));
            }
            (None, Some(turn)) => turn.text.extend(["\n", line]),
            (None, None) if words::is_blank(line) => {}
            (None, None) => turns.report.skip(SkipReason::NoMessage, line),
        }
    }
    open.into_iter().for_each(|turn| add(turn, character, &mut turns));
    if turns.saw_nothing() {
        return Err(IngestError::Missing { place: Place::File, field: "{{char}}:" });
    }
    Ok(turns.parsed(Mending::default()))
}

fn add(mut turn: Turn, character: &str, turns: &mut Turns) {
    turn.text = turn.text.replace("{{user}}", "You").replace("{{char}}", character);
    turns.add(turn);
}

/// The character's name in the file's: `Sera_Example.txt`.
fn character(path: &str) -> Option<&str> {
    let name = path.rsplit(['/', '\\']).next()?.strip_suffix("_Example.txt")?;
    (!name.is_empty()).then_some(name)
}
