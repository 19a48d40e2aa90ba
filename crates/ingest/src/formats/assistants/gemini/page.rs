//! `MyActivity.html`, which Takeout makes where nobody asks for JSON: a cell for each question, which holds what was asked,
//! a line with the time, and below it the answer.

use naragtive_scene::Scalar;

use super::Activity;
use crate::input::Input;
use crate::markup::{Element, Markup, Tag, each_element, line, shown};
use crate::turns::Turns;
use crate::{IngestError, SkipReason, stamp, words};

/// What a cell is marked with, its heading, and what it says.
const CELL: &str = ".outer-cell";
const HEADING: &str = ".mdl-typography--title";
const BODY: &str = ".mdl-typography--body-1";

pub(super) fn is_one(input: &Input<'_>) -> bool {
    let head = input.head();
    let has = |mark: &str| head.contains(mark.trim_start_matches('.'));
    head.trim_start().starts_with('<') && [CELL, HEADING, BODY].into_iter().all(has) && super::is_named(head)
}

/// The questions of a page, and how many other cells it has.
pub(super) fn parse(input: &Input<'_>, turns: &mut Turns) -> Result<Vec<Activity>, IngestError> {
    let (text, nuls) = input.lines()?;
    turns.report.dropped_bytes = nuls;
    let (mut found, mut number) = (Vec::new(), 0);
    let torn = each_element(&text, Markup::Html, &|tag: &Tag| tag.is(CELL), &mut |cell| {
        match activity(number, &cell) {
            Some(activity) => found.push(activity),
            None => turns.pass(SkipReason::Notice, number, &line(&cell)),
        }
        number += 1;
    });
    if torn.is_some() {
        turns.report.skip(SkipReason::Unreadable, "the file ends in the middle of an answer");
    }
    Ok(found)
}

fn activity(number: usize, cell: &Element) -> Option<Activity> {
    super::is_named(&line(cell.first(HEADING)?)).then_some(())?;
    let body = shown(cell.first(BODY)?, |_| false, "\n\n");
    let is_time = |line: &&str| line.contains(':') && stamp::read_text(line.trim()).is_some();
    let time = body.lines().find(is_time)?;
    let (asked, answered) = body.split_once(time)?;
    Some(Activity {
        number,
        title: words::trim(asked).to_owned(),
        stamp: Scalar::from(words::trim(time)),
        answer: Some(words::trim(answered).to_owned()).filter(|answer| !answer.is_empty()),
        attachments: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_a_question_with_its_time_and_its_answer() {
        let cell = |heading: &str, body: &str| {
            format!(
                "<div class=\"outer-cell mdl-cell\"><div class=\"header-cell\"><p class=\"mdl-typography--title\">{heading}<br></p></div>\
                 <div class=\"content-cell mdl-typography--body-1\">{body}</div><div class=\"content-cell mdl-typography--body-1 \
                 mdl-typography--text-right\"></div></div>"
            )
        };
        let page = [
            "<html><body>".to_owned(),
            cell("Gemini Apps", "Prompted\u{a0}Who lit it?<br>Jan 5, 2026, 9:00:00\u{202f}AM UTC<br><p>The keeper.</p><p>He did.</p>"),
            cell("Gemini Apps", "Gave feedback<br>Jan 4, 2026, 9:00:00\u{202f}AM UTC<br>"),
            cell("Search", "Searched for lamps<br>Jan 4, 2026, 9:00:00\u{202f}AM UTC<br>"),
        ]
        .concat();
        let input = Input::new(page.as_bytes());
        assert!(is_one(&input));
        let mut turns = Turns::default();
        let found = parse(&input, &mut turns).unwrap();
        let told: Vec<_> = found.iter().map(|one| (one.title.as_str(), one.answer.as_deref())).collect();
        assert_eq!(
            told,
            [("Prompted\u{a0}Who lit it?", Some("The keeper.\n\nHe did.")), ("Gave feedback", None)]
        );
        assert_eq!(turns.report.count(SkipReason::Notice), 1);
    }
}
