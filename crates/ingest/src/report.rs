use crate::json::Mending;
use crate::stamp::{Dating, Guess};
use crate::words;

/// What was read, and what of it did not become a scene.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IngestReport {
    /// Turns, messages or (plain text) pieces that were found.
    pub turns: usize,
    /// Scenes made of them.
    pub scenes: usize,
    /// Conversations they belong to; 0 in formats that have none.
    pub conversations: usize,
    /// Exchanges on other branches of the conversations, left out because nobody asked for them.
    pub branches_left_out: usize,
    /// Bytes that could not be decoded, NUL bytes included, and were dropped.
    pub dropped_bytes: usize,
    /// What the bytes were taken for where they are not UTF-8 and don't say what they are.
    pub encoding: Option<OlderEncoding>,
    /// What the fields of records were taken for, where that was guessed: `message=body,user=author`.
    pub fields: Option<String>,
    /// Fields of records that were named and none has: `time=wen`.
    pub missing_fields: Option<String>,
    /// Whether fields were named and what was read has none: it is no list of records.
    pub has_no_fields: bool,
    /// What stood wrong in the file and was mended in its place.
    pub mended: Mended,
    /// How the time stamps were read.
    pub dating: Dating,
    /// Whether the file had the newest first, and was put into the order of time.
    pub reordered: bool,
    /// What was passed over, one row for each reason that occurred.
    pub skipped: Vec<Skipped>,
}

/// An encoding that bytes were taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OlderEncoding {
    /// What it is called.
    pub name: &'static str,
    /// Of how many lines alone that is so, where the others are UTF-8; 0 where it is so of all.
    pub lines: usize,
}

impl OlderEncoding {
    fn told(self) -> String {
        let Self { name, lines } = self;
        match lines {
            0 => format!("the text is not UTF-8; it was read as {name}"),
            1 => format!("1 line is not UTF-8; it was read as {name}"),
            lines => format!("{lines} lines are not UTF-8; they were read as {name}"),
        }
    }
}

/// What was mended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mended {
    /// Halves of characters, each now U+FFFD.
    pub half_characters: usize,
    /// Values that JSON doesn't have (`NaN`), or that are nested too deep to be read, each read as null.
    pub no_values: usize,
    /// Keys that stood twice in one object; the last one counts.
    pub doubled_keys: usize,
    /// Texts that had been decoded wrongly before they were exported, and were decoded right.
    pub mojibake: usize,
    /// Texts in which HTML's `&amp;` and the like became characters.
    pub entities: usize,
}

impl Mended {
    /// Whether anything was.
    pub fn is_some(&self) -> bool {
        *self != Self::default()
    }
}

/// How often one thing was passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Why.
    pub reason: SkipReason,
    /// How often.
    pub count: usize,
    /// The first time: a line of the text, shortened, or which entry it was.
    pub first: String,
}

/// Why a part of an export did not become a scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SkipReason {
    /// Text behind the game's question at the end of a turn, which belongs to no turn.
    NoHeader,
    /// Text that stands before the first header of a Neptune export.
    BeforeHeader,
    /// A Neptune turn with no text, and no turn with text behind it.
    EmptyTurn,
    /// A chat message with no text.
    EmptyMessage,
    /// An answer, tool result or instruction with no question before it.
    NoQuestion,
    /// A message that is not of type `text`.
    NotText,
    /// A notice of the program itself: somebody joined, a message was pinned.
    Notice,
    /// What a publisher puts around a book: Project Gutenberg's licence.
    Licence,
    /// What a tool was asked and answered.
    ToolTraffic,
    /// A file that was written into the text as base64: a picture, say.
    Encoded,
    /// An entry of a list that could not be read.
    Unreadable,
    /// An entry of a list that is no message.
    NoMessage,
    /// A file of an archive or a folder that could not be read.
    BadFile,
    /// A file of an archive or a folder that is no export.
    OtherFile,
}

impl IngestReport {
    /// How often `reason` occurred.
    pub fn count(&self, reason: SkipReason) -> usize {
        self.skipped.iter().find(|skipped| skipped.reason == reason).map_or(0, |skipped| skipped.count)
    }

    /// What there is to tell about reading beside what was passed over: a sentence for each thing that had to be assumed,
    /// mended or left undated.
    pub fn told(&self) -> Vec<String> {
        let mut told = Vec::new();
        told.extend(self.encoding.map(OlderEncoding::told));
        if let Some(fields) = &self.fields {
            told.push(format!("its fields were taken for --map {fields}"));
        }
        if let Some(fields) = &self.missing_fields {
            told.push(format!("no record has what --map names: {fields}"));
        }
        if self.has_no_fields {
            told.push(
                "it isn't read as records, so what --map or --text-column names was passed over".to_owned(),
            );
        }
        let mended = &self.mended;
        for (count, what) in [
            (mended.half_characters, "half characters were replaced by U+FFFD"),
            (mended.no_values, "values such as NaN, or nested too deep, were read as none"),
            (mended.doubled_keys, "keys stood twice in an entry; the last one counts"),
            (
                mended.mojibake,
                "texts had been decoded wrongly by the program that exported them, and were repaired",
            ),
            (mended.entities, "texts were written in HTML's escapes (`&amp;`), and were unescaped"),
        ] {
            if count > 0 {
                told.push(format!("mended: {count} {what}"));
            }
        }
        let dating = &self.dating;
        if let Some(first) = &dating.first_undated {
            let (undated, stamped) = (dating.undated, dating.stamped);
            told.push(format!(
                "{undated} of {stamped} time stamps name no day that could be read; the first: {first}"
            ));
        }
        told.extend(dating.first_guessed.as_ref().map(Guess::told));
        if self.reordered {
            told.push("the messages were not in the order of time, and were put into it".to_owned());
        }
        told
    }

    /// Adds the report on another file that is read with this one.
    pub(crate) fn add(&mut self, other: Self) {
        self.turns += other.turns;
        self.scenes += other.scenes;
        self.conversations += other.conversations;
        self.branches_left_out += other.branches_left_out;
        self.dropped_bytes += other.dropped_bytes;
        self.encoding = self.encoding.or(other.encoding);
        self.fields = self.fields.take().or(other.fields);
        self.missing_fields = self.missing_fields.take().or(other.missing_fields);
        self.has_no_fields |= other.has_no_fields;
        self.mended.half_characters += other.mended.half_characters;
        self.mended.no_values += other.mended.no_values;
        self.mended.doubled_keys += other.mended.doubled_keys;
        self.mended.mojibake += other.mended.mojibake;
        self.mended.entities += other.mended.entities;
        self.dating.add(other.dating);
        self.reordered |= other.reordered;
        for skipped in other.skipped {
            match self.skipped.iter_mut().find(|own| own.reason == skipped.reason) {
                Some(own) => own.count += skipped.count,
                None => self.skipped.push(skipped),
            }
        }
    }

    /// Counts what was mended and what could not be read in a JSON text.
    pub(crate) fn mend(&mut self, mending: Mending) {
        self.mended.half_characters += mending.halves;
        self.mended.no_values += mending.nulls;
        self.mended.doubled_keys += mending.doubled;
        let encoded = mending.first_encoded.map(|line| format!("line {line}")).unwrap_or_default();
        self.skip_many(SkipReason::Encoded, mending.encoded, &encoded);
        if let Some((line, begins)) = mending.first_bad {
            self.skip_many(SkipReason::Unreadable, mending.bad, &format!("line {line}: {begins}"));
        }
    }

    /// Counts `count` more things passed over for one reason.
    pub(crate) fn skip_many(&mut self, reason: SkipReason, count: usize, context: &str) {
        if count > 0 {
            self.skip(reason, context);
            let skipped = self.skipped.iter_mut().find(|skipped| skipped.reason == reason);
            skipped.into_iter().for_each(|skipped| skipped.count += count - 1);
        }
    }

    /// Counts one more thing passed over; `context` is kept for the first one only.
    pub(crate) fn skip(&mut self, reason: SkipReason, context: &str) {
        match self.skipped.iter_mut().find(|skipped| skipped.reason == reason) {
            Some(skipped) => skipped.count += 1,
            None => self.skipped.push(Skipped { reason, count: 1, first: words::first_line(context) }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_counted_and_its_first_case_is_kept() {
        let mut report = IngestReport::default();
        report.skip(SkipReason::NoHeader, "\n  one \n two");
        report.skip(SkipReason::NoHeader, "three");
        assert_eq!(report.count(SkipReason::NoHeader), 2);
        assert_eq!(report.skipped[0].first, "one");
        assert_eq!(report.count(SkipReason::NoQuestion), 0);
    }
}
