//! Two at once, and one that dies half way.

use std::env;
use std::fs::File;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use naragtive_hub::{FetchEvent, FetchSettings, ModelPlace, Places, ensure};

use crate::sandbox::{Sandbox, content, contents, kind, spec, tree, write};
use naragtive_testkit::server::{Reply, Request, Server};

fn good(request: &Request) -> Reply {
    let name = request.path.trim_start_matches("/owner/tiny/resolve/0123abcd/");
    let known = contents().into_iter().any(|(path, ..)| path == name);
    if known { Reply::ranged(request, &content(name)) } else { Reply::status(404) }
}

#[test]
fn of_two_that_fetch_at_once_the_second_waits_and_finds_it_done() {
    let waited = Arc::new(AtomicBool::new(false));
    let until = Arc::clone(&waited);
    let hub = Server::start(move |request, _| {
        while !until.load(Ordering::SeqCst) {
            // Until the other one was told that it waits.
            thread::sleep(Duration::from_millis(5));
        }
        good(request)
    });
    let sandbox = Sandbox::with_hub(hub.url());
    let (ready, begun) = mpsc::channel();
    thread::scope(|scope| {
        let first = scope.spawn(|| {
            ensure(&sandbox.spec, &sandbox.settings, &mut |event| {
                if let FetchEvent::Starting { .. } = event {
                    ready.send(()).unwrap();
                }
                ControlFlow::Continue(())
            })
        });
        begun.recv().unwrap();
        let mut told = Vec::new();
        let second = ensure(&sandbox.spec, &sandbox.settings, &mut |event| {
            let is_bytes = matches!(event, FetchEvent::Bytes { total: 200_030, .. });
            waited.fetch_or(matches!(event, FetchEvent::WaitingForOther(_)), Ordering::SeqCst);
            told.push(if is_bytes { "bytes".to_owned() } else { format!("{event:?}") });
            ControlFlow::Continue(())
        });
        told.dedup();
        assert_eq!(second.unwrap().place, ModelPlace::Own);
        // Who waits a second is told for whom.
        assert!(told.len() >= 2, "{told:?}");
        let whose = format!("pid: Some({})", std::process::id());
        assert!(told[1].starts_with("WaitingForOther(") && told[1].contains(&whose), "{told:?}");
        first.join().unwrap().unwrap();
    });
    assert_eq!(hub.requests().len(), 5);
    sandbox.assert_complete();
}

#[test]
fn waiting_for_another_can_be_stopped() {
    let sandbox = Sandbox::new();
    let path = sandbox.path("home/models/.tiny.lock");
    write(&path, b"");
    let other = File::open(&path).unwrap();
    other.lock().unwrap();
    let stopped = ensure(&sandbox.spec, &sandbox.settings, &mut |event| match event {
        FetchEvent::Bytes { .. } => ControlFlow::Break(()),
        other => panic!("{other:?}"),
    });
    assert_eq!(kind(&stopped.unwrap_err()), "Stopped");
}

const HOME: &str = "HUB_TEST_CHILD_HOME";
const HUB: &str = "HUB_TEST_CHILD_HUB";

/// What the processes below run. On its own it has no home and does nothing.
#[test]
fn a_child_fetches_into_the_home_it_is_given() {
    let (Ok(home), Ok(hub)) = (env::var(HOME), env::var(HUB)) else { return };
    let mut settings = FetchSettings::new(Places::new(home));
    settings.endpoint = hub;
    settings.pips.clear();
    ensure(&spec(), &settings, &mut |_| ControlFlow::Continue(())).unwrap();
}

fn child(home: &Path, hub: &Server) -> Child {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "together::a_child_fetches_into_the_home_it_is_given"]);
    command.env(HOME, home).env(HUB, hub.url());
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

#[test]
fn four_processes_fetch_once() {
    let hub = Server::start(|request, _| {
        thread::sleep(Duration::from_millis(50));
        good(request)
    });
    let sandbox = Sandbox::with_hub(hub.url());
    let mut children: Vec<Child> = (0..4).map(|_| child(&sandbox.settings.places.home, &hub)).collect();
    assert!(children.iter_mut().all(|child| child.wait().unwrap().success()));
    sandbox.assert_complete();
    assert_eq!(hub.requests().len(), 5);
}

#[test]
fn after_a_process_was_killed_half_way_the_next_goes_on() {
    let hub = Server::start(|request, before| match before {
        4 => good(request).cut(100_000).then_silence(Duration::from_secs(10)),
        _ => good(request),
    });
    let sandbox = Sandbox::with_hub(hub.url());
    let mut killed = child(&sandbox.settings.places.home, &hub);
    let part = sandbox.partial().join("model.safetensors.part");
    let begun = Instant::now();
    while std::fs::metadata(&part).map_or(0, |meta| meta.len()) < 100_000 {
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", tree(&sandbox.path("home")));
        thread::sleep(Duration::from_millis(5));
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert!(!sandbox.own().exists());
    sandbox.ensure().0.unwrap();
    sandbox.assert_complete();
    assert_eq!(hub.requests()[5].range, Some(100_000));
}
