use naragtive::session::Listed;
use naragtive::views::brief;
use naragtive::{Filter, Session};
use serde_json::{Value, json};

use crate::arguments::Arguments;
use crate::call::{Stop, flow};
use crate::cursor::Cursor;
use crate::parameter::{Kind, Parameter};
use crate::sessions::Sessions;
use crate::{Error, filter, page};

pub(super) const ABOUT: &str = "List scenes by date, people or place, in the order of the story or newest first: what \
                                happened on a day, which scenes somebody is in. Gives first lines; use read_scene.";

pub(super) fn parameters() -> Vec<Parameter> {
    let mut all = vec![
        Parameter::new("limit", Kind::Whole(1, 50, 20), ""),
        Parameter::new("store", Kind::Text(64), "A store's name, or * for all; default: the default store"),
        Parameter::new("order", Kind::Choice(&["story", "newest"]), ""),
    ];
    all.extend(filter::PARAMETERS);
    all.push(Parameter::new("cursor", Kind::Text(100), "`next` of the answer before"));
    all
}

pub(super) fn list_scenes(sessions: &Sessions, arguments: &Arguments, stop: &Stop) -> Result<Value, Error> {
    let filter = filter::of(arguments, sessions)?;
    let chosen = sessions.choose(arguments.text("store"))?;
    // Looked at first: of what changes now the cursor is stale then, and not of another list.
    let cursor = Cursor::of(&arguments.identity(), &chosen.versions()?);
    let session = sessions.session(&chosen, stop)?;
    let listed = listed(&session, &filter, arguments, stop)?;
    let skip = cursor.skip(arguments.text("cursor"), listed.len())?;
    let scenes = listed.scenes(skip..skip + arguments.whole("limit"))?;
    let lines =
        scenes.iter().map(|(store, scene)| brief::line(scene, store.name.as_deref().unwrap_or_default()));
    let scenes = page::fitting(lines);
    let end = skip + scenes.len();
    let mut answer = json!({"scenes": scenes, "found": listed.len()});
    if end < listed.len() {
        answer["next"] = cursor.after(end).into();
    }
    if listed.is_empty() {
        answer["note"] = filter::note(&filter, &session)?.into();
    }
    Ok(answer)
}

/// What the filter keeps, in the order that was asked for.
pub(crate) fn listed(
    session: &Session,
    filter: &Filter,
    arguments: &Arguments,
    stop: &Stop,
) -> Result<Listed, Error> {
    let newest = arguments.text("order") == Some("newest");
    Ok(session.listed(filter, newest, &mut |_| flow(stop))?)
}
