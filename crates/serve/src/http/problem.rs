use axum::http::StatusCode;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use naragtive::{StoreError, views};
use serde_json::{Value, json};

use super::page;
use super::reply::Reply;
use super::route::Room;
use crate::Error;

/// An error, in the shape that guests of this room read.
pub(super) fn reply(error: &Error, room: Room) -> Reply {
    let status = status(error);
    let (kind, message) = (kind(error, status), error.to_string());
    let reply = match room {
        Room::Page => Reply::html(&page::problem(error, status)),
        Room::Models => {
            Reply::json(&json!({"error": {"message": message, "type": kind, "param": null, "code": kind}}))
        }
        _ => Reply::json(&value(error)),
    };
    let reply = reply.with_status(status);
    match error {
        // A browser asks its user for the token then.
        Error::NoToken => reply.with(WWW_AUTHENTICATE, "Basic realm=\"naragtive\", charset=\"UTF-8\""),
        Error::Busy => reply.with(RETRY_AFTER, "2"),
        _ => reply,
    }
}

/// An error as programs read it that know ours.
pub(super) fn value(error: &Error) -> Value {
    let hints: Vec<Value> = error.hints().iter().map(views::hint).collect();
    json!({"error": {"kind": kind(error, status(error)), "message": error.to_string(), "hints": hints}})
}

pub(super) fn status(error: &Error) -> StatusCode {
    match error {
        Error::Unknown { .. }
        | Error::UnknownStore { .. }
        | Error::UnknownScene { .. }
        | Error::UnknownPerson { .. }
        | Error::UnknownModel { .. }
        | Error::NoSuchPage => StatusCode::NOT_FOUND,
        Error::Library(error) => library(error),
        Error::NoSuchMethod { .. } => StatusCode::METHOD_NOT_ALLOWED,
        Error::Refused(_) => StatusCode::FORBIDDEN,
        Error::NoToken => StatusCode::UNAUTHORIZED,
        Error::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Error::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Error::Slow { .. } => StatusCode::REQUEST_TIMEOUT,
        Error::StaleCursor => StatusCode::CONFLICT,
        Error::Busy | Error::Cancelled => StatusCode::SERVICE_UNAVAILABLE,
        Error::Bug
        | Error::NoProgram { .. }
        | Error::Config { .. }
        | Error::Connection(_)
        | Error::Start(_) => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    }
}

fn library(error: &naragtive::Error) -> StatusCode {
    match error {
        naragtive::Error::UnknownScene { .. }
        | naragtive::Error::NoStore
        | naragtive::Error::NoDefault
        | naragtive::Error::Store(StoreError::UnknownStore { .. }) => StatusCode::NOT_FOUND,
        naragtive::Error::Index(naragtive::IndexError::LongQuery { .. })
        | naragtive::Error::NoDay { .. }
        | naragtive::Error::UnknownKey { .. }
        | naragtive::Error::NoRoom { .. } => StatusCode::BAD_REQUEST,
        naragtive::Error::NoChatServer => StatusCode::NOT_IMPLEMENTED,
        naragtive::Error::Chat(_) | naragtive::Error::Embed(_) => StatusCode::BAD_GATEWAY,
        naragtive::Error::NoEmbedServer { .. } => StatusCode::SERVICE_UNAVAILABLE,
        naragtive::Error::Hub(_) | naragtive::Error::UnknownSetting { .. } | naragtive::Error::Stopped => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// A word for programs.
fn kind(error: &Error, status: StatusCode) -> &'static str {
    match (error, status) {
        (Error::UnknownArgument { .. }, _) => "unknown_argument",
        (Error::UnknownStore { .. }, _) => "unknown_store",
        (Error::UnknownScene { .. }, _) => "unknown_scene",
        (Error::UnknownModel { .. }, _) => "model_not_found",
        (_, StatusCode::NOT_IMPLEMENTED) => "no_chat_server",
        (Error::Library(naragtive::Error::Chat(_)), _) => "chat_server",
        (_, StatusCode::BAD_GATEWAY) => "embed_server",
        (_, StatusCode::NOT_FOUND) => "not_found",
        (_, StatusCode::FORBIDDEN) => "refused",
        (_, StatusCode::UNAUTHORIZED) => "no_token",
        (_, StatusCode::SERVICE_UNAVAILABLE) => "unavailable",
        (_, StatusCode::INTERNAL_SERVER_ERROR) => "internal",
        _ => "invalid_request",
    }
}
