//! What docs/shared.md has people type, typed: from nothing to two people who search one campaign, and a third who only has a
//! token. Its commands are taken from the page as they stand there; what is in the place of the dots, the server and the people is
//! put in.

use std::fs;

use naragtive_testkit::postgres::{Database, PASSWORD};
use serde_json::Value;

use crate::sandbox::{Output, Sandbox};
use crate::serve::Server;

/// Somebody at a machine of their own, who has typed nothing yet.
struct Reader<'a> {
    sandbox: Sandbox,
    database: &'a Database,
}

impl<'a> Reader<'a> {
    fn new(database: &'a Database) -> Self {
        Self { sandbox: Sandbox::new(), database }
    }

    /// A line of the page as words, with the database and the roles of the test in the place of the page's.
    fn words(&self, line: &str) -> Vec<String> {
        let url = |role: &str| self.database.url(role);
        let line = line
            .replace("postgresql://postgres@localhost/campaigns", &url("keeper"))
            .replace("postgresql://ada@SERVER/campaigns?sslmode=disable", &url("ada"))
            .replace("postgresql://bob@SERVER/campaigns?sslmode=disable", &url("bob"))
            .replace("postgresql://house@SERVER/campaigns", &url("house"))
            .replace("postgresql://ada@club.example.org/campaigns", &url("keeper"))
            .replace(" bob read", &format!(" {} read", self.database.role("bob")))
            .replace("token home ada", &format!("token home {}", self.database.role("ada")))
            .replace("token home bob", &format!("token home {}", self.database.role("bob")))
            .replace("--host 192.168.1.7", "--host 127.0.0.1 --port 0");
        split(&line)
    }

    /// Types a line, which has to work. What a shell puts in front, the password is.
    fn types(&self, line: &str) -> Output {
        let command = line.split_once("naragtive ").unwrap_or_else(|| panic!("{line}")).1;
        let words = self.words(command);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let output = self.sandbox.finish(self.sandbox.command(&words).env("PGPASSWORD", PASSWORD));
        assert_eq!(output.code, Some(0), "{line}\n{output}");
        output
    }

    /// Has the administrator carry out what stands behind each `-c`.
    fn administers(&self, line: &str) {
        let mut admin = self.database.admin().unwrap();
        for statement in split(line).iter().filter(|word| word.contains("role ") || word.contains("grant ")) {
            let mut statement = format!("{statement} ").replace("'...'", &format!("'{PASSWORD}'"));
            for role in ["ada", "bob", "house"] {
                for after in [" ", ","] {
                    statement = statement.replace(
                        &format!(" {role}{after}"),
                        &format!(" {}{after}", self.database.role(role)),
                    );
                }
            }
            // The roles of a test are there, with the password of tests.
            match statement.replace("create role", "alter role") {
                statement if statement.is_empty() => {}
                statement => admin.batch_execute(&statement).unwrap(),
            }
        }
    }
}

/// The words of a line, those in quotes as one.
fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (at, part) in line.split('"').enumerate() {
        match at % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    words
}

/// The blocks of commands of the page, by what they are for.
fn blocks() -> Vec<Vec<String>> {
    let page = fs::read_to_string(naragtive_testkit::root().join("docs/shared.md")).unwrap();
    let blocks = page.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap());
    blocks.map(|block| block.lines().map(str::to_owned).collect()).collect()
}

#[test]
fn what_the_page_has_people_type_leads_from_nothing_to_two_people_who_search_and_a_third_with_a_token() {
    let Some(database) = Database::new("what_the_page_has_people_type", &["ada", "bob", "house"]) else {
        return;
    };
    let blocks = blocks();
    let [keeps, ada_types, bob_types, managed, house_types] = blocks.as_slice() else {
        panic!("another number of blocks: {blocks:?}")
    };
    assert_eq!(keeps.len() + ada_types.len() + bob_types.len(), 10, "ten commands");
    let [keeper, ada, bob, house] = [(); 4].map(|()| Reader::new(&database));
    for line in keeps {
        match line {
            line if line.starts_with("docker compose up") => {}
            line if line.starts_with("docker compose exec") => keeper.administers(line),
            line => drop(keeper.types(line)),
        }
    }
    ada.sandbox.ingest_chapter(&["--register", "my-campaign"]);
    ada_types.iter().for_each(|line| drop(ada.types(line)));
    let mut found: Vec<Output> = bob_types.iter().map(|line| bob.types(line)).collect();
    let found = found.pop().unwrap();
    assert!(found.stdout.contains("harbour"), "{found}");
    // Whoever has a managed server does the same there.
    let Some(club) = Database::new("what_the_page_has_people_type", &[]) else { return };
    let elsewhere = Reader::new(&club);
    let mut told: Vec<Output> = managed.iter().map(|line| elsewhere.types(line)).collect();
    let told = told.pop().unwrap();
    assert!(told.stdout.contains("is prepared"), "{told}");
    let (mut tokens, mut server) = (Vec::new(), None);
    for line in house_types {
        match line {
            line if line.starts_with("psql") => house.administers(line),
            line if line.contains(" serve ") => {
                let words = house.words(line.strip_prefix("naragtive ").unwrap());
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                server = Some(Server::spawn(house.sandbox.command(&words).env("PGPASSWORD", PASSWORD)));
            }
            line if line.contains(" token ") => tokens.push(house.types(line).stdout.trim().to_owned()),
            line => drop(house.types(line)),
        }
    }
    let server = server.unwrap();
    assert_eq!(tokens.len(), 2);
    for token in tokens {
        let ask = format!("GET /api/v1/search?q=harbour HTTP/1.1\r\nAuthorization: Bearer {token}");
        let (status, text) = server.ask(&ask);
        let found: Value = serde_json::from_str(text.split("\r\n\r\n").nth(1).unwrap()).unwrap();
        assert_eq!((status, found["stores"][0]["name"].as_str()), (200, Some("home/campaign")), "{found}");
    }
    server.end();
}
