//! The page: stories to search and to read in, made here, so that each address works without a script.

mod address;
mod answer;
pub(super) mod ask;
mod asset;
mod bars;
mod circle;
mod conditions;
mod day;
mod form;
mod hits;
mod home;
mod inline;
mod layout;
mod people;
mod person;
mod place;
mod prose;
mod reading;
mod stats;
mod timeline;
mod view;
mod why;

use super::asked::Asked;
use super::reply::Reply;
use super::route::Place;
use crate::call::Stop;
use crate::{Error, Service};

pub(super) use layout::problem;

/// What a reader gets at one of the page's addresses.
pub(super) fn answer(service: &Service, asked: &Asked, stop: &Stop) -> Result<Reply, Error> {
    if asked.place == Place::Asset {
        return asset::reply(asked.part("file")?);
    }
    let view = view::PageView::new(service.sessions(), asked, stop)?;
    let reply = shown(&view, asked);
    // Who came to a store that can't be read hears which it is, and of the others.
    reply.or_else(|error| home::instead(&view, &error).unwrap_or(Err(error)))
}

fn shown(view: &view::PageView<'_>, asked: &Asked) -> Result<Reply, Error> {
    match asked.place {
        Place::Home => home::home(view),
        Place::Reading => reading::reading(view, asked.part("id")?),
        Place::TimelinePage => timeline::timeline(view),
        Place::PeoplePage => people::people(view),
        Place::Person => person::person(view, asked.part("name")?),
        Place::StatsPage => stats::stats(view),
        Place::Why => why::why(view, asked.part("id")?),
        _ => Err(Error::NoSuchPage),
    }
}
