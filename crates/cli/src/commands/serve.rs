use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use naragtive_serve::http::{self, Access, Answered, Guests, Hear, Heard, Listening, Served};

use crate::Outcome;
use crate::args::ServeArgs;
use crate::commands::common::{service, today_now};
use crate::commands::open::open;
use crate::commands::watch::tell_absent;
use crate::commands::watch_beside;
use crate::error::Failure;
use crate::settings::CommandSettings;
use crate::ui::Ui;

/// Until this process is asked to end.
pub fn run(args: &ServeArgs, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let access = access(args, settings, ui)?;
    if let Some(host) = &args.shared {
        settings.library.shared().hosts().get(host)?;
        if settings.library.shared().tokens().roles(host)?.is_empty() {
            ui.warn(format_args!("nobody has a token yet: naragtive shared token {host} WHO"));
        }
    }
    let ready = |listening: &Listening| {
        tell(listening, &access, ui);
        if args.open {
            show(listening, ui);
        }
    };
    let watching = watch_beside::watching(args)?;
    watching.iter().for_each(|watching| tell_absent(watching, |text| ui.note(text)));
    let (ended, tell) = (AtomicBool::new(false), ui.teller());
    let served = thread::scope(|scope| {
        if !watching.is_empty() {
            scope.spawn(|| watch_beside::watch(watching, &settings.library, &ended, &tell));
        }
        let threads = settings.threads.value;
        let what = what(args, settings);
        let served = http::listen(what, access.clone(), threads, log(args, ui), ready);
        // What is being stored is stored as far as it came.
        ended.store(true, Ordering::Relaxed);
        served
    });
    served.map_err(Failure::of_server)?;
    Ok(Outcome::Done)
}

/// Who writes a line for each request, where somebody wants one.
fn log(args: &ServeArgs, ui: &Ui) -> Option<Arc<Hear>> {
    let (with_queries, tell) = (args.log_queries, Arc::new(ui.teller()));
    let hear = move |heard: Heard<'_>| -> Answered {
        let query =
            heard.query.filter(|_| with_queries).map_or_else(String::new, |query| format!("?{query}"));
        let (asked, tell, began) =
            (format!("{} {}{query}", heard.method, heard.path), Arc::clone(&tell), Instant::now());
        Box::new(move |status| tell(&format!("{asked} {status} {} ms", began.elapsed().as_millis())))
    };
    (args.log || args.log_queries).then(|| Arc::new(hear) as Arc<Hear>)
}

fn show(listening: &Listening, ui: &Ui) {
    let Some(address) = listening.addresses.first() else { return };
    // That stands for every address of this machine, and is the name of none.
    let address = match address.ip().is_unspecified() {
        true => format!("http://127.0.0.1:{}/", address.port()),
        false => format!("http://{address}/"),
    };
    if !open(&address) {
        ui.note(format_args!("no browser could be started; open {address} in yours"));
    }
}

/// The stores of this home, or to each guest those that they may read.
fn what(args: &ServeArgs, settings: &CommandSettings) -> Served {
    match &args.shared {
        Some(host) => {
            Served::Guests(Box::new(Guests::new(settings.library.clone(), host.clone(), today_now)))
        }
        None => Served::Home(Box::new(service(settings))),
    }
}

fn access(args: &ServeArgs, settings: &CommandSettings, ui: &Ui) -> Result<Access, Failure> {
    let ServeArgs { host, port, token: wanted, allow_host, allow_origin, .. } = args;
    let named = settings.environment.var("NARAGTIVE_TOKEN").map(|token| token.to_string_lossy().into_owned());
    let access = Access {
        host: *host,
        port: *port,
        token: named,
        own_tokens: args.shared.is_some(),
        hosts: allow_host.clone(),
        origins: allow_origin.clone(),
        #[cfg(unix)]
        socket: args.socket.clone(),
        #[cfg(not(unix))]
        socket: None,
    };
    let (access, made) = access.with_token(*wanted).map_err(Failure::of_server)?;
    if let Some(made) = made {
        ui.note(format_args!("the token, which is not shown again: {made}"));
    }
    Ok(access)
}

fn tell(listening: &Listening, access: &Access, ui: &Ui) {
    if let Some(file) = &access.socket {
        ui.print(file.display());
    }
    if let Some(address) = listening.addresses.first() {
        ui.print(format_args!("http://{address}/"));
    }
    let asks = if access.token.is_some() || access.own_tokens {
        "; a browser asks for the token as a password"
    } else {
        ""
    };
    ui.note(format_args!("your stories are served there until Ctrl-C{asks}"));
}
