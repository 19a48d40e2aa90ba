//! Encrypted connections. The tests' server speaks in the clear, so one that speaks TLS passes on what is said to it: to the
//! client the two are a server with a certificate of its own.

use std::net::TcpListener as Listener;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use naragtive_shared::{Server, SharedError};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::support::{login, prepared};

/// What a client says first that wants encryption.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tls").join(name)
}

fn acceptor() -> TlsAcceptor {
    let chain = vec![CertificateDer::from_pem_file(fixture("server.pem")).unwrap()];
    let key = PrivateKeyDer::from_pem_file(fixture("server.key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// A server that has a certificate, before the one at this port; where it listens. It goes with the test's process.
fn encrypted(behind: u16) -> u16 {
    let listener = Listener::bind(("0.0.0.0", 0)).unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (listener, acceptor) = (TcpListener::from_std(listener).unwrap(), acceptor());
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                // Who doesn't trust the certificate goes away.
                tokio::spawn(pass_on(stream, acceptor.clone(), behind));
            }
        });
    });
    port
}

async fn pass_on(mut stream: TcpStream, acceptor: TlsAcceptor, behind: u16) -> std::io::Result<()> {
    let mut asked = [0; 8];
    stream.read_exact(&mut asked).await?;
    assert_eq!(asked, SSL_REQUEST);
    stream.write_all(b"S").await?;
    let mut inside = acceptor.accept(stream).await?;
    let mut server = TcpStream::connect(("127.0.0.1", behind)).await?;
    copy_bidirectional(&mut inside, &mut server).await?;
    Ok(())
}

#[test]
fn an_encrypted_connection_is_made_to_whom_the_certificate_names_and_nobody_else() {
    let Some(database) = prepared("an_encrypted_connection_is_made", &["ada"]) else { return };
    let url = database.url("ada");
    let (before, rest) = url.split_once("@127.0.0.1:").unwrap();
    let (port, rest) = rest.split_once('/').unwrap();
    let path = rest.split('?').next().unwrap();
    let port = encrypted(port.parse().unwrap());
    let connect = |host: &str, mode: &str, roots: Option<&str>| {
        let roots = roots.map(|name| format!("&sslrootcert={}", fixture(name).display())).unwrap_or_default();
        let url = format!("{before}@{host}:{port}/{path}?sslmode={mode}{roots}");
        Server::connect("studio", &url.parse().unwrap(), &login())
    };
    for (host, mode) in [("localhost", "require"), ("127.0.0.1", "verify-full"), ("localhost", "prefer")] {
        let mut server =
            connect(host, mode, Some("ca.pem")).unwrap_or_else(|error| panic!("{host} {mode}: {error}"));
        assert!(server.stores().unwrap().is_empty());
    }
    // Every address that begins so is this machine on Linux.
    let other = if cfg!(target_os = "linux") { "127.0.0.2" } else { "localhost." };
    for (host, mode, roots, what) in [
        ("localhost", "require", Some("other-ca.pem"), "somebody else vouches"),
        ("localhost", "verify-full", None, "the system knows nothing of it"),
        (other, "require", Some("ca.pem"), "it is another one's"),
    ] {
        let error = connect(host, mode, roots).err().unwrap_or_else(|| panic!("{what}: it is trusted"));
        assert!(matches!(error, SharedError::Unsafe { .. }), "{what}: {error}");
    }
}
