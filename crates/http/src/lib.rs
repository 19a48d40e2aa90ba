//! How a connection is made: certificates, the proxy, and where secrets may go. What is asked is the caller's business.

mod config;
mod error;
mod failure;
mod proxy;
mod secrets;

pub use config::config;
pub use error::HttpError;
pub use failure::never_connected;
pub use proxy::Proxy;
pub use secrets::{is_loopback, keeps_secrets};
