use std::net::IpAddr;

use ureq::http::Uri;

/// Whether nobody on the way can read what is sent there: it goes over TLS, or stays on this machine.
pub fn keeps_secrets(address: &str) -> bool {
    let is_https = address.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("https://"));
    is_https || is_loopback(address)
}

/// Whether an address is one of this very machine, which is no proxy's business.
pub fn is_loopback(address: &str) -> bool {
    let Ok(uri) = address.trim().parse::<Uri>() else { return false };
    let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let is_name = host.eq_ignore_ascii_case("localhost");
    is_name || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_go_over_tls_or_stay_on_the_machine() {
        for (address, kept) in [
            ("https://hub.example", true),
            ("HTTPS://hub.example/x", true),
            ("http://localhost:8080/v1", true),
            ("http://LocalHost", true),
            ("http://127.0.0.1:1", true),
            ("http://127.8.9.1", true),
            ("http://[::1]:8080/rerank", true),
            ("http://hub.example", false),
            ("http://192.168.1.5:8080", false),
            ("http://0.0.0.0", false),
            ("http://[::2]", false),
            ("http://127.0.0.1.hub.example/", false),
            ("http://localhost.hub.example/", false),
            ("http://localhost@hub.example/", false),
            ("http://hub.example/https://", false),
            ("http://hub.example#localhost", false),
            ("ftp://hub.example", false),
            ("localhost", true),
            ("", false),
        ] {
            assert_eq!(keeps_secrets(address), kept, "{address}");
        }
    }
}
