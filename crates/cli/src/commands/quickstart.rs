//! The whole journey on a campaign that ships with the program.

use naragtive::jobs::{SAMPLE_QUESTIONS, Samples};
use naragtive::shared::Copies;
use naragtive::{Hits, Mode, Query, Rerank, Reranking, StoreInfo, Stores, views};

use super::common;
use crate::Outcome;
use crate::args::QuickstartArgs;
use crate::error::{Failure, quoted};
use crate::settings::CommandSettings;
use crate::ui::Ui;

/// How much of a scene is shown, in characters.
const SHOWN: usize = 420;

pub fn run(args: &QuickstartArgs, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let (library, now) = (&settings.library, settings.environment.noted);
    common::watched(ui, |watch| library.models().embedder(watch))?;
    let samples = Samples::read(library, now)?;
    if !args.json {
        ui.print(format_args!(
            "Two sample exports, a campaign and a chat, make {} scenes. Embedding them into {}",
            samples.scenes.len(),
            samples.at
        ));
    }
    let sample = common::watched(ui, |watch| samples.store(library, now, watch))?;
    let reranking = Reranking { when: Rerank::Off, ..Reranking::of(settings) };
    let stores = Stores::of(vec![sample.located.clone()]);
    let session =
        common::open_session(&stores, Copies::default(), Some(Mode::Hybrid), reranking, settings, ui)?;
    let answers = SAMPLE_QUESTIONS.map(|question| session.search(&Query::new(question, 1)));
    let answers = answers.into_iter().collect::<Result<Vec<Hits>, naragtive::Error>>()?;
    if args.json {
        ui.json(&views::sample(&sample.info(), &answers));
    } else {
        answers.iter().for_each(|hits| print(hits, ui));
        ui.print(next_steps(&sample.info()));
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
