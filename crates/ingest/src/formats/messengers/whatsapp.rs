//! WhatsApp's `_chat.txt`: `[02/11/2025, 21:14:03] Ann: text` on iPhones, `02/11/2025, 21:14 - Ann: text` elsewhere, the
//! date as the phone's language writes it. What stands on lines without a date goes on with the message above.
//!
//! A line with a date and no `Name:` is a notice. So is the first line of most chats, about encryption, which stands
//! under the name of the chat itself on iPhones. Marks that nobody sees stand before what the program itself wrote.

use std::sync::LazyLock;

use naragtive_scene::Turn;
use regex::Regex;

use crate::input::Input;
use crate::json::Mending;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::turns::Turns;
use crate::{IngestError, Options, SkipReason, stamp, words};

/// Stands before what the program wrote.
const MARK: char = '\u{200e}';
/// How many characters a name has at most.
const NAME: usize = 80;

pub(crate) static ROW: FormatRow = FormatRow {
    name: "whatsapp",
    called: "WhatsApp chat",
    help: "_chat.txt of WhatsApp's export, of iPhones and Android in any language, or the zip archive it comes in",
    export: "WhatsApp: the chat's menu, More, Export chat, without media",
    command: "naragtive ingest --as whatsapp",
    source: "whatsapp",
    extensions: &["txt"],
    grouping: Grouping::Cut(SceneRule::Gap, Labels::Chat),
    sniff,
    parse,
};

/// A stamp at the beginning of a line: in brackets, or up to ` - `. It begins with a number or, in Arabic and Persian
/// phones, with a mark of direction.
static STAMPS: LazyLock<[Regex; 2]> = LazyLock::new(|| {
    [
        r"^[\u{200e}\u{200f}\u{202a}-\u{202e}]*\[(?<stamp>[^\[\]]{8,40})\]\s",
        r"^[\u{200e}\u{200f}\u{202a}-\u{202e}]*(?<stamp>\p{Nd}{1,4}[^\p{Nd}\n]{1,3}\p{Nd}{1,2}[^\n]{4,30}?)\s[-–]\s",
    ]
    .map(stamp::compiled)
});

/// What stands for a file that was left out, in the languages it is known in; the whole of a message.
const OMITTED: [&str; 29] = [
    "<media omitted>",
    "<medien ausgeschlossen>",
    "<media weggelaten>",
    "<multimedia omitido>",
    "<arquivo de mídia oculto>",
    "<mídia oculta>",
    "<médias omis>",
    "<media omessi>",
    "<без медиафайлов>",
    "<pominięto multimedia>",
    "<medya dahil edilmedi>",
    "<メディアなし>",
    "<媒体文件已忽略>",
    "<省略多媒體檔案>",
    "<미디어 파일 제외됨>",
    "<medier udeladt>",
    "<media har utelämnats>",
    "<media utelämnat>",
    "<medier utelatt>",
    "<media jätettiin pois>",
    "<média vynechána>",
    "<média vynechané>",
    "<media tidak disertakan>",
    "<hiányzó médiafájl>",
    "<תוכן המדיה לא נכלל>",
    "<המדיה לא נכללה>",
    "<تم استبعاد الوسائط>",
    "<省略多媒体文件>",
    "<미디어 파일을 제외함>",
];
/// What follows the kind of a file that was left out on an iPhone, and a message that was taken back.
const LEFT_OUT: [&str; 12] = [
    "omitted",
    "weggelassen",
    "omitido",
    "omitida",
    "ocultado",
    "absent",
    "absente",
    "omesso",
    "omessa",
    "weggelaten",
    "опущено",
    "pominięto",
];
/// What stands behind a message that was edited, where no mark is before it.
const EDITED: [&str; 8] = [
    "<this message was edited>",
    "<diese nachricht wurde bearbeitet>",
    "<ce message a été modifié>",
    "<se editó este mensaje>",
    "<mensagem editada>",
    "<questo messaggio è stato modificato>",
    "<dit bericht is bewerkt>",
    "<это сообщение изменено>",
];
const DELETED: [&str; 10] = [
    "this message was deleted",
    "you deleted this message",
    "diese nachricht wurde gelöscht",
    "du hast diese nachricht gelöscht",
    "se eliminó este mensaje",
    "eliminaste este mensaje",
    "esta mensagem foi apagada",
    "ce message a été supprimé",
    "questo messaggio è stato eliminato",
    "это сообщение удалено",
];

/// Whether two lines or more, or the first one, have a stamp and somebody who speaks.
fn sniff(input: &Input<'_>) -> Certainty {
    if input.shape().is_some_and(|shape| !shape.is_array) || input.head().contains('\0') {
        return Certainty::No;
    }
    let lines = input.head().lines().take(400);
    let (mut stamped, mut named, mut others, mut bracketed) = (0, 0, 0, 0);
    for line in lines.filter(|line| !words::is_blank(line)) {
        match header(line) {
            Some((_, rest)) => {
                stamped += 1;
                named += usize::from(said(rest).is_some());
                bracketed += usize::from(rest.starts_with('<') && rest.contains("> "));
            }
            None => others += 1,
        }
    }
    match (stamped, named) {
        (_, 0) => Certainty::No,
        // Other programs have names in brackets behind a time.
        _ if bracketed > 0 && bracketed >= named => Certainty::No,
        (2.., _) if stamped * 40 > others => Certainty::Sure,
        (1, 1) if others == 0 => Certainty::Likely,
        _ => Certainty::No,
    }
}

/// The stamp of a line and what stands behind it.
fn header(line: &str) -> Option<(&str, &str)> {
    STAMPS.iter().find_map(|pattern| {
        let found = pattern.captures(line)?;
        let (whole, stamp) = (found.get(0)?, found.name("stamp")?.as_str());
        let is_one = stamp.contains(':') || stamp.contains('.');
        (is_one && stamp::read_text(stamp).is_some())
            .then(|| (stamp, line.get(whole.end()..).unwrap_or_default()))
    })
}

/// Who says what; a notice says nothing.
fn said(rest: &str) -> Option<(&str, &str)> {
    let (name, text) = rest.split_once(": ").or_else(|| Some((rest.strip_suffix(':')?, "")))?;
    let name = name.trim_matches(is_mark);
    (!name.is_empty() && words::length(name) <= NAME).then_some((name, text))
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '~' | '\u{a0}' | '\u{202f}' | ' ')
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let (text, nuls) = input.lines()?;
    let mut chat = Turns::default();
    chat.report.dropped_bytes = nuls;
    let mut open: Option<Message<'_>> = None;
    let mut number = 0;
    for line in text.lines() {
        match (header(line), &mut open) {
            (Some((stamp, rest)), _) => {
                let message = Message { number, stamp, rest: rest.to_owned() };
                number += 1;
                open.replace(message).into_iter().for_each(|message| message.close(&mut chat));
            }
            (None, Some(message)) => message.rest.extend(["\n", line]),
            (None, None) if words::is_blank(line) => {}
            (None, None) => chat.report.skip(SkipReason::NoMessage, line),
        }
    }
    open.into_iter().for_each(|message| message.close(&mut chat));
    if chat.saw_nothing() {
        return Err(IngestError::NoTurn { found: words::first_line(&text) });
    }
    Ok(chat.parsed(Mending::default()))
}

/// A message as its lines come.
struct Message<'a> {
    number: usize,
    stamp: &'a str,
    rest: String,
}

impl Message<'_> {
    fn close(self, chat: &mut Turns) {
        let Some((name, text)) = said(&self.rest) else {
            return chat.pass(SkipReason::Notice, self.number, &self.rest);
        };
        let told = text.trim_matches(is_mark);
        if (chat.report.turns == 0 && text.starts_with(MARK) && attachment(text).is_none())
            || is_deleted(told)
        {
            return chat.pass(SkipReason::Notice, self.number, told);
        }
        let (text, edited) = edited(text);
        let (text, attachments) = attached(text);
        let speaker = Some(chat.name(name));
        let stamp = self.stamp.into();
        chat.add(Turn { speaker, stamp, text, attachments, edited, ..Turn::at(self.number) });
    }
}

fn is_deleted(told: &str) -> bool {
    let low = told.to_lowercase();
    DELETED.iter().any(|deleted| low.trim_end_matches('.') == *deleted)
}

/// The text without the mark that it was edited.
fn edited(text: &str) -> (&str, bool) {
    let plain = text.trim_end_matches(is_mark);
    let mark = plain.rfind('<').filter(|at| {
        let behind = plain.get(*at..).unwrap_or_default();
        let before = plain.get(..*at).unwrap_or_default();
        let low = behind.to_lowercase();
        let is_known = EDITED.contains(&low.replace(".>", ">").as_str());
        is_known || before.ends_with(MARK) && behind.ends_with('>') && !behind.contains(':')
    });
    match mark {
        Some(at) => (plain.get(..at).unwrap_or_default().trim_end_matches(is_mark), true),
        None => (text, false),
    }
}

/// The text without lines that stand for files, and what those are called.
fn attached(text: &str) -> (String, Vec<String>) {
    let mut attachments = Vec::new();
    let mut kept = Vec::new();
    for line in text.lines() {
        match attachment(line) {
            Some(name) => attachments.push(name),
            None => kept.push(line.trim_matches([MARK, '\u{200f}'])),
        }
    }
    (kept.join("\n"), attachments)
}

/// What a line names, if it stands for a file: `<attached: map.jpg>`, `map.jpg (file attached)`, `image omitted`.
fn attachment(line: &str) -> Option<String> {
    let plain = line.trim_matches(is_mark);
    let low = plain.to_lowercase();
    if OMITTED.contains(&low.as_str()) {
        return Some("media".to_owned());
    }
    let inner = plain.strip_prefix('<').and_then(|inner| inner.strip_suffix('>'));
    let named = inner.and_then(|inner| inner.split_once(": ")).map(|(_, name)| name);
    let behind = plain.strip_suffix(')').and_then(|plain| plain.rsplit_once(" (")).map(|(name, _)| name);
    let is_file = |name: &&str| {
        let end = name.rsplit_once('.').map(|(_, end)| end);
        end.is_some_and(|end| {
            (2..=5).contains(&end.len()) && end.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
    };
    let behind = behind.filter(|name| {
        is_file(name) && !name.contains(' ') && line.starts_with(MARK)
            || is_file(name) && low.ends_with("attached)")
    });
    if let Some(name) = named.filter(|name| is_file(name)).or(behind) {
        return Some(name.to_owned());
    }
    let (kind, last) = plain.rsplit_once(' ')?;
    let is_left_out = line.starts_with(MARK) && LEFT_OUT.contains(&last.to_lowercase().as_str());
    // The name of a document and how many pages it has stand before its kind.
    let (name, kind) = kind.split_once(" • ").unwrap_or((kind, kind));
    (is_left_out && words::words(kind).count() <= 3).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_of_every_phone_are_told_from_what_is_said() {
        for (line, found) in [
            ("[02/11/2025, 21:14:03] Ann: Hi", Some(("Ann", "Hi"))),
            ("\u{200e}[02.11.25, 21:14:03] Ann: Hi", Some(("Ann", "Hi"))),
            ("[11/2/25, 9:14:03\u{202f}PM] ~\u{a0}Ann: Hi", Some(("Ann", "Hi"))),
            ("[2025/11/02 21:14:03] Ann: Hi", Some(("Ann", "Hi"))),
            ("[2025-11-02, 9:14:03 PM] Ann: Hi", Some(("Ann", "Hi"))),
            ("02/11/2025, 21:14 - Ann: Hi", Some(("Ann", "Hi"))),
            ("2.11.2025, 21:14 - Ann: Hi", Some(("Ann", "Hi"))),
            ("11/2/25, 9:14 PM - Ann: Hi: there", Some(("Ann", "Hi: there"))),
            ("02/11/2025 à 21:14 - Ann : Hi", Some(("Ann", "Hi"))),
            ("2/11/2025, 9:14 p. m. - Ann: Hi", Some(("Ann", "Hi"))),
            ("2025/11/02 下午9:14 - Ann: Hi", Some(("Ann", "Hi"))),
            ("2025. 11. 2. 오후 9:14 - Ann: Hi", Some(("Ann", "Hi"))),
            ("02/11/2025, 21:14 - Ann:", Some(("Ann", ""))),
            ("02/11/2025, 21:14 - Ann joined", None),
            ("Dear Ann: Hi", None),
            ("[Scene: the inn] Ann: Hi", None),
        ] {
            assert_eq!(header(line).and_then(|(_, rest)| said(rest)), found, "{line}");
        }
    }

    #[test]
    fn a_message_is_edited_where_it_says_so_and_not_where_somebody_writes_it() {
        for (text, kept) in [
            ("Hi \u{200e}<This message was edited>", ("Hi", true)),
            ("Hi <This message was edited>", ("Hi", true)),
            ("Ça va ? <Ce message a été modifié>", ("Ça va ?", true)),
            ("Hallo <Diese Nachricht wurde bearbeitet.>", ("Hallo", true)),
            ("Hi <grins>", ("Hi <grins>", false)),
        ] {
            assert_eq!(edited(text), kept, "{text}");
        }
    }

    #[test]
    fn what_stands_for_a_file_is_its_name() {
        for (line, name) in [
            ("\u{200e}<attached: 00000012-PHOTO.jpg>", Some("00000012-PHOTO.jpg")),
            ("\u{200e}<Anhang: karte.pdf>", Some("karte.pdf")),
            ("IMG-20251102.jpg (file attached)", Some("IMG-20251102.jpg")),
            ("\u{200e}IMG-1.jpg (Datei angehängt)", Some("IMG-1.jpg")),
            ("<Media omitted>", Some("media")),
            ("\u{200e}image omitted", Some("image")),
            ("\u{200e}map.pdf • \u{200e}3 pages \u{200e}document omitted", Some("map.pdf")),
            ("the last page was omitted", None),
            ("see map.pdf", None),
        ] {
            assert_eq!(attachment(line).as_deref(), name, "{line}");
        }
    }
}
