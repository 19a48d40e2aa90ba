use std::time::Duration;

use naragtive_remote::{ChatServer, ServerSettings};

use crate::Error;
use crate::home::Settings;

/// A long prompt takes a small machine minutes before the first word comes.
const PATIENCE: Duration = Duration::from_secs(300);
/// A server that loads its model is asked again and again for two minutes.
const TIMES: u32 = 8;

/// The server that answers in words, by what was typed for one question and by the settings. It isn't asked anything yet.
///
/// # Errors
/// [`Error::NoChatServer`] where none is named; [`Error::Chat`] where its address makes no sense, or its key would be
/// readable on the way.
pub fn server(settings: &Settings, url: Option<String>, model: Option<String>) -> Result<ChatServer, Error> {
    let url = settings.chat_url.or_flag("--url", url.map(Some)).value.ok_or(Error::NoChatServer)?;
    let model = settings.chat_model.or_flag("--chat-model", model.map(Some)).value;
    let key = settings.chat_key.clone();
    let proxy = settings.network.proxy.clone();
    let usual = ServerSettings::new(url).within(PATIENCE).tried(TIMES);
    ChatServer::new(&ServerSettings { model, key, proxy, ..usual }).map_err(Error::Chat)
}
