//! Roll20's chat archive: the page as a browser saves it, an element for each message, and its messages as JSON. Who speaks
//! and when stands at the first of several messages of one person only.

use naragtive_scene::{Scalar, Turn};

use crate::input::Input;
use crate::json::{Mending, Node, Reader};
use crate::markup::{Element, Markup, Tag, each_element, line, shown};
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::turns::Turns;
use crate::{IngestError, Options, Place, SkipReason, markup, words};

/// Kinds of messages in which nobody says anything.
const NOTICES: [&str; 3] = ["system", "error", "api"];

pub(crate) static ROW: FormatRow = FormatRow {
    name: "roll20",
    called: "Roll20 chat archive",
    help: "the chat archive of a Roll20 game, saved as a page (.html) or as its messages (.json)",
    export: "Roll20: a game's page, View All Chat Logs, Show on One Page; save it with the browser",
    command: "naragtive ingest --as roll20",
    source: "roll20",
    extensions: &["html", "htm", "json"],
    grouping: Grouping::Cut(SceneRule::Gap, Labels::Story),
    sniff,
    parse,
};

fn sniff(input: &Input<'_>) -> Certainty {
    let says = |text: &str| input.head().contains(text);
    let is_one = match input.shape() {
        Some(_) => says("\"who\"") && says("\"playerid\"") && says("\"content\""),
        None => {
            input.head().trim_start().starts_with('<') && says("data-messageid=") && says("class=\"message")
        }
    };
    if is_one { Certainty::Sure } else { Certainty::No }
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let mut chat = Turns::default();
    let mut mending = Mending::default();
    if input.shape().is_some() {
        let mut reader = input.reader(&[])?.keeping_members();
        let mut number = 0;
        reader.each_or_one(|_, entry| messages(entry, &mut number, &mut chat))?;
        reader.check(chat.is_empty())?;
        mending = reader.mending;
    } else {
        page(input.text()?, &mut chat);
    }
    if chat.saw_nothing() {
        return Err(IngestError::Missing { place: Place::File, field: "data-messageid" });
    }
    Ok(chat.parsed(mending))
}

fn page(text: &str, chat: &mut Turns) {
    let mut speaker: Option<String> = None;
    let mut stamp = Scalar::None;
    let mut number = 0;
    let is_message = |tag: &Tag| tag.is(".message[data-messageid]");
    let torn = each_element(text, Markup::Html, &is_message, &mut |message| {
        let found = message.first(".by").map(|by| line(by).trim_end_matches(':').trim().to_owned());
        speaker = found.filter(|name| !name.is_empty()).or(speaker.take());
        if let Some(time) = message.first(".tstamp") {
            stamp = line(time).as_str().into();
        }
        add(number, &message, speaker.as_deref(), &stamp, chat);
        number += 1;
    });
    if torn.is_some() {
        chat.report.skip(SkipReason::Unreadable, "the file ends in the middle of a message");
    }
}

fn add(number: usize, message: &Element, speaker: Option<&str>, stamp: &Scalar, chat: &mut Turns) {
    let left_out = |tag: &Tag| [".by", ".tstamp", ".avatar", ".spacer"].iter().any(|marks| tag.is(marks));
    let between = if message.tag.has_class("rollresult") { " " } else { "\n" };
    let said = shown(message, left_out, between);
    if NOTICES.iter().any(|kind| message.tag.has_class(kind)) {
        return chat.pass(SkipReason::Notice, number, &said);
    }
    // What somebody does, and what is told, names who it is about.
    let named = !["emote", "desc"].iter().any(|kind| message.tag.has_class(kind));
    let speaker = speaker.filter(|_| named).map(|name| chat.name(name));
    let own_id = message.tag.get("data-messageid").map(Scalar::from).unwrap_or_default();
    chat.add(Turn { speaker, text: said, stamp: stamp.clone(), own_id, ..Turn::at(number) });
}

/// Messages by their ids, or one message.
fn messages(entry: Node, number: &mut usize, chat: &mut Turns) {
    if entry.has("content") {
        from_json(*number, None, entry, chat);
        *number += 1;
        return;
    }
    let Node::Object(entries) = entry else { return chat.pass(SkipReason::NoMessage, *number, "") };
    for (id, inner) in entries.into_iter().filter(|(_, inner)| inner.is_object()) {
        if inner.has("content") {
            from_json(*number, Some(&id), inner, chat);
            *number += 1;
        } else {
            messages(inner, number, chat);
        }
    }
}

/// What a roll says: what was rolled, and what came of it. Such a message has JSON for a text.
fn rolled(message: &mut Node) -> Option<String> {
    let mut roll = match message.get("content") {
        Node::Text(text) if text.trim_start().starts_with('{') => Reader::new(text, &[]).value().ok()?,
        object @ Node::Object(_) => object.clone(),
        _ => return None,
    };
    let total = roll.take("total").name().filter(|_| roll.has("rolls"))?;
    let asked = message.take("origRoll").name().filter(|asked| !words::is_blank(asked));
    let asked = asked.unwrap_or_else(|| terms(roll.take("rolls")).concat());
    let asked = words::trim(&markup::plain(&asked)).to_owned();
    Some(if asked.is_empty() { total } else { format!("{asked} = {total}") })
}

/// The terms of a roll as they are typed: dice, what is added, groups of terms, labels.
fn terms(rolls: Node) -> Vec<String> {
    let term = |mut term: Node| match term.take("type").name().as_deref() {
        Some("R") => {
            let count = term.take("dice").name().unwrap_or_else(|| "1".to_owned());
            let sides = if term.has("table") {
                "t".to_owned() + &term.take("table").name().unwrap_or_default()
            } else {
                format!("d{}", term.take("sides").name().unwrap_or_default())
            };
            Some(count + &sides)
        }
        Some("M") => term.take("expr").prose(),
        Some("G") => {
            let groups = term.take("rolls").entries().into_iter();
            let groups = groups.map(|group| terms(group).concat()).collect::<Vec<_>>();
            Some(format!("{{{}}}", groups.join(",")))
        }
        Some("L") => term.take("text").prose().map(|text| format!("[{text}]")),
        Some("C") => term.take("text").prose(),
        _ => None,
    };
    rolls.entries().into_iter().filter_map(term).collect()
}

fn from_json(number: usize, id: Option<&str>, mut message: Node, chat: &mut Turns) {
    let kind = message.take("type").name().unwrap_or_default();
    let said = rolled(&mut message)
        .unwrap_or_else(|| markup::plain(&message.take("content").prose().unwrap_or_default()));
    if NOTICES.contains(&kind.as_str()) {
        return chat.pass(SkipReason::Notice, number, &said);
    }
    let total = message
        .take("inlinerolls")
        .entries()
        .into_iter()
        .filter_map(|mut roll| roll.take("results").take("total").name());
    let said = total.enumerate().fold(said, |said, (at, total)| said.replace(&format!("$[[{at}]]"), &total));
    let name = message.take("who").name().map(|name| words::trim(&name).to_owned());
    let turn = Turn {
        speaker: name.filter(|name| !name.is_empty()).map(|name| chat.name(name)),
        stamp: message.take_scalar(&["timestamp", ".priority", "time"]),
        own_id: id.map(Scalar::from).unwrap_or_default(),
        text: said,
        ..Turn::at(number)
    };
    chat.add(turn);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_roll_is_what_was_rolled_and_what_came_of_it() {
        for (message, said) in [
            (
                r#"{"content":"{\"type\":\"V\",\"rolls\":[{\"type\":\"R\",\"dice\":1,\"sides\":20},{\"type\":\"M\",\"expr\":\"+3\"}],\"total\":17}","origRoll":"1d20+3"}"#,
                Some("1d20+3 = 17"),
            ),
            (
                r#"{"content":"{\"rolls\":[{\"type\":\"R\",\"dice\":1,\"sides\":20},{\"type\":\"M\",\"expr\":\"+3\"},{\"type\":\"C\",\"text\":\" to hit\"}],\"total\":17}"}"#,
                Some("1d20+3 to hit = 17"),
            ),
            (
                r#"{"content":{"rolls":[{"type":"G","rolls":[[{"type":"R","dice":2,"sides":6}],[{"type":"R","dice":1,"sides":8}]]}],"total":9}}"#,
                Some("{2d6,1d8} = 9"),
            ),
            (r#"{"content":"{\"rolls\":[],\"total\":0}"}"#, Some("0")),
            (r#"{"content":"{template} 17"}"#, None),
            (r#"{"content":"The lamp"}"#, None),
        ] {
            assert_eq!(rolled(&mut Reader::new(message, &[]).value().unwrap()).as_deref(), said, "{message}");
        }
    }
}
