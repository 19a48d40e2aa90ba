use naragtive_serve::Error;
use naragtive_serve::http::{self, Access, Listening};

use crate::Outcome;
use crate::args::Serve;
use crate::commands::common::service;
use crate::error::Failure;
use crate::settings::Settings;
use crate::ui::Ui;

/// Until this process is asked to end.
pub fn run(args: &Serve, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let access = access(args, settings, ui)?;
    let ready = |listening: &Listening| tell(listening, &access, ui);
    http::listen(service(settings), access.clone(), settings.threads.value, ready).map_err(failure)?;
    Ok(Outcome::Done)
}

fn access(args: &Serve, settings: &Settings, ui: &Ui) -> Result<Access, Failure> {
    let Serve { host, port, token, allow_host, allow_origin } = args;
    let named = settings.environment.var("NARAGTIVE_TOKEN").map(|token| token.to_string_lossy().into_owned());
    let token = match named {
        None if *token || !host.is_loopback() => {
            let made = http::new_token().map_err(failure)?;
            ui.note(format_args!("the token, which is not shown again: {made}"));
            Some(made)
        }
        named => named,
    };
    Ok(Access { host: *host, port: *port, token, hosts: allow_host.clone(), origins: allow_origin.clone() })
}

fn tell(listening: &Listening, access: &Access, ui: &Ui) {
    if let Some(address) = listening.addresses.first() {
        ui.print(format_args!("http://{address}/"));
    }
    let asks = if access.token.is_some() { "; a browser asks for the token as a password" } else { "" };
    ui.note(format_args!("your stories are served there until Ctrl-C{asks}"));
}

fn failure(error: Error) -> Failure {
    let said = Failure::new(error.to_string());
    match error {
        Error::Library(error) => error.into(),
        Error::Listen { .. } => said.hint("another port: naragtive serve --port 7601"),
        Error::Nameless { host } => {
            said.hint(format!("say by what name: naragtive serve --host {host} --allow-host NAME"))
        }
        _ => said.hint("see what can be said: naragtive serve --help"),
    }
}
