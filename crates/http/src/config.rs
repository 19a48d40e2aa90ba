use ureq::Agent;
use ureq::config::ConfigBuilder;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::typestate::AgentScope;

use crate::{HttpError, Proxy};

/// What every connection has in common.
///
/// Certificates are checked by the platform's own verifier, so that a company's own roots, which are in the
/// system's store and in no list compiled into a program, are trusted as everywhere else on the machine.
///
/// # Errors
/// [`HttpError::BadProxy`].
pub fn config(through: Option<&Proxy>) -> Result<ConfigBuilder<AgentScope>, HttpError> {
    let through = through.map(Proxy::built).transpose().map_err(|_| HttpError::BadProxy)?;
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
    Ok(Agent::config_builder()
        .tls_config(tls)
        // Always set: without this line the library would read the environment.
        .proxy(through)
        .http_status_as_error(false)
        .accept_encoding("identity")
        .user_agent(concat!("naragtive/", env!("CARGO_PKG_VERSION"))))
}
