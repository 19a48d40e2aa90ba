use serde_json::json;

use super::asked::Asked;
use super::reply::Reply;
use super::route::{Place, Room};
use super::{api, models, openapi, page};
use crate::call::Stop;
use crate::limit::API;
use crate::{Error, Service};

/// What is answered to a request of this room; it may take a while.
pub(super) fn answer(service: &Service, room: Room, asked: &Asked, stop: &Stop) -> Result<Reply, Error> {
    match (room, asked.place) {
        (Room::Open, _) => Ok(Reply::json(&json!({"status": "ok", "version": env!("CARGO_PKG_VERSION")}))),
        (_, Place::OpenApi) => Ok(openapi::reply()),
        (Room::Api, _) => api::answer(service, asked, stop).map(|value| Reply::json(&API.fit(value))),
        (Room::Models, _) => models::answer(service, asked, stop),
        (Room::Page, _) => page::answer(service, asked, stop),
        (Room::Mcp, _) => Err(Error::NoSuchPage),
    }
}
