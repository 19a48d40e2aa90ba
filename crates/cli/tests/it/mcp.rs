use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

const VERSION: &str = "2026-07-28";

/// The server, with a client at the other end.
struct Server {
    process: Child,
    answers: BufReader<ChildStdout>,
}

impl Server {
    fn start(sandbox: &Sandbox) -> Self {
        let mut process = sandbox.command(&["mcp"]).stdin(Stdio::piped()).spawn().unwrap();
        let answers = BufReader::new(process.stdout.take().unwrap());
        Self { process, answers }
    }

    fn send(&mut self, line: &str) {
        let stdin = self.process.stdin.as_mut().unwrap();
        writeln!(stdin, "{line}").unwrap();
        stdin.flush().unwrap();
    }

    fn next(&mut self) -> Value {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
    }

    /// Sends a request and reads its answer.
    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.send(&json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string());
        let answer = self.next();
        assert_eq!(answer["id"], 1, "{answer}");
        answer
    }

    /// The same in the way of the newest revision, which shakes no hands.
    fn ask_newest(&mut self, method: &str, mut params: Value) -> Value {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": VERSION,
            "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        self.ask(method, params)
    }

    fn initialize(&mut self, version: &str) -> Value {
        let client = json!({"name": "test", "version": "1"});
        let answer = self
            .ask("initialize", json!({"protocolVersion": version, "capabilities": {}, "clientInfo": client}));
        self.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}).to_string());
        answer["result"].clone()
    }

    /// Closes stdin: the exit code, and what was still said on stdout and on stderr.
    fn close(mut self) -> (Option<i32>, String, String) {
        drop(self.process.stdin.take());
        let began = Instant::now();
        let mut rest = String::new();
        std::io::Read::read_to_string(&mut self.answers, &mut rest).unwrap();
        let output = self.process.wait_with_output().unwrap();
        assert!(began.elapsed() < Duration::from_secs(20));
        (output.status.code(), rest, String::from_utf8(output.stderr).unwrap())
    }
}

fn text_is_the_structured_content(result: &Value) {
    let text = result["content"][0]["text"].as_str().unwrap();
    assert_eq!(text, result["structuredContent"].to_string());
    assert_eq!(result["content"].as_array().unwrap().len(), 1);
}

#[test]
fn clients_of_every_era_search_and_read() {
    let sandbox = Sandbox::with_a_table();
    for version in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        let mut server = Server::start(&sandbox);
        let hello = server.initialize(version);
        assert_eq!(hello["protocolVersion"], version);
        assert_eq!(hello["serverInfo"]["name"], "naragtive");
        assert!(hello["instructions"].as_str().unwrap().contains("table (2 scenes"));
        let tools = server.ask("tools/list", json!({}));
        assert_eq!(tools["result"]["tools"].as_array().unwrap().len(), 4);
        let found = server
            .ask("tools/call", json!({"name": "search", "arguments": {"query": "lamp", "mode": "keyword"}}));
        assert_eq!(found["result"]["structuredContent"]["hits"][0]["text"], "The lamp is lit.");
        text_is_the_structured_content(&found["result"]);
        let wrong = server
            .ask("tools/call", json!({"name": "search", "arguments": {"query": "a", "charakter": "b"}}));
        assert_eq!(wrong["result"]["isError"], true);
        text_is_the_structured_content(&wrong["result"]);
        assert_eq!(server.close(), (Some(0), String::new(), String::new()));
    }
}

#[test]
fn clients_of_the_newest_revision_shake_no_hands() {
    let sandbox = Sandbox::with_a_table();
    let mut server = Server::start(&sandbox);
    let hello = server.ask_newest("server/discover", json!({}));
    let versions = hello["result"]["supportedVersions"].as_array().unwrap();
    assert!(
        versions.iter().any(|version| version == VERSION)
            && versions.iter().any(|version| version == "2024-11-05")
    );
    let tools = server.ask_newest("tools/list", json!({}))["result"].clone();
    assert_eq!((&tools["ttlMs"], &tools["cacheScope"]), (&json!(60_000), &json!("private")));
    assert_eq!(tools["resultType"], "complete");
    let found = server.ask_newest("tools/call", json!({"name": "search", "arguments": {"query": "lamp"}}));
    text_is_the_structured_content(&found["result"]);
    let uri = found["result"]["structuredContent"]["hits"][0]["uri"].clone();
    let scene = server.ask_newest("resources/read", json!({"uri": uri}));
    assert_eq!(scene["result"]["contents"][0]["mimeType"], "text/markdown");
    assert_eq!(scene["result"]["ttlMs"], 0);
    let templates = server.ask_newest("resources/templates/list", json!({}));
    assert_eq!(templates["result"]["resourceTemplates"][0]["uriTemplate"], "naragtive://{store}/{id}");
    let prompt = server.ask_newest("prompts/get", json!({"name": "recap", "arguments": {}}));
    assert!(
        prompt["result"]["messages"][0]["content"]["text"].as_str().unwrap().contains("The ferry was late.")
    );
    for (method, params) in [
        ("tools/call", json!({"name": "find", "arguments": {}})),
        ("prompts/get", json!({"name": "find"})),
        ("resources/read", json!({"uri": "file:///etc/passwd"})),
        ("find", json!({})),
    ] {
        assert!(server.ask_newest(method, params)["error"]["code"].is_number(), "{method}");
    }
    assert_eq!(server.close(), (Some(0), String::new(), String::new()));
}

#[test]
fn stdin_that_ends_anywhere_ends_the_server() {
    let sandbox = Sandbox::with_a_table();
    let hello = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"},
    }})
    .to_string();
    for (sent, whole) in [("", false), (&hello[..hello.len() / 2], false), (hello.as_str(), true)] {
        let mut server = Server::start(&sandbox);
        server.process.stdin.as_mut().unwrap().write_all(sent.as_bytes()).unwrap();
        if whole {
            server.send("");
        }
        let (code, stdout, _) = server.close();
        assert_eq!(code, Some(0), "{sent}");
        assert!(stdout.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{stdout}");
    }
}

#[test]
fn a_call_whose_client_has_stopped_writing_is_still_answered() {
    let sandbox = Sandbox::with_a_table();
    let mut server = Server::start(&sandbox);
    server.initialize("2025-06-18");
    let call = json!({"name": "search", "arguments": {"query": "lamp"}});
    server.send(&json!({"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": call}).to_string());
    let (code, stdout, _) = server.close();
    let answer: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((code, &answer["id"]), (Some(0), &json!(7)));
}

#[test]
fn every_line_on_stdout_is_an_answer_and_every_request_has_one() {
    let sandbox = Sandbox::with_a_table();
    let mut server = Server::start(&sandbox);
    server.initialize("2025-06-18");
    let mut ids = Vec::new();
    for round in 0..20 {
        for number in 0..50 {
            let id = round * 50 + number;
            let arguments = match id % 4 {
                0 => json!({"query": "lamp", "mode": "keyword"}),
                1 => json!({"query": "lamp", "mode": "semantic"}),
                2 => json!({"query": "ferry", "limt": 1}),
                _ => json!({"query": "ferry", "store": "nowhere"}),
            };
            let params = json!({"name": "search", "arguments": arguments});
            let request = json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params});
            server.send(&request.to_string());
        }
        ids.extend((0..50).map(|_| server.next()["id"].as_i64().unwrap()));
    }
    ids.sort_unstable();
    assert_eq!(ids, (0..1_000).collect::<Vec<_>>());
    assert_eq!(server.close(), (Some(0), String::new(), String::new()));
}

#[test]
fn a_line_that_is_no_request_costs_only_itself() {
    let sandbox = Sandbox::with_a_table();
    let mut server = Server::start(&sandbox);
    server.initialize("2025-06-18");
    for (line, code) in [
        ("{", -32_700),
        ("\u{1}", -32_700),
        ("[]", -32_600),
        ("null", -32_600),
        ("{\"jsonrpc\":\"2.0\"}", -32_600),
        (
            r#"{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"search","arguments":"lamp"}}"#,
            -32_602,
        ),
        (r#"{"jsonrpc":"2.0","id":3,"method":"tools/call"}"#, -32_602),
    ] {
        server.send(line);
        assert_eq!(server.next()["error"]["code"], code, "{line}");
    }
    // The revision of 2025-03-26 has lists of messages.
    let call = json!({"name": "stores", "arguments": {"x": 1}});
    server.send(
        &json!([
            {"jsonrpc": "2.0", "id": 4, "method": "ping"},
            {"jsonrpc": "2.0", "method": "notifications/progress"},
            {"jsonrpc": "2.0", "id": 5, "method": "tools/call", "params": call},
        ])
        .to_string(),
    );
    let answers = server.next();
    assert_eq!(
        (&answers[0]["id"], &answers[1]["id"], answers.as_array().map(Vec::len)),
        (&json!(4), &json!(5), Some(2))
    );
    let said = &answers[1]["result"]["structuredContent"]["error"]["message"];
    assert_eq!(said, "unknown argument `x`, expected none");
    server.send(&json!({"jsonrpc": "2.0", "id": 9, "method": "ping"}).to_string());
    let answer = server.next();
    assert_eq!((&answer["id"], &answer["result"]), (&json!(9), &json!({})));
    assert_eq!(server.close().0, Some(0));
}

#[test]
fn what_is_added_meanwhile_is_found() {
    let sandbox = Sandbox::with_a_table();
    let mut server = Server::start(&sandbox);
    server.initialize("2025-06-18");
    let call = json!({"name": "search", "arguments": {"query": "storm", "mode": "keyword"}});
    let hits = |server: &mut Server| {
        let found = server.ask("tools/call", call.clone());
        found["result"]["structuredContent"]["hits"].as_array().unwrap().len()
    };
    assert_eq!(hits(&mut server), 0);
    sandbox.write("more.json", json!([{"user": "Cleo", "message": "The storm came."}]).to_string());
    sandbox.done(&["ingest-chat", "-s", "more.json", "--register", "table"]);
    assert_eq!(hits(&mut server), 1);
    assert_eq!(server.close().0, Some(0));
}

#[test]
fn a_program_is_set_up_and_what_it_had_is_kept() {
    let sandbox = Sandbox::new();
    let printed = sandbox.run(&["mcp", "install", "claude-desktop"]);
    let snippet: Value = serde_json::from_str(&printed.stdout).unwrap();
    assert_eq!(snippet["mcpServers"]["naragtive"]["args"], json!(["mcp"]));
    let env = &snippet["mcpServers"]["naragtive"]["env"];
    assert_eq!(env["HF_HUB_OFFLINE"], "1");
    assert_eq!(env["NARAGTIVE_MODEL_DIR"], "[MODEL]");
    assert!(printed.stderr.contains("claude_desktop_config.json"), "{}", printed.stderr);
    let refused = sandbox.run(&["mcp", "install", "cursor", "--write"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("is the program installed?"), "{}", refused.stderr);
    assert!(refused.stderr.contains("hint: start the program once, or make the folder: mkdir -p "));
    let before = "{\"mcpServers\": {\"other\": {\"command\": \"x\"}}}";
    sandbox.write("mcp.json", before);
    let written = sandbox.run(&["mcp", "install", "llama-server", "--write"]);
    assert_eq!(written.code, Some(0), "{}", written.stderr);
    let after: Value = serde_json::from_slice(&sandbox.read("mcp.json")).unwrap();
    assert_eq!(after["mcpServers"]["other"], json!({"command": "x"}));
    let command = after["mcpServers"]["naragtive"]["command"].as_str().unwrap();
    assert!(std::path::Path::new(command).is_absolute());
    assert_eq!(sandbox.read("mcp.json.bak"), before.as_bytes());
    let again = sandbox.run(&["mcp", "install", "llama-server", "--write"]);
    assert!(again.stdout.contains("has it already"), "{}", again.stdout);
    let by_hand = sandbox.run(&["mcp", "install", "jan", "--write"]);
    assert_eq!(by_hand.code, Some(2));
    assert!(by_hand.stderr.contains("naragtive mcp install jan"), "{}", by_hand.stderr);
}

#[test]
fn every_client_is_set_up_where_it_looks_or_told_how() {
    let sandbox = Sandbox::new();
    for folder in [".config/Claude", ".cursor", ".lmstudio"] {
        std::fs::create_dir_all(sandbox.path("../home").join(folder)).unwrap();
    }
    for (client, file) in [
        ("claude-desktop", Some("../home/.config/Claude/claude_desktop_config.json")),
        ("claude-code", Some(".mcp.json")),
        ("cursor", Some("../home/.cursor/mcp.json")),
        ("lm-studio", Some("../home/.lmstudio/mcp.json")),
        ("llama-server", Some("mcp.json")),
        ("jan", None),
        ("open-webui", None),
    ] {
        let printed = sandbox.run(&["mcp", "install", client]);
        assert_eq!(printed.code, Some(0), "{client}: {}", printed.stderr);
        let snippet: Value = serde_json::from_str(&printed.stdout).unwrap();
        let written = sandbox.run(&["mcp", "install", client, "--write"]);
        match file {
            Some(file) => {
                assert_eq!(written.code, Some(0), "{client}: {}", written.stderr);
                let kept: Value = serde_json::from_slice(&sandbox.read(file)).unwrap();
                assert_eq!(kept["mcpServers"]["naragtive"]["args"], json!(["mcp"]), "{client}");
            }
            None => assert_eq!(written.code, Some(2), "{client}"),
        }
        if client == "open-webui" {
            assert_eq!(snippet[0]["url"], "http://127.0.0.1:7600/mcp");
            assert!(printed.stderr.contains("naragtive serve"), "{}", printed.stderr);
        }
    }
}
