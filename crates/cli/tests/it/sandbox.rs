use std::fmt;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

#[cfg(not(no_shared))]
use naragtive_testkit::{real_model, shared};
use naragtive_testkit::{root, tiny_model};
use regex::Regex;
use serde_json::{Value, json};
use tempfile::TempDir;

const TINY: &str = "tiny-bert";

/// A user with an empty home, an empty folder to work in and nothing in the environment.
pub(crate) struct Sandbox {
    root: TempDir,
    model: PathBuf,
}

/// What a command did, with everything that differs from run to run made the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Sandbox {
    /// One whose model has random weights, and takes a millisecond.
    pub(crate) fn new() -> Self {
        let mut sandbox = Self::with_model(PathBuf::new());
        sandbox.model = sandbox.root.path().canonicalize().unwrap().join(TINY);
        fs::create_dir(&sandbox.model).unwrap();
        for name in ["config.json", "model.safetensors", "sentence_bert_config.json", "vocab.txt"] {
            fs::copy(tiny_model().join(name), sandbox.model.join(name)).unwrap();
        }
        sandbox
    }

    /// One with a chapter in the store `campaign`, the default, and chat messages in `table`.
    #[cfg(not(no_shared))]
    pub(crate) fn with_two_stores() -> Self {
        let sandbox = Self::new();
        sandbox.ingest_chapter(&["--register", "campaign"]);
        sandbox.golden("chat-messages.json");
        sandbox.done(&["ingest-chat", "-s", "chat-messages.json", "--register", "table"]);
        sandbox
    }

    /// One with two messages of a chat in the store `table`.
    pub(crate) fn with_a_table() -> Self {
        let sandbox = Self::new();
        let message = |user: &str, text: &str| json!({"user": user, "message": text, "timestamp": "2025-11-10T10:00:00Z"});
        let messages = json!([message("Ada", "The lamp is lit."), message("Bob", "The ferry was late.")]);
        sandbox.write("chat.json", messages.to_string());
        sandbox.done(&["ingest-chat", "-s", "chat.json", "--register", "table"]);
        sandbox
    }

    /// Feeds `lines` to the prompt through a pipe.
    pub(crate) fn enter(&self, args: &[&str], lines: &str) -> Output {
        let args = [&["interactive"], args].concat();
        let mut process = self.command(&args).stdin(Stdio::piped()).spawn().unwrap();
        process.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
        self.output(process.wait_with_output().unwrap())
    }

    /// One with the default model.
    #[cfg(not(no_shared))]
    pub(crate) fn with_real_model() -> Self {
        Self::with_model(real_model().canonicalize().unwrap())
    }

    fn with_model(model: PathBuf) -> Self {
        let root = tempfile::tempdir().unwrap();
        for folder in ["home", "work"] {
            fs::create_dir(root.path().join(folder)).unwrap();
        }
        Self { root, model }
    }

    /// A path below the folder that commands are started in.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().canonicalize().unwrap().join("work").join(name)
    }

    /// A path below the program's own folder.
    pub(crate) fn home(&self, name: &str) -> PathBuf {
        self.root.path().canonicalize().unwrap().join("home/.naragtive").join(name)
    }

    /// Writes a file into the folder that commands are started in.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// Copies one of the golden exports.
    #[cfg(not(no_shared))]
    pub(crate) fn golden(&self, name: &str) {
        self.write(name, golden(name));
    }

    /// Copies a store that is kept with the tests of the store.
    pub(crate) fn fixture(&self, name: &str, to: &str) {
        self.write(to, fs::read(root().join("crates/store/tests/fixtures").join(name)).unwrap());
    }

    /// Ingests the golden Neptune chapter, with more arguments.
    #[cfg(not(no_shared))]
    pub(crate) fn ingest_chapter(&self, more: &[&str]) {
        self.golden("neptune-chapter.txt");
        self.done(&[&["ingest-neptune", "-e", "neptune-chapter.txt"], more].concat());
    }

    /// The names of everything in the folder that commands are started in.
    pub(crate) fn names(&self) -> Vec<String> {
        names_in(&self.path(""))
    }

    /// The program with these arguments, not started yet.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = self.set_up(Command::new(env!("CARGO_BIN_EXE_naragtive")));
        command.args(args);
        command
    }

    /// The program started by a shell as `"$@"` of `script`.
    #[cfg(unix)]
    pub(crate) fn by_shell(&self, script: &str, args: &[&str]) -> Command {
        let mut command = self.set_up(Command::new("sh"));
        command.args(["-c", script, "sh", env!("CARGO_BIN_EXE_naragtive")]).args(args);
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
    }

    /// In this sandbox, with nothing of the tests' own environment. Plain loops give the same numbers everywhere.
    fn set_up(&self, mut command: Command) -> Command {
        let home = self.root.path().join("home");
        command
            .env_clear()
            .env("HOME", home)
            .env("NARAGTIVE_MODEL_DIR", &self.model)
            .env("HF_HUB_OFFLINE", "1");
        if self.model.ends_with(TINY) {
            command.env("NARAGTIVE_ISA", "scalar").env("NARAGTIVE_PRECISION", "f32");
        }
        command.current_dir(self.path("")).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.finish(&mut self.command(args))
    }

    /// Runs a command to its end.
    pub(crate) fn finish(&self, command: &mut Command) -> Output {
        self.output(command.output().unwrap())
    }

    pub(crate) fn output(&self, output: std::process::Output) -> Output {
        let text = |bytes| self.masked(String::from_utf8(bytes).unwrap());
        let code = output.status.code();
        let output = Output { code, stdout: text(output.stdout), stderr: text(output.stderr) };
        assert!(!output.stderr.contains("panicked"), "{output}");
        output
    }

    /// Runs a command that does what was asked; what it prints on stdout.
    pub(crate) fn done(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert_eq!(output.code, Some(0), "{args:?}\n{output}");
        output.stdout
    }

    /// Runs a command that prints JSON, whether it found something or not.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let output = self.run(args);
        assert!(matches!(output.code, Some(0 | 1)), "{args:?}\n{output}");
        serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output}"))
    }

    /// Runs a command that must be refused with one error and a hint; what it says on stderr.
    pub(crate) fn refused(&self, args: &[&str]) -> String {
        self.refusal(self.run(args))
    }

    /// Checks that a command was refused with one error and a hint.
    pub(crate) fn refusal(&self, output: Output) -> String {
        let begin = |start: &str| output.stderr.lines().filter(|line| line.starts_with(start)).count();
        assert_eq!((output.code, output.stdout.as_str()), (Some(2), ""), "{output}");
        assert!(begin("error: ") == 1 && begin("hint: ") > 0, "{output}");
        output.stderr
    }

    /// Runs a command that must be refused and must leave every file in the folder as it is.
    pub(crate) fn refused_and_kept(&self, args: &[&str]) -> String {
        let before = self.contents();
        let refused = self.refused(args);
        assert!(self.contents() == before, "{args:?} changed {:?}", self.names());
        refused
    }

    /// Every file in the folder that commands are started in, but for locks, which hold nothing.
    fn contents(&self) -> Vec<(String, Vec<u8>)> {
        let kept = self.names().into_iter().filter(|name| !name.ends_with(".lock"));
        kept.map(|name| (name.clone(), fs::read(self.path(&name)).unwrap_or_default())).collect()
    }

    fn masked(&self, text: String) -> String {
        static MASKS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
            let masks = [
                (r" in \d+\.\d s\b", " in [TIME]"),
                (r#""seconds": [\d.]+"#, r#""seconds": "[SECONDS]""#),
                (r#""(file|total)_bytes": \d+"#, r#""${1}_bytes": "[BYTES]""#),
                (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6,9}(Z|\+00:00)", "[NOW]"),
                (r"\.[A-Za-z0-9]{6}\.tmp", ".[RANDOM].tmp"),
                (r"records  \d{4}-\d\d-\d\d", "records  [TODAY]"),
                (r#"("(score|dense|rerank|cosine|place|share)": \d\.\d{3})\d+"#, "$1"),
            ];
            masks.map(|(pattern, mask)| (Regex::new(pattern).unwrap(), mask)).into()
        });
        let root = self.root.path();
        let text = text.replace(self.model.to_str().unwrap(), "[MODEL]");
        let text = text.replace(root.canonicalize().unwrap().to_str().unwrap(), "[ROOT]");
        let text = text.replace(root.to_str().unwrap(), "[ROOT]");
        MASKS.iter().fold(text, |text, (pattern, mask)| pattern.replace_all(&text, *mask).into_owned())
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.code.map_or("none".to_owned(), |code| code.to_string());
        write!(f, "exit code: {code}\n--- stdout\n{}\n--- stderr\n{}", self.stdout, self.stderr)
    }
}

/// A golden export.
#[cfg(not(no_shared))]
pub(crate) fn golden(name: &str) -> Vec<u8> {
    fs::read(shared("golden").join(name)).unwrap()
}

/// The names of everything in a folder, sorted.
pub(crate) fn names_in(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A Neptune export of so many scenes, no two with the same text.
pub(crate) fn chapter(title: &str, scenes: usize) -> String {
    (0..scenes)
        .map(|scene| {
            let time = format!("{}:{:02}:{:02} PM", 1 + scene / 3600, scene / 60 % 60, scene % 60);
            format!(
                "***11/10/2025, {time} - User:***\n\n{title}: I open door {scene}.\n\n---\n\
             ***11/10/2025, {time} - Venice:***\n\nBehind it, {title} goes on for {scene} miles.\n\n---\n"
            )
        })
        .collect()
}
