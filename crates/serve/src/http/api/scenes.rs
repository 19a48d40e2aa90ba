use naragtive::{SceneId, views};
use serde_json::{Value, json};

use super::super::asked::Asked;
use crate::call::Stop;
use crate::cursor::Cursor;
use crate::limit::{API, Limit};
use crate::parameter::{Kind, Parameter};
use crate::sessions::Sessions;
use crate::tools::list_scenes::listed;
use crate::{Error, filter, page};

/// The bytes that all but the scenes takes of an answer.
const REST: usize = 4_096;
/// Nothing that anybody stored is longer.
const LONGEST: u64 = 1_000_000_000;

pub(super) const PARAMETERS: [Parameter; 3] = [
    Parameter::new("before", Kind::Whole(0, 50, 0), "So many scenes before it"),
    Parameter::new("after", Kind::Whole(0, 50, 0), "So many scenes after it"),
    Parameter::new(
        "from",
        Kind::Whole(0, LONGEST, 0),
        "Characters of it to skip: `next` of the answer before, where it is longer than one answer",
    ),
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
    let page =
        page::fitting_in(Limit::Bytes(API.most() - REST), page.iter().map(|(_, scene)| views::scene(scene)));
    let end = skip + page.len();
    Ok(json!({
        "store": session.stores().first().map(views::store),
        "found": listed.len(),
        "scenes": page,
        "next": (end < listed.len()).then(|| cursor.after(end)),
    }))
}

/// One scene where it stands in its conversation; those around it as far as they fit beside it, the nearest first.
pub(super) fn scene(sessions: &Sessions, asked: &Asked, stop: &Stop) -> Result<Value, Error> {
    let arguments = asked.arguments(&PARAMETERS)?;
    let chosen = sessions.one(asked.part("store")?)?;
    let session = sessions.session(&chosen, stop)?;
    let sides = [arguments.whole("before"), arguments.whole("after")];
    let found = session.surroundings(&SceneId::new(asked.part("id")?), sides);
    let found = found.map_err(|error| chosen.unknown_scene(error))?;
    let mut value = views::surroundings(&found);
    let Some(mut scenes) = value["scenes"].as_array_mut().map(std::mem::take) else { return Err(Error::Bug) };
    let mut at = found.at;
    let next = scenes.get_mut(at).and_then(|scene| read_on(scene, arguments.whole("from")));
    scenes = beside(scenes, &mut at);
    (value["at"], value["scenes"]) = (at.into(), scenes.into());
    if let Some(next) = next {
        value["next"] = next.into();
    }
    Ok(value)
}

/// Leaves of a scene's text what one answer has from this character on; where it goes on, if it does.
fn read_on(scene: &mut Value, from: usize) -> Option<usize> {
    let text = scene["text"].take();
    let room = (API.most() - REST).saturating_sub(API.size(scene));
    let (shown, is_whole, _) = API.window(text.as_str()?, from, room);
    let next = from + shown.chars().count();
    if from > 0 || !is_whole {
        scene["cut"] = true.into();
    }
    scene["text"] = shown.into();
    (!is_whole).then_some(next)
}

/// The scene at this place, and of those before and after it as many as fit, as many on one side as on the other.
fn beside(scenes: Vec<Value>, at: &mut usize) -> Vec<Value> {
    let sizes: Vec<usize> = scenes.iter().map(|scene| API.size(scene) + 1).collect();
    let size = |place: Option<usize>| place.and_then(|place| sizes.get(place).copied());
    let mut room = (API.most() - REST).saturating_sub(size(Some(*at)).unwrap_or(0));
    let (mut first, mut last) = (*at, *at);
    let (mut earlier, mut later) = (true, true);
    while earlier || later {
        for (goes_on, place) in [(&mut earlier, first.checked_sub(1)), (&mut later, last.checked_add(1))] {
            match size(place).filter(|_| *goes_on).and_then(|size| room.checked_sub(size)).zip(place) {
                Some((left, place)) => {
                    room = left;
                    (first, last) = (first.min(place), last.max(place));
                }
                None => *goes_on = false,
            }
        }
    }
    *at -= first;
    scenes.into_iter().skip(first).take(last - first + 1).collect()
}
