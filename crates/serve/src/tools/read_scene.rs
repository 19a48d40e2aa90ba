use naragtive::views::brief;
use naragtive::{Scene, SceneId};
use serde_json::{Value, json};

use crate::Error;
use crate::arguments::Arguments;
use crate::call::Stop;
use crate::parameter::{Kind, Parameter};
use crate::sessions::Sessions;

pub(super) const ABOUT: &str = "Read a whole scene by its id, with the scenes around it. A long answer ends with `next`: \
                                call again with `from` = `next` to read on.";

/// The characters of text that one answer has.
const MOST: usize = 20_000;
/// Nothing that anybody stored is longer.
const LONGEST: u64 = 1_000_000_000;

pub(super) const PARAMETERS: [Parameter; 5] = [
    Parameter::new("store", Kind::Text(64), "The hit's store, or * for all; default: the default store"),
    Parameter::new("before", Kind::Whole(0, 20, 0), "So many scenes before it"),
    Parameter::new("after", Kind::Whole(0, 20, 0), "So many scenes after it"),
    Parameter::new("from", Kind::Whole(0, LONGEST, 0), "Characters to skip"),
    Parameter::new("id", Kind::Text(500), "The scene's id"),
];

pub(super) fn read_scene(sessions: &Sessions, arguments: &Arguments, stop: &Stop) -> Result<Value, Error> {
    let id = arguments.text("id").ok_or(Error::Missing { expected: "`id`".to_owned() })?;
    let chosen = sessions.choose(arguments.text("store"))?;
    let session = sessions.session(&chosen, stop)?;
    let sides = [arguments.whole("before"), arguments.whole("after")];
    let found =
        session.surroundings(&SceneId::new(id), sides).map_err(|error| chosen.unknown_scene(error))?;
    let (scenes, next) = window(&found.scenes, arguments.whole("from"));
    let mut answer = json!({"store": found.store.name, "scenes": scenes});
    if let Some(next) = next {
        answer["next"] = next.into();
    }
    Ok(answer)
}

/// The scenes' texts, one after another, from this character on, as many as one answer has; and where it goes on.
fn window(scenes: &[Scene], from: usize) -> (Vec<Value>, Option<usize>) {
    let (mut at, mut shown) = (0, Vec::new());
    let end = from.saturating_add(MOST);
    for scene in scenes {
        let length = scene.text.chars().count();
        let (start, stop) = (from.max(at), end.min(at + length));
        if start < stop || (length == 0 && (from..end).contains(&at)) {
            let text: String = scene.text.chars().skip(start - at).take(stop - start).collect();
            let mut object = brief::head(scene);
            object.insert("text".to_owned(), text.into());
            if stop - start < length {
                object.insert("cut".to_owned(), true.into());
            }
            shown.push(object.into());
        }
        at += length;
    }
    (shown, (end < at).then_some(end))
}

#[cfg(test)]
mod tests {
    use naragtive::Metadata;

    use super::*;

    fn scene(id: &str, text: String) -> Scene {
        Scene { id: SceneId::new(id), text, metadata: Metadata::default(), origin: None }
    }

    #[test]
    fn reading_on_gives_every_character_once() {
        let scenes =
            [scene("a", "ä".repeat(15_000)), scene("e", String::new()), scene("b", "b".repeat(30_000))];
        let whole: String = scenes.iter().map(|scene| scene.text.as_str()).collect();
        let (mut from, mut read, mut ids) = (0, String::new(), Vec::new());
        loop {
            let (shown, next) = window(&scenes, from);
            for scene in &shown {
                read += scene["text"].as_str().unwrap();
                ids.push(scene["id"].as_str().unwrap().to_owned());
            }
            match next {
                Some(next) => from = next,
                None => break,
            }
        }
        assert_eq!((read == whole, ids.join("")), (true, "aebbb".to_owned()));
        assert_eq!(window(&scenes, 45_000), (Vec::new(), None));
    }
}
