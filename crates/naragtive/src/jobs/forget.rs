use std::collections::{HashMap, HashSet};
use std::fmt::{self, Display, Formatter};
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};

use naragtive_scene::{Branch, Filter, Scene, Scenes, Source};
use naragtive_store::{Appended, Member, MergePlan, StoreRef, plan, remove};

use super::store::count_anew;
use crate::embedding::add::mend_windows;
use crate::indexing::refreshed::bring_index_up_to_date;
use crate::overview::sources::file;
use crate::progress::Watch;
use crate::reading::read::absolute;
use crate::session::unmet::Keys;
use crate::shared::{Draft, Others};
use crate::{Error, Library, count};

/// Which scenes are to be forgotten: those that meet all that is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// The file they were read from, as [`crate::sources()`] names it, as a path, or its last parts; an archive or a folder
    /// stands for all that is in it.
    pub source: Option<String>,
    /// Metadata keys and the values they have.
    pub having: Vec<(String, String)>,
}

/// Scenes of a store that somebody may want to be gone. Each is known by its id and its text, so that nothing else goes
/// if the store changes before.
#[derive(Debug, Clone)]
pub struct Unwanted {
    /// The store.
    pub at: StoreRef,
    /// How many they are.
    pub scenes: usize,
    /// How many scenes the store has.
    pub of: usize,
    /// How many more scenes their conversations have of other files, before or behind all that was read: these stay.
    pub outside: usize,
    /// The files that they were read from, in order.
    pub files: Vec<String>,
    known: HashSet<u64>,
    hasher: RandomState,
}

/// What is left of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forgotten {
    /// The store.
    pub at: StoreRef,
    /// How many scenes are gone.
    pub scenes: usize,
    /// How many are left.
    pub total: usize,
    /// How many messages had one of them for a neighbour and could not be read with those they have now, as there is no
    /// model.
    pub unread: usize,
}

/// The scenes of this store that are meant.
///
/// # Errors
/// When the store can't be read, or no scene has a key that is asked for.
pub fn unwanted(at: &StoreRef, which: &Selection) -> Result<Unwanted, Error> {
    let filter = Filter { having: which.having.clone(), ..Filter::default() };
    let conditions = filter.conditions();
    let typed = which.source.as_deref().map(Named::new);
    let meets = |scene: &Scene| {
        let named = typed.as_ref().is_none_or(|typed| file(scene).is_some_and(|file| typed.means(&file)));
        named && conditions.iter().all(|condition| condition.keeps(&scene.metadata))
    };
    let store = at.open()?;
    let (mut found, mut keys) = (Unwanted::none(at, store.len()), Keys::default());
    store.visit_scenes(|scene| {
        if meets(&scene) {
            found.add(&scene);
        }
        keys.add(&scene.metadata);
    })?;
    if found.scenes == 0 {
        keys.check(&which.having)?;
    }
    found.files.sort();
    Ok(found)
}

/// What this store has of these files that is not among `scenes`, which are all that the files hold; and what it has of the
/// same conversations between two scenes that they hold, whichever file brought it.
pub(super) fn gone(at: &StoreRef, scenes: &impl Scenes, exports: &[PathBuf]) -> Result<Unwanted, Error> {
    let files: Vec<String> = exports.iter().map(|export| absolute(export)).collect();
    let store = at.open()?;
    let plan = plan(Some(&store), scenes)?;
    let members = plan.channels.iter().flatten().filter(|member| member.incoming.is_some());
    let there: HashSet<usize> = members.filter_map(|member| member.row).collect();
    let between = between(&plan);
    let held = if between.values().any(|is_between| *is_between) { turns_of(scenes) } else { HashSet::new() };
    let (mut found, mut row) = (Unwanted::none(at, store.len()), 0);
    store.visit_scenes(|scene| {
        let is_ours = || file(&scene).is_some_and(|file| files.iter().any(|whole| is_in(&file, whole)));
        if !there.contains(&row) && scene.origin.is_some() {
            match between.get(&row) {
                _ if is_ours() => found.add(&scene),
                Some(true) if is_missing(&scene, &held) => found.add(&scene),
                Some(_) => found.outside += 1,
                None => {}
            }
        }
        row += 1;
    })?;
    found.files.sort();
    Ok(found)
}

/// Rows of the conversations that exports hold parts of and that are in none of them: whether each stands between two scenes
/// that are. Before the first and behind the last an export says nothing; nor where it has a scene that is made of parts of
/// stored ones.
fn between(plan: &MergePlan) -> HashMap<usize, bool> {
    let mut rows = HashMap::new();
    let members = plan.channels.iter().flatten().filter(|member| member.incoming.is_some()).count();
    let is_whole = members == plan.fates.len();
    for channel in &plan.channels {
        let is_here = |member: &Member| member.incoming.is_some();
        let (first, last) = (channel.iter().position(is_here), channel.iter().rposition(is_here));
        let Some((first, last)) = first.zip(last) else { continue };
        let missing = channel.iter().enumerate().filter(|(_, member)| !is_here(member));
        rows.extend(missing.filter_map(|(at, it)| Some((it.row?, is_whole && (first..last).contains(&at)))));
    }
    rows
}

/// The keys of all turns that scenes are made of.
fn turns_of(scenes: &impl Scenes) -> HashSet<u64> {
    let mut keys = HashSet::new();
    for at in 0..scenes.len() {
        keys.extend(scenes.scene(at).origin.iter().flat_map(|origin| &origin.said).map(|said| said.key));
    }
    keys
}

/// Whether nothing of a scene is held any more. Of one that is made of turns and doesn't say of which nobody knows; and other
/// branches are left out of what is read unless somebody asks for them.
fn is_missing(scene: &Scene, held: &HashSet<u64>) -> bool {
    let is_other = scene.metadata.text("branch").is_some_and(|branch| branch == Branch::Other.as_str());
    !is_other
        && scene.origin.as_ref().is_some_and(|origin| {
            let is_known = !origin.said.is_empty() || origin.turns == 0;
            is_known && !origin.said.iter().any(|said| held.contains(&said.key))
        })
}

/// Takes the scenes out of their store, reads messages beside them with the neighbours they have now, brings the index up
/// to date and notes how many scenes there are. Where none is meant the store is left alone.
///
/// # Errors
/// When the store can't be read or written.
pub fn forget(library: &Library, unwanted: &Unwanted, watch: &mut Watch<'_>) -> Result<Forgotten, Error> {
    if unwanted.scenes == 0 {
        return Ok(Forgotten { at: unwanted.at.clone(), scenes: 0, total: unwanted.of, unread: 0 });
    }
    let patience = library.patience();
    let name = library.shared().of(&unwanted.at);
    let draft = name.map(|name| Draft::begin(library, &name, Others::Refuse, watch)).transpose()?;
    let at = &draft.as_ref().map_or_else(|| unwanted.at.clone(), Draft::at);
    let removed = remove(at, &mut |scene| unwanted.has(scene), patience)?;
    let mut forgotten = Forgotten {
        at: at.clone(),
        scenes: removed.appended.removed,
        total: removed.appended.total,
        unread: 0,
    };
    if !removed.beside.is_empty() {
        let tag = at.open()?.model_or_legacy();
        // Without a model the scenes are gone all the same.
        match library.models().embedder_of(Some(&tag), watch) {
            Ok(model) => mend_windows(&removed.beside, at, &model, patience)?,
            Err(_) => forgotten.unread = removed.beside.len(),
        }
    }
    if let Some(draft) = draft {
        let appended = Appended { before: None, ..removed.appended };
        let (at, _) = draft.send(library, &Source::Other("shared".to_owned()), appended, watch)?;
        return Ok(Forgotten { at, ..forgotten });
    }
    if forgotten.scenes > 0 {
        bring_index_up_to_date(library, at, &removed.appended, watch)?;
        count_anew(library, at);
    }
    Ok(forgotten)
}

impl Unwanted {
    fn none(at: &StoreRef, of: usize) -> Self {
        let (files, known, hasher) = (Vec::new(), HashSet::new(), RandomState::new());
        Self { at: at.clone(), scenes: 0, of, outside: 0, files, known, hasher }
    }

    fn add(&mut self, scene: &Scene) {
        self.scenes += 1;
        self.known.insert(self.hash(scene));
        if let Some(file) = file(scene).filter(|file| !self.files.contains(file)) {
            self.files.push(file);
        }
    }

    fn has(&self, scene: &Scene) -> bool {
        self.known.contains(&self.hash(scene))
    }

    fn hash(&self, scene: &Scene) -> u64 {
        self.hasher.hash_one((scene.id.as_str(), &scene.text))
    }
}

/// How many scenes are meant, of how many, and the first of the files that they are from.
impl Display for Unwanted {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 3;
        write!(out, "{} of {} in {}", self.scenes, self.of, self.at)?;
        let mut files: Vec<String> = self.files.iter().take(SHOWN).cloned().collect();
        let more = self.files.len().saturating_sub(SHOWN);
        files.extend((more > 0).then(|| format!("{} more", count(more, "file"))));
        if files.is_empty() { Ok(()) } else { write!(out, " from {}", files.join(", ")) }
    }
}

/// Whether a file is this one, or in the archive or the folder that this is.
fn is_in(file: &str, whole: &str) -> bool {
    file.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '\\']))
}

/// A file as a user names it.
struct Named {
    typed: String,
    absolute: String,
}

impl Named {
    fn new(typed: &str) -> Self {
        let typed = typed.trim_end_matches(['/', '\\']).to_owned();
        let absolute = absolute(Path::new(&typed));
        Self { typed, absolute }
    }

    fn means(&self, file: &str) -> bool {
        // An empty name would mean every file.
        if self.typed.is_empty() {
            return false;
        }
        let ends = file.strip_suffix(&self.typed).is_some_and(|before| before.ends_with(['/', '\\']));
        is_in(file, &self.typed) || is_in(file, &self.absolute) || ends
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_meant_by_its_path_by_its_last_parts_and_by_what_it_is_in() {
        for (typed, file, meant) in [
            ("/a/b.json", "/a/b.json", true),
            ("b.json", "/a/b.json", true),
            ("a/b.json", "/x/a/b.json", true),
            (".json", "/a/b.json", false),
            ("b", "/a/b.json", false),
            ("/a", "/a/b.json", true),
            ("/a/", "/a/b.json", true),
            ("/a/all.zip", "/a/all.zip/inner/one.json", true),
            ("/a/all", "/a/all.zip", false),
            ("b.json", "b.json", true),
            ("", "/a/b.json", false),
        ] {
            assert_eq!(Named::new(typed).means(file), meant, "{typed} {file}");
        }
    }

    #[test]
    fn what_is_unwanted_is_told_with_the_first_of_its_files() {
        for (files, told) in [
            (0, "2 of 9 in s.parquet"),
            (1, "2 of 9 in s.parquet from 0.json"),
            (3, "2 of 9 in s.parquet from 0.json, 1.json, 2.json"),
            (4, "2 of 9 in s.parquet from 0.json, 1.json, 2.json, 1 file more"),
            (6, "2 of 9 in s.parquet from 0.json, 1.json, 2.json, 3 files more"),
        ] {
            let files = (0..files).map(|number| format!("{number}.json")).collect();
            let found = Unwanted { scenes: 2, files, ..Unwanted::none(&Path::new("s.parquet").into(), 9) };
            assert_eq!(found.to_string(), told);
        }
    }
}
