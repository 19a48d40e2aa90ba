//! The page, as it is without a script.

use axum::http::StatusCode;
use naragtive_serve::http::{Access, ROUTES, Room};

use crate::support::Place;
use crate::web::{Answer, Web};

const EVIL: &str =
    "<script>alert(1)</script> </textarea> <img src=x onerror=alert(2)> \"javascript:alert(3)\" 'x' &amp;";

fn web() -> (Place, Web) {
    let place = Place::new();
    place.chat(
        "table",
        &[
            ("Ada", "2024-11-12", "The lighthouse keeper lit the lamp.\n\n*She smiled.* \"Come in.\""),
            ("Bob", "2025-11-02", "The ferry was late again, and nobody knew why."),
            ("Ada", "2025-11-03", "A chest of letters stood in the attic."),
            ("<b>Cleo</b>", "2025-11-03", EVIL),
            ("Ada", "2025-11-09", "The lamp went out, and the keeper waited."),
        ],
    );
    let web = Web::new(&place, Access::default());
    (place, web)
}

fn page(web: &Web, path: &str) -> String {
    let answer: Answer = web.get(path);
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    answer.text
}

const PAGES: [&str; 12] = [
    "/",
    "/ask",
    "/ask?q=script&mode=keyword",
    "/?q=lamp",
    "/?q=script&mode=keyword",
    "/?store=*",
    "/read/table/chat_000003_%3Cb%3ECleo%3C%2Fb%3E?q=script&mode=keyword",
    "/timeline/table?since=2025-11-01&until=2025-11-30",
    "/people/table",
    "/people/table/%3Cb%3ECleo%3C%2Fb%3E",
    "/stats/table",
    "/why/table/chat_000003_%3Cb%3ECleo%3C%2Fb%3E?q=script&mode=keyword",
];

#[test]
fn no_page_holds_markup_of_a_story() {
    let (_place, web) = web();
    for path in PAGES {
        let text = page(&web, path);
        for evil in ["<script>alert", "<img src=x", "<b>Cleo", "</textarea>", "href=\"javascript"] {
            assert!(!text.contains(evil), "{path}: {evil}");
        }
        assert_eq!(text.matches("<script").count(), 1, "{path}: one script, of our own");
        assert!(
            !text.contains(" style=") && !text.contains(" onclick"),
            "{path}: the policy allows none inline"
        );
    }
}

#[test]
fn no_template_lets_text_through_as_markup() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(&path).unwrap();
                assert!(!text.contains("PreEscaped"), "{}", path.display());
            }
        }
    }
}

#[test]
fn a_scene_is_found_read_and_explained_by_following_links() {
    let (_place, web) = web();
    let found = page(&web, "/?q=lamp&mode=keyword");
    assert!(found.contains("<mark>lamp</mark>") && found.contains("data-status=\"2 scenes\""), "{found}");
    let link = |text: &str, start: &str| {
        let at = text.find(&format!("href=\"{start}")).unwrap_or_else(|| panic!("{start}: {text}")) + 6;
        text[at..].split(['"', '#']).next().unwrap().replace("&amp;", "&")
    };
    let read = page(&web, &link(&found, "/read/table/"));
    assert!(read.contains("<em>She smiled.</em>") && read.contains("The ferry was late again"), "{read}");
    assert!(read.contains("The beginning") && read.contains("The end"));
    let next = page(&web, link(&read, "/read/table/chat_000004_Ada?").split('#').next().unwrap());
    assert!(next.contains("class=\"scene here\""));
    let why = page(&web, &link(&found, "/why/table/"));
    assert!(why.contains("Why it was found") && why.contains("BM25"), "{why}");
    let nothing = page(&web, "/?q=zeppelin&mode=keyword");
    assert!(nothing.contains("No scene was found"));
}

#[test]
fn a_conversation_goes_on_in_pieces_that_follow_each_other() {
    let place = Place::new();
    let texts: Vec<String> = (0..90).map(|number| format!("Message number {number}.")).collect();
    let messages: Vec<_> = texts.iter().map(|text| ("Ada", "2025-11-01", text.as_str())).collect();
    place.chat("long", &messages);
    let web = Web::new(&place, Access::default());
    let mut seen = Vec::new();
    let numbers = |text: &str| -> Vec<usize> {
        text.split("Message number ")
            .skip(1)
            .map(|rest| rest.split('.').next().unwrap().parse().unwrap())
            .collect()
    };
    let address = |text: &str, part: &str| {
        let before =
            text.split(&format!("\" data-part=\"{part}\"")).next().filter(|before| *before != text)?;
        Some(before.rsplit("href=\"").next().unwrap().to_owned())
    };
    let whole = page(&web, "/read/long/chat_000045_Ada");
    seen.extend(numbers(&whole));
    for part in ["before", "after"] {
        let mut at = whole.clone();
        while let Some(next) = address(&at, part) {
            at = page(&web, &format!("{next}?part={part}"));
            seen.extend(numbers(&at));
        }
        assert!(at.contains(if part == "before" { "The beginning" } else { "The end" }));
    }
    let mut all = seen.clone();
    all.sort_unstable();
    all.dedup();
    assert_eq!((seen.len(), all), (90, (0..90).collect::<Vec<_>>()), "each once");
}

#[test]
fn a_store_is_seen_from_every_side() {
    let (_place, web) = web();
    let home = page(&web, "/");
    for part in ["table", "5 scenes", "On this day", "12 November 2024", "Ada"] {
        assert!(home.contains(part), "{part}: {home}");
    }
    let timeline = page(&web, "/timeline/table?by=month");
    assert!(timeline.contains("<title>1 November – 30 November 2025: 4 scenes</title>"), "{timeline}");
    let people = page(&web, "/people/table");
    assert!(people.contains("3 people") && people.contains("12 November 2024 – 9 November 2025"));
    let stats = page(&web, "/stats/table");
    assert!(stats.contains("Who speaks") && stats.contains("<dt>Words</dt>"), "{stats}");
    assert!(stats.contains("How much is told") && stats.contains(": 9 words</title>"), "{stats}");
    let narrowed = page(&web, "/?q=lamp&character=Ada&since=2025");
    assert!(narrowed.contains("leave this out") && !narrowed.contains("lit the lamp"), "{narrowed}");
    let markdown = web.get("/read/table/chat_000001_Bob?as=markdown");
    assert_eq!(markdown.header("content-type"), "text/markdown; charset=utf-8");
    assert!(markdown.text.starts_with("# 2025-11-02 · Bob\n\nThe ferry"));
}

#[test]
fn a_page_tells_what_a_search_says_of_itself() {
    let (_place, web) = web();
    for (path, said) in [
        ("/?q=xyzzy+plugh+quux", "Nothing close was found. What comes nearest:"),
        ("/?q=lighthuose", "Also searched: lighthouse."),
        ("/?q=%F0%9F%98%80", "knows few of these words"),
        ("/?q=%22ferry+lamp%22", "No scene holds &quot;ferry lamp&quot;; without the quotes"),
        ("/?q=%22ferry+lamp%22+keeper", "No scene holds &quot;ferry lamp&quot;, so its words"),
        (
            "/?q=lamp&character=Adda",
            "Of 5 scenes `character` keeps 0; all of it together 0; did you mean `Ada`?",
        ),
        ("/?q=-lamp", "The query only says what must not be there"),
        ("/?q=zzz&mode=keyword", "No scene was found. Fewer or other words may find one."),
    ] {
        let text = page(&web, path);
        assert!(text.contains(said), "{path}: {text}");
    }
    assert!(!page(&web, "/?q=lamp").contains("Nothing close"));
}

#[test]
fn a_store_that_cannot_be_read_is_named_with_the_way_to_the_others() {
    let (place, web) = web();
    place.chat("attic", &[("Ada", "2025-11-12", "The lamp stood in the attic.")]);
    let broken = place.folder.path().join("home/stores/table.parquet");
    let bytes = std::fs::read(&broken).unwrap();
    std::fs::write(&broken, &bytes[..bytes.len() / 2]).unwrap();
    for path in ["/", "/?q=lamp", "/timeline/table", "/?store=table"] {
        let answer = web.get(path);
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
        for said in ["Store table can't be read", "is not a whole parquet file", "href=\"/?store=attic\""] {
            assert!(answer.text.contains(said), "{path}: {}", answer.text);
        }
    }
    assert!(page(&web, "/?q=lamp&store=attic").contains("stood in the attic"));
    let all = page(&web, "/?q=lamp&store=*");
    assert!(all.contains("Store <b>table</b> is left out: ") && all.contains("stood in the attic"), "{all}");
    let answer: serde_json::Value =
        serde_json::from_str(&web.get("/api/v1/search?q=lamp&store=*").text).unwrap();
    assert_eq!(answer["passed_over"][0]["store"], "table");
}

#[test]
fn what_is_wrong_is_said_on_a_page() {
    let (_place, web) = web();
    for (path, status, said) in [
        ("/nowhere", 404, "There is nothing at this address"),
        ("/?q=a&charcter=b", 400, "unknown argument `charcter`"),
        ("/?q=a&store=tabel", 404, "there is no store `tabel`"),
        ("/read/table/none", 404, "there is no scene `none`"),
        ("/people/table/Adda", 404, "did you mean `Ada`?"),
        ("/why/table/chat_000001_Bob", 400, "an argument is missing"),
        ("/assets/none.css", 404, "there is nothing at this address"),
        ("/?since=3+May", 200, "Your stories"),
        ("/?q=a&since=3+May", 400, "expected a day, a month or a year"),
    ] {
        let answer = web.get(path);
        assert_eq!(answer.status.as_u16(), status, "{path}");
        assert!(answer.text.to_lowercase().contains(&said.to_lowercase()), "{path}: {}", answer.text);
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    }
    let empty = Place::new();
    let web = Web::new(&empty, Access::default());
    assert!(page(&web, "/").contains("No stories yet"));
    assert!(
        page(&web, "/?q=lamp").contains("No stories yet")
            || web.get("/?q=lamp").status == StatusCode::NOT_FOUND
    );
}

#[test]
fn what_a_page_loads_is_there_and_kept() {
    let (_place, web) = web();
    let home = page(&web, "/");
    let assets: Vec<&str> =
        home.split("\"/assets/").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(assets.len(), 3);
    for asset in assets {
        let answer = web.get(&format!("/assets/{asset}"));
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.header("cache-control").contains("immutable"));
    }
    assert_eq!(web.get("/assets/page.css").header("cache-control"), "no-cache");
    let pages = ROUTES.iter().filter(|route| route.room == Room::Page).count();
    assert_eq!(pages, 9);
    assert!(home.len() < 60_000);
}
