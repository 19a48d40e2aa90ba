use crate::words;

/// How the lines of a text are to be understood, told by all of them together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineLayout {
    /// Lines were broken at a width; a paragraph goes on until a blank line.
    Wrapped,
    /// A line is a paragraph, and a blank line parts scenes.
    LineIsParagraph,
    /// Lines are as somebody wrote them; a blank line ends a paragraph.
    AsWritten,
}

/// So many blank lines part scenes, where one parts paragraphs.
const BLANK: usize = 3;

impl LineLayout {
    pub(super) fn of(lines: &[&str]) -> Self {
        let is_text = |line: &&str| !words::is_blank(line);
        let count = lines.iter().filter(|line| is_text(line)).count();
        // Only a line with another one below it can have been broken, and few of those end with a sentence.
        let inner: Vec<&str> = lines
            .windows(2)
            .filter(|pair| pair.iter().all(&is_text))
            .filter_map(|pair| pair.first().map(|line| line.trim_end()))
            .collect();
        let lengths: Vec<usize> = inner.iter().map(|line| words::length(line)).collect();
        let mut sorted = lengths.clone();
        sorted.sort_unstable();
        let width = sorted.get(sorted.len() * 95 / 100).copied().unwrap_or(0);
        let full = lengths.iter().filter(|length| **length + 15 > width && **length <= width + 3).count();
        let ended = inner.iter().filter(|line| line.ends_with(['.', '!', '?', '”', '"', '。'])).count();
        let is_broken = inner.len() >= 5 && ended * 2 < inner.len() && full * 10 >= inner.len() * 7;
        if is_broken && (45..=100).contains(&width) && full * 4 > count {
            return Self::Wrapped;
        }
        let gaps = lines.windows(2).filter(|pair| !is_text(&pair[0]) && is_text(&pair[1])).count();
        let is_long = lengths.iter().sum::<usize>() > lengths.len() * 40;
        if count >= 8 && gaps * 4 < count && is_long { Self::LineIsParagraph } else { Self::AsWritten }
    }

    pub(super) fn is_wrapped(self) -> bool {
        self == Self::Wrapped
    }

    /// Whether so many blank lines one after the other part scenes.
    pub(super) fn parts_scenes(self, blank: usize) -> bool {
        blank == if self == Self::LineIsParagraph { 1 } else { BLANK }
    }

    /// Whether a paragraph ends before this line.
    pub(super) fn ends_paragraph(self, line: &str, paragraph: &[&str]) -> bool {
        match self {
            Self::LineIsParagraph => true,
            Self::Wrapped | Self::AsWritten => {
                // Within a fence nothing ends.
                let is_open =
                    paragraph.iter().filter(|line| line.trim_start().starts_with("```")).count() % 2 == 1;
                words::is_blank(line) && !is_open
            }
        }
    }

    /// The lines of a paragraph, joined where they were broken. Lists, quotations and verses stay as they are.
    pub(super) fn joined(self, lines: &[&str]) -> String {
        let is_kept = |(at, line): (usize, &&str)| {
            line.trim_start().starts_with(['-', '>', '|', '+'])
                || line.starts_with("* ")
                || (at > 0 && line.starts_with([' ', '\t']))
        };
        let lines: Vec<&str> = lines.iter().copied().skip_while(|line| words::is_blank(line)).collect();
        if self != Self::Wrapped || lines.iter().enumerate().any(is_kept) {
            return lines.join("\n");
        }
        let mut text = String::new();
        for line in lines {
            let next = line.trim();
            let hangs =
                text.ends_with(['-', '—']) || text.chars().next_back().is_some_and(|c| c >= '\u{2e80}');
            if !text.is_empty() && !hangs {
                text.push(' ');
            }
            text.push_str(next);
        }
        text
    }
}

/// `[[page|shown]]` and `[[page]]`, as notes are linked, as they are shown; what is embedded so is left out.
pub(super) fn without_links(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("[[") {
        let Some((link, next)) = behind.split_once("]]").filter(|(link, _)| !link.contains('\n')) else {
            break;
        };
        match before.strip_suffix('!') {
            Some(before) => kept.push_str(before),
            None => {
                kept.push_str(before);
                kept.push_str(shown(link));
            }
        }
        rest = next;
    }
    kept + rest
}

/// What is shown of a link: its own words, else the page, or the part of it that is meant.
fn shown(link: &str) -> &str {
    if let Some((_, shown)) = link.rsplit_once('|') {
        return shown;
    }
    match link.split_once('#') {
        Some(("", part)) => part.trim_start_matches(['#', '^']),
        Some((page, _)) => page,
        None => link,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_what_they_show() {
        for (text, shown) in [
            ("[[Marrow|the keeper]] and [[Ada]]", "the keeper and Ada"),
            ("[[Ada#Youth]] [[#Below]] ![[map.png]]x", "Ada Below x"),
            ("[[open\n]] and [[", "[[open\n]] and [["),
        ] {
            assert_eq!(without_links(text), shown);
        }
    }

    #[test]
    fn lines_that_were_broken_are_joined_and_verses_are_not() {
        let line = "and the keeper went up the stairs with the oil in his hand, as ever,";
        let text = format!("{line}\n{line}\n{line}\n{line}\n{line}\nand so light-\nhouse.\n\nShort.");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(LineLayout::of(&lines), LineLayout::Wrapped);
        assert_eq!(
            LineLayout::Wrapped.joined(&["  One light-", "house", "and two."]),
            "One light-house and two."
        );
        assert_eq!(LineLayout::Wrapped.joined(&["- a", "- b"]), "- a\n- b");
        assert_eq!(LineLayout::Wrapped.joined(&["灯台の光が", "海を照らす。"]), "灯台の光が海を照らす。");
        let verse = "The lamp\nis lit\nupon the cliff\nby nobody\nat all\nand yet\nit burns\nso bright";
        assert_eq!(LineLayout::of(&verse.lines().collect::<Vec<_>>()), LineLayout::AsWritten);
    }
}
