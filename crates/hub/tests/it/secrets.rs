//! A token goes to the hub it is meant for, over TLS or within this machine, and nowhere else.

use std::net::TcpListener;

use crate::sandbox::{Sandbox, content, reasons};
use naragtive_testkit::server::{Reply, Server};

#[test]
fn over_plain_http_a_token_goes_nowhere() {
    for endpoint in [
        "http://hub.invalid",
        "http://192.0.2.1:80/mirror",
        "http://127.0.0.1.hub.invalid",
        "HTTP://localhost@hub.invalid",
    ] {
        let mut sandbox = Sandbox::with_hub(endpoint.into());
        sandbox.settings.token = Some("hf_secret".into());
        let error = sandbox.ensure().0.unwrap_err();
        assert_eq!(reasons(&error)[0], "PlainHttp", "{endpoint}");
        assert!(
            !error.to_string().contains("hf_secret") && error.to_string().contains("plain HTTP"),
            "{error}"
        );
        sandbox.settings.token = None;
        assert_ne!(reasons(&sandbox.ensure().0.unwrap_err())[0], "PlainHttp", "{endpoint}");
    }
}

/// Another port of the same machine is another's server.
#[test]
fn a_redirect_to_another_port_gets_no_token() {
    let store = Server::start(|request, _| Reply::ranged(request, &content("model.safetensors")));
    let blob = format!("{}/blob", store.url());
    let hub = Server::start(move |request, _| match request.path.rsplit_once("0123abcd/") {
        Some((_, "model.safetensors")) => Reply::redirect(&blob),
        Some((_, file)) => Reply::whole(&content(file)),
        None => Reply::status(404),
    });
    let mut sandbox = Sandbox::with_hub(hub.url());
    sandbox.settings.token = Some("hf_secret".into());
    sandbox.ensure().0.unwrap();
    assert_eq!(store.requests().len(), 1);
    assert!(store.requests().iter().all(|request| request.authorization.is_none()));
    assert!(hub.requests().iter().all(|request| request.authorization.is_some()));
}

#[test]
fn a_redirect_without_end_or_to_no_address_is_said() {
    for to in ["/again", "mailto:ada", "file:///etc/passwd", ""] {
        let hub = Server::start(move |_, _| Reply::redirect(to));
        assert_eq!(reasons(&Sandbox::with_hub(hub.url()).ensure().0.unwrap_err())[0], "BrokenOff", "{to}");
    }
}

#[test]
fn what_is_asked_of_this_machine_goes_by_no_proxy() {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://127.0.0.1:{}", proxy.local_addr().unwrap().port());
    proxy.set_nonblocking(true).unwrap();
    let mut sandbox = Sandbox::with_hub("http://127.0.0.1:1".into());
    sandbox.settings.token = Some("hf_secret".into());
    sandbox.settings.proxy = Some(naragtive_http::Proxy { url, except: String::new() });
    assert_eq!(reasons(&sandbox.ensure().0.unwrap_err())[0], "Unreachable");
    assert!(proxy.accept().is_err());
}
