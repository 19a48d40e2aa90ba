use naragtive::views::{self, brief};
use naragtive::{Hit, Hits, Mode, Query, SceneId, Session};
use rmcp::model::JsonObject;
use serde_json::{Value, json};

use crate::arguments::Arguments;
use crate::call::{Stop, flow};
use crate::cursor::Cursor;
use crate::limit::{Limit, TOOL};
use crate::parameter::{Kind, Parameter};
use crate::sessions::{Chosen, Sessions};
use crate::{Error, filter, page, resources};

pub(super) const ABOUT: &str = "Find scenes of the user's stories by what they mean or say. Best first; `cut` marks a \
                                text that goes on: use read_scene. Call again with `cursor` = `next` for more.";

/// The deepest page; who looks further had better ask otherwise.
const DEEPEST: usize = 400;
/// The characters of the signs between hits and all else, the cursor among them.
const NEXT: usize = 120;
/// The names of stores that are told.
const NAMES: usize = 20;

pub(super) fn parameters() -> Vec<Parameter> {
    let mut all = vec![
        Parameter::new("limit", Kind::Whole(1, 20, 5), ""),
        Parameter::new("store", Kind::Text(64), "A store's name, or * for all; default: the default store"),
        Parameter::new("mode", Kind::Choice(&["hybrid", "semantic", "keyword"]), ""),
    ];
    all.extend(filter::PARAMETERS);
    all.extend([
        Parameter::new("context", Kind::Whole(0, 5, 1), "So many scenes before and after each hit"),
        Parameter::new("cursor", Kind::Text(100), "`next` of the answer before"),
        Parameter::new(
            "similar_to",
            Kind::Text(500),
            "A scene's id: find scenes like it, instead of `query`",
        ),
        Parameter::new(
            "query",
            Kind::Text(8_192),
            "What happened, in plain words; \"a phrase\" and -word work",
        ),
    ]);
    all
}

pub(super) fn search(sessions: &Sessions, arguments: &Arguments, stop: &Stop) -> Result<Value, Error> {
    let query = query(sessions, arguments, "query")?;
    let chosen = sessions.choose(arguments.text("store"))?;
    // Looked at first: of what changes now the cursor is stale then, and not of another list.
    let cursor = Cursor::of(&arguments.identity(), &chosen.versions()?);
    let session = sessions.session(&chosen, stop)?;
    let skip = cursor.skip(arguments.text("cursor"), DEEPEST)?;
    let limit = query.limit;
    // One more than wanted tells whether there is a next page.
    let query = Query { limit: skip + limit + 1, ..query };
    let mut watch = |_: naragtive::Step<'_>| flow(stop);
    let found = session.search_watched(&query, &mut watch).map_err(|error| chosen.unknown_scene(error))?;
    let mut about = JsonObject::new();
    if !found.also_searched.is_empty() {
        about.insert("also_searched".to_owned(), views::also_searched(&found));
    }
    if let Some(told) = found.about_unknown() {
        about.insert("unknown_to".to_owned(), told.into());
    }
    if let Some(note) = note(&found, found.hits.len() <= skip, &query, &session)? {
        about.insert("note".to_owned(), note.into());
    }
    about.insert("searched".to_owned(), searched(&found, &chosen));
    let about = TOOL.fit(about.into());
    let left = TOOL.most() - NEXT - TOOL.size(&about).min(TOOL.most() / 2);
    let room = Limit::Characters(left.min(page::MOST.most()));
    let hits = page::fitting_in(room, found.hits.iter().skip(skip).take(limit).map(hit));
    let end = skip + hits.len();
    let mut answer = json!({"hits": hits});
    if found.hits.len() > end && end <= DEEPEST {
        answer["next"] = cursor.after(end).into();
    }
    if let (Value::Object(answer), Value::Object(about)) = (&mut answer, about) {
        answer.extend(about);
    }
    Ok(answer)
}

/// Why there is no hit on this page, or what the hits are not.
fn note(found: &Hits, is_empty: bool, query: &Query, session: &Session) -> Result<Option<String>, Error> {
    let own = match (&found.note, found.about_phrases()) {
        (Some(note), Some(phrases)) => Some(format!("{phrases}; {note}")),
        (note, phrases) => note.clone().or(phrases),
    };
    match own {
        Some(own) => Ok(Some(own)),
        None if is_empty => filter::note(&query.filter, session).map(Some),
        None if found.nothing_close() => Ok(Some("nothing close was found; these come nearest".to_owned())),
        None => Ok(None),
    }
}

/// The query that the arguments make; its words are given under this name.
pub(crate) fn query(sessions: &Sessions, arguments: &Arguments, words: &'static str) -> Result<Query, Error> {
    let (text, like) = (arguments.text(words), arguments.text("similar_to"));
    let mode = match arguments.text("mode") {
        Some("semantic") => Mode::Semantic,
        Some("keyword") => Mode::Keyword,
        _ => Mode::Hybrid,
    };
    match (text, like) {
        (None, None) => return Err(Error::Missing { expected: format!("`{words}` or `similar_to`") }),
        (Some(_), Some(_)) => {
            let (expected, found) = (format!("no `{words}` beside it"), "both".to_owned());
            return Err(Error::BadArgument { name: "similar_to", expected, found });
        }
        _ => {}
    }
    Ok(Query {
        like: like.map(SceneId::new),
        mode,
        filter: filter::of(arguments, sessions)?,
        context: arguments.whole("context"),
        ..Query::new(text.unwrap_or_default(), arguments.whole("limit"))
    })
}

fn hit(hit: &Hit) -> Value {
    let store = hit.store.name.as_deref().unwrap_or_default();
    let mut value = brief::hit(hit, &resources::uri(store, hit.scene.id.as_str()));
    // Texts of signs that JSON writes with six characters each: the neighbours can be read by themselves.
    if TOOL.size(&value) > page::MOST.most() {
        value["before"] = json!([]);
        value["after"] = json!([]);
    }
    value
}

/// Which stores were looked through, how many scenes they hold, and which could not be.
fn searched(found: &Hits, chosen: &Chosen) -> Value {
    let stores: Vec<&String> = found.stores.iter().filter_map(|store| store.name.as_ref()).collect();
    let scenes: usize = found.stores.iter().map(|store| store.records).sum();
    let meant = chosen.stores.found.iter().filter_map(|located| located.name.as_ref());
    let missing = chosen.stores.missing.iter().map(|(name, _)| name);
    let passed: Vec<&String> = meant.chain(missing).filter(|name| !stores.contains(name)).collect();
    let mut value = json!({"stores": some(&stores), "scenes": scenes});
    if !passed.is_empty() {
        value["not_readable"] = json!(some(&passed));
    }
    value
}

/// The first names, and how many more there are.
fn some(names: &[&String]) -> Vec<String> {
    let more = names.len().saturating_sub(NAMES);
    let shown = names.iter().take(NAMES).map(|name| (*name).clone());
    shown.chain((more > 0).then(|| format!("and {more} more"))).collect()
}
