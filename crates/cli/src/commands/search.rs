use naragtive::{Filter, Query};

use super::common;
use crate::Outcome;
use crate::args::Search;
use crate::error::Failure;
use crate::settings::Settings;
use crate::ui::{self, Ui};

pub fn run(args: &Search, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let (retriever, model) = common::retriever(&args.store, settings, ui)?;
    common::tell_reranking(args.rerank, settings, ui);
    let limit = settings.limit.or_flag("--limit", args.limit).value.get();
    let query = Query { text: args.query.clone(), limit, filter: Filter::default() };
    let hits = retriever.search(&query, &model)?;
    if args.json {
        ui.json(&hits.to_json());
    } else {
        ui.print(ui::hits(ui, &hits));
    }
    Ok(if hits.hits.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}
