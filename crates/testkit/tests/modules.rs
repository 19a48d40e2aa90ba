//! Inside the crates: no circle of modules, and no name that stands for two types.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use naragtive_testkit::root;

/// Names that stand for two types which other files than their own see. The number may fall, never rise.
const SHARED_NAMES: usize = 10;

/// The names from the crate's root to a module; the root's own is empty.
type Module = Vec<String>;

/// The modules of one crate.
#[derive(Default)]
struct Graph {
    modules: BTreeSet<Module>,
    /// What a module hands on under a name of its own.
    handed_on: BTreeMap<(Module, String), Module>,
    uses: Vec<(Module, Module)>,
}

impl Graph {
    fn read(files: &[(Module, String)]) -> Self {
        let mut graph = Self::default();
        graph.modules.extend(files.iter().map(|(module, _)| module.clone()));
        for (module, text) in files {
            for (public, path) in paths(&without_tests(text)) {
                let Some(path) = graph.absolute(module, &path) else { continue };
                match path.last() {
                    Some(name) if public => {
                        graph.handed_on.insert((module.clone(), name.clone()), path);
                    }
                    _ => graph.uses.push((module.clone(), path)),
                }
            }
        }
        graph
    }

    /// A path from the root, if it leads into this crate.
    fn absolute(&self, module: &Module, path: &[String]) -> Option<Module> {
        let (mut from, mut rest) = (module.clone(), path);
        match path.first()?.as_str() {
            "crate" => (from, rest) = (Vec::new(), &path[1..]),
            "self" => rest = &path[1..],
            "super" => {}
            child if self.modules.contains(&[module.as_slice(), &[child.to_owned()]].concat()) => {}
            _ => return None,
        }
        while rest.first().is_some_and(|name| name == "super") {
            from.pop();
            rest = &rest[1..];
        }
        from.extend(rest.iter().cloned());
        Some(from)
    }

    /// The module where what is at `path` is written down.
    fn home(&self, path: &Module) -> Module {
        let mut at = Module::new();
        for (number, name) in path.iter().enumerate() {
            let below = [at.as_slice(), std::slice::from_ref(name)].concat();
            if self.modules.contains(&below) {
                at = below;
            } else if let Some(other) =
                self.handed_on.get(&(at.clone(), name.clone())).filter(|to| *to != path)
            {
                return self.home(&[other.as_slice(), &path[number + 1..]].concat());
            } else {
                break;
            }
        }
        at
    }

    /// Who uses whom. A folder and what is in it are no two places: `super` may be used.
    fn arrows(&self) -> BTreeSet<(Module, Module)> {
        let arrows = self.uses.iter().map(|(from, path)| (from.clone(), self.home(path)));
        arrows.filter(|(from, to)| !from.starts_with(to) && !to.starts_with(from)).collect()
    }

    /// Modules from which a way leads back to themselves.
    fn circles(&self) -> BTreeSet<String> {
        let arrows = self.arrows();
        let reached = |start: &Module| {
            let (mut seen, mut next) = (BTreeSet::new(), vec![start.clone()]);
            while let Some(from) = next.pop() {
                let to = arrows.iter().filter(|(at, _)| *at == from).map(|(_, to)| to.clone());
                next.extend(to.filter(|to| seen.insert(to.clone())));
            }
            seen
        };
        let in_circle = self.modules.iter().filter(|module| reached(module).contains(*module));
        in_circle.map(|module| module.join("::")).collect()
    }
}

/// The source without the tests at its end.
fn without_tests(text: &str) -> String {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned()
}

/// The paths of all `use` declarations, and whether they are handed on.
fn paths(text: &str) -> Vec<(bool, Vec<String>)> {
    let mut found = Vec::new();
    let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    for declaration in code.join("\n").split(';') {
        let Some(at) = declaration.rfind("use ") else { continue };
        let (before, tree) =
            (declaration[..at].lines().last().unwrap_or_default().trim(), &declaration[at + 4..]);
        if before.is_empty() || before.starts_with("pub") {
            spread(&[], tree, &mut |path| found.push((before.starts_with("pub"), path)));
        }
    }
    found
}

/// Every path of a tree like `a::{b, c::{d, e}}`.
fn spread(before: &[String], tree: &str, found: &mut impl FnMut(Vec<String>)) {
    let tree = tree.trim();
    let Some((start, rest)) = tree.split_once('{') else {
        let names =
            tree.split("::").map(|name| name.split(" as ").next().unwrap_or_default().trim().to_owned());
        let path: Vec<String> = before.iter().cloned().chain(names.filter(|name| name != "self")).collect();
        return if path.iter().all(|name| !name.is_empty()) {
            found(path)
        };
    };
    let names = start.split("::").map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
    let before: Vec<String> = before.iter().cloned().chain(names).collect();
    let (mut depth, mut from) = (0, 0);
    let inner = &rest[..rest.rfind('}').unwrap_or(rest.len())];
    for (at, c) in inner.char_indices().chain([(inner.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                let part = inner[from..at].trim();
                if !part.is_empty() {
                    spread(&before, part, found);
                }
                from = at + 1;
            }
            _ => {}
        }
    }
}

/// The source files of a crate, each with its module; those that are tests are left out.
fn sources(folder: &Path) -> Vec<(Module, String)> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(at) = folders.pop() {
        for entry in fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push((module(path.strip_prefix(folder).unwrap()), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let is_test = |module: &Module, all: &[(Module, String)]| {
        let Some((name, parent)) = module.split_last() else { return false };
        let declaration = format!("#[cfg(test)]\nmod {name};");
        all.iter().any(|(at, text)| at == parent && text.contains(&declaration))
    };
    let tests: Vec<Module> =
        found.iter().map(|(module, _)| module).filter(|module| is_test(module, &found)).cloned().collect();
    found.retain(|(module, _)| !tests.contains(module));
    found
}

fn module(path: &Path) -> Module {
    let mut names: Module = path
        .with_extension("")
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    if matches!(names.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        names.pop();
    }
    names
}

/// Every crate's name and source folder.
fn crates() -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap());
    let mut crates: Vec<_> = entries
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path().join("src")))
        .filter(|(_, source)| source.is_dir())
        .collect();
    crates.sort();
    crates
}

#[test]
fn no_module_leads_back_to_itself() {
    for (name, folder) in crates() {
        let circles = Graph::read(&sources(&folder)).circles();
        assert!(circles.is_empty(), "in {name}: {circles:#?}");
    }
}

/// The names of the types that other files than their own can name, with the places where they are written down.
fn seen_types(crates: &[(String, Vec<(Module, String)>)]) -> BTreeMap<String, BTreeSet<String>> {
    let mut homes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, files) in crates {
        for (module, text) in files {
            for type_name in without_tests(text).lines().filter_map(seen_type) {
                let home = [name.as_str()].into_iter().chain(module.iter().map(String::as_str));
                homes.entry(type_name).or_default().insert(home.collect::<Vec<_>>().join("::"));
            }
        }
    }
    homes
}

/// The type that this line declares, unless it is its file's own.
fn seen_type(line: &str) -> Option<String> {
    let rest = line.strip_prefix("pub")?;
    let rest = if rest.starts_with('(') { rest.split_once(") ")?.1 } else { rest.strip_prefix(' ')? };
    let rest = ["struct ", "enum ", "trait ", "type "].iter().find_map(|kind| rest.strip_prefix(kind))?;
    let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
    Some(rest[..end].to_owned())
}

/// A reader who looks a name up finds one answer. What a file keeps to itself is read with that file.
#[test]
fn few_types_that_several_files_see_share_a_name() {
    let crates = crates().into_iter().filter(|(name, _)| name != "testkit");
    let crates: Vec<_> = crates.map(|(name, folder)| (name, sources(&folder))).collect();
    let mut homes = seen_types(&crates);
    assert!(homes.len() > 300, "{} types", homes.len());
    homes.retain(|_, places| places.len() > 1);
    assert!(homes.len() <= SHARED_NAMES, "{} names, not {SHARED_NAMES}: {homes:#?}", homes.len());
}

#[test]
fn a_type_is_seen_by_others_unless_it_is_its_files_own() {
    for (line, name) in [
        ("pub struct Store {", Some("Store")),
        ("pub(crate) enum Fate<'a> {", Some("Fate")),
        ("pub(in crate::http) type Slot = Arc<()>;", Some("Slot")),
        ("pub trait Scenes {", Some("Scenes")),
        ("struct Own;", None),
        ("pub fn store() {}", None),
        ("pub use store::Store;", None),
        ("public struct", None),
    ] {
        assert_eq!(seen_type(line).as_deref(), name, "{line}");
    }
}

#[test]
fn a_circle_is_seen_through_what_a_folder_hands_on_and_no_other_way() {
    let file = |module: &[&str], text: &str| {
        (module.iter().map(|name| (*name).to_owned()).collect::<Module>(), text.to_owned())
    };
    let table = file(&["shop"], "mod till;\npub use till::{Till, Coin as Money};\n");
    let till = file(&["shop", "till"], "use crate::bank::Account;\npub struct Till;\n");
    let apart = file(&["bank"], "// use crate::shop::Till;\nuse std::{fs, io};\n");
    assert!(Graph::read(&[table.clone(), till.clone(), apart]).circles().is_empty());
    let bank = file(&["bank"], "use std::fs;\nuse crate::{other, shop::{Till, Coin}};\n");
    let circles = Graph::read(&[table, till, bank]).circles();
    assert_eq!(circles, BTreeSet::from(["bank".to_owned(), "shop::till".to_owned()]));
}
