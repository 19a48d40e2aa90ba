//! Ctrl-C ends what is under way, and the process says so by 130.

use std::fs::OpenOptions;
use std::io::Read;
use std::net::TcpListener;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use naragtive::{Metadata, ModelTag, Patience, Scene, SceneId};
use naragtive_store::{EmbeddedScene, Passages, Store};

use crate::interrupt::interrupt;
use crate::sandbox::Sandbox;

#[test]
fn a_search_that_waits_for_its_queries_ends_with_130() {
    let sandbox = Sandbox::with_a_table();
    sandbox.done(&["search", "lamp"]);
    assert!(Command::new("mkfifo").arg(sandbox.path("queries")).status().unwrap().success());
    let process = sandbox.command(&["search", "--queries", "queries"]).spawn().unwrap();
    // Opening waits for the one who reads.
    let queries = OpenOptions::new().write(true).open(sandbox.path("queries")).unwrap();
    interrupt(&process);
    let output = sandbox.output(process.wait_with_output().unwrap());
    drop(queries);
    assert_eq!((output.code, output.stdout.as_str()), (Some(130), ""), "{output}");
}

#[test]
fn a_reranking_that_waits_for_its_server_ends_with_130() {
    let sandbox = Sandbox::with_a_table();
    sandbox.done(&["search", "lamp"]);
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", server.local_addr().unwrap());
    let search = ["search", "lamp", "--rerank=require", "--rerank-url", &address];
    let process = sandbox.command(&search).spawn().unwrap();
    let (mut asked, _) = server.accept().unwrap();
    asked.read_exact(&mut [0; 1]).unwrap();
    interrupt(&process);
    let began = Instant::now();
    let output = sandbox.output(process.wait_with_output().unwrap());
    assert_eq!(output.code, Some(130), "{output}");
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[test]
fn an_index_that_is_being_built_ends_with_130_and_the_next_command_builds_it() {
    let sandbox = Sandbox::with_a_table();
    let model: ModelTag = Store::open(sandbox.home("stores/table.parquet")).unwrap().model_or_legacy();
    let row = |number: usize| EmbeddedScene {
        scene: Scene {
            id: SceneId::new(format!("scene_{number}")),
            text: format!("The lamp number {number} is lit, and lamp {} is out. ", number * 7).repeat(8),
            metadata: Metadata::default().with("user", "Ada"),
            origin: None,
        },
        embedding: vec![1.0; model.dimension],
        passages: Passages::default(),
    };
    let rows = (0..6000).map(row).collect();
    naragtive_store::replace(sandbox.path("large.parquet"), rows, &model, &Patience::default()).unwrap();
    // The first of these that is long enough for the process to begin.
    let ended = [100, 200, 400, 800, 1600, 3200].into_iter().find_map(|milliseconds| {
        let process = sandbox.command(&["index", "build", "large.parquet"]).spawn().unwrap();
        sleep(Duration::from_millis(milliseconds));
        interrupt(&process);
        process.wait_with_output().unwrap().status.code()
    });
    // On a machine on which it is ready before that nothing was left to be stopped.
    assert!(matches!(ended, Some(130 | 0)), "{ended:?}");
    sandbox.done(&["index", "build", "large.parquet"]);
    assert_eq!(
        sandbox.json(&["search", "lamp", "-s", "large.parquet", "--mode", "keyword", "--json"])["results"]
            .as_array()
            .unwrap()
            .len(),
        10
    );
}
