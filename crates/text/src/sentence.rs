/// Signs that may stand behind the end of a sentence and belong to it.
const CLOSING: [char; 18] =
    ['"', '\'', ')', ']', '*', '_', '~', '”', '’', '»', '›', '」', '』', '）', '】', '〉', '》', '］'];
/// Ends of sentences with a space behind them.
const ENDS: [char; 9] = ['.', '!', '?', '…', '।', '॥', '؟', '۔', '።'];
/// Ends of sentences that need no space behind them.
const ENDS_ANYWHERE: [char; 8] = ['。', '！', '？', '｡', '．', '។', '။', '၊'];

/// Whether `text`, behind which there is a space or nothing, ends with a sentence.
pub fn ends_sentence(text: &str) -> bool {
    let bare = text.trim_end_matches(CLOSING);
    bare.ends_with(ENDS) || bare.ends_with(ENDS_ANYWHERE)
}

/// Where sentences end within `text` though no space is behind them, in bytes, each behind its closing quotes.
pub fn sentence_ends_within(text: &str) -> impl Iterator<Item = usize> {
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        loop {
            let (_, c) = chars.next()?;
            if !ENDS_ANYWHERE.contains(&c) {
                continue;
            }
            while chars.next_if(|(_, next)| ENDS_ANYWHERE.contains(next) || CLOSING.contains(next)).is_some()
            {
            }
            return chars.peek().map(|(at, _)| *at);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_ends_with_its_quotes() {
        for (text, ends) in [
            ("He left.", true),
            ("\"Go!\"", true),
            ("*she nods.*", true),
            ("「行け。」", true),
            ("क्या?", true),
            ("वह गया।", true),
            ("Mr", false),
            ("。x", false),
            ("", false),
        ] {
            assert_eq!(ends_sentence(text), ends, "{text}");
        }
    }

    #[test]
    fn a_sentence_may_end_without_a_space() {
        for (text, sentences) in [
            ("光。船？！「行け。」彼女", &["光。", "船？！", "「行け。」", "彼女"][..]),
            ("光。", &["光。"]),
            ("3.5 is. one", &["3.5 is. one"]),
            ("", &[""]),
        ] {
            let mut ends: Vec<usize> = sentence_ends_within(text).collect();
            ends.insert(0, 0);
            ends.push(text.len());
            let found: Vec<&str> = ends.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect();
            assert_eq!(found, sentences, "{text}");
        }
    }
}
