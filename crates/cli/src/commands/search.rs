use std::path::Path;

use naragtive::{Query, Session, has_words, views};

use super::common;
use crate::Outcome;
use crate::args::Search;
use crate::error::Failure;
use crate::settings::Settings;
use crate::ui::{self, Ui};

pub fn run(args: &Search, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let mode = args.similar_to.is_none().then(|| args.finding.mode());
    let mut session = common::session(&args.stores, mode, &args.finding, settings, ui)?;
    if let Some(path) = &args.queries {
        return many(path, args, &mut session, settings, ui);
    }
    let (text, like) = (args.query.as_deref(), args.similar_to.as_deref());
    let query = common::words_or_like(text, like, &args.finding, settings)?;
    let query = Query { explain: args.explain, ..query };
    let hits = common::search(&session, &query, ui)?;
    if args.json {
        ui.json(&views::hits(&hits));
    } else {
        ui.print(ui::hits(ui, &hits));
    }
    Ok(if hits.hits.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}

/// One JSON object a line, for every line of the file that isn't blank, in order; one without a word finds nothing.
fn many(
    path: &Path,
    args: &Search,
    session: &mut Session,
    settings: &Settings,
    ui: &Ui,
) -> Result<Outcome, Failure> {
    let text = naragtive::read_text(path)?;
    // Files that were put one behind the other may have the mark that is before the first line before any.
    let lines = || {
        text.lines().map(|line| line.trim_start_matches('\u{feff}')).filter(|line| !line.trim().is_empty())
    };
    if lines().next().is_none() {
        return Err(Failure::new(format!(
            "there is nothing to search for: `{}` holds no query",
            path.display()
        ))
        .hint("write a query on each line"));
    }
    let mut found = 0;
    for line in lines() {
        let query = Query { explain: args.explain, ..common::query(line, &args.finding, settings)? };
        let mut hits = common::search(session, &query, ui)?;
        if !has_words(line) {
            ui.note(format_args!("the query `{line}` has no word in it: nothing is found"));
            hits.hits.clear();
        }
        if session.drop_failed_reranker(&hits) {
            ui.note("The queries after this one are not reranked either.");
        }
        found += hits.hits.len();
        ui.json_line(&views::hits(&hits));
        if ui.is_unread() {
            break;
        }
    }
    Ok(if found == 0 { Outcome::NothingFound } else { Outcome::Done })
}
