use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use postgres::Config;
use postgres::config::{Host, SslMode};

use crate::address::{Address, Extra};
use crate::passfile::{self, WantedPassword};
use crate::{SharedError, service};

/// How long a connection may take to be made, where the address doesn't say.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is known of whoever asks, from the places where PostgreSQL's own programs look.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Login {
    /// Their name, where the address has none: `PGUSER`, else that of the system.
    pub user: Option<String>,
    /// Their password: `PGPASSWORD`.
    pub password: Option<String>,
    /// The password file: `PGPASSFILE`, else `~/.pgpass`.
    pub passfile: Option<PathBuf>,
    /// The service file: `PGSERVICEFILE`, else `~/.pg_service.conf`.
    pub service_file: Option<PathBuf>,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let password = self.password.as_ref().map(|_| "...");
        f.debug_struct("Login").field("user", &self.user).field("password", &password).finish_non_exhaustive()
    }
}

/// All that a connection needs.
pub(crate) struct Ready {
    pub(crate) config: Config,
    pub(crate) certificates: Option<PathBuf>,
    pub(crate) user: String,
}

impl Login {
    /// The address with what it leaves open.
    pub(crate) fn complete(&self, address: &Address) -> Result<Ready, SharedError> {
        let (mut config, mut extra) = (address.config.clone(), address.extra.clone());
        if let Some(name) = extra.service.clone() {
            let pairs = service::read(self.service_file.as_deref(), &name)?;
            let bad = |problem| SharedError::BadAddress { address: address.to_string(), problem };
            pairs
                .iter()
                .try_for_each(|(key, value)| fill(&mut config, &mut extra, key, value))
                .map_err(bad)?;
        }
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            config.host("localhost");
        }
        let user = config.get_user().map(str::to_owned).or_else(|| self.user.clone()).unwrap_or_default();
        config.user(&user);
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(PATIENCE);
        }
        config.ssl_mode(extra.encryption.unwrap_or_else(|| usual_encryption(&config)));
        config.application_name("naragtive");
        let password = || self.password.clone().or_else(|| self.kept_password(&config, &user));
        if let Some(password) = config.get_password().is_none().then(password).flatten() {
            config.password(password);
        }
        Ok(Ready { config, certificates: extra.certificates, user })
    }

    fn kept_password(&self, config: &Config, user: &str) -> Option<String> {
        let host = match config.get_hosts().first() {
            Some(Host::Tcp(host)) => host.clone(),
            #[cfg(unix)]
            Some(Host::Unix(_)) => "localhost".to_owned(),
            None => config.get_hostaddrs().first().map(IpAddr::to_string)?,
        };
        let port = config.get_ports().first().copied().unwrap_or(5432).to_string();
        let database = config.get_dbname().unwrap_or(user);
        passfile::password(
            self.passfile.as_deref()?,
            WantedPassword { host: &host, port: &port, database, user },
        )
    }
}

/// Takes in what a service says, where the address doesn't.
fn fill(config: &mut Config, extra: &mut Extra, key: &str, value: &str) -> Result<(), String> {
    let number =
        || value.parse().map_err(|_| format!("expected a port in the service file, found `{value}`"));
    match key {
        "host" if config.get_hosts().is_empty() => drop(config.host(value)),
        "port" if config.get_ports().is_empty() => drop(config.port(number()?)),
        "dbname" if config.get_dbname().is_none() => drop(config.dbname(value)),
        "user" if config.get_user().is_none() => drop(config.user(value)),
        "password" => drop(config.password(value)),
        "sslmode" if extra.encryption.is_some() => {}
        "sslrootcert" if extra.certificates.is_some() => {}
        "sslmode" | "sslrootcert" => drop(extra.take(key, value)?),
        _ => {}
    }
    Ok(())
}

/// To this machine a connection is as safe as the machine; to any other it is encrypted, unless somebody says that it need
/// not be.
fn usual_encryption(config: &Config) -> SslMode {
    let is_here = |host: &Host| match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    };
    let here =
        config.get_hosts().iter().all(is_here) && config.get_hostaddrs().iter().all(IpAddr::is_loopback);
    if here { SslMode::Disable } else { SslMode::Require }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn complete(address: &str, login: &Login) -> Ready {
        login.complete(&address.parse().unwrap()).unwrap()
    }

    #[test]
    fn another_machine_is_spoken_to_in_cipher_unless_somebody_says_otherwise() {
        for (address, expected) in [
            ("postgresql://localhost/c", SslMode::Disable),
            ("postgresql://127.0.0.1/c", SslMode::Disable),
            ("host=/run/postgresql dbname=c", SslMode::Disable),
            ("postgresql://example.org/c", SslMode::Require),
            ("postgresql://10.0.0.2/c", SslMode::Require),
            ("postgresql://localhost,example.org/c", SslMode::Require),
            ("postgresql://example.org/c?sslmode=disable", SslMode::Disable),
            ("postgresql://localhost/c?sslmode=require", SslMode::Require),
        ] {
            assert_eq!(complete(address, &Login::default()).config.get_ssl_mode(), expected, "{address}");
        }
    }

    #[test]
    fn what_the_address_leaves_open_comes_from_the_usual_places_in_their_order() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            #[cfg(unix)]
            fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
            Some(path)
        };
        let passfile = file("pass", "localhost:5432:c:ada:from file\n*:*:*:bob:of bob");
        let service_file =
            file("service", "[studio]\nhost=db\nport=5433\nuser=bob\ndbname=tales\nsslmode=disable");
        let login = Login { user: Some("ada".into()), password: None, passfile, service_file };
        let password =
            |ready: &Ready| ready.config.get_password().map(|bytes| String::from_utf8(bytes.into()).unwrap());
        let ready = complete("postgresql://localhost/c", &login);
        assert_eq!((ready.user.as_str(), password(&ready).as_deref()), ("ada", Some("from file")));
        let ready = complete("postgresql://bob@localhost/c", &login);
        assert_eq!((ready.user.as_str(), password(&ready).as_deref()), ("bob", Some("of bob")));
        let said = Login { password: Some("said".into()), ..login.clone() };
        assert_eq!(password(&complete("postgresql://localhost/c", &said)).as_deref(), Some("said"));
        let ready = complete("service=studio", &login);
        assert_eq!((ready.config.get_ports(), ready.config.get_dbname()), (&[5433][..], Some("tales")));
        assert_eq!((ready.user.as_str(), ready.config.get_ssl_mode()), ("bob", SslMode::Disable));
        let ready = complete("service=studio user=eve", &login);
        assert_eq!((ready.user.as_str(), password(&ready)), ("eve", None));
        assert!(login.complete(&"service=none".parse().unwrap()).is_err());
        assert!(!format!("{said:?}").contains("said"));
    }
}
