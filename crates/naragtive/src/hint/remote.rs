use naragtive_http::HttpError;
use naragtive_remote::RemoteError;

use super::Hint;
use super::models::of_http;

/// How a server of one kind is named, and what else there is to do about it.
pub(super) struct ServerFlags {
    flag: &'static str,
    model: &'static str,
    key: &'static str,
    start: (&'static str, &'static str),
    without: (&'static str, &'static str),
}

/// One that reranks.
pub(super) const RERANKER: ServerFlags = ServerFlags {
    flag: "--rerank-url",
    model: "--rerank-model",
    key: "NARAGTIVE_RERANK_API_KEY",
    start: ("start it so that it reranks", "llama-server --rerank -m MODEL.gguf"),
    without: ("look at the server, or rerank without one", "--rerank-model NAME"),
};
/// One that answers in words.
pub(super) const CHAT: ServerFlags = ServerFlags {
    flag: "--url",
    model: "--chat-model",
    key: "NARAGTIVE_CHAT_API_KEY",
    start: ("name a server that answers in words", "llama-server -m MODEL.gguf"),
    without: ("look at the server; what would be sent to it", "--show-prompt"),
};
/// One that embeds.
pub(super) const EMBEDDER: ServerFlags = ServerFlags {
    flag: "--embed-url",
    model: "--model",
    key: "NARAGTIVE_EMBED_API_KEY",
    start: ("start it so that it embeds", "llama-server --embedding -m MODEL.gguf"),
    without: (
        "look at the server, and type the same command again; a search by words alone needs none",
        "--mode keyword",
    ),
};

pub(super) fn of_chat(error: &RemoteError) -> Vec<Hint> {
    match error {
        RemoteError::Refused { status: 400 | 413, .. } => vec![
            Hint::to("the prompt may be longer than the server takes", "--budget 2000"),
            Hint::to("or start it with more room", "llama-server -m MODEL.gguf -c 8192"),
        ],
        error => of_remote(error, &CHAT),
    }
}

pub(super) fn of_remote(error: &RemoteError, server: &ServerFlags) -> Vec<Hint> {
    let ServerFlags { flag, model, key, start, without } = server;
    vec![match error {
        RemoteError::Http(HttpError::PlainHttp { .. }) => {
            Hint::to(format!("{flag} https://HOST, or ask without the key"), format!("unset {key}"))
        }
        RemoteError::BadAddress { .. } => Hint::run(format!("{flag} http://localhost:8080")),
        RemoteError::NoEndpoint { .. } | RemoteError::Refused { status: 501, .. } => {
            Hint::to(start.0, start.1)
        }
        RemoteError::Refused { status: 401 | 403, .. } => Hint::run(format!("export {key}=KEY")),
        RemoteError::Moved { .. } => {
            Hint::to("name that address, if it is the right one", format!("{flag} URL"))
        }
        RemoteError::SeveralModels { .. } | RemoteError::NamelessModel { .. } => {
            Hint::to("name it", format!("{model} NAME"))
        }
        RemoteError::Http(HttpError::Unreachable { .. })
        | RemoteError::NoAnswer { .. }
        | RemoteError::Refused { .. }
        | RemoteError::BadAnswer { .. } => Hint::to(without.0, without.1),
        RemoteError::Http(error) => return of_http(error),
        _ => return Vec::new(),
    }]
}
