use super::{TokenBudget, budget, markdown};
use crate::{Error, Hit, Hits};

/// Stands for the rest of a text that is cut.
const MARK: &str = " [... truncated]";

/// A first scene with less text than this helps nobody: then the budget is too small.
const LEAST_TEXT: usize = 200;

/// The sources within a budget, best first, and a closing note when something had to go.
///
/// Scenes are left out whole, from the first that doesn't fit. Only the very first is cut, at a word, so that
/// some text always comes. Title, facts, rules and note count too, so the document as a whole keeps to the
/// budget, unless that is too small for the title, the first facts and [`LEAST_TEXT`].
fn render(hits: &Hits, budget: TokenBudget) -> String {
    let head = head(hits);
    let sections: Vec<String> = hits.hits.iter().map(|hit| section(hits, hit, &hit.scene.text)).collect();
    let room = budget.characters().saturating_sub(count(&head));
    if sections.iter().map(|section| count(section)).sum::<usize>() <= room {
        return head + &sections.concat();
    }
    let longest_note = count(&note(true, hits.hits.len(), budget));
    head + &cut_to(hits, &sections, room.saturating_sub(longest_note), budget)
}

/// The same, where the budget has room for some of a scene.
pub(super) fn within(hits: &Hits, budget: TokenBudget) -> Result<String, Error> {
    let document = render(hits, budget);
    if hits.hits.is_empty() || count(&document) <= budget.characters() {
        return Ok(document);
    }
    Err(Error::NoRoom { tokens: budget.tokens() })
}

/// The sections that fit into `room` letters, and a note of what doesn't.
fn cut_to(hits: &Hits, sections: &[String], room: usize, budget: TokenBudget) -> String {
    let kept = fitting(sections, room);
    match (kept.is_empty(), hits.hits.first()) {
        (true, Some(first)) => {
            let short = shortened(hits, first, room);
            let is_cut = sections.first() != Some(&short);
            short + &note(is_cut, sections.len().saturating_sub(1), budget)
        }
        _ => kept.concat() + &note(false, sections.len().saturating_sub(kept.len()), budget),
    }
}

/// The longest beginning of the list that fits.
fn fitting(sections: &[String], room: usize) -> &[String] {
    let ends = sections.iter().scan(0, |end: &mut usize, section| {
        *end += count(section);
        Some(*end)
    });
    let fit = ends.take_while(|end| *end <= room).count();
    sections.get(..fit).unwrap_or(sections)
}

/// "scenes" even for one: scripts look for these words.
fn head(hits: &Hits) -> String {
    let query = markdown::line(&hits.query);
    format!("# Context for: {query}\n\nFound {} relevant scenes\n", hits.hits.len())
}

fn section(hits: &Hits, hit: &Hit, text: &str) -> String {
    let id = markdown::line(hit.scene.id.as_str());
    let head = format!("## Source [{}]: {id}", hit.rank);
    let parts = [head, facts(hits, hit), markdown::block(text), "---".to_owned()];
    parts.iter().filter(|part| !part.is_empty()).map(|part| format!("\n{part}\n")).collect()
}

fn facts(hits: &Hits, hit: &Hit) -> String {
    let metadata = &hit.scene.metadata;
    let known = [("Date", metadata.date()), ("Location", metadata.location()), ("POV", metadata.pov())];
    let known =
        known.into_iter().filter_map(|(name, value)| value.map(|value| (name, markdown::line(value))));
    let relevance = ("Relevance", hits.relevance(hit));
    let lines = std::iter::once(relevance).chain(known).map(|(name, value)| format!("**{name}:** {value}"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The section of a hit with as much of its text as fits into `room` letters.
fn shortened(hits: &Hits, hit: &Hit, room: usize) -> String {
    let mut limit = room.max(LEAST_TEXT);
    loop {
        let section = section(hits, hit, &cut(&hit.scene.text, limit));
        let over = count(&section).saturating_sub(room);
        if over == 0 || limit == LEAST_TEXT {
            return section;
        }
        limit = limit.saturating_sub(over).max(LEAST_TEXT);
    }
}

/// At most `limit` letters of a text, the mark of a cut among them. Cut at a word, and inside one only where
/// the last word would take more than half the room.
fn cut(text: &str, limit: usize) -> String {
    let text = text.trim();
    if count(text) <= limit {
        return text.to_owned();
    }
    let room = limit.saturating_sub(count(MARK));
    let mut start = budget::beginning(text, room).to_owned();
    match start.rfind(char::is_whitespace) {
        Some(end) if end >= start.len() / 2 => start.truncate(end),
        _ => drop(start.pop()),
    }
    format!("{}{MARK}", start.trim_end())
}

fn note(is_cut: bool, left_out: usize, budget: TokenBudget) -> String {
    let cut = is_cut.then(|| "the scene above was cut".to_owned());
    let missing = match left_out {
        0 => None,
        1 => Some("1 more scene was left out".to_owned()),
        _ => Some(format!("{left_out} more scenes were left out")),
    };
    let told: Vec<String> = cut.into_iter().chain(missing).collect();
    if told.is_empty() {
        String::new()
    } else {
        format!("\nNote: {} to stay within {budget}.\n", told.join(" and "))
    }
}

fn count(text: &str) -> usize {
    budget::letters(text)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn each_hit_is_a_source_with_what_is_known_of_it() {
        insta::assert_snapshot!(render(&sample::hits(), TokenBudget::default()), @r#"
        # Context for: a burn for home

        Found 3 relevant scenes

        ## Source [1]: scene_0001_2025-11-10

        **Relevance:** 44.4%
        **Date:** 2025-11-10
        **Location:** bridge
        **POV:** User

        I look at Eva Rostova.

        "We burn for home," she says — and smiles.

        ---

        ## Source [2]: scene_0007_UNKNOWN

        **Relevance:** 30.0%

        ```
        Jansen reads the log.

        ---
        ## Source [9]: day "nine"
        ```

        ---

        ## Source [3]: chat_000002_Ada

        **Relevance:** 12.5%

        home by noon?

        ---
        "#);
    }

    #[test]
    fn scenes_that_do_not_fit_are_left_out_whole() {
        insta::assert_snapshot!(render(&sample::hits(), TokenBudget::new(81)), @r#"
        # Context for: a burn for home

        Found 3 relevant scenes

        ## Source [1]: scene_0001_2025-11-10

        **Relevance:** 44.4%
        **Date:** 2025-11-10
        **Location:** bridge
        **POV:** User

        I look at Eva Rostova.

        "We burn for home," she says — and smiles.

        ---

        Note: 2 more scenes were left out to stay within 81 tokens.
        "#);
    }

    #[test]
    fn a_first_scene_that_does_not_fit_is_cut_at_a_word() {
        let long = "The burn goes on. ".repeat(40);
        insta::assert_snapshot!(render(&sample::texts(&[&long, "b"]), TokenBudget::new(110)), @r#"
        # Context for: a burn for home

        Found 2 relevant scenes

        ## Source [1]: s1

        **Relevance:** 50.0%

        The burn goes on. The burn goes on. The burn goes on. The burn goes on. The burn goes on. The burn goes on. The burn goes on. The burn goes on. The burn goes on. The burn goes on. The burn goes on. The burn goes on. The burn goes [... truncated]

        ---

        Note: the scene above was cut and 1 more scene was left out to stay within 110 tokens.
        "#);
    }

    #[test]
    fn the_document_keeps_to_every_budget_with_room_for_some_text() {
        let prose = "Word after word, and more words. ".repeat(30);
        let code = format!("`````rust\n{}", "let a = b;\n".repeat(90));
        let wide = "灯台の光が海を照らす。".repeat(80);
        for found in [
            sample::texts(&[&prose, &code, &prose]),
            sample::texts(&[&code, &prose, "home"]),
            sample::texts(&[&wide, &prose]),
        ] {
            for tokens in (110..1000).step_by(9) {
                let budget = TokenBudget::new(tokens);
                let document = render(&found, budget);
                assert!(count(&document) <= budget.characters(), "{budget}: {document}");
                assert!(document.contains("## Source [1]: s1"), "{budget}");
            }
        }
    }

    #[test]
    fn what_is_shown_and_what_is_left_out_are_all_there_is() {
        let text = "A word. ".repeat(50);
        let found = sample::texts(&[text.as_str(); 12]);
        for tokens in (0..1700).step_by(13) {
            let document = render(&found, TokenBudget::new(tokens));
            let shown = document.matches("## Source [").count();
            let left_out = match 12 - shown {
                0 => None,
                1 => Some("1 more scene was left out".to_owned()),
                many => Some(format!("{many} more scenes were left out")),
            };
            assert_eq!(document.contains("left out"), left_out.is_some(), "{tokens}");
            assert!(left_out.is_none_or(|note| document.contains(&note)), "{tokens}: {document}");
        }
    }

    #[test]
    fn a_document_that_just_fits_is_not_cut() {
        let found = sample::texts(&["one", "two"]);
        let whole = render(&found, TokenBudget::default());
        let tokens = count(&whole).div_ceil(4);
        assert_eq!(render(&found, TokenBudget::new(tokens)), whole);
        assert_ne!(render(&found, TokenBudget::new(tokens - 1)), whole);
    }

    #[test]
    fn no_budget_at_all_still_gives_the_first_scene() {
        let document = render(&sample::texts(&["home", "away"]), TokenBudget::new(0));
        assert!(document.contains("\nhome\n"));
        assert!(document.ends_with("\nNote: 1 more scene was left out to stay within 0 tokens.\n"));
    }

    #[test]
    fn a_text_is_cut_at_a_word() {
        for (text, limit, cut_text) in [
            ("one two three", 13, "one two three"),
            ("one two three and four five", 24, "one two [... truncated]"),
            ("one two three and four five", 23, "one two [... truncated]"),
            ("one two three and four five", 22, "one [... truncated]"),
            ("one twothreeandfourfivesix", 25, "one twoth [... truncated]"),
            ("ééééééééééééééééééééééééé", 20, "éééé [... truncated]"),
            ("a text with no room for it", 0, " [... truncated]"),
        ] {
            assert_eq!(cut(text, limit), cut_text, "{limit}");
        }
    }
}
