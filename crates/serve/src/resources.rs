use naragtive::SceneId;
use naragtive::views::brief;

use crate::Error;
use crate::call::Stop;
use crate::limit::API;
use crate::percent::{escaped, unescaped};
use crate::sessions::Sessions;

/// Where scenes are found as resources.
pub const TEMPLATE: &str = "naragtive://{store}/{id}";
/// What a scene ends with that is longer than one answer.
const WHERE: &str = "\n\n… It goes on: the tool `read_scene` reads all of it.\n";
const SCHEME: &str = "naragtive://";

/// The address of a scene.
pub(crate) fn uri(store: &str, id: &str) -> String {
    format!("{SCHEME}{}/{}", escaped(store), escaped(id))
}

/// The scene at this address, as Markdown: a heading of day, place and people, and the text.
pub(crate) fn read(sessions: &Sessions, uri: &str, stop: &Stop) -> Result<String, Error> {
    let bad = || Error::BadUri { uri: uri.chars().take(200).collect() };
    let (store, id) = uri.strip_prefix(SCHEME).and_then(|path| path.split_once('/')).ok_or_else(bad)?;
    let (store, id) = (unescaped(store).ok_or_else(bad)?, unescaped(id).ok_or_else(bad)?);
    if store.is_empty() || id.is_empty() {
        return Err(bad());
    }
    let text = markdown(sessions, &store, &id, stop)?;
    let (shown, is_whole, _) = API.window(&text, 0, API.most() - WHERE.len());
    Ok(if is_whole { text } else { shown + WHERE })
}

/// The scene of this store and id, as Markdown.
pub(crate) fn markdown(sessions: &Sessions, store: &str, id: &str, stop: &Stop) -> Result<String, Error> {
    let chosen = sessions.choose(Some(store))?;
    let session = sessions.session(&chosen, stop)?;
    let found = session.surroundings(&SceneId::new(id), [0, 0]);
    let found = found.map_err(|error| chosen.unknown_scene(error))?;
    let scene = found.scenes.first().ok_or(Error::Bug)?;
    let parts = [scene.metadata.date(), scene.metadata.location()].into_iter().flatten();
    let mut parts: Vec<String> = parts.map(|part| part.replace(['\n', '\r'], " ")).collect();
    parts.extend(Some(brief::who(&scene.metadata).join(", ")).filter(|who| !who.is_empty()));
    let heading = if parts.is_empty() { id.to_owned() } else { parts.join(" · ") };
    Ok(format!("# {heading}\n\n{}\n", scene.text.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_any_kind_is_read_back_from_its_address() {
        for id in ["chat_000000_Ada", "a/b c%20", "Zoë?#", "..", "%"] {
            let uri = uri("table", id);
            let escaped = uri.strip_prefix("naragtive://table/").unwrap();
            assert!(escaped.is_ascii() && !escaped.contains(['/', '?', '#', ' ']), "{uri}");
            assert_eq!(unescaped(escaped).as_deref(), Some(id));
        }
    }
}
