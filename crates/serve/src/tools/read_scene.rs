use naragtive::views::brief;
use naragtive::{Scene, SceneId};
use serde_json::{Value, json};

use crate::Error;
use crate::arguments::Arguments;
use crate::call::Stop;
use crate::limit::TOOL;
use crate::parameter::{Kind, Parameter};
use crate::sessions::Sessions;

pub(super) const ABOUT: &str = "Read a whole scene by its id, with the scenes around it. A long answer ends with `next`: \
                                call again with `from` = `next` to read on.";

/// The characters that the scenes of one answer have, as JSON.
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

/// The scenes, one after another, from this character of their texts on, as many as one answer has; and where it goes on.
fn window(scenes: &[Scene], from: usize) -> (Vec<Value>, Option<usize>) {
    let (mut at, mut room, mut shown) = (0, MOST, Vec::new());
    for scene in scenes {
        let length = scene.text.chars().count();
        let skipped = from.saturating_sub(at).min(length);
        let is_read = at < from && skipped == length;
        at += length;
        if is_read {
            continue;
        }
        let mut object = brief::head(scene);
        let head = TOOL.size(&Value::from(object.clone()));
        if head >= room && !shown.is_empty() {
            return (shown, Some(at - length + skipped));
        }
        let (text, is_whole, left) = TOOL.window(&scene.text, skipped, room.saturating_sub(head));
        let end = at - length + skipped + text.chars().count();
        if skipped > 0 || !is_whole {
            object.insert("cut".to_owned(), true.into());
        }
        object.insert("text".to_owned(), text.into());
        shown.push(object.into());
        if !is_whole {
            return (shown, Some(end));
        }
        room = left;
    }
    (shown, None)
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

    #[test]
    fn many_scenes_and_letters_that_json_writes_with_six_are_no_longer_answer() {
        let many: Vec<Scene> =
            (0..41).map(|number| scene(&"i".repeat(480 + number % 3), "\u{1}\n\"".repeat(900))).collect();
        let whole: String = many.iter().map(|scene| scene.text.as_str()).collect();
        let (mut from, mut read) = (0, String::new());
        loop {
            let (shown, next) = window(&many, from);
            assert!(Value::from(shown.clone()).to_string().len() <= MOST + 100);
            shown.iter().for_each(|scene| read += scene["text"].as_str().unwrap());
            let Some(next) = next else { break };
            assert!(next > from);
            from = next;
        }
        assert_eq!(read, whole);
    }
}
