use naragtive::answer::{self, Answer, ChatServer, Marker, NOT_THERE, Prompt};
use naragtive::export::TokenBudget;
use naragtive::{Error, Flow, views};

use super::common;
use crate::Outcome;
use crate::args::AskArgs;
use crate::error::Failure;
use crate::settings::CommandSettings;
use crate::stop;
use crate::ui::{self, Ui};

pub fn run(args: &AskArgs, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let question = common::words_or_like(Some(&args.question), None, &args.finding, settings)?;
    // What is wrong with the server's name is said before anything is searched.
    let server = (!args.show_prompt)
        .then(|| answer::server(settings, args.url.clone(), args.chat_model.clone()))
        .transpose()?;
    let session = common::session(&args.stores, Some(question.mode), &args.finding, settings, ui)?;
    let hits = common::search(&session, &question, ui)?;
    let nearest =
        hits.hits.first().map(|hit| format!("{} at {}", hit.scene.id.as_str(), hits.relevance(hit)));
    match (answer::prompt(hits, TokenBudget::new(args.budget), args.anyway)?, server) {
        (None, _) => Ok(not_there(args, nearest.as_deref(), ui)),
        (Some(prompt), None) => Ok(shown(&prompt, args, ui)),
        (Some(prompt), Some(server)) => answered(&server, prompt, args, ui),
    }
}

fn not_there(args: &AskArgs, nearest: Option<&str>, ui: &Ui) -> Outcome {
    if args.json {
        ui.json(&views::answer(&Answer::none(&args.question)));
    } else {
        ui.print(NOT_THERE);
        ui.note("Nothing close was found, so nobody was asked.");
        if let Some(nearest) = nearest {
            ui.note(format_args!("What comes nearest: {nearest}. To ask with it all the same: --anyway"));
        }
    }
    Outcome::NothingFound
}

fn shown(prompt: &Prompt, args: &AskArgs, ui: &Ui) -> Outcome {
    if args.json {
        ui.json(&views::prompt(prompt));
    } else {
        ui.print(format_args!("{}\n\n{}", prompt.system, prompt.user));
        ui.note(format_args!("About {} tokens; nothing was sent.", prompt.tokens()));
    }
    Outcome::Done
}

fn answered(server: &ChatServer, prompt: Prompt, args: &AskArgs, ui: &Ui) -> Result<Outcome, Failure> {
    let scenes = if prompt.scenes.len() == 1 {
        "1 scene".to_owned()
    } else {
        format!("{} scenes", prompt.scenes.len())
    };
    ui.note(format_args!("Asking {} with {scenes}, about {} tokens ...", server.address(), prompt.tokens()));
    let mut marker = Marker::new(prompt.scenes.len());
    // Nothing is left behind by one who leaves now.
    stop::in_own_time(false);
    let answer = answer::ask(server, prompt, &mut |words| {
        if !args.json {
            ui.piece(&marker.push(words));
        }
        if ui.is_unread() { Flow::Stop } else { Flow::Continue }
    });
    let answer = match answer {
        Err(Error::Stopped) => return Ok(Outcome::Done),
        Err(error) => {
            ui.piece_end();
            return Err(error.into());
        }
        Ok(answer) => answer,
    };
    if args.json {
        ui.json(&views::answer(&answer));
    } else {
        ui.piece(&marker.rest());
        ui.piece_end();
        ui.print(ui::answer(ui, &answer));
    }
    tell(&answer, ui);
    Ok(if answer.is_found() { Outcome::Done } else { Outcome::NothingFound })
}

/// What a reader should know who takes the answer for what the stories say.
fn tell(answer: &Answer, ui: &Ui) {
    let of_nothing = answer.of_nothing();
    if !of_nothing.is_empty() {
        let numbers: Vec<String> = of_nothing.iter().map(|number| format!("[{number}]")).collect();
        ui.warn(format_args!("the answer names scenes that it wasn't given: {}", numbers.join(", ")));
    }
    if answer.is_found() && answer.citations.is_empty() {
        ui.warn("the answer names no scene: it may be from somewhere else than your stories");
    }
    if answer.is_cut {
        ui.warn("the answer was cut off by the server's limit");
    }
}
