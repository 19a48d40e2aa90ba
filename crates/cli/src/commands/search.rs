use std::path::Path;

use naragtive::{AnsweredQuery, Query, Session, read_queries, views};

use super::common;
use crate::Outcome;
use crate::args::SearchArgs;
use crate::error::Failure;
use crate::settings::CommandSettings;
use crate::ui::{self, Ui};

pub fn run(args: &SearchArgs, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
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

/// One JSON object a line, for every query of the file, in order.
fn many(
    path: &Path,
    args: &SearchArgs,
    session: &mut Session,
    settings: &CommandSettings,
    ui: &Ui,
) -> Result<Outcome, Failure> {
    let mut found = 0;
    for line in read_queries(path)? {
        let query = Query { explain: args.explain, ..common::query(&line, &args.finding, settings)? };
        let AnsweredQuery { hits, has_words, lost_reranker } =
            common::watched(ui, |watch| session.search_next(&query, watch))?;
        common::tell_of(&hits, ui);
        if !has_words {
            ui.note(format_args!("the query `{line}` has no word in it: nothing is found"));
        }
        if lost_reranker {
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
