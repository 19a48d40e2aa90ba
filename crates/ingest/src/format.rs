//! Which exports can be read, and which of them a file is.
//!
//! A format is one file in `formats` with a row, one line in the table there, and fixtures. The row says what it is
//! called, how people get at such an export, how it is told from others, how its text becomes transcripts, and how
//! their turns become scenes. Containers, encodings, dates, order, scenes and annotations are the same for all.

use std::fmt;

use naragtive_scene::Source;

use crate::Mapping;
use crate::container;
use crate::formats::FORMATS;
use crate::formats::assistants::llama;
use crate::formats::datasets::{chat, records};
use crate::formats::documents::text;
use crate::formats::roleplay::neptune;
use crate::input::{HEAD, Input};
use crate::row::{Certainty, FormatRow};
use crate::scenes::Grouping;

/// A kind of export: a row of the table of formats.
#[derive(Clone, Copy)]
pub struct Format(&'static FormatRow);

impl PartialEq for Format {
    fn eq(&self, other: &Self) -> bool {
        self.0.name == other.0.name
    }
}

impl Eq for Format {}

impl fmt::Debug for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Format").field(&self.0.name).finish()
    }
}

impl Format {
    /// A Neptune AI role-play transcript.
    pub const NEPTUNE: Self = Self(&neptune::ROW);
    /// Conversations of the llama-server web UI: JSON, JSON Lines, or a zip archive of either.
    pub const LLAMA_SERVER: Self = Self(&llama::ROW);
    /// A list of chat messages in JSON.
    pub const CHAT_MESSAGES: Self = Self(&chat::ROW);
    /// Any other text.
    pub const PLAIN_TEXT: Self = Self(&text::ROW);

    /// Every format, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        FORMATS.iter().map(|row| Self(row))
    }

    /// The format that goes by `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|format| format.name() == name)
    }

    /// What kind of export these bytes are, by what is in them. None when they are no text, nothing
    /// at all, or JSON of another program.
    pub fn detect(bytes: &[u8]) -> Option<Self> {
        Self::sniff(bytes).map(|(format, _)| format)
    }

    /// The same, with how sure it is. Of formats that are as sure the first in the table is taken.
    pub fn sniff(bytes: &[u8]) -> Option<(Self, Certainty)> {
        Self::sniff_mapped(bytes, &[])
    }

    /// The same, where the user has said what fields of records are: a list that has those is read by them, unless nothing
    /// else looks like it.
    pub fn sniff_mapped(bytes: &[u8], map: &[Mapping]) -> Option<(Self, Certainty)> {
        if !container::is_packed(bytes) {
            return Self::sniffed(&Input::new(bytes), map);
        }
        // What is packed with pictures is told by what is beside them.
        let all = FORMATS.iter().flat_map(|row| row.extensions).copied().filter(|end| *end != "png");
        let all: Vec<&str> = all.collect();
        let mut best: Option<(Self, Certainty)> = None;
        container::each_head(bytes, &all, HEAD, &mut |head| {
            let found = Self::sniffed(&Input::new(head), map);
            best = best.filter(|best| found.is_none_or(|found| found.1 <= best.1)).or(found);
            best.is_some_and(|(_, certainty)| certainty == Certainty::Sure)
        })?;
        best
    }

    /// A list may begin with an entry that tells nothing; then one behind it tells.
    pub(crate) fn sniffed(input: &Input<'_>, map: &[Mapping]) -> Option<(Self, Certainty)> {
        let told = Self::told(input).or_else(|| input.beginning_later().iter().find_map(Self::told));
        let is_sure = told.is_some_and(|(_, certainty)| certainty == Certainty::Sure);
        if !is_sure && !map.is_empty() && records::has_fields(input, map) {
            return Some((Self(&records::ROW), Certainty::Likely));
        }
        // Whoever names fields of a file has a list of records: what is wrong with it is told then.
        let is_guess = told.is_none_or(|(format, _)| format == Self::PLAIN_TEXT);
        if is_guess && !map.is_empty() && input.is_alone() && !records::fields(input).is_empty() {
            return Some((Self(&records::ROW), Certainty::Maybe));
        }
        told
    }

    /// What the first record of a file has, where it may be a list of records of a kind that nobody knows.
    pub fn fields_of(bytes: &[u8]) -> Vec<String> {
        if container::is_packed(bytes) { Vec::new() } else { records::fields(&Input::new(bytes)) }
    }

    fn told(input: &Input<'_>) -> Option<(Self, Certainty)> {
        let mut best = None;
        for row in FORMATS {
            let certainty = (row.sniff)(input);
            if certainty > best.map_or(Certainty::No, |(_, best)| best) {
                best = Some((Self(row), certainty));
            }
            // None is surer, and of those that are as sure the first is taken.
            if certainty == Certainty::Sure {
                break;
            }
        }
        best
    }

    /// How the user names it: `--as NAME`.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// What the format is called in a sentence.
    pub fn called(self) -> &'static str {
        self.row().called
    }

    /// What it is, in a line.
    pub fn help(self) -> &'static str {
        self.row().help
    }

    /// How one gets such a file.
    pub fn how_to_export(self) -> &'static str {
        self.row().export
    }

    /// The command that reads such files, up to the file's name.
    pub fn command(self) -> &'static str {
        self.row().command
    }

    /// What names of such files end with in an archive or a folder, without the dot.
    pub fn extensions(self) -> &'static [&'static str] {
        self.row().extensions
    }

    /// Whether its scenes are annotated with the user's own words; conversations with a program aren't.
    pub fn takes_lexicon(self) -> bool {
        self.row().grouping.tells_stories()
    }

    /// Whether where its scenes are cut may depend on what was read before.
    pub fn goes_on(self) -> bool {
        matches!(self.row().grouping, Grouping::Pairs | Grouping::Exchanges | Grouping::Cut(..))
    }

    /// The source whose scenes tell where those of the next file are cut, where they may.
    pub fn continued(self) -> Option<Source> {
        self.goes_on().then(|| self.source())
    }

    /// The source type a store of such scenes is registered with.
    pub fn source(self) -> Source {
        let Ok(source) = self.row().source.parse();
        source
    }

    pub(crate) fn row(self) -> &'static FormatRow {
        self.0
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.called())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_name_of_its_own() {
        for constant in [Format::NEPTUNE, Format::LLAMA_SERVER, Format::CHAT_MESSAGES, Format::PLAIN_TEXT] {
            assert_eq!(Format::named(constant.name()), Some(constant));
        }
        let names: Vec<_> = Format::all().map(Format::name).collect();
        assert!(names.iter().enumerate().all(|(at, name)| !names[..at].contains(name)));
        assert_eq!(Format::named("other"), None);
    }

    #[test]
    fn a_list_whose_fields_the_user_names_is_read_by_them() {
        let short = br#"[{"who":{"name":"Ann"},"said":"Hi."}]"#;
        let chat = br#"[{"message":"7","body":"Hi."}]"#;
        let table = b"who;said\nAnn;Hi.\n";
        for (bytes, map, name) in [
            (&short[..], &["message=said"][..], Some("records")),
            (short, &["user=who.name"], Some("records")),
            // What is wrong with it is told then.
            (short, &["message=other"], Some("records")),
            (short, &[], None),
            (chat, &["message=body"], Some("records")),
            (chat, &[], Some("chat")),
            (table, &["message=said"], Some("records")),
            (br#"{"guild":{},"channel":{},"messages":[]}"#, &["message=channel"], Some("discord")),
        ] {
            let map: Vec<Mapping> = map.iter().map(|text| text.parse().unwrap()).collect();
            let found = Format::sniff_mapped(bytes, &map).map(|(format, _)| format.name());
            assert_eq!(found, name, "{}", String::from_utf8_lossy(bytes));
        }
        let long = br#"[{"who":"Ann","said":"The lamp is lit and the bell is rung tonight."}]"#;
        assert_eq!(Format::detect(long).map(Format::name), Some("records"));
    }
}
