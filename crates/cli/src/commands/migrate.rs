use naragtive::chroma::{self, Collection};
use naragtive::{Error, Source};
use serde_json::{Value, json};

use super::storing::{Destination, count, store};
use crate::Outcome;
use crate::args::Migrate;
use crate::error::Failure;
use crate::settings::Settings;
use crate::ui::Ui;

/// What the registry calls the source of such a store.
const SOURCE: &str = "chromadb";

pub fn run(args: &Migrate, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let usual = "thunderchild_scenes.parquet";
    let destination = Destination::resolve(args.output.as_deref(), usual, &args.target, settings)?;
    let Collection { scenes, skipped, pending } =
        chroma::read(&args.from, &args.collection).map_err(Error::from)?;
    tell_oddities(args, skipped, pending, ui);
    let documents = scenes.len();
    let stored = store(scenes, destination, Source::Other(SOURCE.to_owned()), settings, ui)?;
    if args.target.json {
        let mut object = stored.to_json();
        object.insert(
            "chromadb".to_owned(),
            json!({
                "path": args.from.display().to_string(),
                "collection": args.collection,
                "documents": documents,
                "skipped": skipped,
                "pending": pending,
            }),
        );
        ui.json(&Value::Object(object));
    } else {
        ui.print(format_args!(
            "Read {} of the collection `{}` in {}.",
            count(documents, "document"),
            args.collection,
            args.from.display()
        ));
        stored.print(ui);
    }
    stored.check_finished()?;
    Ok(Outcome::Done)
}

fn tell_oddities(args: &Migrate, skipped: usize, pending: usize, ui: &Ui) {
    let from = args.from.display();
    if skipped > 0 {
        ui.note(format_args!("{from}: skipped {} without a document", count(skipped, "row")));
    }
    if pending > 0 {
        ui.warn(format_args!(
            "{from}: ChromaDB has noted down {} that it has not carried out, so they are left out; open the \
             collection once with ChromaDB, then type this command again",
            count(pending, "change")
        ));
    }
}
