use naragtive::overview::Grain;
use naragtive::views;
use serde_json::{Value, json};

use super::super::asked::Asked;
use crate::Error;
use crate::parameter::{Kind, Parameter};
use crate::sessions::Sessions;

pub(super) const TIMELINE: [Parameter; 1] = [Parameter::new(
    "by",
    Kind::Choice(&["auto", "day", "week", "month", "year"]),
    "What one bar stands for",
)];

pub(super) const PEOPLE: [Parameter; 3] = [
    Parameter::new("limit", Kind::Whole(1, 1_000, 100), "At most so many people"),
    Parameter::new(
        "min",
        Kind::Whole(1, 1_000_000, 1),
        "Only who is in so many scenes, or is together so often",
    ),
    Parameter::new("with", Kind::Text(200), "Only whom this one is with"),
];

/// The object of `list-stores --json`.
pub(super) fn stores(sessions: &Sessions, asked: &Asked) -> Result<Value, Error> {
    asked.arguments(&[])?;
    let (entries, default) = sessions.registered()?;
    Ok(views::registered_stores(&entries, default.as_deref()))
}

/// One of the stores in it.
pub(super) fn store(sessions: &Sessions, asked: &Asked) -> Result<Value, Error> {
    asked.arguments(&[])?;
    let name = sessions.one(asked.part("store")?)?.file()?.0.name.clone();
    let (entries, _) = sessions.registered()?;
    let entry = entries.iter().find(|entry| Some(&entry.name) == name.as_ref()).ok_or(Error::Bug)?;
    Ok(views::registered_store(entry))
}

/// The object of `stats --json`.
pub(super) fn stats(sessions: &Sessions, asked: &Asked) -> Result<Value, Error> {
    asked.arguments(&[])?;
    let chosen = sessions.one(asked.part("store")?)?;
    let (located, store) = chosen.file()?;
    Ok(views::stats(&sessions.overview(&store)?.stats, &located.info(store.len())))
}

/// The conversations of the store.
pub(super) fn contents(sessions: &Sessions, asked: &Asked) -> Result<Value, Error> {
    asked.arguments(&[])?;
    let chosen = sessions.one(asked.part("store")?)?;
    let (located, store) = chosen.file()?;
    let contents = sessions.overview(&store)?.contents.to_json();
    Ok(json!({"store": views::store(&located.info(store.len())), "conversations": contents}))
}

/// The bars of the store's timeline.
pub(super) fn timeline(sessions: &Sessions, asked: &Asked) -> Result<Value, Error> {
    let arguments = asked.arguments(&TIMELINE)?;
    let chosen = sessions.one(asked.part("store")?)?;
    let (located, store) = chosen.file()?;
    let mut value = sessions.overview(&store)?.timeline.to_json(arguments.text("by").and_then(Grain::named));
    value["store"] = views::store(&located.info(store.len()));
    Ok(value)
}

/// Who is in the store, or whom one of them is with.
pub(super) fn people(sessions: &Sessions, asked: &Asked) -> Result<Value, Error> {
    let arguments = asked.arguments(&PEOPLE)?;
    let chosen = sessions.one(asked.part("store")?)?;
    let (located, store) = chosen.file()?;
    let overview = sessions.overview(&store)?;
    let one = match arguments.text("with") {
        None => None,
        Some(name) => Some(overview.people.find(name).ok_or_else(|| Error::nobody(name, &overview.people))?),
    };
    let mut value = overview.people.to_json(one, arguments.whole("min"), arguments.whole("limit"));
    value["store"] = views::store(&located.info(store.len()));
    Ok(value)
}
