//! Rich text (RTF 1.9): control words, groups, code pages. Of what it can say only the text matters here, where
//! paragraphs end, and which of them are headings.

mod charset;

use std::collections::HashMap;

use encoding_rs::Encoding;

use self::charset::{of_charset, of_page};
use crate::chapters::{Chapters, style_level};
use crate::words;

/// How deep groups lie within each other; no program writes a tenth of it.
const DEPTH: usize = 1000;

/// Groups that are no text.
const NO_TEXT: [&str; 22] = [
    "colortbl",
    "pict",
    "header",
    "headerl",
    "headerr",
    "headerf",
    "footer",
    "footerl",
    "footerr",
    "footerf",
    "fldinst",
    "datafield",
    "listtext",
    "pntext",
    "nonshppict",
    "objdata",
    "objclass",
    "xe",
    "tc",
    "filetbl",
    "private",
    "Scrv",
];
/// Words that stand for a character.
const CHARACTERS: [(&str, &str); 13] = [
    ("line", "\n"),
    ("softline", "\n"),
    ("tab", "\t"),
    ("emdash", "—"),
    ("endash", "–"),
    ("lquote", "‘"),
    ("rquote", "’"),
    ("ldblquote", "“"),
    ("rdblquote", "”"),
    ("bullet", "•"),
    ("emspace", " "),
    ("enspace", " "),
    ("qmspace", " "),
];

/// Where the text of a group goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Into {
    Text,
    Footnote,
    Nothing,
    Fonts,
    Styles,
    Info,
    Title,
    Author,
}

/// What holds within a group, and ends with it.
#[derive(Debug, Clone, Copy)]
struct Group {
    into: Into,
    encoding: &'static Encoding,
    /// How many characters stand for one of Unicode, for readers that know none.
    fallback: usize,
    is_hidden: bool,
    style: i32,
    level: Option<usize>,
}

struct Reader<'a> {
    rest: &'a [u8],
    chapters: &'a mut Chapters,
    /// How deep headings are under what is above the text.
    below: usize,
    page: &'static Encoding,
    group: Group,
    groups: Vec<Group>,
    too_deep: usize,
    fonts: HashMap<i32, &'static Encoding>,
    font: i32,
    styles: HashMap<i32, usize>,
    /// Bytes in the encoding of the group that aren't decoded yet: a character may have two.
    bytes: Vec<u8>,
    /// The first half of a character.
    half: Option<u16>,
    /// How many characters are passed over behind one of Unicode.
    passed: usize,
    starred: bool,
    text: String,
    aside: String,
}

/// Reads a text; false where it is cut short.
pub(crate) fn read(bytes: &[u8], chapters: &mut Chapters, below: usize) -> bool {
    let page = encoding_rs::WINDOWS_1252;
    let group =
        Group { into: Into::Text, encoding: page, fallback: 1, is_hidden: false, style: 0, level: None };
    let mut reader = Reader {
        rest: bytes,
        chapters,
        below,
        page,
        group,
        groups: Vec::new(),
        too_deep: 0,
        fonts: HashMap::new(),
        font: 0,
        styles: HashMap::new(),
        bytes: Vec::new(),
        half: None,
        passed: 0,
        starred: false,
        text: String::new(),
        aside: String::new(),
    };
    reader.all();
    reader.flush();
    reader.end_paragraph();
    reader.groups.is_empty()
}

impl Reader<'_> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn all(&mut self) {
        while let Some(byte) = self.next() {
            match byte {
                b'{' => self.open(),
                b'}' => self.close(),
                b'\\' => self.control(),
                b'\r' | b'\n' | 0 => {}
                byte => self.byte(byte),
            }
        }
    }

    fn open(&mut self) {
        self.flush();
        self.passed = 0;
        if self.groups.len() < DEPTH {
            self.groups.push(self.group);
        } else {
            self.too_deep += 1;
        }
    }

    fn close(&mut self) {
        self.flush();
        self.passed = 0;
        self.starred = false;
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let Some(outer) = self.groups.pop() else { return };
        if outer.into != self.group.into || self.group.into == Into::Styles {
            self.end_aside();
        }
        self.group = outer;
    }

    /// A group ends whose text isn't that of the document.
    fn end_aside(&mut self) {
        let Group { into, style, level, .. } = self.group;
        if matches!(into, Into::Text | Into::Nothing) {
            return;
        }
        let aside = std::mem::take(&mut self.aside);
        let aside = words::trim(&aside);
        match into {
            Into::Footnote => self.chapters.footnote(aside),
            Into::Title if !aside.is_empty() => self.chapters.title = Some(aside.to_owned()),
            Into::Author if !aside.is_empty() => self.chapters.author = Some(aside.to_owned()),
            Into::Styles => {
                if let Some(level) = level.or_else(|| style_level(aside.trim_end_matches(';'))) {
                    self.styles.insert(style, level);
                }
            }
            _ => {}
        }
    }

    fn byte(&mut self, byte: u8) {
        self.starred = false;
        if self.passed > 0 {
            self.passed -= 1;
        } else {
            self.bytes.push(byte);
        }
    }

    /// Decodes what is there so far.
    fn flush(&mut self) {
        if self.bytes.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.bytes);
        let (text, _) = self.group.encoding.decode_without_bom_handling(&bytes);
        self.say(&text);
    }

    fn say(&mut self, text: &str) {
        if std::mem::take(&mut self.half).is_some() {
            self.put("\u{fffd}");
        }
        self.put(text);
    }

    fn put(&mut self, text: &str) {
        match self.group.into {
            _ if self.group.is_hidden => {}
            Into::Text => self.text.push_str(text),
            Into::Nothing | Into::Fonts | Into::Info => {}
            Into::Footnote | Into::Styles | Into::Title | Into::Author => self.aside.push_str(text),
        }
    }

    fn control(&mut self) {
        match self.next() {
            Some(b'\'') => {
                let digits = self.rest.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
                if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                    self.rest = self.rest.get(2..).unwrap_or_default();
                    self.byte(byte);
                }
            }
            Some(b'*') => self.starred = true,
            Some(byte @ (b'{' | b'}' | b'\\')) => self.byte(byte),
            Some(b'~') => self.character("\u{a0}"),
            Some(b'_') => self.character("\u{2011}"),
            Some(b'\n' | b'\r') => self.word("par", None),
            Some(letter) if letter.is_ascii_alphabetic() => self.named(letter),
            _ => {}
        }
    }

    /// A control word that begins with that letter, its number, and the space that ends it.
    fn named(&mut self, first: u8) {
        let mut name = String::from(char::from(first));
        while let Some(letter) =
            self.rest.first().copied().filter(u8::is_ascii_alphabetic).filter(|_| name.len() < 32)
        {
            name.push(char::from(letter));
            self.next();
        }
        let is_negative = self.rest.first() == Some(&b'-');
        let digits = self.rest.get(usize::from(is_negative)..).unwrap_or_default();
        let count = digits.iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
        let number =
            digits.get(..count).and_then(|digits| std::str::from_utf8(digits).ok()?.parse::<i64>().ok());
        if number.is_some() {
            self.rest = digits.get(count..).unwrap_or_default();
        }
        if self.rest.first() == Some(&b' ') {
            self.next();
        }
        let number = number.map(|number| if is_negative { -number } else { number });
        self.word(&name, number.map(|number| i32::try_from(number).unwrap_or(i32::MAX)));
    }

    fn character(&mut self, text: &str) {
        if self.passed > 0 {
            self.passed -= 1;
            return;
        }
        self.flush();
        self.say(text);
    }

    fn word(&mut self, name: &str, number: Option<i32>) {
        if name == "bin" {
            let length = usize::try_from(number.unwrap_or(0)).unwrap_or(0);
            self.rest = self.rest.get(length..).unwrap_or_default();
            return;
        }
        let is_starred = std::mem::take(&mut self.starred);
        self.flush();
        if self.scrivener(name) {
            return;
        }
        if is_starred || NO_TEXT.contains(&name) {
            self.group.into = if self.group.into == Into::Styles { Into::Styles } else { Into::Nothing };
        } else if let Some((_, text)) = CHARACTERS.iter().find(|(known, _)| *known == name) {
            self.character(text);
        } else if !self.destination(name) && !self.paragraph(name, number) {
            self.letters(name, number);
        }
    }

    /// What Scrivener 2 writes into a text: `{\Scrv_fn=A footnote.\end_Scrv_fn}`.
    fn scrivener(&mut self, name: &str) -> bool {
        let behind = match name {
            "Scrv" => self.rest.strip_prefix(b"_fn="),
            "end" => self.rest.strip_prefix(b"_Scrv_fn"),
            _ => None,
        };
        let Some(behind) = behind else { return false };
        self.rest = behind;
        if name == "Scrv" && self.group.into == Into::Text {
            self.aside.clear();
            self.group.into = Into::Footnote;
        }
        true
    }

    /// Words that say what the text of the group is.
    fn destination(&mut self, name: &str) -> bool {
        let into = match (name, self.group.into) {
            ("fonttbl", _) => Into::Fonts,
            ("stylesheet", _) => Into::Styles,
            ("info", _) => Into::Info,
            ("footnote", Into::Text) => Into::Footnote,
            ("title", Into::Info) => Into::Title,
            ("author", Into::Info) => Into::Author,
            _ => return false,
        };
        self.aside.clear();
        self.group.into = into;
        true
    }

    /// Words about paragraphs.
    fn paragraph(&mut self, name: &str, number: Option<i32>) -> bool {
        match name {
            "par" | "sect" | "page" | "row" | "nestrow" if self.group.into == Into::Text => {
                self.end_paragraph()
            }
            "par" => self.put("\n\n"),
            "cell" | "nestcell" => self.put(" | "),
            "pard" => (self.group.style, self.group.level) = (0, None),
            "s" => self.group.style = number.unwrap_or(0),
            "outlinelevel" => {
                let level = number.and_then(|level| usize::try_from(level).ok()).filter(|level| *level < 9);
                self.group.level = level.map(|level| level + 1);
            }
            _ => return false,
        }
        true
    }

    /// Words about characters.
    fn letters(&mut self, name: &str, number: Option<i32>) {
        let value = number.unwrap_or(1);
        match name {
            "u" => self.unicode(value),
            "uc" => self.group.fallback = usize::try_from(value).unwrap_or(1).min(64),
            "ansicpg" => {
                self.page = of_page(value);
                self.group.encoding = self.page;
            }
            "mac" => {
                self.page = encoding_rs::MACINTOSH;
                self.group.encoding = self.page;
            }
            "f" if self.group.into == Into::Fonts => self.font = value,
            "fcharset" => {
                let is_mac = value == 0 && self.page == encoding_rs::MACINTOSH;
                let encoding = of_charset(value).filter(|_| !is_mac).unwrap_or(self.page);
                self.fonts.insert(self.font, encoding);
            }
            "f" => self.group.encoding = self.fonts.get(&value).copied().unwrap_or(self.page),
            "v" | "deleted" => self.group.is_hidden = value != 0,
            "plain" => self.group.is_hidden = false,
            _ => {}
        }
    }

    /// A UTF-16 unit, written as a signed number.
    fn unicode(&mut self, value: i32) {
        self.passed = self.group.fallback;
        let unit = (value & 0xffff).try_into().unwrap_or(0xfffd_u16);
        match (std::mem::take(&mut self.half), unit) {
            (_, 0xd800..=0xdbff) => self.half = Some(unit),
            (Some(high), 0xdc00..=0xdfff) => {
                let text = String::from_utf16_lossy(&[high, unit]);
                self.put(&text);
            }
            (_, unit) => {
                let text = String::from_utf16_lossy(&[unit]);
                self.put(&text);
            }
        }
    }

    fn end_paragraph(&mut self) {
        let text = std::mem::take(&mut self.text);
        let text = without_marks(words::trim(&text).trim_end_matches(['|', ' ']));
        if text.is_empty() {
            return;
        }
        match self
            .group
            .level
            .or_else(|| self.styles.get(&self.group.style).copied())
            .filter(|level| *level > 0)
        {
            Some(level) => self.chapters.heading(level + self.below, &text.replace('\n', " ")),
            None => self.chapters.paragraph(&text),
        }
    }
}

/// The text without the marks of its own that Scrivener keeps in it: `<$Scr_Ps::0>`, `<!$Scr_Ps::0>`.
fn without_marks(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("<$Scr").into_iter().chain(rest.find("<!$Scr")).min() {
        let (before, mark) = rest.split_at(at);
        let Some(end) = mark.find('>').filter(|end| *end < 60) else { break };
        kept.push_str(before);
        rest = mark.get(end + 1..).unwrap_or_default();
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns(text: &str) -> Vec<(Option<String>, String)> {
        let mut chapters = Chapters::default();
        read(text.as_bytes(), &mut chapters, 0);
        let turns = chapters.parsed().transcripts.remove(0).turns;
        turns.into_iter().map(|turn| (turn.channel.as_deref().map(str::to_owned), turn.text)).collect()
    }

    #[test]
    fn text_is_what_is_shown() {
        for (text, shown) in [
            (r"{\rtf1\ansi one\par two\line three}", "one\n\ntwo\nthree"),
            (
                r"{\rtf1\ansi\ansicpg1252 caf\'e9 \ldblquote a\rdblquote \emdash b\~c\_d\-e}",
                "café “a”—b\u{a0}c\u{2011}de",
            ),
            (r"{\rtf1\ansi\ansicpg932 \'93\'94\'96\'7b}", "灯本"),
            (r"{\rtf1{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset204 B;}}\f1\'ca\'ee\f0\'e9}", "Коé"),
            (r"{\rtf1\uc1 \u8220 ?a\u8221\'94 \u-10178?\u-8902?}", "“a” 🤺"),
            (r"{\rtf1\uc2\u9731\'81\'40x{\uc0\u9731 y}}", "☃x☃y"),
            (
                r"{\rtf1{\*\generator no;}{\colortbl;\red0;}{\pict 0102}a{\field{\*\fldinst no}{\fldrslt b}}}",
                "ab",
            ),
            (r"{\rtf1 a{\v no}{\deleted no} b\{\}\\}", "a b{}\\"),
            ("{\\rtf1 a\\bin3 {}}b\\par\n c}", "ab\n\nc"),
            (r"{\rtf1\trowd a\cell b\cell\row c}", "a | b\n\nc"),
            (r"{\rtf1 <$Scr_Ps::0>a<!$Scr_Ps::0> < b}", "a < b"),
            (r"{\rtf1 a{\footnote{\super 1} note}}", "a"),
        ] {
            let found = turns(text);
            assert_eq!(found.first().map(|(_, text)| text.as_str()), Some(shown), "{text}");
        }
    }

    #[test]
    fn footnotes_are_told_apart_from_the_text_and_annotations_are_left_out() {
        for text in [
            r"{\rtf1 a {\footnote\chftn note}b}",
            r"{\rtf1 a {\Scrv_fn=note\end_Scrv_fn}b}",
            r"{\rtf1 a {\Scrv_annot \color={\R=1.0} \text=no \end_Scrv_annot}{\Scrv_fn={\b no}te\end_Scrv_fn }b}",
        ] {
            let notes = [(None, "a b".to_owned()), (Some("Footnotes".to_owned()), "note".to_owned())];
            assert_eq!(turns(text), notes, "{text}");
        }
    }

    #[test]
    fn headings_are_told_by_style_or_outline() {
        let text = r"{\rtf1{\stylesheet{\s0 Normal;}{\s1\b heading 1;}{\*\cs2 x;}{\s3\outlinelevel1 Kapitel;}}
{\info{\title T}{\author A}}\pard\s1 One\par\pard a\par\pard\s3 Two\par\pard b{\footnote of b}\par\pard\outlinelevel0 Three\par\pard c}";
        let expected = [("One", "a"), ("One / Two", "b"), ("One / Two / Footnotes", "of b"), ("Three", "c")];
        let expected: Vec<_> =
            expected.map(|(channel, text)| (Some(channel.to_owned()), text.to_owned())).into();
        assert_eq!(turns(text), expected);
    }

    #[test]
    fn what_is_cut_short_or_without_end_is_read_as_far_as_it_goes() {
        let mut chapters = Chapters::default();
        assert!(!read(br"{\rtf1 {\b one", &mut chapters, 0));
        assert!(!read("{".repeat(100_000).as_bytes(), &mut chapters, 0));
        assert!(read(br"}}} two \u-1", &mut chapters, 0));
        assert_eq!(chapters.parsed().transcripts[0].turns[0].text, "one\n\ntwo \u{ffff}");
    }
}
