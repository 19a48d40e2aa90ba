use std::time::Duration;

use naragtive_http::Proxy;

/// How long to wait before the second try, and before further ones of a server that is busy.
const PAUSE: Duration = Duration::from_millis(500);

/// Where a server is and how to ask it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerSettings {
    /// Its address: that of the whole server, or of what is asked for.
    pub url: String,
    /// The model to ask for, where the server has several.
    pub model: Option<String>,
    /// Sent as a bearer token, to this address only: redirects are not followed.
    pub key: Option<String>,
    /// The proxy for HTTPS.
    pub proxy: Option<Proxy>,
    /// How long looking up the address and connecting may take, each.
    pub connect_timeout: Duration,
    /// How long one request may take as a whole; where an answer comes in pieces, how long nothing may come.
    pub timeout: Duration,
    /// How long is waited before each further try. Only a server that says it is busy is asked more than twice.
    pub pauses: Vec<Duration>,
}

impl ServerSettings {
    /// The usual settings: 5 s to connect, 60 s for an answer, a second try, no model, no key, no proxy.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            model: None,
            key: None,
            proxy: None,
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(60),
            pauses: vec![PAUSE],
        }
    }

    /// The same for a server that may still be loading its model: twice as long each time, so many times.
    #[must_use]
    pub fn tried(self, times: u32) -> Self {
        Self { pauses: (0..times).map(|time| PAUSE * 2_u32.pow(time.min(8))).collect(), ..self }
    }

    /// The same with another limit for an answer.
    #[must_use]
    pub fn within(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }
}
