//! What stands in a message and isn't said: what a model thought, what it asked of tools and what those answered, files
//! written in as base64. One place for all formats: whichever program wrote the marks, they mean the same.
//!
//! Thoughts go with the turn and are not part of its text; tool traffic and encoded files are counted.

use std::ops::Range;

use naragtive_scene::{Role, Transcript, Turn};

use crate::scenes::Grouping;
use crate::{IngestReport, SkipReason, encoded, repair, words};

/// What stands between marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Thought,
    Tool,
}

/// A pair of marks.
struct Marks {
    open: &'static str,
    /// What ends the opening mark, where it may hold more than it begins with.
    open_end: &'static str,
    close: &'static str,
    kind: Kind,
    /// Whether it counts only where a text begins: people write about `<think>` too.
    leads: bool,
}

const fn marks(open: &'static str, close: &'static str, kind: Kind, leads: bool) -> Marks {
    Marks { open, open_end: "", close, kind, leads }
}

const fn details(open: &'static str, kind: Kind) -> Marks {
    Marks { open, open_end: ">", close: "</details>", kind, leads: false }
}

/// How programs and models mark what isn't said.
const MARKS: [Marks; 19] = [
    marks("<think>", "</think>", Kind::Thought, true),
    marks("<thinking>", "</thinking>", Kind::Thought, true),
    marks("<thought>", "</thought>", Kind::Thought, true),
    marks("<reasoning>", "</reasoning>", Kind::Thought, true),
    marks("<Thoughts>", "</Thoughts>", Kind::Thought, true),
    marks("<seed:think>", "</seed:think>", Kind::Thought, true),
    marks("[THINK]", "[/THINK]", Kind::Thought, true),
    marks("◁think▷", "◁/think▷", Kind::Thought, true),
    marks("<|START_THINKING|>", "<|END_THINKING|>", Kind::Thought, false),
    marks("<|channel|>analysis<|message|>", "<|end|>", Kind::Thought, false),
    marks("<<<reasoning_content_start>>>", "<<<reasoning_content_end>>>", Kind::Thought, false),
    details("<details type=\"reasoning\"", Kind::Thought),
    Marks {
        open: "&lt;details type=&quot;reasoning&quot;",
        open_end: "&gt;",
        close: "&lt;/details&gt;",
        kind: Kind::Thought,
        leads: false,
    },
    details("<details type=\"tool_calls\"", Kind::Tool),
    details("<details type=\"code_interpreter\"", Kind::Tool),
    marks("<<<AGENTIC_TOOL_CALL_START>>>", "<<<AGENTIC_TOOL_CALL_END>>>", Kind::Tool, false),
    marks("<tool_call>", "</tool_call>", Kind::Tool, false),
    marks("<tool_response>", "</tool_response>", Kind::Tool, false),
    marks("[TOOL_CALLS]", "[/TOOL_CALLS]", Kind::Tool, false),
];

/// A text without what isn't said in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Parted {
    pub(crate) text: String,
    pub(crate) thinking: String,
    /// How many passages of tool traffic there were.
    pub(crate) tools: usize,
}

/// Parts the text of somebody who answers. A mark that isn't closed reaches to the end, for a text that was cut. A text
/// without marks stays as it is.
pub(crate) fn parted(text: String) -> Parted {
    let mut kept = String::new();
    let mut thoughts: Vec<String> = Vec::new();
    let (mut rest, mut tools) = (text.as_str(), 0);
    while let Some((marks, passage, inner)) = next(rest, kept.trim().is_empty()) {
        kept.push_str(rest.get(..passage.start).unwrap_or_default());
        match marks.kind {
            Kind::Thought => {
                let inner = rest.get(inner).unwrap_or_default();
                thoughts.push(thought(inner, marks.open.starts_with('&')));
            }
            Kind::Tool => tools += 1,
        }
        rest = rest.get(passage.end..).unwrap_or_default();
    }
    if rest.len() == text.len() {
        return Parted { text, ..Parted::default() };
    }
    kept.push_str(rest);
    thoughts.retain(|thought| !thought.is_empty());
    Parted { text: words::trim(&kept).to_owned(), thinking: thoughts.join("\n\n"), tools }
}

/// The next passage between marks, and what stands in it. `leads`: nothing was said before `text`.
fn next(text: &str, leads: bool) -> Option<(&'static Marks, Range<usize>, Range<usize>)> {
    // Most texts have none of what a mark begins with.
    // The letter `◁` is the only one of the four that isn't one byte; its second one is seldom.
    let begins = memchr::memchr3(b'<', b'[', b'&', text.as_bytes()).is_some()
        || (memchr::memchr(0x97, text.as_bytes()).is_some() && text.contains('◁'));
    if !begins {
        return None;
    }
    let found = MARKS.iter().filter_map(|marks| {
        let start = if marks.leads {
            let begun = text.len() - text.trim_start().len();
            (leads && text.get(begun..)?.starts_with(marks.open)).then_some(begun)?
        } else {
            text.find(marks.open)?
        };
        let behind = start + marks.open.len();
        let inner =
            behind + text.get(behind..)?.find(marks.open_end).map_or(0, |at| at + marks.open_end.len());
        Some((marks, start, inner))
    });
    let (marks, start, inner) = found.min_by_key(|(_, start, _)| *start)?;
    let closed = |close: &str| Some((inner + text.get(inner..)?.find(close)?, close.len()));
    let is_escaped = marks.open.starts_with('&');
    let end = closed(marks.close).or_else(|| closed("</details>").filter(|_| is_escaped));
    let (end, close) = end.unwrap_or((text.len(), 0));
    Some((marks, start..end + close, inner..end))
}

/// A thought without the line above it that says how long it took, and without marks of quotation.
fn thought(text: &str, is_escaped: bool) -> String {
    let plain = if is_escaped { repair::unescaped(text) } else { None };
    let text = plain.as_deref().unwrap_or(text);
    let text = text.split_once("</summary>").map_or(text, |(_, behind)| behind);
    let line = |line: &str| line.strip_prefix("> ").unwrap_or(line).to_owned();
    words::trim(&text.lines().map(line).collect::<Vec<_>>().join("\n")).to_owned()
}

/// Takes out of every turn what isn't said, and counts it.
pub(crate) fn part(transcripts: &mut [Transcript], grouping: Grouping, report: &mut IngestReport) {
    let answers = !matches!(grouping, Grouping::Messages | Grouping::Pieces);
    for transcript in transcripts {
        for turn in &mut transcript.turns {
            without_files(turn, report);
            if answers && !turn.stands_alone && matches!(turn.role, Role::Assistant | Role::Unknown) {
                without_thoughts(turn, report);
            }
        }
        if matches!(grouping, Grouping::Messages | Grouping::Cut(..)) {
            transcript.turns.retain(|turn| !words::is_blank(&turn.text) || !turn.attachments.is_empty());
        }
    }
}

fn without_files(turn: &mut Turn, report: &mut IngestReport) {
    let (text, count) = encoded::without(&turn.text);
    if count > 0 {
        report.skip_many(SkipReason::Encoded, count, &format!("entry {}", turn.entry));
        turn.text = text.into_owned();
    }
}

fn without_thoughts(turn: &mut Turn, report: &mut IngestReport) {
    let Parted { text, thinking, tools } = parted(std::mem::take(&mut turn.text));
    turn.text = text;
    if tools > 0 {
        report.skip_many(SkipReason::ToolTraffic, tools, &format!("entry {}", turn.entry));
    }
    if !thinking.is_empty() {
        let all = turn.thinking.iter().map(|known| &**known).chain([thinking.as_str()]);
        turn.thinking = Some(all.collect::<Vec<_>>().join("\n\n").into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_thought_or_asked_of_a_tool_is_parted_from_what_is_said() {
        for (text, kept, thought, tools) in [
            (" said ", " said ", "", 0),
            ("<think>\nhm\n</think>\n\nsaid", "said", "hm", 0),
            ("I wrote <think>x</think>", "I wrote <think>x</think>", "", 0),
            ("<think>never closed", "", "never closed", 0),
            ("[THINK]hm[/THINK]said", "said", "hm", 0),
            ("<|channel|>analysis<|message|>hm<|end|>said", "said", "hm", 0),
            (
                "<details type=\"reasoning\" done=\"true\" duration=\"3\">\n<summary>Thought for 3 seconds</summary>\n> a\n> b\n</details>\nsaid",
                "said",
                "a\nb",
                0,
            ),
            (
                "a <<<AGENTIC_TOOL_CALL_START>>>\n<<<TOOL_NAME:x>>>\nresult<<<AGENTIC_TOOL_CALL_END>>> b",
                "a  b",
                "",
                1,
            ),
            ("<tool_call>{}</tool_call>\n<think>hm</think> said", "said", "hm", 1),
            (
                "a<<<reasoning_content_start>>>one<<<reasoning_content_end>>>b<<<reasoning_content_start>>>two",
                "ab",
                "one\n\ntwo",
                0,
            ),
            ("<Thoughts>hm</Thoughts>\nsaid", "said", "hm", 0),
            (
                "&lt;details type=&quot;reasoning&quot; done=&quot;true&quot;&gt;\n&lt;summary&gt;Thought&lt;/summary&gt;\n&gt; a &amp; b\n&lt;/details&gt;\nsaid",
                "said",
                "a & b",
                0,
            ),
            ("a < b [and] more", "a < b [and] more", "", 0),
        ] {
            let parted = parted(text.to_owned());
            assert_eq!(
                (parted.text.as_str(), parted.thinking.as_str(), parted.tools),
                (kept, thought, tools),
                "{text}"
            );
        }
    }
}
