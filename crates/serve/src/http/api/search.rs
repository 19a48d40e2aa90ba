use naragtive::{Query, views};
use serde_json::Value;

use super::super::asked::Asked;
use crate::call::{Stop, flow};
use crate::parameter::{Kind, Parameter};
use crate::sessions::Sessions;
use crate::tools::search::query;
use crate::{Error, filter};

pub(super) fn parameters() -> Vec<Parameter> {
    let mut all = vec![
        Parameter::new("limit", Kind::Whole(1, 100, 10), "At most so many scenes"),
        Parameter::new("store", Kind::Text(64), "A store's name, or * for all; default: the default store"),
        Parameter::new("mode", Kind::Choice(&["hybrid", "semantic", "keyword"]), "What makes a scene a hit"),
    ];
    all.extend(filter::PARAMETERS);
    all.extend([
        Parameter::new("context", Kind::Whole(0, 10, 0), "So many scenes before and after each hit"),
        Parameter::new("explain", Kind::Flag, "Whether each hit says why it was found"),
        Parameter::new("similar_to", Kind::Text(500), "A scene's id: find scenes like it, instead of `q`"),
        Parameter::new("q", Kind::Text(8_192), "What happened, in plain words; \"a phrase\" and -word work"),
    ]);
    all
}

/// The object of `search --json`.
pub(super) fn search(sessions: &Sessions, asked: &Asked, stop: &Stop) -> Result<Value, Error> {
    let arguments = asked.arguments(&parameters())?;
    let query = Query { explain: arguments.flag("explain"), ..query(sessions, &arguments, "q")? };
    let chosen = sessions.choose(arguments.text("store"))?;
    let session = sessions.session(&chosen, stop)?;
    let mut watch = |_: naragtive::Step<'_>| flow(stop);
    let found = session.search_watched(&query, &mut watch).map_err(|error| chosen.unknown_scene(error))?;
    Ok(views::hits(&found))
}
