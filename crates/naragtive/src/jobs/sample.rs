use jiff::Timestamp;
use naragtive_ingest::{Format, Lexicon, Options};
use naragtive_scene::{Scene, Source};
use naragtive_store::{NewStore, SAMPLE_SOURCE, StoreRef};

use crate::progress::{Step, Watch};
use crate::{Error, How, Library, Located, StoreInfo, add};

/// An export that ships with the program.
struct Sample {
    name: &'static str,
    format: Format,
    bytes: &'static [u8],
}

const SAMPLES: [Sample; 2] = [
    Sample {
        name: "salt-and-lanterns.txt",
        format: Format::NEPTUNE,
        bytes: include_bytes!("../../sample/salt-and-lanterns.txt"),
    },
    Sample {
        name: "the-cartographers-daughter.json",
        format: Format::LLAMA_SERVER,
        bytes: include_bytes!("../../sample/the-cartographers-daughter.json"),
    },
];

/// Questions to the samples whose answers share few words with them.
pub const SAMPLE_QUESTIONS: [&str; 3] =
    ["an unjust verdict from a corrupt judge", "rich guests bid for eternal youth", "gambling for a secret"];

/// The name of the store of the samples.
const NAME: &str = "sample";

/// A campaign and a chat that ship with the program, and where their store goes.
pub struct Samples {
    /// Their scenes.
    pub scenes: Vec<Scene>,
    /// The store.
    pub at: StoreRef,
    is_named: bool,
}

/// The store of the samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleStore {
    /// The store, with its name if it was given one.
    pub located: Located,
    /// How many scenes it holds.
    pub records: usize,
}

impl Samples {
    /// Reads them. Who has no store yet gets the samples as one, which gives way to the first that is registered. Nobody's own
    /// store is in its way: neither one of its name nor a file that lies where it would.
    ///
    /// # Errors
    /// When the registry can't be read, or the folder for the store can't be made.
    pub fn read(library: &Library, now: Timestamp) -> Result<Self, Error> {
        let home = &library.settings().home.value;
        let (entries, at): (_, StoreRef) = (library.registry().list()?, home.store(NAME).into());
        let is_there = entries.iter().any(|entry| entry.name == NAME && entry.is_sample() && entry.at == at);
        let is_named = is_there || entries.is_empty() && !at.exists();
        let at = if is_named { at } else { home.sample().into() };
        let folder = at.file().parent().unwrap_or(at.file());
        std::fs::create_dir_all(folder)
            .map_err(|source| Error::NoFolder { path: folder.to_owned(), source })?;
        Ok(Self { scenes: scenes(now)?, at, is_named })
    }

    /// Embeds and stores them in place of what their store holds, and registers it where it is to have a name.
    ///
    /// # Errors
    /// When the model can't be had, the store can't be written, or `watch` says stop.
    pub fn store(
        self,
        library: &Library,
        now: Timestamp,
        watch: &mut Watch<'_>,
    ) -> Result<SampleStore, Error> {
        let Self { scenes, at, is_named } = self;
        let model = library.models().embedder(watch)?;
        let added =
            add(scenes, &at, How::Replace, &model, library.patience(), |done| watch(Step::Adding(done)))?;
        let name = is_named.then(|| register(&at, library, now)).transpose()?;
        Ok(SampleStore { located: Located { name, at }, records: added.appended.total })
    }
}

impl SampleStore {
    /// Which store it is.
    pub fn info(&self) -> StoreInfo {
        self.located.info(self.records)
    }
}

fn register(at: &StoreRef, library: &Library, now: Timestamp) -> Result<String, Error> {
    let new = NewStore {
        name: NAME.parse()?,
        at: at.clone(),
        source: Source::Other(SAMPLE_SOURCE.to_owned()),
        description: Some("The sample of naragtive quickstart".to_owned()),
    };
    Ok(library.registry().register(new, now)?.name)
}

fn scenes(now: Timestamp) -> Result<Vec<Scene>, Error> {
    let lexicon = Lexicon::builtin();
    let mut scenes = Vec::new();
    for Sample { name, format, bytes } in SAMPLES {
        let read = naragtive_ingest::read(format, bytes, &Options::new(name, &lexicon, now));
        let read = read.map_err(|source| Error::Export { path: name.into(), format, seems: None, source })?;
        scenes.extend(read.scenes);
    }
    Ok(scenes)
}
