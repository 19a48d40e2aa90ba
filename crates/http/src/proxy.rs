use ureq::Error;

/// A proxy for HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxy {
    /// Address, `http://user:password@host:port`.
    pub url: String,
    /// Hosts to reach without it, with commas, as in `NO_PROXY`.
    pub except: String,
}

impl Proxy {
    /// The same in the library's terms.
    pub(crate) fn built(&self) -> Result<ureq::Proxy, Error> {
        let parsed = ureq::Proxy::new(&self.url)?;
        let mut built = ureq::Proxy::builder(parsed.protocol()).host(parsed.host()).port(parsed.port());
        if let Some(user) = parsed.username() {
            built = built.username(user);
        }
        if let Some(password) = parsed.password() {
            built = built.password(password);
        }
        let hosts = self.except.split(',').map(str::trim).filter(|host| !host.is_empty());
        hosts.fold(built, |built, host| built.no_proxy(host)).build()
    }
}
