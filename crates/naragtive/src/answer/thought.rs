/// What models that think aloud put around their thoughts, where their server doesn't take them out.
const MARKS: [(&str, &str); 2] = [("<think>", "</think>"), ("<thinking>", "</thinking>")];

/// Takes a thought out of the beginning of an answer that comes in pieces.
#[derive(Debug, Default)]
pub(super) struct Thought {
    held: String,
    /// What ends the thought, while one goes on.
    until: Option<&'static str>,
    is_over: bool,
}

impl Thought {
    /// What is no thought of this piece and of what was held back.
    pub(super) fn push(&mut self, piece: &str) -> String {
        if self.is_over {
            return piece.to_owned();
        }
        self.held.push_str(piece);
        if self.until.is_none() {
            let begun = self.held.trim_start();
            self.until = MARKS.iter().find(|(mark, _)| begun.starts_with(mark)).map(|(_, end)| *end);
            if self.until.is_none() {
                let may_begin = MARKS.iter().any(|(mark, _)| mark.starts_with(begun));
                return if may_begin { String::new() } else { self.rest() };
            }
        }
        let end = self.until.and_then(|until| Some(self.held.find(until)? + until.len()));
        match end.and_then(|end| self.held.get(end..)) {
            None => String::new(),
            Some(rest) => {
                let rest = rest.trim_start().to_owned();
                // What follows may be more of the white space behind the thought.
                (self.held, self.until) = (String::new(), None);
                self.is_over = !rest.is_empty();
                rest
            }
        }
    }

    /// What was held back, at the end of the answer; nothing of a thought that doesn't end.
    pub(super) fn rest(&mut self) -> String {
        self.is_over = true;
        let held = std::mem::take(&mut self.held);
        if self.until.is_some() { String::new() } else { held.trim_start().to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thought_before_the_answer_is_left_out_however_it_is_cut_up() {
        for (answer, expected) in [
            ("Odile lied [1].", "Odile lied [1]."),
            ("<think>Who?\nHm.</think>\n\nOdile lied [1].", "Odile lied [1]."),
            ("\n<thinking></thinking>Odile", "Odile"),
            ("<think>never ends", ""),
            ("<b>Odile</b> <think>", "<b>Odile</b> <think>"),
            ("<th", "<th"),
            ("", ""),
        ] {
            for size in [1, 3, 100] {
                let mut thought = Thought::default();
                let letters: Vec<char> = answer.chars().collect();
                let mut found: String = letters
                    .chunks(size)
                    .map(|piece| thought.push(&piece.iter().collect::<String>()))
                    .collect();
                found += &thought.rest();
                assert_eq!(found, expected, "{size}: {answer}");
            }
        }
    }
}
