use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::http::PORT;

/// A program that speaks the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// Claude Desktop.
    ClaudeDesktop,
    /// Claude Code.
    ClaudeCode,
    /// Cursor.
    Cursor,
    /// LM Studio.
    LmStudio,
    /// llama.cpp's server.
    LlamaServer,
    /// Jan.
    Jan,
    /// Open WebUI.
    OpenWebui,
}

/// An operating system, as far as programs keep their files in other folders there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// macOS.
    Mac,
    /// Windows.
    Windows,
    /// All others.
    Unix,
}

impl System {
    /// The one that this program is built for.
    pub const HERE: Self = if cfg!(target_os = "macos") {
        Self::Mac
    } else if cfg!(windows) {
        Self::Windows
    } else {
        Self::Unix
    };
}

/// Where things are on this machine.
#[derive(Debug, Clone)]
pub struct Machine {
    /// The system.
    pub system: System,
    /// The user's home folder.
    pub user: PathBuf,
    /// The folder that the user is in.
    pub folder: PathBuf,
    /// This program. The whole path: programs of a desktop don't look where a shell does.
    pub program: PathBuf,
    /// The variables that say what is to be used, by name: programs of a desktop don't have those of a shell.
    pub variables: Vec<(String, String)>,
}

/// What to do to make a program start this one.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The file that the entry goes into; none where that is done by hand.
    pub file: Option<PathBuf>,
    /// The entry for this server: below `mcpServers`, or in a list of those that are asked by address.
    pub entry: Value,
    /// Whether the program asks a server that runs already.
    pub by_address: bool,
    /// What else there is to do, a line each.
    pub then: Vec<String>,
}

/// The key of this server in every configuration.
pub(super) const NAME: &str = "naragtive";
/// The key of all servers.
pub(super) const SERVERS: &str = "mcpServers";

impl Client {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::ClaudeDesktop,
        Self::ClaudeCode,
        Self::Cursor,
        Self::LmStudio,
        Self::LlamaServer,
        Self::Jan,
        Self::OpenWebui,
    ];

    /// As it is typed.
    pub fn name(self) -> &'static str {
        match self {
            Self::ClaudeDesktop => "claude-desktop",
            Self::ClaudeCode => "claude-code",
            Self::Cursor => "cursor",
            Self::LmStudio => "lm-studio",
            Self::LlamaServer => "llama-server",
            Self::Jan => "jan",
            Self::OpenWebui => "open-webui",
        }
    }

    fn file(self, machine: &Machine) -> Option<PathBuf> {
        let user = &machine.user;
        match self {
            Self::ClaudeDesktop => {
                let folder = match machine.system {
                    System::Mac => "Library/Application Support/Claude",
                    System::Windows => "AppData/Roaming/Claude",
                    System::Unix => ".config/Claude",
                };
                Some(user.join(folder).join("claude_desktop_config.json"))
            }
            // Its own file in the user's folder is written by the program all the time: a project's file isn't.
            Self::ClaudeCode => Some(machine.folder.join(".mcp.json")),
            Self::Cursor => Some(user.join(".cursor/mcp.json")),
            Self::LmStudio => Some(user.join(".lmstudio/mcp.json")),
            Self::LlamaServer => Some(machine.folder.join("mcp.json")),
            Self::Jan | Self::OpenWebui => None,
        }
    }

    fn then(self, machine: &Machine) -> Vec<String> {
        let program = quoted(&machine.program);
        let environment = machine.variables.iter();
        let environment: String =
            environment.map(|(name, value)| format!(" --env {name}={}", quoted(Path::new(value)))).collect();
        match self {
            Self::ClaudeDesktop => vec!["then quit Claude Desktop and start it again".to_owned()],
            Self::ClaudeCode => {
                let line = format!("claude mcp add --scope user naragtive{environment} -- {program} mcp");
                vec![format!("or, for every folder: {line}")]
            }
            Self::Cursor | Self::LmStudio => Vec::new(),
            Self::LlamaServer => {
                vec!["then: llama-server --mcp-servers-config mcp.json -m MODEL.gguf".to_owned()]
            }
            Self::Jan => {
                vec!["in Jan: Settings, MCP Servers, add a server with this command and argument".to_owned()]
            }
            Self::OpenWebui => vec![
                "Open WebUI asks servers by address; this one is there while this runs: naragtive serve".to_owned(),
                "then in Open WebUI: Admin Panel, Settings, External Tools, add a connection: type MCP (Streamable HTTP), URL \
                 http://127.0.0.1:7600/mcp, no authentication"
                    .to_owned(),
                "or start it with the list above as the variable TOOL_SERVER_CONNECTIONS".to_owned(),
                "from a container: naragtive serve --host 0.0.0.0 --allow-host host.docker.internal, that name in the URL, and \
                 the token it shows as a bearer key"
                    .to_owned(),
            ],
        }
    }
}

/// What to do for this client.
pub fn plan(client: Client, machine: &Machine) -> Plan {
    let by_address = client == Client::OpenWebui;
    let entry = if by_address { connection() } else { command(machine) };
    Plan { file: client.file(machine), entry, by_address, then: client.then(machine) }
}

/// How this program is started.
fn command(machine: &Machine) -> Value {
    let mut entry = json!({"command": machine.program.display().to_string(), "args": ["mcp"]});
    if !machine.variables.is_empty() {
        let all = machine.variables.iter();
        entry["env"] = all.map(|(name, value)| (name.clone(), Value::from(value.clone()))).collect();
    }
    entry
}

/// Where it is asked once it runs, in the words of Open WebUI.
fn connection() -> Value {
    json!({
        "type": "mcp",
        "url": format!("http://127.0.0.1:{PORT}/mcp"),
        "path": "",
        "auth_type": "none",
        "key": "",
        "config": {"enable": true},
        "info": {"id": NAME, "name": "NaRAGtive", "description": "Search and read your own stories."},
    })
}

impl Plan {
    /// The configuration, as it is where there is none yet.
    pub fn snippet(&self) -> Value {
        match self.by_address {
            true => json!([self.entry]),
            false => json!({SERVERS: {NAME: self.entry}}),
        }
    }
}

/// A path as a shell takes it for one word.
fn quoted(path: &Path) -> String {
    let text = path.to_string_lossy();
    let plain = |c: char| c.is_alphanumeric() || "/._-+=:,@%~".contains(c);
    if text.chars().all(plain) { text.into_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(system: System) -> Machine {
        Machine {
            system,
            user: "/home/ada".into(),
            folder: "/work".into(),
            program: "/opt/my programs/naragtive".into(),
            variables: vec![
                ("NARAGTIVE_HOME".into(), "/data/stories".into()),
                ("NARAGTIVE_MODEL_DIR".into(), "/data/my model".into()),
            ],
        }
    }

    #[test]
    fn every_client_has_a_file_or_is_told_what_to_do() {
        for client in Client::ALL {
            let plan = plan(client, &machine(System::Unix));
            assert!(plan.file.is_some() || !plan.then.is_empty(), "{client:?}");
            if client == Client::OpenWebui {
                assert_eq!(plan.snippet()[0]["url"], "http://127.0.0.1:7600/mcp");
                assert!(plan.then[0].contains("naragtive serve"));
                continue;
            }
            assert_eq!(plan.snippet()["mcpServers"]["naragtive"]["command"], "/opt/my programs/naragtive");
            let env = json!({"NARAGTIVE_HOME": "/data/stories", "NARAGTIVE_MODEL_DIR": "/data/my model"});
            assert_eq!(plan.entry["env"], env);
        }
    }

    #[test]
    fn the_file_is_where_the_program_looks() {
        for (client, system, file) in [
            (Client::ClaudeDesktop, System::Unix, "/home/ada/.config/Claude/claude_desktop_config.json"),
            (
                Client::ClaudeDesktop,
                System::Mac,
                "/home/ada/Library/Application Support/Claude/claude_desktop_config.json",
            ),
            (
                Client::ClaudeDesktop,
                System::Windows,
                "/home/ada/AppData/Roaming/Claude/claude_desktop_config.json",
            ),
            (Client::ClaudeCode, System::Unix, "/work/.mcp.json"),
            (Client::Cursor, System::Mac, "/home/ada/.cursor/mcp.json"),
            (Client::LmStudio, System::Unix, "/home/ada/.lmstudio/mcp.json"),
            (Client::LlamaServer, System::Unix, "/work/mcp.json"),
        ] {
            assert_eq!(plan(client, &machine(system)).file.unwrap(), Path::new(file));
        }
    }

    #[test]
    fn lines_to_type_are_words_of_a_shell() {
        let line = &plan(Client::ClaudeCode, &machine(System::Unix)).then[0];
        assert!(
            line.ends_with(
                "--env NARAGTIVE_HOME=/data/stories --env NARAGTIVE_MODEL_DIR='/data/my model' -- '/opt/my programs/naragtive' mcp"
            ),
            "{line}"
        );
    }
}
