//! One ranking over several stores.

use insta::assert_snapshot;
use serde_json::Value;

use crate::sandbox::Sandbox;

#[test]
fn each_hit_says_which_store_it_is_from() {
    let sandbox = Sandbox::with_two_stores();
    let asked = ["search", "the lamp in the medbay", "--stores", "campaign,table", "-l", "4"];
    assert_snapshot!("several-stores", sandbox.done(&asked));
    let found = sandbox.json(&[&asked[..], &["--json"]].concat());
    assert_eq!(found["store"], Value::Null);
    assert_eq!(found["stores"].as_array().unwrap().len(), 2);
    for result in found["results"].as_array().unwrap() {
        let store = if result["id"].as_str().unwrap().starts_with("chat") { "table" } else { "campaign" };
        assert_eq!(result["store"]["name"], store);
    }
    let all = sandbox.json(&["search", "the lamp in the medbay", "--all-stores", "-l", "4", "--json"]);
    assert_eq!(all, found);
    let one = sandbox.json(&["search", "the lamp", "--stores", "table,table", "--json"]);
    assert_eq!((&one["store"]["name"], one["stores"].as_array().unwrap().len()), (&"table".into(), 1));
}

#[test]
fn one_store_that_cannot_be_searched_is_named_and_the_others_are() {
    let sandbox = Sandbox::with_two_stores();
    sandbox.fixture("other-model.parquet", "other.parquet");
    sandbox.done(&["create-store", "other", "other.parquet", "chat"]);
    let all = |why: &str| {
        let output = sandbox.run(&["search", "the lamp", "--all-stores"]);
        assert_eq!(output.code, Some(0), "{output}");
        assert!(output.stdout.contains("Store:      table"), "{output}");
        assert!(output.stderr.starts_with("warning: passing over store `other`: "), "{output}");
        assert!(output.stderr.contains(why), "{output}");
    };
    all("holds embeddings of ");
    sandbox.write("other.parquet", "no parquet at all");
    all("parquet");
    assert_snapshot!(sandbox.refused(&["search", "the lamp", "--stores", "campaign,tabel"]), @r"
    error: no store is named `tabel`; known: `campaign`, `other`, `table`
    hint: did you mean `table`? all of them: naragtive list-stores
    ");
    std::fs::remove_file(sandbox.path("other.parquet")).unwrap();
    all("the file of store `other` is not there any more");
    for more in [&["--store-name", "table"][..], &["-s", "x.parquet"], &["--all-stores"]] {
        let output = sandbox.run(&[&["search", "the lamp", "--stores", "table"], more].concat());
        assert_eq!(output.code, Some(2), "{more:?}");
    }
}
