//! Screenplays in Fountain: each scene heading begins a scene, and each line of dialogue is a turn of who speaks it.

use std::collections::HashMap;
use std::sync::Arc;

use naragtive_scene::{Transcript, Turn};

use crate::input::Input;
use crate::names::Names;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::{IngestError, IngestReport, Options, SkipReason, words};

/// How scene headings begin, before a dot or a space.
const PLACES: [&str; 8] = ["INT", "EXT", "EST", "INT./EXT", "INT/EXT", "EXT./INT", "EXT/INT", "I/E"];

pub(crate) static ROW: FormatRow = FormatRow {
    name: "fountain",
    called: "screenplay",
    help: "a screenplay in Fountain: a scene for each heading (INT. DOCK - NIGHT), with who speaks",
    export: "Highland, Fade In, Slugline, Scrivener and Final Draft's export: save as Fountain or plain text",
    command: "naragtive ingest --as fountain",
    source: "fountain",
    extensions: &["fountain", "spmd", "txt"],
    grouping: Grouping::Cut(SceneRule::Chapter, Labels::Story),
    sniff,
    parse,
};

/// Whether there is a scene's heading, and somebody speaks.
fn sniff(input: &Input<'_>) -> Certainty {
    if input.shape().is_some() || input.not_text_at().is_some() || input.head().contains('\0') {
        return Certainty::No;
    }
    let lines: Vec<&str> = input.head().lines().map(str::trim_end).collect();
    let mut headings = 0;
    let mut cues = 0;
    for (at, line) in lines.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| lines.get(at)).is_none_or(|line| line.trim().is_empty());
        let next = lines.get(at + 1).copied().unwrap_or_default();
        headings += usize::from(before && is_place(line));
        cues += usize::from(before && !next.trim().is_empty() && !is_place(line) && cue(line).is_some());
    }
    match (headings, cues) {
        (1.., 1..) => Certainty::Likely,
        (3.., 0) => Certainty::Maybe,
        _ => Certainty::No,
    }
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let (text, nuls) = input.lines()?;
    if let Some(byte) = input.not_text_at() {
        return Err(IngestError::NotUtf8 { byte });
    }
    let mut play = Play::default();
    play.report.dropped_bytes = nuls;
    let (title, body) = title_page(&text);
    let body = without(&without(body, "/*", "*/"), "[[", "]]");
    let lines: Vec<&str> = body.lines().map(str::trim_end).collect();
    play.lines(&lines);
    play.report.turns = play.turns.len() + play.report.count(SkipReason::Notice);
    Ok(Parsed { transcripts: vec![Transcript { id: None, title, turns: play.turns }], report: play.report })
}

/// The title that the page before the script names, and the script.
fn title_page(text: &str) -> (Option<String>, &str) {
    let text = text.trim_start_matches('\n');
    let first = text.lines().next().unwrap_or_default();
    let is_key = |line: &str| {
        let key = line.split_once(':').map_or("", |(key, _)| key);
        !key.is_empty()
            && key.len() < 30
            && key.chars().all(|c| c.is_alphabetic() || c == ' ')
            && !line.ends_with("TO:")
    };
    if !is_key(first) {
        return (None, text);
    }
    let (page, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = page.lines().skip_while(|line| !line.to_lowercase().starts_with("title:"));
    let own = lines.next().and_then(|line| line.split_once(':')).map(|(_, value)| value.trim().to_owned());
    let below = lines.take_while(|line| line.starts_with([' ', '\t'])).map(str::trim);
    let title = own
        .into_iter()
        .chain(below.map(str::to_owned))
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    (Some(without_emphasis(&title)).filter(|title| !title.is_empty()), body)
}

/// The text without what stands between two marks; where the second isn't there the first is text.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(open) {
        let Some((_, next)) = behind.split_once(close) else { break };
        kept.push_str(before);
        rest = next;
    }
    kept + rest
}

#[derive(Default)]
struct Play {
    turns: Vec<Turn>,
    names: Names,
    /// The acts and sequences that are open, each with how deep it is.
    sections: Vec<(usize, String)>,
    scene: Option<Arc<str>>,
    /// How often a heading came: the same place twice is two scenes.
    headings: HashMap<String, usize>,
    report: IngestReport,
}

impl Play {
    fn lines(&mut self, lines: &[&str]) {
        let mut at = 0;
        while let Some(line) = lines.get(at) {
            let before =
                at.checked_sub(1).and_then(|at| lines.get(at)).is_none_or(|line| line.trim().is_empty());
            let block =
                lines.get(at..).unwrap_or_default().iter().take_while(|line| !line.is_empty()).count().max(1);
            at += if line.trim().is_empty() {
                1
            } else {
                self.block(lines.get(at..at + block).unwrap_or_default(), before)
            };
        }
    }

    /// What stands at the beginning of lines without a blank one between; how many lines that was.
    fn block(&mut self, lines: &[&str], before: bool) -> usize {
        let Some(line) = lines.first().copied() else { return 1 };
        let text = line.trim();
        if let Some(name) = heading(text).filter(|_| before) {
            self.begin(name);
        } else if text.starts_with('#') {
            let depth = text.bytes().take_while(|byte| *byte == b'#').count();
            self.sections.retain(|(own, _)| *own < depth);
            self.sections.push((depth, text.trim_start_matches('#').trim().to_owned()));
        } else if text.starts_with("===")
            || (text.starts_with('=') && before)
            || is_transition(text, lines.len() == 1 && before)
        {
            self.report.skip(SkipReason::Notice, text);
        } else if let Some(name) = cue(text).filter(|_| before && lines.len() > 1) {
            self.speak(name, lines.get(1..).unwrap_or_default());
            return lines.len();
        } else {
            let end = lines.iter().skip(1).take_while(|line| !line.starts_with('#')).count() + 1;
            self.action(lines.get(..end).unwrap_or_default());
            return end;
        }
        1
    }

    fn begin(&mut self, name: &str) {
        let parts = self.sections.iter().map(|(_, name)| name.as_str()).chain([name]);
        let mut name = parts.collect::<Vec<_>>().join(" / ");
        let count = self.headings.entry(name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            name = format!("{name} ({count})");
        }
        self.scene = Some(Arc::from(name));
    }

    fn push(&mut self, speaker: Option<&str>, text: &str) {
        let text = without_emphasis(words::trim(text));
        if !words::is_blank(&text) {
            let speaker = speaker.map(|name| self.names.shared(name));
            self.turns.push(Turn {
                speaker,
                text,
                channel: self.scene.clone(),
                ..Turn::at(self.turns.len())
            });
        }
    }

    fn speak(&mut self, name: &str, lines: &[&str]) {
        let lines: Vec<&str> = lines.iter().map(|line| line.trim().trim_start_matches('~').trim()).collect();
        self.push(Some(name), &lines.join(" "));
    }

    fn action(&mut self, lines: &[&str]) {
        let shown = |line: &&str| {
            let line = line.trim();
            let centred = line.strip_prefix('>').and_then(|line| line.strip_suffix('<'));
            centred.unwrap_or_else(|| line.strip_prefix('!').unwrap_or(line)).trim().to_owned()
        };
        self.push(None, &lines.iter().map(shown).collect::<Vec<_>>().join("\n"));
    }
}

fn is_place(line: &str) -> bool {
    let upper = line.trim().to_uppercase();
    PLACES.iter().any(|place| {
        upper.strip_prefix(place).is_some_and(|rest| rest.len() > 2 && rest.starts_with(['.', ' ']))
    })
}

/// The place and time that a heading names, without its number.
fn heading(line: &str) -> Option<&str> {
    let forced = line.strip_prefix('.').filter(|rest| rest.starts_with(char::is_alphanumeric));
    let name = forced.or_else(|| is_place(line).then_some(line))?;
    let name = name.trim_end();
    Some(
        name.strip_suffix('#')
            .and_then(|rest| rest.rsplit_once('#'))
            .map_or(name, |(name, _)| name.trim_end()),
    )
}

/// Who speaks next: a name in capitals, without what is in brackets behind it.
fn cue(line: &str) -> Option<&str> {
    let line = line.trim().trim_end_matches('^').trim_end();
    let forced = line.strip_prefix('@');
    let name = forced.unwrap_or(line);
    let name = name.split('(').next().unwrap_or(name).trim();
    let is_shouted = name.chars().any(char::is_alphabetic) && !name.chars().any(char::is_lowercase);
    let is_name = forced.is_some()
        || (is_shouted
            && name.len() < 60
            && !name.ends_with([':', '.', '!', '?', ','])
            && !name.starts_with(['>', '-', '*', '#']));
    (is_name && !name.is_empty()).then_some(name)
}

/// `CUT TO:` and what is forced to be one.
fn is_transition(line: &str, stands_alone: bool) -> bool {
    let forced = line.starts_with('>') && !line.ends_with('<');
    let known = stands_alone && line.ends_with("TO:") && !line.chars().any(char::is_lowercase);
    forced || known
}

/// The text without the marks of bold, italics and underline. An underscore within a word is one.
fn without_emphasis(text: &str) -> String {
    let plain = text.replace(['*', '\\'], "");
    let mut kept = String::with_capacity(plain.len());
    let mut letters = plain.chars().peekable();
    let mut last = ' ';
    while let Some(c) = letters.next() {
        let is_within = last.is_alphanumeric() && letters.peek().is_some_and(|next| next.is_alphanumeric());
        if c != '_' || is_within {
            kept.push(c);
        }
        last = c;
    }
    kept.replace("  ", " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_cues_and_transitions_are_told_apart() {
        for (line, place, speaker) in [
            ("INT. HARBOUR - NIGHT #12#", Some("INT. HARBOUR - NIGHT"), None),
            ("ext lighthouse", Some("ext lighthouse"), None),
            (".FLASHBACK", Some("FLASHBACK"), None),
            ("...and then", None, None),
            ("ADA (CONT'D) ^", None, Some("ADA")),
            ("@McAda", None, Some("McAda")),
            ("ADA", None, Some("ADA")),
            ("INTERIOR thoughts", None, None),
            ("He waits.", None, None),
            ("BANG!", None, None),
        ] {
            assert_eq!(heading(line), place, "{line}");
            assert_eq!(cue(line).filter(|_| place.is_none()), speaker, "{line}");
        }
        assert!(
            is_transition("CUT TO:", true)
                && is_transition("> FADE OUT.", false)
                && !is_transition("> THE END <", true)
        );
    }
}
