use std::fs;
use std::io;
use std::path::Path;

use naragtive::{Query, Session, views};

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

/// One JSON object a line, for every line of the file that isn't blank, in order.
fn many(
    path: &Path,
    args: &Search,
    session: &mut Session,
    settings: &Settings,
    ui: &Ui,
) -> Result<Outcome, Failure> {
    let text =
        if path == Path::new("-") { io::read_to_string(io::stdin()) } else { fs::read_to_string(path) };
    let text = text.map_err(|source| naragtive::Error::Read { path: path.to_owned(), source })?;
    // Editors on Windows put a byte order mark before the first query.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut found = 0;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let query = Query { explain: args.explain, ..common::query(line, &args.finding, settings)? };
        let hits = common::search(session, &query, ui)?;
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
