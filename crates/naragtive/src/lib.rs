//! Search your own stories: exports become scenes, scenes are embedded and kept in stores, and the scene you
//! mean is found.
//!
//! This crate joins the others and prints nothing. Everything begins with a [`Library`]: a home folder with its settings
//! and models. [`jobs`] change stores, a [`Session`] answers a [`Query`] with [`Hits`], [`export::export`] writes these in
//! the form another program wants, [`answer`] has a server answer in words from them, [`views`] has the shapes of JSON, and [`doctor`] looks for what is wrong.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let (home, chapter) = (folder.path().join("home"), folder.path().join("chapter.txt"));
//! # std::fs::create_dir(&home)?;
//! # let model = naragtive_testkit::tiny_model();
//! # std::fs::write(home.join("config.toml"), format!("model_dir = '{}'", model.display()))?;
//! # std::fs::write(&chapter, "***11/10/2025, 4:00:41 AM - User:***\n\nI lied to the harbour master.\n")?;
//! use naragtive::jobs::{Ingest, Target, ingest};
//! use naragtive::{Flow, Format, Library, Query, Timestamp, Which};
//!
//! let library = Library::at(home, std::thread::available_parallelism()?)?;
//! let job = Ingest::new(vec![chapter], Some(Format::NEPTUNE), Target::named("campaign".parse()?));
//! ingest(&library, job, Timestamp::now(), &mut |_| Flow::Continue)?;
//! let session = library.session(&library.choose(Which::All, ".".as_ref())?)?;
//! let hits = session.search(&Query::new("who lied to the harbour master", 5))?;
//! for hit in &hits.hits {
//!     println!("{}", hit.scene.text);
//! }
//! # assert_eq!(hits.hits.len(), 1);
//! # Ok(())
//! # }
//! ```

pub mod answer;
pub mod caches;
mod calibration;
mod count;
pub mod doctor;
mod embedding;
mod error;
mod estimate;
pub mod excerpt;
pub mod export;
mod flow;
pub mod hint;
pub mod home;
mod indexing;
pub mod jobs;
mod library;
pub mod models;
pub mod notes;
mod output;
pub mod overview;
mod progress;
mod reading;
pub mod rerank;
pub mod session;
pub mod shared;
pub mod views;

pub use count::count;
pub use embedding::add::{Added, Adding, How, add};
pub use error::Error;
pub use hint::{Hint, StoreRemark, quoted};
pub use home::{Color, Given, Home, Network, Rerank, Setting, SettingOrigin, Settings, Variables};
pub use indexing::index_state::{Cached, IndexState};
pub use indexing::indexes::{IndexProgress, Indexes, Indexing};
pub use library::Library;
pub use models::language::{Foreign, StoryLanguage};
pub use models::{Model, Models};
pub use notes::Note;
pub use output::Output;
pub use overview::Overview;
pub use overview::listing::{list, why_none};
pub use overview::nothing_said::nothing_said;
pub use progress::{Step, Watch};
pub use reading::exported::Exported;
pub use reading::read::{read_export, read_text};
pub use session::aliases::with_known_names;
pub use session::explained::{Explained, Judgement};
pub use session::hits::{Hit, Hits, PassedOver, Reranked, Scores, StoreInfo};
pub use session::queries::{AnsweredQuery, read_queries};
pub use session::query::{Mode, Query, has_words};
pub use session::{Choice, Located, Reranking, Session, Stores, Surroundings, TypedStores, Which, locate};

pub use embedding::upgrade::{move_over, upgrade, would_gain};
pub use embedding::upgraded::Upgraded;
pub use jiff::Timestamp;
pub use overview::sources::{SourceFile, sources};
pub use overview::stats::{Count, Stats};

pub use naragtive_chroma::ChromaError;
pub use naragtive_disk::{DiskError, Holder, Patience, Waiting};
pub use naragtive_http::{HttpError, Proxy};
pub use naragtive_hub::Programs;
pub use naragtive_index::{Explanation, IndexError, IndexStatus, Language, Respelt, Signal};
pub use naragtive_ingest::{
    Branches, Certainty, DateOrder, Format, IngestError, IngestReport, Ingested, Lexicon, Mapping,
    Options as ReadOptions, SceneRule, SkipReason, Skipped, read,
};
pub use naragtive_model::{Flow, Isa, ModelError, ModelOptions, Precision};
pub use naragtive_remote::RemoteError;
pub use naragtive_scene::{DateRange, DateSpec, Day, Filter, Metadata, Scene, SceneId, Scenes, Source, key};
pub use naragtive_store::{
    Appended, EntryCondition, ModelTag, NameProblem, NewStore, Registry, RowProblem, SAMPLE_SOURCE, Store,
    StoreEntry, StoreError, StoreName, StoreRef, Version, check_replaceable, check_writable,
};
pub use naragtive_text::{harmless, is_harmful, nearest};
