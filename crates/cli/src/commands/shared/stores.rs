use naragtive::shared::{Membership, Pulled, Pushed, SharedName, Synced};
use naragtive::{Choice, StoreName, count, views};

use super::telling::tell;
use crate::Outcome;
use crate::args::May;
use crate::commands::common;
use crate::error::Failure;
use crate::settings::CommandSettings;
use crate::stop;
use crate::ui::Ui;

pub(super) fn push(
    store: &str,
    to: &SharedName,
    json: bool,
    settings: &CommandSettings,
    ui: &Ui,
) -> Result<Outcome, Failure> {
    stop::listen();
    let located = common::locate_told(Choice::word(store), settings, ui)?;
    let shared = settings.library.shared();
    let pushed = common::watched(ui, |watch| shared.push(&located, to, watch))?;
    let Pushed { appended, unread, .. } = &pushed;
    if *unread > 0 {
        ui.note(format_args!(
            "{} beside new ones were not read with them, as there is no model here: naragtive model pull",
            count(*unread, "message")
        ));
    }
    let told = tell(
        json,
        views::pushed(to, &pushed),
        format_args!(
            "Sent {} to {to}; it holds {}.",
            count(appended.added + appended.updated, "scene"),
            appended.total
        ),
        ui,
    );
    ui.note(format_args!("Now try: naragtive search \"what you remember\" --store-name {to}"));
    told
}

pub(super) fn pull(
    from: &SharedName,
    name: Option<&StoreName>,
    json: bool,
    settings: &CommandSettings,
    ui: &Ui,
) -> Result<Outcome, Failure> {
    stop::listen();
    let (name, now) = (name.unwrap_or(&from.store).clone(), settings.environment.noted);
    let shared = settings.library.shared();
    let pulled = common::watched(ui, |watch| shared.pull(from, name, now, watch))?;
    let Pulled { name, appended, .. } = &pulled;
    let told = format!(
        "Fetched {} of {from} into `{name}`; it holds {}.",
        count(appended.added, "scene"),
        appended.total
    );
    tell(json, views::pulled(&pulled), told, ui)
}

pub(super) fn sync(
    store: &SharedName,
    json: bool,
    settings: &CommandSettings,
    ui: &Ui,
) -> Result<Outcome, Failure> {
    stop::listen();
    let shared = settings.library.shared();
    let synced = common::watched(ui, |watch| shared.sync(store, watch))?;
    let Synced { store: found, fetched, removed, .. } = &synced;
    let told = format!("{store} holds {}; {fetched} came, {removed} went.", count(found.scenes, "scene"));
    tell(json, views::synced(store, &synced), told, ui)
}

pub(super) fn index(
    store: &SharedName,
    wanted: bool,
    json: bool,
    settings: &CommandSettings,
    ui: &Ui,
) -> Result<Outcome, Failure> {
    let is_new = settings.library.shared().keep_index(store, wanted)?;
    let told = match (wanted, is_new) {
        (true, true) => "is indexed on its server from now on",
        (true, false) => "was indexed on its server before",
        (false, true) => "is indexed on its server no more",
        (false, false) => "was not indexed on its server",
    };
    let told = tell(json, views::shared_indexed(store, wanted), format_args!("{store} {told}."), ui);
    if wanted {
        ui.note(format_args!(
            "Now try: naragtive search \"what you remember\" --no-copy --approximate --store-name {store}"
        ));
    }
    told
}

pub(super) fn grant(
    store: &SharedName,
    change: Option<(&str, May)>,
    json: bool,
    settings: &CommandSettings,
    ui: &Ui,
) -> Result<Outcome, Failure> {
    let shared = settings.library.shared();
    let members = match change {
        Some((who, May(may))) => shared.grant(store, who, may)?,
        None => shared.members(store)?.1,
    };
    if json {
        ui.json(&views::shared_members(store, &members));
    } else {
        members.iter().for_each(|Membership { who, may }| ui.print(format_args!("{may:<5}  {who}")));
    }
    Ok(Outcome::Done)
}
