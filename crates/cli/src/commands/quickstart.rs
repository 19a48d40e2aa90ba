//! The whole journey on a campaign that ships with the program.

use naragtive::{
    Format, Hits, How, Lexicon, Located, NewStore, Query, ReadOptions, Rerank, Reranking, SAMPLE_SOURCE,
    Scene, Source, Step, StoreInfo, StoreRef, Stores, add,
};

use serde_json::{Value, json};

use super::common;
use crate::Outcome;
use crate::args::Quickstart;
use crate::error::{Failure, quoted};
use crate::settings::Settings;
use crate::ui::Ui;

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

/// Questions whose answers share few words with them.
const QUESTIONS: [&str; 3] =
    ["an unjust verdict from a corrupt judge", "rich guests bid for eternal youth", "gambling for a secret"];

/// The name of the store of the samples.
const SAMPLE: &str = "sample";
/// How much of a scene is shown, in characters.
const SHOWN: usize = 420;

pub fn run(args: &Quickstart, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let model = common::watched(ui, |watch| settings.library.models().embedder(watch))?;
    let Place { at, is_named } = place(settings)?;
    let folder = at.file().parent().unwrap_or(at.file());
    std::fs::create_dir_all(folder).map_err(|error| {
        Failure::new(format!("can't make the folder `{}`: {error}", folder.display()))
            .hint("name another folder: export NARAGTIVE_HOME=FOLDER")
    })?;
    let scenes = scenes(settings)?;
    if !args.json {
        ui.print(format_args!(
            "Two sample exports, a campaign and a chat, make {} scenes. Embedding them into {}",
            scenes.len(),
            at
        ));
    }
    let added = common::watched(ui, |watch| {
        add(scenes, &at, How::Replace, &model, settings.library.patience(), |done| watch(Step::Adding(done)))
    });
    let records = added?.appended.total;
    let name = is_named.then(|| register(&at, settings)).transpose()?;
    let located = Located { name, at };
    let store = located.info(records);
    let reranking = Reranking { when: Rerank::Off, ..Reranking::of(settings) };
    let session = common::open_session(&Stores::of(vec![located]), true, reranking, settings, ui)?;
    let answers = QUESTIONS.map(|question| session.search(&Query::new(question, 1)));
    let answers = answers.into_iter().collect::<Result<Vec<Hits>, naragtive::Error>>()?;
    if args.json {
        let answers: Vec<Value> = answers.iter().map(Hits::to_json).collect();
        ui.json(&json!({"store": store.to_json(), "answers": answers}));
    } else {
        answers.iter().for_each(|hits| print(hits, ui));
        ui.print(next_steps(&store));
    }
    Ok(Outcome::Done)
}

fn print(hits: &Hits, ui: &Ui) {
    let command = format!("naragtive search \"{}\"", hits.query);
    ui.print(format_args!("\n{}", ui.bold(&command)));
    for hit in &hits.hits {
        ui.print(format_args!("  {}", hit.scene.id));
        ui.print(indented(&hit.scene.text));
    }
}

fn next_steps(store: &StoreInfo) -> String {
    let of_sample = match store.name {
        Some(_) => String::new(),
        None => format!(" --store {}", quoted(&store.at)),
    };
    format!(
        "\nAsk it yourself:        naragtive search \"YOUR QUESTION\"{of_sample}\n\
         Bring your own story:   naragtive ingest-neptune --export YOUR_EXPORT.txt --register my-campaign\n\
         Then:                   naragtive search \"YOUR QUESTION\"\n\
         Other kinds of export:  naragtive ingest-help"
    )
}

/// Where the store of the samples is, and whether it has a name.
struct Place {
    at: StoreRef,
    is_named: bool,
}

/// Who has no store yet gets the samples as one, which gives way to the first that is registered. Nobody's own store is in
/// its way: neither one of its name nor a file that lies where it would.
fn place(settings: &Settings) -> Result<Place, Failure> {
    let (entries, at) = (settings.registry().list()?, settings.home.value.store(SAMPLE).into());
    let is_there = entries.iter().any(|entry| entry.name == SAMPLE && entry.is_sample() && entry.at == at);
    if is_there || entries.is_empty() && !at.exists() {
        return Ok(Place { at, is_named: true });
    }
    Ok(Place { at: settings.home.value.sample().into(), is_named: false })
}

fn register(at: &StoreRef, settings: &Settings) -> Result<String, Failure> {
    let new = NewStore {
        name: SAMPLE.parse()?,
        at: at.clone(),
        source: Source::Other(SAMPLE_SOURCE.to_owned()),
        description: Some("The sample of naragtive quickstart".to_owned()),
    };
    Ok(settings.library.registry().register(new, settings.environment.now)?.name)
}

fn scenes(settings: &Settings) -> Result<Vec<Scene>, Failure> {
    let lexicon = Lexicon::builtin();
    let mut scenes = Vec::new();
    for sample in &SAMPLES {
        let options = ReadOptions::new(sample.name, &lexicon, settings.environment.now);
        let read = naragtive::read(sample.format, sample.bytes, &options);
        scenes.extend(read.map_err(|error| Failure::new(format!("{}: {error}", sample.name)))?.scenes);
    }
    Ok(scenes)
}

/// The first characters of a scene, wrapped at words and set in.
fn indented(text: &str) -> String {
    const WIDTH: usize = 92;
    let shown: String = text.chars().take(SHOWN).collect();
    let mut lines = vec![String::from("   ")];
    for word in shown.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(format!("    {word}")),
        }
    }
    lines.join("\n") + " ..."
}
