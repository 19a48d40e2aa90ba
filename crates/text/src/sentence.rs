use std::ops::Range;

/// Signs that may stand behind the end of a sentence and belong to it.
const CLOSING: [char; 17] =
    ['"', '\'', ')', ']', '*', '_', '”', '’', '»', '›', '」', '』', '）', '】', '〉', '》', '］'];
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

/// The pieces of a word, if it is prose without spaces: its sentences, and the clauses that a comma ends. A word of other
/// text is one piece.
pub fn clauses_within(word: &str) -> impl Iterator<Item = &str> {
    word.split_inclusive(['。', '！', '？', '｡', '、', '，', '；', '：', '။', '၊', '។'])
        .fold(Vec::<Range<usize>>::new(), |mut pieces, piece| {
            let start = pieces.last().map_or(0, |last| last.end);
            // What only closes a quote, or repeats the sign, belongs to the piece before it.
            let end = start + piece.len();
            let tail =
                piece.len() - piece.trim_start_matches(CLOSING).trim_start_matches(ENDS_ANYWHERE).len();
            match pieces.last_mut() {
                Some(last) if tail == piece.len() => last.end = end,
                Some(last) => {
                    let tail = piece.len() - piece.trim_start_matches(CLOSING).len();
                    last.end = start + tail;
                    pieces.push(start + tail..end);
                }
                None => pieces.push(0..end),
            }
            pieces
        })
        .into_iter()
        .filter_map(|range| word.get(range))
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
    fn prose_without_spaces_is_cut_at_its_commas_too() {
        for (word, pieces) in [
            ("光、船？！「行け。」彼女", &["光、", "船？！", "「行け。」", "彼女"][..]),
            ("well-known,", &["well-known,"]),
            ("。", &["。"]),
            ("", &[]),
        ] {
            assert_eq!(clauses_within(word).collect::<Vec<_>>(), pieces, "{word}");
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
