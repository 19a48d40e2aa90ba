//! The whole journey with the library: an export becomes a named store, and a question is answered from it.
//!
//! `own_story HOME EXPORT.txt NAME QUESTION`

#![allow(clippy::print_stdout, reason = "an example is a program")]

use std::ops::ControlFlow;
use std::path::Path;

use jiff::Timestamp;
use naragtive::export::{ExportFormat, TokenBudget, export};
use naragtive::hub::{self, Places};
use naragtive::{
    Choice, Flow, Format, Home, How, Indexes, Language, Lexicon, Model, ModelOptions, NewStore, Patience,
    Query, ReadOptions, Retriever, add, locate, read_export,
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [home, file, name, question] = arguments.as_slice() else {
        return Err("expected four arguments: HOME EXPORT.txt NAME QUESTION".into());
    };
    let home = Home::new(home);

    // The model: found on this machine, or fetched into the home.
    let settings = hub::Settings::new(Places::new(home.root()));
    let found = hub::ensure(hub::lookup("all-MiniLM-L6-v2")?, &settings, &mut |_| ControlFlow::Continue(()))?;
    let threads = std::thread::available_parallelism()?;
    let model = Model::open(&found, ModelOptions::new(threads))?;

    // The export: scenes, and a report of what was passed over.
    let lexicon = Lexicon::builtin();
    let options = ReadOptions::new(file, &lexicon, Timestamp::now());
    let ingested = read_export(Path::new(file), Format::Neptune, &options)?;

    // The store: embeddings for what is new, then its name.
    let (path, patience) = (home.store(name), Patience::default());
    std::fs::create_dir_all(home.stores())?;
    add(ingested.scenes, &path, How::Merge, &model, &patience, |_| Flow::Continue)?;
    let new = NewStore { name: name.parse()?, path, source: Format::Neptune.source(), description: None };
    home.registry().register(new, Timestamp::now())?;

    // The question. The index of the store is built when it is opened for the first time.
    let choice = Choice { name: Some(name), ..Choice::default() };
    let located = locate(choice, &home.registry(), Path::new("."))?;
    let root = home.cache().join("index");
    let indexes = Indexes { root, language: Language::ENGLISH, threads, patience };
    let mut retriever = Retriever::open(&located, &model, &indexes, &mut |_| ControlFlow::Continue(()))?;
    let hits = retriever.search(&Query::new(question, 5), &model)?;
    print!("{}", export(&hits, ExportFormat::LlmContext, TokenBudget::default()));
    Ok(())
}
