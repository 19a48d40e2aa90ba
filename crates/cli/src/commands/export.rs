use std::path::{Path, PathBuf};

use naragtive::export::{TokenBudget, export};
use naragtive::{Output, count};

use super::common;
use crate::Outcome;
use crate::args::ExportArgs;
use crate::error::Failure;
use crate::settings::CommandSettings;
use crate::ui::Ui;

pub fn run(args: &ExportArgs, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    // What can't be written is said before the work.
    let claim = |path: &PathBuf| Output::claim(path, args.force, &settings.home.value);
    // As everywhere, `-` is standard output; a file of that name is `./-`.
    let named = args.output.as_ref().filter(|path| path.as_path() != Path::new("-"));
    let output = named.map(claim).transpose()?;
    let mode = args.similar_to.is_none().then(|| args.finding.mode());
    let session = common::session(&args.stores, mode, &args.finding, settings, ui)?;
    let (text, like) = (args.query.as_deref(), args.similar_to.as_deref());
    let query = common::words_or_like(text, like, &args.finding, settings)?;
    let hits = common::search(&session, &query, ui)?;
    let document = export(&hits, args.format, TokenBudget::new(args.budget))?;
    match named.zip(output) {
        None => ui.document(document.trim_end()),
        Some((path, output)) => {
            output.write(&document)?;
            ui.note(format_args!("Wrote {} to {}", count(hits.hits.len(), "scene"), path.display()));
        }
    }
    Ok(if hits.hits.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}
