use std::fs::{self, File};
use std::io::Write;

use naragtive_hub::catalogue;
use naragtive_store::{Registry, StoreEntry, StoreName, check_writable};

use super::models::{is_looked_at, model, reranker};
use super::stores::store;
use super::{Check, DefaultFile, Fault, Finding, Subject, default_file, nameless};
use crate::Library;
use crate::home::{Home, Settings};

/// So many bytes are written to see whether there is room: more than the smallest index has.
const TRIED: usize = 256 * 1024;

/// Everything, in the order in which a fault may cause the next one.
pub fn check_all(library: &Library) -> Vec<Check> {
    let (settings, registry) = (library.settings(), library.settings().registry());
    let check = |subject, verdict| Check { subject, verdict };
    let mut checks = vec![check(Subject::Home, home(settings)), check(Subject::Config, config(settings))];
    match registry.list() {
        Err(error) => checks.push(check(Subject::Registry, Err(error.into()))),
        Ok(entries) => {
            let found = Finding::Registry(entries.len(), registry.path(), nameless(settings, &entries));
            checks.push(check(Subject::Registry, Ok(found)));
            checks.push(check(Subject::Default, default(&registry)));
            let store = |entry: &StoreEntry| check(Subject::Store(entry.name.clone()), store(entry, library));
            checks.extend(entries.iter().map(store));
        }
    }
    let models = catalogue().iter().filter(|spec| is_looked_at(spec, settings));
    checks.extend(models.map(|spec| check(Subject::Model(spec.name), model(spec, library))));
    checks.push(check(Subject::Reranker, reranker(library)));
    match library.shared().hosts().list() {
        Err(error) => checks.push(check(Subject::Servers, Err(error.into()))),
        Ok(hosts) => checks.extend(
            hosts
                .iter()
                .map(|host| check(Subject::Server(host.name.to_string()), server(library, &host.name))),
        ),
    }
    checks
}

fn server(library: &Library, host: &StoreName) -> Result<Finding, Fault> {
    let shared = library.shared();
    let about = shared.about(host)?;
    Ok(Finding::Server(about, shared.stores(host)?.len()))
}

fn home(settings: &Settings) -> Result<Finding, Fault> {
    let root = settings.home.value.root();
    match fs::metadata(root) {
        Err(_) => Ok(Finding::Home(root.to_owned(), false)),
        Ok(found) if !found.is_dir() => Err(Fault::HomeNotAFolder(root.to_owned())),
        Ok(_) => match check_writable(root.join("doctor.parquet")) {
            Ok(()) => room(&settings.home.value).map(|()| Finding::Home(root.to_owned(), true)),
            Err(error) => Err(Fault::HomeUnusable(root.to_owned(), error)),
        },
    }
}

/// Whether something can be written where stores, models and what makes commands fast are kept, which may be several disks.
fn room(home: &Home) -> Result<(), Fault> {
    let folders = [home.root().to_owned(), home.stores(), home.models(), home.cache(), home.indexes()];
    folders.into_iter().filter(|folder| folder.is_dir()).try_for_each(|folder| {
        let file = folder.join(format!(".doctor-{}", std::process::id()));
        let written = File::create(&file).and_then(|mut file| {
            file.write_all(&vec![0x5a; TRIED])?;
            file.sync_all()
        });
        let removed = fs::remove_file(&file);
        written.and(removed).map_err(|error| Fault::NoRoom(folder, error))
    })
}

/// A config file that can't be used at all has ended the command before.
fn config(settings: &Settings) -> Result<Finding, Fault> {
    let path = settings.home.value.config();
    if settings.unknown_keys.is_empty() {
        let is_there = path.exists();
        return Ok(Finding::Config(path, is_there));
    }
    Err(Fault::UnknownKeys { path, keys: settings.unknown_keys.clone() })
}

fn default(registry: &Registry) -> Result<Finding, Fault> {
    let fallback = registry.default_store()?.map(|entry| entry.name);
    match default_file(registry)? {
        DefaultFile::Names(name) => Ok(Finding::Default(name)),
        DefaultFile::Absent => Ok(Finding::FirstByName(fallback)),
        DefaultFile::Dangling(name) => {
            let file = registry.root().join("default.txt");
            Err(Fault::Dangling { name, instead: fallback, file })
        }
    }
}
