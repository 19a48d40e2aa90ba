use naragtive::{SceneId, views};
use serde_json::{Value, json};

use super::super::asked::Asked;
use crate::call::Stop;
use crate::cursor::Cursor;
use crate::parameter::{Kind, Parameter};
use crate::sessions::{Chosen, Sessions};
use crate::tools::list_scenes::rows;
use crate::{Error, filter};

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
pub(super) fn scenes(sessions: &Sessions, asked: &Asked) -> Result<Value, Error> {
    let arguments = asked.arguments(&list_parameters())?;
    let filter = filter::of(&arguments, sessions)?;
    let name = asked.part("store")?;
    let chosen = sessions.one(name)?;
    let (located, store) = chosen.file()?;
    let files = [(name.to_owned(), store)];
    let [(_, store)] = &files;
    let call = format!("{name}\n{}", arguments.identity());
    let cursor = Cursor::of(&call, &Chosen::versions(&files)?);
    let rows = rows(&files, &filter, arguments.text("order") == Some("newest"))?;
    let skip = cursor.skip(arguments.text("cursor"), rows.len())?;
    let page: Vec<usize> =
        rows.iter().skip(skip).take(arguments.whole("limit")).map(|(_, row)| *row).collect();
    let end = skip + page.len();
    let scenes: Vec<Value> = store.scenes(&page)?.iter().map(views::scene).collect();
    Ok(json!({
        "store": views::store(&located.info(store.len())),
        "found": rows.len(),
        "scenes": scenes,
        "next": (end < rows.len()).then(|| cursor.after(end)),
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
