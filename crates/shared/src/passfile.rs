//! The password file of PostgreSQL's own programs: a line `host:port:database:user:password` for each, where `*` is any, and a
//! colon or backslash in a value has a backslash before it. The first line that fits counts.

use std::fs;
use std::path::Path;

/// Whose password is looked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WantedPassword<'a> {
    pub(crate) host: &'a str,
    pub(crate) port: &'a str,
    pub(crate) database: &'a str,
    pub(crate) user: &'a str,
}

/// The password that the file has. As in PostgreSQL's own programs a file that others may read counts for nothing.
pub(crate) fn password(file: &Path, wanted: WantedPassword<'_>) -> Option<String> {
    if !is_private(file) {
        return None;
    }
    find(&fs::read_to_string(file).ok()?, wanted)
}

#[cfg(unix)]
fn is_private(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(file).is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o077 == 0)
}

#[cfg(not(unix))]
fn is_private(file: &Path) -> bool {
    file.is_file()
}

fn find(text: &str, wanted: WantedPassword<'_>) -> Option<String> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(fields).find_map(|fields| match fields.as_slice() {
        [host, port, database, user, password] => {
            let own = [host, port, database, user].into_iter().zip([
                wanted.host,
                wanted.port,
                wanted.database,
                wanted.user,
            ]);
            own.into_iter().all(|(own, wanted)| own == "*" || own == wanted).then(|| password.clone())
        }
        _ => None,
    })
}

fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut letters) = (vec![String::new()], line.trim_end_matches('\r').chars());
    while let Some(letter) = letters.next() {
        match letter {
            // A password may have a colon in it that nobody wrote a backslash before: it is the last field.
            ':' if fields.len() < 5 => fields.push(String::new()),
            letter => {
                let letter = if letter == '\\' { letters.next().unwrap_or(letter) } else { letter };
                fields.last_mut().into_iter().for_each(|field| field.push(letter));
            }
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTED: WantedPassword<'_> =
        WantedPassword { host: "db", port: "5432", database: "c", user: "ada" };

    #[test]
    fn the_first_line_that_fits_has_the_password() {
        for (text, expected) in [
            ("db:5432:c:ada:one\n*:*:*:*:two", Some("one")),
            ("# db:5432:c:ada:one\n*:*:*:*:two", Some("two")),
            ("other:5432:c:ada:one\ndb:*:c:ada:two", Some("two")),
            ("db:5433:c:ada:one", None),
            ("db:5432:c:bob:one", None),
            ("db:5432:c:ada", None),
            ("db:5432:c:ada:a\\:b\\\\c", Some("a:b\\c")),
            ("db:5432:c:ada:a:b", Some("a:b")),
            ("db:5432:c:ada:end\r\n", Some("end")),
            ("", None),
        ] {
            assert_eq!(find(text, WANTED).as_deref(), expected, "{text}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_read_counts_for_nothing() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pgpass");
        fs::write(&file, "*:*:*:*:secret").unwrap();
        for (mode, expected) in [(0o600, Some("secret")), (0o640, None), (0o644, None)] {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(password(&file, WANTED).as_deref(), expected, "{mode:o}");
        }
        assert_eq!(password(&folder.path().join("none"), WANTED), None);
    }
}
