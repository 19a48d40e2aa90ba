use std::ops::Range;

use maud::{Markup, html};

/// How a piece of a paragraph looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Look {
    emphasis: bool,
    strong: bool,
    marked: bool,
}

/// Stars or lines around some words, as chats have them for what is done rather than said.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Around {
    open: Range<usize>,
    close: Range<usize>,
}

/// A paragraph, with the stars around words as what they mean and the marked bytes marked; lines stay lines.
pub(super) fn inline(text: &str, marks: &[Range<usize>]) -> Markup {
    let pieces = pieces(text, marks);
    html! {
        @for (bytes, look) in &pieces {
            @for (number, line) in lines(text.get(bytes.clone()).unwrap_or_default()) {
                @if number > 0 { br; }
                (piece(line, *look))
            }
        }
    }
}

/// The lines of a piece, without those between two others that have nothing in them.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let last = text.split('\n').count() - 1;
    let has_place =
        move |(number, line): &(usize, &str)| *number == 0 || *number == last || !line.trim().is_empty();
    text.split('\n').enumerate().filter(has_place)
}

fn piece(text: &str, look: Look) -> Markup {
    match look {
        _ if text.is_empty() => html! {},
        Look { marked: true, .. } => html! { mark { (piece(text, Look { marked: false, ..look })) } },
        Look { strong: true, .. } => html! { strong { (piece(text, Look { strong: false, ..look })) } },
        Look { emphasis: true, .. } => html! { em { (text) } },
        _ => html! { (text) },
    }
}

/// The text in pieces of one look each, without the signs around words.
fn pieces(text: &str, marks: &[Range<usize>]) -> Vec<(Range<usize>, Look)> {
    let arounds = arounds(text);
    let mut cuts: Vec<usize> = vec![0, text.len()];
    cuts.extend(
        arounds.iter().flat_map(|one| [one.open.start, one.open.end, one.close.start, one.close.end]),
    );
    cuts.extend(marks.iter().flat_map(|mark| [mark.start, mark.end]));
    cuts.retain(|cut| text.is_char_boundary(*cut));
    cuts.sort_unstable();
    cuts.dedup();
    let (mut next, mut mark) = (0, 0);
    let mut pieces = Vec::new();
    for (start, end) in cuts.iter().zip(cuts.iter().skip(1)) {
        while arounds.get(next).is_some_and(|one| one.close.end <= *start) {
            next += 1;
        }
        while marks.get(mark).is_some_and(|one| one.end <= *start) {
            mark += 1;
        }
        let around = arounds.get(next).filter(|one| one.open.start <= *start);
        if around.is_some_and(|one| one.open.end > *start || one.close.start <= *start) {
            continue;
        }
        let width = around.map_or(0, |one| one.open.len());
        let marked = marks.get(mark).is_some_and(|one| one.start <= *start);
        pieces.push((*start..*end, Look { emphasis: width % 2 == 1, strong: width > 1, marked }));
    }
    pieces
}

/// The words with one to three stars or one line on either side: nothing blank stands between the sign and the word.
fn arounds(text: &str) -> Vec<Around> {
    let bytes = text.as_bytes();
    let mut found: Vec<Around> = Vec::new();
    let mut at = 0;
    // Where no sign of this width closes any more, none has to be looked for again.
    let mut closed = [false; 5];
    while let Some(sign) = bytes.get(at) {
        let run = run(bytes, at);
        let opens = is_sign(*sign, run) && !blank(bytes.get(at + run)) && starts(*sign, text, at);
        let slot = closed.get_mut(if *sign == b'_' { 4 } else { run.min(3) });
        let close = match slot {
            Some(closed) if opens && !*closed => {
                let close = closing(text, at + run, *sign, run);
                *closed = close.is_none();
                close
            }
            _ => None,
        };
        match close {
            Some(close) => {
                found.push(Around { open: at..at + run, close: close..close + run });
                at = close + run;
            }
            None => at += run,
        }
    }
    found
}

fn is_sign(sign: u8, run: usize) -> bool {
    (sign == b'*' && run <= 3) || (sign == b'_' && run == 1)
}

/// How many of the same byte stand here, where it is a sign; else one.
fn run(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at) {
        Some(sign @ (b'*' | b'_')) => bytes.iter().skip(at).take_while(|byte| *byte == sign).count(),
        _ => 1,
    }
}

fn blank(byte: Option<&u8>) -> bool {
    byte.is_none_or(u8::is_ascii_whitespace)
}

/// A line within a word is a part of its name.
fn starts(sign: u8, text: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|before| before.chars().next_back());
    sign != b'_' || before.is_none_or(|before| !before.is_alphanumeric())
}

fn closing(text: &str, from: usize, sign: u8, width: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    while at < bytes.len() {
        let run = run(bytes, at);
        let after = text.get(at + run..).and_then(|after| after.chars().next());
        let ends_word = sign != b'_' || after.is_none_or(|after| !after.is_alphanumeric());
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        if bytes.get(at) == Some(&sign) && run == width && at > from && !blank(before) && ends_word {
            return Some(at);
        }
        at += run;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::single_range_in_vec_init, reason = "one mark is a mark")]
    fn stars_and_marks_are_what_they_mean_and_nothing_else_is_markup() {
        for (text, marks, expected) in [
            ("plain", &[][..], "plain"),
            ("*nods* yes", &[], "<em>nods</em> yes"),
            ("**no** and ***never***", &[], "<strong>no</strong> and <strong><em>never</em></strong>"),
            ("_softly_ snake_case_name", &[], "<em>softly</em> snake_case_name"),
            ("2 * 3 * 4", &[], "2 * 3 * 4"),
            ("*open", &[], "*open"),
            ("a ** b", &[], "a ** b"),
            ("*a\nb*", &[], "<em>a</em><br><em>b</em>"),
            ("One.\n\nTwo.\n \n\nThree.", &[], "One.<br>Two.<br>Three."),
            ("One\n\n*two*\n\nthree", &[], "One<br><em>two</em><br>three"),
            ("<b>&</b>", &[], "&lt;b&gt;&amp;&lt;/b&gt;"),
            ("the lamp is", &[4..8], "the <mark>lamp</mark> is"),
            ("*the lamp is*", &[5..9], "<em>the </em><mark><em>lamp</em></mark><em> is</em>"),
            ("*la*mp", &[0..6], "<mark><em>la</em></mark><mark>mp</mark>"),
            ("Zoë", &[3..9, 2..4], "Zoë"),
            ("", &[], ""),
            ("****", &[], "****"),
        ] {
            assert_eq!(inline(text, marks).into_string(), expected, "{text}");
        }
    }

    #[test]
    fn a_long_line_of_signs_takes_no_time() {
        for text in ["*a ".repeat(100_000), "* ".repeat(200_000), "**a*".repeat(50_000), "_a".repeat(100_000)]
        {
            assert!(!inline(&text, &[]).into_string().is_empty());
        }
    }

    #[test]
    fn every_letter_but_the_signs_is_kept() {
        let text = "*She* said: **never** in a_b, _no_ *";
        let kept: String = pieces(text, &[5..9, 9..9]).into_iter().map(|(bytes, _)| &text[bytes]).collect();
        assert_eq!(kept, "She said: never in a_b, no *");
    }
}
