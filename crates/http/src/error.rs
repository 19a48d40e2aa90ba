/// What goes wrong before anything is asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// The proxy's address makes no sense. It is not repeated here, as it may hold a password.
    #[error("the address of the proxy is not a URL")]
    BadProxy,
    /// The token would be readable for everybody on the way.
    #[error("{url} is not asked, as a token would go over plain HTTP: expected an address with https://")]
    PlainHttp {
        /// The address, without what may be secret in it.
        url: String,
    },
    /// No connection could be made.
    #[error("{url} cannot be reached: {reason}")]
    Unreachable {
        /// What was asked for.
        url: String,
        /// The network's own words.
        reason: String,
    },
}
