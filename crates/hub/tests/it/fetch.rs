//! From the hub, however it behaves.

use std::fs;
use std::net::TcpListener;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use naragtive_http::Proxy;
use naragtive_hub::{FetchEvent, HubError, ModelPlace, ensure};

use crate::sandbox::{Sandbox, content, contents, hex, kind, reasons, write, write_model};
use naragtive_testkit::server::{Reply, Request, Server};

/// The file a request is about, if it is asked for in the right way.
fn asked_for(request: &Request) -> Option<Vec<u8>> {
    let path = request.path.strip_prefix("/owner/tiny/resolve/0123abcd/")?;
    contents().into_iter().find(|(name, ..)| *name == path).map(|(_, bytes, _)| bytes)
}

fn good(request: &Request) -> Reply {
    asked_for(request).map_or_else(|| Reply::status(404), |bytes| Reply::ranged(request, &bytes))
}

fn weights(request: &Request) -> bool {
    request.path.ends_with("model.safetensors")
}

#[test]
fn a_model_that_is_nowhere_is_fetched_from_the_hub() {
    let hub = Server::start(|request, _| good(request));
    let sandbox = Sandbox::with_hub(hub.url());
    let (found, events) = sandbox.ensure();
    let found = found.unwrap();
    assert_eq!((found.place, found.pinned, &found.folder), (ModelPlace::Own, true, &sandbox.own()));
    sandbox.assert_complete();
    insta::assert_snapshot!(events.join("\n"), @r"
    hub 200030
    bytes
    checking config.json
    bytes
    checking 1_Pooling/config.json
    bytes
    checking vocab.txt
    bytes
    checking tokenizer.json
    bytes
    checking model.safetensors
    bytes
    done
    ");
    // It is there now: the second time nobody is asked.
    let (found, events) = sandbox.ensure();
    assert_eq!((found.unwrap().place, events.len()), (ModelPlace::Own, 0));
    assert_eq!(hub.requests().len(), 5);
}

#[test]
fn nothing_but_the_model_is_left_beside_it() {
    let hub = Server::start(|request, _| good(request));
    let sandbox = Sandbox::with_hub(hub.url());
    sandbox.ensure().0.unwrap();
    assert!(sandbox.models().iter().all(|name| name.starts_with("tiny/")), "{:?}", sandbox.models());
}

#[test]
fn a_broken_transfer_goes_on_where_it_broke() {
    let hub = Server::start(|request, _| {
        let reply = good(request);
        if weights(request) && request.range.is_none() { reply.cut(70_000) } else { reply }
    });
    let sandbox = Sandbox::with_hub(hub.url());
    sandbox.ensure().0.unwrap();
    sandbox.assert_complete();
    let from: Vec<_> = hub.requests().into_iter().filter(weights).map(|request| request.range).collect();
    assert_eq!(from, [None, Some(70_000)]);
}

#[test]
fn a_server_without_ranges_is_read_from_the_start_again() {
    let hub = Server::start(|request, before| match asked_for(request) {
        Some(bytes) if before == 4 => Reply::whole(&bytes).cut(70_000),
        Some(bytes) => Reply::whole(&bytes),
        None => Reply::status(404),
    });
    let sandbox = Sandbox::with_hub(hub.url());
    sandbox.ensure().0.unwrap();
    sandbox.assert_complete();
    assert_eq!(hub.requests()[5].range, Some(70_000));
}

#[test]
fn what_an_earlier_run_left_is_gone_on_from_or_thrown_away() {
    let weights = content("model.safetensors");
    let tail = weights.len() as u64 - 1_000;
    let rows: [(&str, Vec<u8>); 5] = [
        ("the right first part", weights[..100_000].to_vec()),
        ("the right first part, all but a little", weights[..tail as usize].to_vec()),
        ("the whole file", weights.clone()),
        ("something else", vec![7; 5_000]),
        ("something longer", vec![7; 300_000]),
    ];
    for (what, left) in rows {
        let hub = Server::start(|request, _| good(request));
        let sandbox = Sandbox::with_hub(hub.url());
        write(&sandbox.partial().join("model.safetensors.part"), &left);
        write(&sandbox.partial().join("config.json"), &content("config.json"));
        write(&sandbox.partial().join("tokenizer.json"), b"other");
        sandbox.ensure().0.unwrap_or_else(|error| panic!("{what}: {error}"));
        sandbox.assert_complete();
        let paths: Vec<_> = hub.requests().into_iter().map(|request| request.path).collect();
        assert!(!paths.iter().any(|path| path.ends_with("0123abcd/config.json")), "{what}: {paths:?}");
    }
}

#[test]
fn a_range_that_starts_elsewhere_is_not_believed() {
    let hub = Server::start(|request, _| match (asked_for(request), request.range) {
        (Some(bytes), Some(_)) => Reply::ranged(&Request { range: Some(10), ..request.clone() }, &bytes),
        (Some(bytes), None) => Reply::whole(&bytes),
        (None, _) => Reply::status(404),
    });
    let sandbox = Sandbox::with_hub(hub.url());
    write(&sandbox.partial().join("model.safetensors.part"), &content("model.safetensors")[..100]);
    sandbox.ensure().0.unwrap();
    sandbox.assert_complete();
}

#[test]
fn a_range_the_server_refuses_is_asked_for_from_the_start() {
    let hub =
        Server::start(|request, _| if request.range.is_some() { Reply::status(416) } else { good(request) });
    let sandbox = Sandbox::with_hub(hub.url());
    write(&sandbox.partial().join("model.safetensors.part"), &content("model.safetensors")[..100]);
    sandbox.ensure().0.unwrap();
    sandbox.assert_complete();
}

#[test]
fn a_redirect_to_another_host_is_followed_and_gets_no_token() {
    let store = Server::start(|request, _| match request.path.as_str() {
        "/blob" => Reply::ranged(request, &content("model.safetensors")),
        _ => Reply::status(404),
    });
    let blob = format!("{}/blob", store.other_url());
    let hub = Server::start(
        move |request, _| {
            if weights(request) { Reply::redirect(&blob) } else { good(request) }
        },
    );
    let mut sandbox = Sandbox::with_hub(hub.url());
    sandbox.settings.token = Some("hf_secret".into());
    write(&sandbox.partial().join("model.safetensors.part"), &content("model.safetensors")[..1000]);
    sandbox.ensure().0.unwrap();
    sandbox.assert_complete();
    let asked = store.requests();
    assert_eq!((asked.len(), asked[0].range, &asked[0].authorization), (1, Some(1000), &None));
    let tokens: Vec<_> = hub.requests().into_iter().map(|request| request.authorization).collect();
    assert_eq!(tokens, vec![Some("Bearer hf_secret".to_owned()); 5]);
}

#[test]
fn a_redirect_on_the_same_host_keeps_the_token() {
    let hub = Server::start(|request, _| match request.path.strip_prefix("/moved") {
        Some(path) => good(&Request { path: path.into(), ..request.clone() }),
        None => Reply::redirect(&format!("/moved{}", request.path)),
    });
    let mut sandbox = Sandbox::with_hub(hub.url());
    sandbox.settings.token = Some("hf_secret".into());
    sandbox.ensure().0.unwrap();
    assert!(hub.requests().iter().all(|request| request.authorization.is_some()));
    assert_eq!(hub.requests().len(), 10);
}

#[test]
fn wrong_bytes_are_asked_for_once_more_and_never_kept() {
    let hub = Server::start(|request, _| match asked_for(request) {
        Some(bytes) if weights(request) => Reply::whole(&vec![0; bytes.len()]),
        _ => good(request),
    });
    let sandbox = Sandbox::with_hub(hub.url());
    let error = sandbox.ensure().0.unwrap_err();
    assert_eq!(reasons(&error), ["WrongSum", "NoPip"]);
    let HubError::NothingWorked { attempts, .. } = &error else { unreachable!() };
    let HubError::WrongSum { found, expected, .. } = &attempts[0].error else { unreachable!() };
    assert_eq!(*found, hex(&vec![0; 200_000]));
    assert_eq!(*expected, hex(&content("model.safetensors")));
    assert!(!sandbox.own().exists());
    assert!(!sandbox.models().iter().any(|name| name.contains("safetensors")));
    assert_eq!(hub.requests().into_iter().filter(weights).count(), 2);
}

#[test]
fn a_hub_with_nothing_right_leaves_nothing_behind() {
    let hub = Server::start(|request, _| match asked_for(request) {
        Some(bytes) => Reply::whole(&vec![0; bytes.len()]),
        None => Reply::status(404),
    });
    let sandbox = Sandbox::with_hub(hub.url());
    assert_eq!(reasons(&sandbox.ensure().0.unwrap_err())[0], "WrongSum");
    assert_eq!(sandbox.models(), Vec::<String>::new());
}

/// One row per way a hub can fail: what it answers, what that is called, how often it is asked.
#[test]
fn a_hub_that_fails_is_named_with_its_reason() {
    type Answer = fn(&Request) -> Reply;
    let rows: [(&str, Answer, &str, usize); 7] = [
        ("gone", |_| Reply::status(404), "Status", 1),
        ("forbidden", |_| Reply::status(403), "Status", 1),
        ("down", |_| Reply::status(503), "Status", 2),
        ("a captive portal", |_| Reply::whole(b"<html>please log in</html>"), "WrongLength", 1),
        ("not HTTP", |_| Reply::Http { head: "220 mail ready\r\n".into(), body: vec![] }, "BrokenOff", 2),
        ("hangs up", |request| good(request).cut(1), "BrokenOff", 2),
        ("round and round", |request| Reply::redirect(&request.path), "BrokenOff", 22),
    ];
    for (what, answer, reason, requests) in rows {
        let hub = Server::start(move |request, _| answer(request));
        let sandbox = Sandbox::with_hub(hub.url());
        assert_eq!(reasons(&sandbox.ensure().0.unwrap_err()), [reason, "NoPip"], "{what}");
        assert_eq!(hub.requests().len(), requests, "{what}");
        assert!(!sandbox.own().exists(), "{what}");
    }
}

#[test]
fn a_body_without_end_is_cut_off() {
    let hub =
        Server::start(|_, _| Reply::Http { head: "HTTP/1.1 200 OK\r\n".into(), body: vec![1; 3_000_000] });
    let sandbox = Sandbox::with_hub(hub.url());
    assert_eq!(reasons(&sandbox.ensure().0.unwrap_err())[0], "WrongSum");
    assert_eq!(sandbox.models(), Vec::<String>::new());
}

#[test]
fn a_silent_hub_is_given_up() {
    let hub = Server::start(|request, _| good(request).cut(1).then_silence(Duration::from_secs(20)));
    let mut sandbox = Sandbox::with_hub(hub.url());
    sandbox.settings.stall_timeout = Duration::from_millis(100);
    let begun = Instant::now();
    assert_eq!(reasons(&sandbox.ensure().0.unwrap_err())[0], "BrokenOff");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[test]
fn a_hub_that_never_answers_a_handshake_is_given_up_at_once() {
    // Connections are made by the system and never taken up.
    let deaf = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut sandbox = Sandbox::with_hub(format!("https://{}", deaf.local_addr().unwrap()));
    sandbox.settings.connect_timeout = Duration::from_millis(100);
    let begun = Instant::now();
    assert_eq!(reasons(&sandbox.ensure().0.unwrap_err())[0], "Unreachable");
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
}

#[test]
fn an_optional_file_the_hub_does_not_have_is_done_without() {
    let hub = Server::start(|request, _| {
        if request.path.ends_with("1_Pooling/config.json") { Reply::status(404) } else { good(request) }
    });
    let sandbox = Sandbox::with_hub(hub.url());
    sandbox.ensure().0.unwrap();
    assert!(!sandbox.own().join("1_Pooling/config.json").exists());
}

#[test]
fn when_nothing_works_every_way_is_named_with_its_reason() {
    let mut sandbox = Sandbox::new();
    sandbox.settings.pips.push(vec!["no-such-pip".into()]);
    let (error, events) = sandbox.ensure();
    let error = error.unwrap_err();
    insta::assert_snapshot!(sandbox.text(&error), @r"
    the model `tiny` could not be fetched
      <hub>: <hub>/owner/tiny/resolve/0123abcd/config.json cannot be reached: io: Connection refused (os error 111)
      pip: no pip was found; tried `<root>/no-such-python`, `no-such-pip` (nothing is started from the current folder, and of a pip that was installed with `--user` only its script in a folder of `PATH`)
    ");
    assert_eq!(events, ["hub 200030", "failed: Unreachable", "pip 200000", "failed: NoPip"]);
    assert_eq!(sandbox.models(), Vec::<String>::new());
}

#[test]
fn offline_asks_nobody() {
    let hub = Server::start(|request, _| good(request));
    let mut sandbox = Sandbox::with_hub(hub.url());
    sandbox.settings.offline = true;
    sandbox.settings.places.hub_cache = Some(sandbox.path("hf"));
    let error = sandbox.ensure().0.unwrap_err();
    insta::assert_snapshot!(sandbox.text(&error), @r"
    the model `tiny` is not on this machine and nothing is fetched while offline
      no folder `<root>/home/models/tiny`
      no folder `<root>/hf/models--owner--tiny/snapshots/0123abcd`
    ");
    assert!(matches!(error, HubError::Offline { looked, .. } if looked.len() == 2));
    assert!(hub.requests().is_empty());
    assert!(!sandbox.settings.places.home.exists());
}

#[test]
fn a_damaged_copy_of_ours_is_replaced() {
    let hub = Server::start(|request, _| good(request));
    let sandbox = Sandbox::with_hub(hub.url());
    write_model(&sandbox.own());
    write(&sandbox.own().join("model.safetensors"), b"half");
    let (found, events) = sandbox.ensure();
    found.unwrap();
    assert_eq!(events[0], "passed over: WrongSize");
    sandbox.assert_complete();
    assert!(sandbox.models().iter().all(|name| name.starts_with("tiny/")), "{:?}", sandbox.models());
}

#[test]
fn a_damaged_copy_of_ours_stays_when_nothing_better_comes() {
    let sandbox = Sandbox::new();
    write_model(&sandbox.own());
    write(&sandbox.own().join("model.safetensors"), b"half");
    sandbox.ensure().0.unwrap_err();
    assert_eq!(fs::read(sandbox.own().join("model.safetensors")).unwrap(), b"half");
}

#[test]
fn a_stop_leaves_what_the_next_run_goes_on_from() {
    let hub = Server::start(|request, _| good(request));
    let sandbox = Sandbox::with_hub(hub.url());
    let error = ensure(&sandbox.spec, &sandbox.settings, &mut |event| match event {
        FetchEvent::Bytes { done, .. } if done > 100_000 => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    assert_eq!(kind(&error.unwrap_err()), "Stopped");
    assert!(!sandbox.own().exists());
    sandbox.ensure().0.unwrap();
    sandbox.assert_complete();
    let from = hub.requests().into_iter().filter(weights).filter_map(|request| request.range).next();
    assert!(from.is_some_and(|from| from > 90_000), "{from:?}");
}

#[test]
fn a_proxy_is_used_but_for_the_hosts_it_is_not_for() {
    let proxy = Server::start(|request, _| {
        let path = request.path.split("no-such-host.invalid").nth(1).unwrap_or_default();
        good(&Request { path: path.into(), ..request.clone() })
    });
    let mut sandbox = Sandbox::with_hub("http://no-such-host.invalid".into());
    sandbox.settings.proxy = Some(Proxy { url: proxy.url(), except: "no-such-host.invalid".into() });
    assert_eq!(reasons(&sandbox.ensure().0.unwrap_err())[0], "Unreachable");
    assert!(proxy.requests().is_empty());
    sandbox.settings.proxy = Some(Proxy { url: proxy.url(), except: "else.invalid, a.b".into() });
    let _ = sandbox.ensure();
    assert!(!proxy.requests().is_empty());
}

#[test]
fn a_proxy_that_is_no_url_is_an_error_that_does_not_repeat_it() {
    let mut sandbox = Sandbox::new();
    sandbox.settings.proxy = Some(Proxy { url: "http://user:secret@".into(), except: String::new() });
    let error = sandbox.ensure().0.unwrap_err();
    assert_eq!(reasons(&error)[0], "BadProxy");
    assert!(!error.to_string().contains("secret"));
}
