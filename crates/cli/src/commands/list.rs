use naragtive::{list, views, why_none};

use super::common;
use crate::Outcome;
use crate::args::ListArgs;
use crate::error::Failure;
use crate::settings::CommandSettings;
use crate::ui::{self, Ui};

/// How many scenes are shown.
const SHOWN: usize = 20;

pub fn run(args: &ListArgs, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let located = common::store(&args.store, settings, ui)?;
    let store = common::opened(&located, ui)?;
    let filter =
        common::known_names(args.filter(|| common::today(settings)), args.only.lexicon.as_deref(), settings)?;
    let (found, scenes) = list(&store, &filter, if args.json { usize::MAX } else { SHOWN })?;
    if args.json {
        ui.json(&views::listing(&located.info(store.len()), found, &scenes));
    } else {
        ui.print(ui::listing(ui, found, &scenes));
    }
    if found == 0 && !filter.is_empty() {
        ui.note(why_none(&store, &filter)?);
    }
    Ok(if found == 0 { Outcome::NothingFound } else { Outcome::Done })
}
