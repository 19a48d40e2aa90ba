use naragtive::overview::{Grain, Timeline};
use naragtive::views;
use serde_json::{Value, json};

use super::super::asked::Asked;
use crate::cursor::Cursor;
use crate::limit::{API, Limit};
use crate::parameter::{Kind, Parameter};
use crate::sessions::Sessions;
use crate::{Error, page};

pub(super) const TIMELINE: [Parameter; 1] = [Parameter::new(
    "by",
    Kind::Choice(&["auto", "day", "week", "month", "year"]),
    "What one bar stands for",
)];

pub(super) const CONTENTS: [Parameter; 1] =
    [Parameter::new("cursor", Kind::Text(100), "`next` of the answer before")];

/// The bytes that the rest of an answer takes beside a list.
const REST: usize = 4_096;

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

/// The conversations of the store, as many as one answer has.
pub(super) fn contents(sessions: &Sessions, asked: &Asked) -> Result<Value, Error> {
    let arguments = asked.arguments(&CONTENTS)?;
    let chosen = sessions.one(asked.part("store")?)?;
    let cursor = Cursor::of(&format!("contents\n{}", chosen.title), &chosen.versions()?);
    let (located, store) = chosen.file()?;
    let overview = sessions.overview(&store)?;
    let all = overview.contents.to_json();
    let all = all.as_array().map(Vec::as_slice).unwrap_or_default();
    let skip = cursor.skip(arguments.text("cursor"), all.len())?;
    let shown = page::fitting_in(Limit::Bytes(API.most() - REST), all.iter().skip(skip).cloned());
    let end = skip + shown.len();
    let next = (end < all.len()).then(|| cursor.after(end));
    Ok(json!({"store": views::store(&located.info(store.len())), "conversations": shown, "next": next}))
}

/// The bars of the store's timeline; coarser ones than were asked for where these are too many for one answer.
pub(super) fn timeline(sessions: &Sessions, asked: &Asked) -> Result<Value, Error> {
    let arguments = asked.arguments(&TIMELINE)?;
    let chosen = sessions.one(asked.part("store")?)?;
    let (located, store) = chosen.file()?;
    let timeline = &sessions.overview(&store)?.timeline;
    let wanted = arguments.text("by").and_then(Grain::named).unwrap_or_else(|| timeline.grain());
    let mut value = bars(timeline, wanted, API.most() - REST);
    value["store"] = views::store(&located.info(store.len()));
    Ok(value)
}

/// The bars of this grain, or of the next one that takes no more bytes than there are.
fn bars(timeline: &Timeline, wanted: Grain, most: usize) -> Value {
    let coarser = Grain::ALL.into_iter().skip_while(|grain| *grain != wanted);
    let fitting = coarser.map(|grain| timeline.to_json(Some(grain))).find(|bars| API.size(bars) <= most);
    fitting.unwrap_or_else(|| timeline.to_json(Some(Grain::Year)))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_grow_wider_where_they_are_too_many_and_no_scene_is_lost() {
        let day = |number: usize| {
            format!("{:04}-{:02}-{:02}", 2000 + number / 336, number / 28 % 12 + 1, number % 28 + 1)
        };
        let days = (0..1_000).map(|number| (day(number), (2, number))).collect();
        let timeline = Timeline { days, ..Timeline::default() };
        for (most, step) in
            [(1_000_000, "day"), (30_000, "week"), (10_000, "month"), (1_000, "year"), (0, "year")]
        {
            let value = bars(&timeline, Grain::Day, most);
            let scenes: u64 =
                value["bars"].as_array().unwrap().iter().map(|bar| bar["scenes"].as_u64().unwrap()).sum();
            assert_eq!((value["step"].as_str(), scenes), (Some(step), 2_000), "{most}");
        }
    }
}
