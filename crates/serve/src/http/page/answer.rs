use maud::{Markup, html};
use naragtive::answer::{AnswerPiece, AnswerPieces, Citation};

/// Where a scene that was given is read, and what it is called.
pub(super) struct SceneLink {
    pub(super) address: String,
    pub(super) title: String,
}

/// Writes the words of an answer as they come: paragraphs, lines, what is said with stress, and citations that lead to their
/// scenes. What is open is closed by [`AnswerWriter::end`], so that a page is whole whenever it is over.
pub(super) struct AnswerWriter {
    pieces: AnswerPieces,
    links: Vec<SceneLink>,
    is_open: bool,
    /// Line ends since the last letter.
    ends: usize,
    /// Stars since the last letter, and whether a blank or nothing stands before them.
    stars: usize,
    is_apart: bool,
    stress: Option<Stress>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stress {
    Em,
    Strong,
}

impl Stress {
    fn of(stars: usize) -> Option<Self> {
        match stars {
            1 => Some(Self::Em),
            2 => Some(Self::Strong),
            _ => None,
        }
    }

    fn opened(self) -> &'static str {
        if self == Self::Em { "<em>" } else { "<strong>" }
    }

    fn closed(self) -> &'static str {
        if self == Self::Em { "</em>" } else { "</strong>" }
    }
}

impl AnswerWriter {
    /// For an answer from these scenes, in the order of their numbers.
    pub(super) fn new(links: Vec<SceneLink>) -> Self {
        let pieces = AnswerPieces::new(links.len());
        Self { pieces, links, is_open: false, ends: 0, stars: 0, is_apart: true, stress: None }
    }

    /// What can be shown by now.
    pub(super) fn push(&mut self, words: &str) -> String {
        let mut out = String::new();
        for piece in self.pieces.push(words) {
            match piece {
                AnswerPiece::Words(words) => words.chars().for_each(|letter| self.letter(letter, &mut out)),
                AnswerPiece::Cited(_, numbers) => {
                    self.begin(&mut out);
                    self.settle(false, &mut out);
                    out += &self.cited(&numbers).into_string();
                    self.is_apart = false;
                }
            }
        }
        out
    }

    /// The rest, and the ends of what is open.
    pub(super) fn end(&mut self) -> String {
        let (mut out, held) = (String::new(), self.pieces.rest());
        held.chars().for_each(|letter| self.letter(letter, &mut out));
        self.settle(false, &mut out);
        out += &self.unstressed();
        if std::mem::take(&mut self.is_open) {
            out += "</p>";
        }
        out
    }

    fn letter(&mut self, letter: char, out: &mut String) {
        match letter {
            '\n' => {
                self.settle(false, out);
                self.ends += 1;
                self.is_apart = true;
            }
            // A line begins with its first letter.
            blank if blank.is_whitespace() && self.stars == 0 && (self.ends > 0 || !self.is_open) => {}
            '*' => {
                self.begin(out);
                self.stars += 1;
            }
            letter => {
                self.begin(out);
                self.settle(!letter.is_whitespace(), out);
                *out += &html! { (letter) }.into_string();
                self.is_apart = letter.is_whitespace() || "([\"“„«—".contains(letter);
            }
        }
    }

    /// The paragraph or the line that the next letter stands in.
    fn begin(&mut self, out: &mut String) {
        if !self.is_open {
            *out += "<p dir=\"auto\">";
        } else if self.ends == 1 {
            *out += "<br>";
        } else if self.ends > 1 {
            *out += &self.unstressed();
            *out += "</p><p dir=\"auto\">";
        }
        (self.is_open, self.ends) = (true, 0);
    }

    /// What the stars before this letter mean; those that begin or end no stress are stars.
    fn settle(&mut self, before_word: bool, out: &mut String) {
        let stars = std::mem::take(&mut self.stars);
        match (Stress::of(stars), self.stress) {
            (Some(stress), Some(open)) if stress == open => *out += &self.unstressed(),
            (Some(stress), None) if before_word && self.is_apart => {
                *out += stress.opened();
                self.stress = Some(stress);
            }
            _ => *out += &"*".repeat(stars),
        }
    }

    fn unstressed(&mut self) -> String {
        self.stress.take().map(Stress::closed).unwrap_or_default().to_owned()
    }

    /// The numbers of scenes, each the way to its own; of one that wasn't given it is said that there is none.
    fn cited(&self, numbers: &[Citation]) -> Markup {
        html! {
            span class="cite" {
                "["
                @for (place, one) in numbers.iter().enumerate() {
                    @if place > 0 { ", " }
                    @match self.links.get(one.number.wrapping_sub(1)) {
                        Some(link) => a href=(link.address) title=(link.title) { (one.number) },
                        None => span class="nothing" { (one.number) " – no such scene" },
                    }
                }
                "]"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However it is cut up.
    fn written(answer: &str) -> String {
        let of = |size: usize| {
            let link =
                |number: usize| SceneLink { address: format!("/{number}"), title: format!("\"{number}\"") };
            let mut writer = AnswerWriter::new((1..=2).map(link).collect());
            let letters: Vec<char> = answer.chars().collect();
            let pieces = letters.chunks(size).map(|piece| piece.iter().collect::<String>());
            let mut out: String = pieces.map(|piece| writer.push(&piece)).collect();
            out += &writer.end();
            out.replace(" dir=\"auto\"", "")
        };
        assert_eq!(of(1), of(1_000), "{answer}");
        of(3)
    }

    #[test]
    fn words_are_text_in_paragraphs_and_nothing_else_is_markup() {
        for (answer, expected) in [
            ("", ""),
            (" \n\n ", ""),
            ("One.", "<p>One.</p>"),
            ("One.\nTwo.\n\n  Three.\n", "<p>One.<br>Two.</p><p>Three.</p>"),
            (
                "<script>alert(1)</script> & \"q\"",
                "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;q&quot;</p>",
            ),
            ("**Odile** lied, *twice*.", "<p><strong>Odile</strong> lied, <em>twice</em>.</p>"),
            ("* one\n* two", "<p>* one<br>* two</p>"),
            ("2*3*4 and 2 * 3", "<p>2*3*4 and 2 * 3</p>"),
            ("**open\n\nnext", "<p><strong>open</strong></p><p>next</p>"),
            ("***all***", "<p>***all***</p>"),
            ("*", "<p>*</p>"),
        ] {
            assert_eq!(written(answer), expected, "{answer:?}");
        }
    }

    #[test]
    fn a_citation_leads_to_its_scene_and_one_of_nothing_is_marked() {
        for (answer, expected) in [
            ("Late [1].", "Late <span class=\"cite\">[<a href=\"/1\" title=\"&quot;1&quot;\">1</a>]</span>."),
            (
                "[2, 9]",
                "<span class=\"cite\">[<a href=\"/2\" title=\"&quot;2&quot;\">2</a>, <span class=\"nothing\">9 – no such scene</span>]</span>",
            ),
            ("[0]", "<span class=\"cite\">[<span class=\"nothing\">0 – no such scene</span>]</span>"),
            ("[see <b>] [1", "[see &lt;b&gt;] [1"),
        ] {
            assert_eq!(written(answer), format!("<p>{expected}</p>"));
        }
    }
}
