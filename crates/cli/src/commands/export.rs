use std::fs;

use naragtive::export::{TokenBudget, export};

use super::common;
use super::storing::count;
use crate::Outcome;
use crate::args::Export;
use crate::error::Failure;
use crate::settings::Settings;
use crate::ui::Ui;

pub fn run(args: &Export, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let session = common::session(&args.stores, args.similar_to.is_none(), &args.finding, settings, ui)?;
    let (text, like) = (args.query.as_deref(), args.similar_to.as_deref());
    let query = common::words_or_like(text, like, &args.finding, settings)?;
    let hits = common::search(&session, &query, ui)?;
    let document = export(&hits, args.format, TokenBudget::new(args.budget));
    match &args.output {
        None => ui.print(document.trim_end()),
        Some(path) => {
            fs::write(path, document).map_err(|error| {
                Failure::new(format!("can't write `{}`: {error}", path.display()))
                    .hint("leave --output away to print it, or name a file in a folder that is there")
            })?;
            ui.note(format_args!("Wrote {} to {}", count(hits.hits.len(), "scene"), path.display()));
        }
    }
    Ok(if hits.hits.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}
