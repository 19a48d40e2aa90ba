use naragtive::jobs::{self, Migrate as Job};
use naragtive::{Step, count, views};

use super::storing::{self, target};
use crate::Outcome;
use crate::args::MigrateArgs;
use crate::error::Failure;
use crate::settings::CommandSettings;
use crate::stop;
use crate::ui::{Ui, Watcher};

pub fn run(args: &MigrateArgs, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    stop::listen();
    let target = target(args.output.as_deref(), "thunderchild_scenes.parquet", &args.target)?;
    let job = Job { from: args.from.clone(), collection: args.collection.clone(), target };
    let mut watcher = Watcher::new(ui);
    let now = settings.environment.noted;
    let done = jobs::migrate(&settings.library, job.clone(), now, &mut |step| {
        if let Step::Migrating { skipped, pending } = step {
            tell_oddities(args, skipped, pending, ui);
        }
        watcher.step(step)
    });
    let seconds = watcher.seconds();
    drop(watcher);
    let done = done?;
    done.stored.notes().iter().for_each(|note| ui.tell(note));
    if args.target.json {
        ui.json(&views::migrated(&job, &done, seconds));
    } else {
        let documents = count(done.documents, "document");
        let (collection, from) = (&args.collection, args.from.display());
        ui.print(format_args!("Read {documents} of the collection `{collection}` in {from}."));
        storing::print(&done.stored, seconds, ui);
    }
    storing::check_finished(&done.stored)?;
    Ok(Outcome::Done)
}

fn tell_oddities(args: &MigrateArgs, skipped: usize, pending: usize, ui: &Ui) {
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
