//! The addresses for programs that know ours: what each takes, and what it answers.

pub(super) mod ask;
mod context;
mod scenes;
mod search;
mod stores;

use serde_json::Value;

use super::asked::Asked;
use super::models;
use super::route::{Place, Verb};
use crate::call::Stop;
use crate::parameter::Parameter;
use crate::{Error, Service};

/// What is answered at an address of the API.
pub(super) fn answer(service: &Service, asked: &Asked, stop: &Stop) -> Result<Value, Error> {
    let sessions = service.sessions();
    match asked.place {
        Place::Search => search::search(sessions, asked, stop),
        Place::Stores => stores::stores(sessions, asked),
        Place::Store => stores::store(sessions, asked),
        Place::Stats => stores::stats(sessions, asked),
        Place::Contents => stores::contents(sessions, asked),
        Place::Timeline => stores::timeline(sessions, asked),
        Place::People => stores::people(sessions, asked),
        Place::Scenes => scenes::scenes(sessions, asked, stop),
        Place::Scene => scenes::scene(sessions, asked, stop),
        Place::Context => context::context(sessions, asked, stop),
        _ => Err(Error::NoSuchPage),
    }
}

/// What a place takes in its query string, or as the fields of its body.
pub(super) fn parameters(place: Place) -> Vec<Parameter> {
    match place {
        Place::Search => search::parameters(),
        Place::Ask => ask::parameters(),
        Place::Scenes => scenes::list_parameters(),
        Place::Scene => scenes::PARAMETERS.to_vec(),
        Place::Contents => stores::CONTENTS.to_vec(),
        Place::Timeline => stores::TIMELINE.to_vec(),
        Place::People => stores::PEOPLE.to_vec(),
        _ => Vec::new(),
    }
}

/// The schema of the body of a place that takes one with lists in it.
pub(super) fn body(place: Place) -> Option<Value> {
    match place {
        Place::Context => Some(context::schema()),
        place => models::schema(place),
    }
}

/// A place's name for programs, and what it is for. The first four are called as the tools are.
pub(super) fn described(place: Place, verb: Verb) -> (&'static str, &'static str) {
    match (place, verb) {
        (Place::Search, Verb::Get) => ("search", "Find scenes by what they mean or say, best first"),
        (Place::Search, Verb::Post) => ("search_long", "The same for a question too long for an address"),
        (Place::Ask, _) => {
            ("ask", "Have the user's own server answer in words, from the scenes that are found")
        }
        (Place::Scene, _) => ("read_scene", "A whole scene with those before and after it"),
        (Place::Scenes, _) => ("list_scenes", "Scenes by date, people or place, in the order of the story"),
        (Place::Stores, _) => ("stores", "The stores there are"),
        (Place::Store, _) => ("store", "One of the stores"),
        (Place::Stats, _) => ("stats", "What is in a store"),
        (Place::Contents, _) => ("contents", "The conversations that a store is made of"),
        (Place::Timeline, _) => ("timeline", "How many scenes happen when, of all and of the main people"),
        (Place::People, _) => ("people", "Who is in a store, in how many scenes, and with whom"),
        (Place::Context, _) => {
            ("context", "Scenes that a chat should remember, within a budget, and why each")
        }
        (Place::Health, _) => ("health", "Whether somebody is at home"),
        (Place::OpenApi, _) => ("openapi", "This description"),
        (Place::Models, _) => ("models", "The models that answer here"),
        (Place::Embeddings, _) => ("embeddings", "The vectors of texts, as OpenAI's server gives them"),
        (Place::Rerank, _) => ("rerank", "Texts in the order of how well they answer"),
        (Place::Mcp, _) => ("mcp", "The Model Context Protocol"),
        _ => ("page", "A page to read in"),
    }
}
