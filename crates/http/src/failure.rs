use std::io;

use ureq::Timeout;

/// Whether no connection was made: nothing was sent, and asking again would be a waste of time.
pub fn never_connected(error: &ureq::Error) -> bool {
    use ureq::Error as E;
    match error {
        E::Timeout(when) => matches!(when, Timeout::Resolve | Timeout::Connect),
        // A name that is not found has no kind of its own, but a connection that was lost has.
        E::Io(error) => !matches!(
            error.kind(),
            io::ErrorKind::ConnectionReset
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::BrokenPipe
                | io::ErrorKind::UnexpectedEof
                | io::ErrorKind::TimedOut
        ),
        E::HostNotFound | E::ConnectionFailed | E::ConnectProxyFailed(_) => true,
        E::Tls(_) | E::Rustls(_) | E::TlsRequired | E::BadUri(_) | E::RequireHttpsOnly(_) => true,
        _ => false,
    }
}
