use naragtive_text::{Kind, is_hyphen, starts_word, tokens};

/// A part of a query as it was typed, without the signs around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clause<'a> {
    pub(crate) text: &'a str,
    pub(crate) form: Form,
    pub(crate) excluded: bool,
    /// Where it starts in the query, in bytes; a phrase with its quote.
    pub(crate) at: usize,
}

/// What a clause means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Any of the words.
    Words,
    /// All of the words, one after the other.
    Phrase,
    /// The one word's beginning.
    Prefix,
}

/// The parts of `query` in order.
pub(crate) fn clauses(query: &str) -> Vec<Clause<'_>> {
    let mut clauses = Vec::new();
    let mut rest = query;
    // A hyphen excludes only where a word could start.
    let mut at_start = true;
    while let Some(first) = rest.chars().next() {
        let excluded = at_start && excludes(rest);
        let body = if excluded { rest.trim_start_matches(is_hyphen) } else { rest };
        let (clause, after) = phrase(body).unwrap_or_else(|| run(body, first.len_utf8()));
        at_start = clause.text.is_empty() || after.starts_with(char::is_whitespace);
        rest = after;
        if !clause.text.is_empty() {
            clauses.push(Clause { excluded, at: query.len() - body.len(), ..clause });
        }
    }
    clauses
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„')
}

/// A single hyphen before a word or a phrase.
fn excludes(text: &str) -> bool {
    let Some(body) = text.strip_prefix(is_hyphen) else { return false };
    body.starts_with(starts_word) || phrase(body).is_some()
}

/// The phrase that `text` starts with, and what follows it.
fn phrase(text: &str) -> Option<(Clause<'_>, &str)> {
    let (phrase, after) = text.strip_prefix(is_quote)?.split_once(is_quote)?;
    Some((Clause { text: phrase, form: Form::Phrase, excluded: false, at: 0 }, after))
}

/// All up to a space or a quote, at least `least` bytes, which are no part of a word if nothing else is there.
fn run(text: &str, least: usize) -> (Clause<'_>, &str) {
    let ends = |c: char| c.is_whitespace() || is_quote(c);
    let length = text.find(ends).filter(|length| *length > 0);
    if text.starts_with(ends) {
        let nothing = Clause { text: "", form: Form::Words, excluded: false, at: 0 };
        return (nothing, text.get(least..).unwrap_or_default());
    }
    let (run, after) = text.split_at_checked(length.unwrap_or(text.len())).unwrap_or((text, ""));
    let clause = match prefix(run) {
        Some(text) => Clause { text, form: Form::Prefix, excluded: false, at: 0 },
        None => Clause { text: run, form: Form::Words, excluded: false, at: 0 },
    };
    (clause, after)
}

/// The word before a star, if there is but one and nothing follows but punctuation.
fn prefix(run: &str) -> Option<&str> {
    let word = run.trim_end_matches(|c| c != '*' && !starts_word(c)).strip_suffix('*')?;
    let word = word.trim_start_matches(|c| !starts_word(c));
    let first = tokens(word).next()?;
    (first.range == (0..word.len()) && first.kind == Kind::Word).then_some(word)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `+` before what is looked for, `-` before what isn't; phrases in brackets.
    fn show(query: &str) -> String {
        let show = |clause: Clause| {
            let sign = if clause.excluded { '-' } else { '+' };
            match clause.form {
                Form::Words => format!("{sign}{}", clause.text),
                Form::Phrase => format!("{sign}[{}]", clause.text),
                Form::Prefix => format!("{sign}{}*", clause.text),
            }
        };
        clauses(query).into_iter().map(show).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn signs_mean_something_only_where_they_belong() {
        for (query, expected) in [
            ("red dragon", "+red +dragon"),
            (
                "  -orc  \"red dragon\" -\"two words\" drag* -wyr*",
                "-orc +[red dragon] -[two words] +drag* -wyr*",
            ),
            ("half-elf - dash --option a-", "+half-elf +- +dash +--option +a-"),
            ("\"open phrase", "+open +phrase"),
            ("-\"open phrase", "+- +open +phrase"),
            ("say \"a\"b", "+say +[a] +b"),
            ("“curly quotes” „auch so“", "+[curly quotes] +[auch so]"),
            ("5'10\" tall", "+5'10 +tall"),
            ("(drag*), 2*3 * f*ck* *x", "+drag* +2*3 +* +f*ck* +*x"),
            ("\"\" -\"\" \"", ""),
            ("", ""),
        ] {
            assert_eq!(show(query), expected, "{query}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_query_and_no_word_is_lost(query in "[a\"“*\\- \u{a0}é.]{0,20}") {
            let letters = |text: &str| text.chars().filter(|c| starts_word(*c)).collect::<String>();
            let kept: String = clauses(&query).iter().map(|clause| letters(clause.text)).collect();
            prop_assert_eq!(kept, letters(&query));
        }
    }
}
