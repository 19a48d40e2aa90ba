//! The whole journey with the library: an export becomes a named store, and a question is answered from it.
//!
//! `own_story HOME EXPORT.txt NAME QUESTION`

#![allow(clippy::print_stdout, reason = "an example is a program")]

use std::path::Path;

use jiff::Timestamp;
use naragtive::export::{ExportFormat, TokenBudget, export};
use naragtive::session::Which;
use naragtive::{
    Choice, Flow, Format, How, Lexicon, Library, NewStore, Query, ReadOptions, StoreRef, add, read_export,
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [home, file, name, question] = arguments.as_slice() else {
        return Err("expected four arguments: HOME EXPORT.txt NAME QUESTION".into());
    };
    let library = Library::at(home, std::thread::available_parallelism()?)?;
    let home = &library.settings().home.value;

    // The model: found on this machine, or fetched into the home.
    let model = library.models().embedder(&mut |_| Flow::Continue)?;

    // The export: scenes, and a report of what was passed over.
    let lexicon = Lexicon::builtin();
    let options = ReadOptions::new(file, &lexicon, Timestamp::now());
    let ingested = read_export(Path::new(file), Format::NEPTUNE, &options)?;

    // The store: embeddings for what is new, then its name.
    let at = StoreRef::from(home.store(name));
    std::fs::create_dir_all(home.stores())?;
    add(ingested.scenes, &at, How::Merge, &model, library.patience(), |_| Flow::Continue)?;
    let new = NewStore { name: name.parse()?, at, source: Format::NEPTUNE.source(), description: None };
    home.registry().register(new, Timestamp::now())?;

    // The question. The index of the store is built when it is opened for the first time.
    let which = Which::One(Choice { name: Some(name), ..Choice::default() });
    let session = library.session(&library.choose(which, Path::new("."))?)?;
    let hits = session.search(&Query::new(question, 5))?;
    print!("{}", export(&hits, ExportFormat::LlmContext, TokenBudget::default())?);
    Ok(())
}
