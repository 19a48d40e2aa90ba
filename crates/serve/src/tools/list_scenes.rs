use std::cmp::Reverse;

use naragtive::views::brief;
use naragtive::{Filter, Store};
use serde_json::{Value, json};

use crate::arguments::Arguments;
use crate::cursor::Cursor;
use crate::parameter::{Kind, Parameter};
use crate::sessions::{Chosen, Sessions};
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

pub(super) fn list_scenes(sessions: &Sessions, arguments: &Arguments) -> Result<Value, Error> {
    let filter = filter::of(arguments, sessions)?;
    let files = sessions.choose(arguments.text("store"))?.files()?;
    let cursor = Cursor::of(&arguments.identity(), &Chosen::versions(&files)?);
    let rows = rows(&files, &filter, arguments.text("order") == Some("newest"))?;
    let skip = cursor.skip(arguments.text("cursor"), rows.len())?;
    let mut lines = Vec::new();
    for (file, row) in rows.iter().skip(skip).take(arguments.whole("limit")) {
        let Some((name, store)) = files.get(*file) else { continue };
        lines.extend(store.scenes(&[*row])?.iter().map(|scene| brief::line(scene, name)));
    }
    let scenes = page::fitting(lines);
    let end = skip + scenes.len();
    let mut answer = json!({"scenes": scenes, "found": rows.len()});
    if end < rows.len() {
        answer["next"] = cursor.after(end).into();
    }
    if rows.is_empty() {
        let stores: Vec<Store> = files.into_iter().map(|(_, store)| store).collect();
        answer["note"] = filter::note(&filter, &stores)?.into();
    }
    Ok(answer)
}

/// The file and the row of every scene that the filter keeps, in the order asked for. Undated ones are the oldest; those
/// of one day stay in the order of the story, last first where the newest come first.
pub(crate) fn rows(
    files: &[(String, Store)],
    filter: &Filter,
    newest: bool,
) -> Result<Vec<(usize, usize)>, Error> {
    // All of them in their own order: what they hold needn't be read, which of a large store takes a second and much memory.
    if filter.is_empty() && !newest {
        let rows = files
            .iter()
            .enumerate()
            .flat_map(|(file, (_, store))| (0..store.len()).map(move |row| (file, row)));
        return Ok(rows.collect());
    }
    let mut kept = Vec::new();
    for (file, (_, store)) in files.iter().enumerate() {
        let metadata = store.metadata()?;
        let rows = metadata.iter().enumerate().filter(|(_, metadata)| filter.keeps(metadata));
        kept.extend(rows.map(|(row, metadata)| (metadata.date().map(str::to_owned), file, row)));
    }
    if newest {
        kept.sort_by_cached_key(|scene| Reverse(scene.clone()));
    }
    Ok(kept.into_iter().map(|(_, file, row)| (file, row)).collect())
}
