use std::fs;

use naragtive::export::{TokenBudget, export};
use naragtive::{Filter, Query};

use super::common;
use crate::Outcome;
use crate::args::Export;
use crate::error::Failure;
use crate::settings::Settings;
use crate::ui::Ui;

pub fn run(args: &Export, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let (retriever, model) = common::retriever(&args.store, settings, ui)?;
    let limit = settings.limit.or_flag("--limit", args.limit).value.get();
    let query = Query { text: args.query.clone(), limit, filter: Filter::default() };
    let hits = retriever.search(&query, &model)?;
    let document = export(&hits, args.format, TokenBudget::new(args.budget));
    match &args.output {
        None => ui.print(document.trim_end()),
        Some(path) => {
            fs::write(path, document).map_err(|error| {
                Failure::new(format!("can't write `{}`: {error}", path.display()))
                    .hint("leave --output away to print it, or name a file in a folder that is there")
            })?;
            ui.note(format_args!("Wrote {} scenes to {}", hits.hits.len(), path.display()));
        }
    }
    Ok(if hits.hits.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}
