//! Logs of talk as IRC programs write them, and MUDs and games after them: `<Ann> text`, `[21:14] <Ann> text`, `* Ann waves`.
//!
//! What the time lacks, the day, stands in lines of its own that say when the log was opened or that a day began. Who came
//! and went is a notice. A line that begins as none of these goes on with the one above.

mod codes;
mod days;
mod line;

use naragtive_scene::Turn;

use self::codes::without_codes;
use self::days::LogDays;
use self::line::{LogLine, line};
use crate::input::Input;
use crate::json::Mending;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::turns::Turns;
use crate::{IngestError, Options, SkipReason, words};

pub(crate) static ROW: FormatRow = FormatRow {
    name: "irc",
    called: "IRC log",
    help: "logs with `<Name> text` and `* Name waves`, with times or without: irssi, WeeChat, HexChat, mIRC, MUDs",
    export: "the log files of your IRC program or MUD client",
    command: "naragtive ingest --as irc",
    source: "irc",
    extensions: &["txt", "log", "weechatlog"],
    grouping: Grouping::Cut(SceneRule::Gap, Labels::Story),
    sniff,
    parse,
};

/// Whether most of the first lines are such, and somebody says something in two of them; or in one, with a time, where all are.
fn sniff(input: &Input<'_>) -> Certainty {
    let is_page = input.head().matches("</").take(3).count() == 3;
    if is_page || input.shape().is_some_and(|shape| !shape.is_array) || input.head().contains('\0') {
        return Certainty::No;
    }
    let (mut said, mut known, mut all, mut timed) = (0, 0, 0, 0);
    for found in input.head().lines().filter(|line| !words::is_blank(line)).take(200) {
        all += 1;
        match line(&without_codes(found)) {
            LogLine::Said { done: true, .. } => known += 1,
            LogLine::Said { stamp, .. } => {
                said += 1;
                timed += usize::from(stamp.is_some());
            }
            LogLine::Day(..) | LogLine::Notice(_) => known += 1,
            LogLine::Timed(_) | LogLine::Other => {}
        }
    }
    match (said, timed) {
        (2.., 2..) if (said + known) * 2 > all => Certainty::Sure,
        (3.., _) if (said + known) * 2 > all => Certainty::Likely,
        (1, 1) if said + known == all => Certainty::Likely,
        _ => Certainty::No,
    }
}

fn parse(input: &Input<'_>, options: &Options<'_>) -> Result<Parsed, IngestError> {
    let (text, nuls) = input.lines()?;
    let text = without_codes(&text);
    let mut log = Turns::default();
    log.report.dropped_bytes = nuls;
    let mut days = LogDays::of_file(options.file);
    let mut open: Option<Turn> = None;
    for (number, found) in text.lines().enumerate().filter(|(_, line)| !words::is_blank(line)) {
        match line(found) {
            LogLine::Day(day, time) => days.begin(day, time),
            LogLine::Notice(notice) => log.pass(SkipReason::Notice, number, notice),
            LogLine::Said { stamp, name, text, .. } => {
                let speaker = Some(log.name(name));
                let stamp = stamp.map(|stamp| days.dated(stamp).as_str().into());
                let turn = Turn { speaker, text, stamp: stamp.unwrap_or_default(), ..Turn::at(number) };
                open.replace(turn).into_iter().for_each(|turn| log.add(turn));
            }
            LogLine::Timed(notice) if open.as_ref().is_none_or(|turn| !turn.stamp.is_empty()) => {
                log.pass(SkipReason::Notice, number, notice);
            }
            LogLine::Timed(_) | LogLine::Other => match &mut open {
                Some(turn) => turn.text.extend(["\n", found]),
                None => log.pass(SkipReason::NoMessage, number, found),
            },
        }
    }
    open.into_iter().for_each(|turn| log.add(turn));
    if log.is_empty() {
        return Err(IngestError::NoTurn { found: words::first_line(&text) });
    }
    Ok(log.parsed(Mending::default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Lexicon;

    /// Who says what when, and how many lines are notices.
    fn read(file: &str, text: &str) -> (Vec<String>, usize) {
        let (lexicon, now) = (Lexicon::builtin(), jiff::Timestamp::UNIX_EPOCH);
        let input = Input::new(text.as_bytes());
        let parsed = parse(&input, &Options::new(file, &lexicon, now)).unwrap();
        let shown = |turn: &Turn| {
            let stamp = turn.stamp.label().unwrap_or_default();
            format!("{stamp}|{}|{}", turn.speaker.as_deref().unwrap_or_default(), turn.text)
        };
        let turns = parsed.transcripts.iter().flat_map(|transcript| &transcript.turns);
        (turns.map(shown).collect(), parsed.report.count(SkipReason::Notice))
    }

    #[test]
    fn a_line_with_a_time_is_no_part_of_what_was_said_above() {
        let log = "[2025-11-02 21:14:03] <Ann> the lamp\n[2025-11-02 21:15:00] Topic: lamp\nis out\n";
        let said = "2025-11-02 21:14:03|Ann|the lamp\nis out";
        assert_eq!(read("", log), (vec![said.to_owned()], 1));
        let told = "<Ann> It was\n12:00 when she came.\n";
        assert_eq!(read("", told), (vec!["|Ann|It was\n12:00 when she came.".to_owned()], 0));
    }

    #[test]
    fn a_log_without_a_day_has_that_of_its_name() {
        let log = "[21:58:01] *** Joins: Bo\n[23:59:00] <\u{3}04Ann\u{3}> \u{2}the\u{2} lamp\n[00:01:00] <Bo> who?\n";
        let said = ["01 Mar 2024, 23:59:00|Ann|the lamp", "02 Mar 2024, 00:01:00|Bo|who?"].map(str::to_owned);
        assert_eq!(read("logs/#gull/2024-03-01.log", log), (said.to_vec(), 1));
        let opened = format!("Session Start: Sun Nov 02 21:00:00 2025\nSession Ident: #gull\n{log}");
        let (said, notices) = read("2024-03-01.log", &opened);
        assert_eq!((said[0].as_str(), notices), ("02 Nov 2025, 23:59:00|Ann|the lamp", 2));
    }

    #[test]
    fn a_log_is_told_by_its_lines() {
        for (text, certainty) in [
            ("[08:00:00] <Ann> morning\n", Certainty::Likely),
            ("[08:00:00] <\u{3}04Ann\u{3}> morning\n[08:00] <Bo> yes\n", Certainty::Sure),
            (
                "Nov 02 21:14 *\tNow talking on #inn\nNov 02 21:14 <Ann>\thi\nNov 02 21:15 *\tDisconnected (gone)\n",
                Certainty::Likely,
            ),
            ("[08:00:00] <Ann> morning\nand more\n", Certainty::No),
            ("<Ann> morning\n", Certainty::No),
            ("[2025-11-02, 21:14:03] Ann: <hi> there\n", Certainty::No),
        ] {
            assert_eq!(sniff(&Input::new(text.as_bytes())), certainty, "{text}");
        }
    }
}
