use naragtive::excerpt::first_line;
use naragtive::{Stats, Store, StoreEntry};
use serde_json::{Value, json};

use crate::limit::Limit;
use crate::sessions::Sessions;
use crate::{Error, page};

pub(super) const ABOUT: &str =
    "The stores there are: scenes, days, the people and places that are most often in them.";

/// The characters that those have which are described, and those of which only the names are told.
const DESCRIBED: Limit = Limit::Characters(18_000);
const NAMED: Limit = Limit::Characters(5_000);
/// How many people and places are told.
const TOP: usize = 10;
/// The characters of a name.
const NAME: usize = 60;

pub(super) fn stores(sessions: &Sessions) -> Result<Value, Error> {
    let (entries, default) = sessions.registered()?;
    let mut stores = Vec::new();
    for entry in &entries {
        let mut about = about(sessions, entry);
        if default.as_deref() == Some(&entry.name) {
            about["default"] = true.into();
        }
        stores.push(about);
    }
    let shown = page::fitting_in(DESCRIBED, stores);
    let others: Vec<&String> = entries.iter().skip(shown.len()).map(|entry| &entry.name).collect();
    let named = page::fitting_in(NAMED, others.iter().map(|name| json!(name)));
    let unnamed = others.len() - named.len();
    let mut answer = json!({"stores": shown});
    if !named.is_empty() {
        answer["others"] = named.into();
    }
    if unnamed > 0 {
        answer["and_more"] = unnamed.into();
    }
    if entries.is_empty() {
        answer["note"] = "no store yet; the user makes one: naragtive ingest FILE --register NAME".into();
    }
    Ok(answer)
}

/// What a store holds; of one that can't be read, that.
fn about(sessions: &Sessions, entry: &StoreEntry) -> Value {
    let told = entry.at.open().map_err(Error::from).and_then(|store| holds(sessions, entry, &store));
    told.unwrap_or_else(
        |_| json!({"name": entry.name, "problem": "can't be read; the user types: naragtive doctor"}),
    )
}

fn holds(sessions: &Sessions, entry: &StoreEntry, store: &Store) -> Result<Value, Error> {
    let mut value = read(&sessions.overview(store)?.stats);
    value["name"] = entry.name.clone().into();
    Ok(value)
}

fn read(stats: &Stats) -> Value {
    let top = |counts: &[naragtive::Count]| -> Vec<String> {
        counts.iter().take(TOP).map(|count| first_line(&count.name, NAME)).collect()
    };
    let people = if stats.characters.is_empty() { &stats.speakers } else { &stats.characters };
    let mut value = json!({
        "name": "", "scenes": stats.records, "characters": top(people), "places": top(&stats.locations),
    });
    if let Some((first, last)) = &stats.dates {
        value["dates"] = json!({"first": first_line(first, NAME), "last": first_line(last, NAME)});
    }
    value
}
