use naragtive::{SceneId, views};
use serde_json::{Value, json};

use super::super::asked::Asked;
use crate::call::Stop;
use crate::cursor::Cursor;
use crate::parameter::{Kind, Parameter};
use crate::sessions::Sessions;
use crate::tools::list_scenes::listed;
use crate::{Error, filter, page};

/// The characters of a page of scenes.
const LONGEST: usize = 1 << 20;

pub(super) const PARAMETERS: [Parameter; 2] = [
    Parameter::new("before", Kind::Whole(0, 50, 0), "So many scenes before it"),
    Parameter::new("after", Kind::Whole(0, 50, 0), "So many scenes after it"),
];

pub(super) fn list_parameters() -> Vec<Parameter> {
    let mut all = vec![
        Parameter::new("limit", Kind::Whole(1, 200, 50), "At most so many scenes"),
        Parameter::new(
            "order",
            Kind::Choice(&["story", "newest"]),
            "In the order of the story, or newest first",
        ),
    ];
    all.extend(filter::PARAMETERS);
    all.push(Parameter::new("cursor", Kind::Text(100), "`next` of the answer before"));
    all
}

/// The scenes that the filters keep, page by page.
pub(super) fn scenes(sessions: &Sessions, asked: &Asked, stop: &Stop) -> Result<Value, Error> {
    let arguments = asked.arguments(&list_parameters())?;
    let filter = filter::of(&arguments, sessions)?;
    let name = asked.part("store")?;
    let chosen = sessions.one(name)?;
    let cursor = Cursor::of(&format!("{name}\n{}", arguments.identity()), &chosen.versions()?);
    let session = sessions.session(&chosen, stop)?;
    let listed = listed(&session, &filter, &arguments, stop)?;
    let skip = cursor.skip(arguments.text("cursor"), listed.len())?;
    let page = listed.scenes(skip..skip + arguments.whole("limit"))?;
    let page = page::fitting_in(LONGEST, page.iter().map(|(_, scene)| views::scene(scene)));
    let end = skip + page.len();
    Ok(json!({
        "store": session.stores().first().map(views::store),
        "found": listed.len(),
        "scenes": page,
        "next": (end < listed.len()).then(|| cursor.after(end)),
    }))
}

/// One scene where it stands in its conversation.
pub(super) fn scene(sessions: &Sessions, asked: &Asked, stop: &Stop) -> Result<Value, Error> {
    let arguments = asked.arguments(&PARAMETERS)?;
    let chosen = sessions.one(asked.part("store")?)?;
    let session = sessions.session(&chosen, stop)?;
    let sides = [arguments.whole("before"), arguments.whole("after")];
    let found = session.surroundings(&SceneId::new(asked.part("id")?), sides);
    Ok(views::surroundings(&found.map_err(|error| chosen.unknown_scene(error))?))
}
