//! What is asked, and what is found: words, phrases, filters, several stores as one.

use naragtive::jobs::{Ingest, ingest};
use naragtive::{
    DateSpec, Day, Error, Filter, Flow, Format, Hits, IndexError, Library, Mode, Query, SceneId, Session,
    Store, Stores, Timestamp, TypedStores, Which, list, with_known_names,
};

use crate::home::Place;

const HARBOUR: [(&str, &str); 3] = [
    ("ada", "The harbour master counted the sails."),
    ("ada", "A master of the harbour guild lied about it."),
    ("bo", "Nobody sailed that week; the sea was grey."),
];

const LAMP: [(&str, &str); 5] = [
    ("Alice", "Who lit the lamp in the tower?"),
    ("Bob", "Not me. I carried the oil up the stairs and left."),
    ("Alice", "Then it lit itself, and nobody saw."),
    ("Carla", "The keeper was seen on the pier that night."),
    ("Bob", "The ferry came in under fog."),
];

fn harbour() -> (Place, Session) {
    let place = Place::new();
    place.chat("harbour", &HARBOUR);
    let session = place.library.session(&place.all()).unwrap();
    (place, session)
}

fn two_stores() -> Place {
    let place = Place::new();
    place.chat("harbour", &HARBOUR);
    place.chat("table", &LAMP);
    place
}

fn in_mode(text: &str, mode: Mode) -> Query {
    Query { mode, ..Query::new(text, 10) }
}

fn texts(hits: &Hits) -> Vec<&str> {
    hits.hits.iter().map(|hit| hit.scene.text.as_str()).collect()
}

fn ids(hits: &Hits) -> Vec<&str> {
    hits.hits.iter().map(|hit| hit.scene.id.as_str()).collect()
}

#[test]
fn words_phrases_beginnings_and_exclusions_find_what_they_say() {
    let (_place, session) = harbour();
    for (query, starts) in [
        ("harbour", &["The harbour", "A master"][..]),
        ("\"harbour master\"", &["The harbour"]),
        ("harbour -guild", &["The harbour"]),
        ("-\"harbour master\" master", &["A master"]),
        ("sail*", &["Nobody sailed", "The harbour"]),
        ("sailing", &["Nobody sailed", "The harbour"]),
    ] {
        let hits = session.search(&in_mode(query, Mode::Keyword)).unwrap();
        let found = texts(&hits);
        let right = found.len() == starts.len()
            && starts.iter().all(|start| found.iter().any(|text| text.starts_with(start)));
        assert!(right, "{query}: {found:?}");
    }
}

#[test]
fn what_must_not_be_there_has_no_part_in_the_meaning() {
    let (_place, session) = harbour();
    let first = |query: &str| {
        let hits = session.search(&Query::new(query, 1)).unwrap();
        (hits.hits[0].scene.text.clone(), hits.hits[0].scores.dense)
    };
    assert_eq!(first("sailed"), first("sailed -guild"));
}

#[test]
fn a_word_that_no_scene_has_stands_for_the_nearest_one_that_some_scene_has() {
    let place = two_stores();
    let session = place.library.session(&place.all()).unwrap();
    for mode in [Mode::Hybrid, Mode::Semantic, Mode::Keyword] {
        let asked = |query: Query| session.search(&query).unwrap();
        let (typed, meant) = (in_mode("who lit the lapm", mode), in_mode("who lit the lamp", mode));
        let (typed, meant) = (asked(typed), asked(meant));
        let respelt: Vec<_> =
            typed.also_searched.iter().map(|word| (word.typed.as_str(), word.meant.as_str())).collect();
        assert_eq!(respelt, [("lapm", "lamp")], "{mode:?}");
        assert!(meant.also_searched.is_empty());
        assert_eq!(ids(&typed), ids(&meant), "{mode:?}");
        let exact = Query { as_typed: true, ..in_mode("who lit the lapm", mode) };
        for query in [exact, in_mode("who lit \"the lapm\"", mode)] {
            assert!(asked(query).also_searched.is_empty());
        }
    }
}

#[test]
fn what_is_close_to_nothing_is_told_apart_from_what_answers() {
    let place = two_stores();
    let session = place.library.session(&place.all()).unwrap();
    for (query, close) in [("who lit the lamp", true), ("xyzzy plugh quux frobnicate", false)] {
        let hits = session.search(&Query::new(query, 10)).unwrap();
        assert_eq!(hits.nothing_close(), !close, "{query}");
        assert!(hits.hits.iter().all(|hit| (0.0..=1.0).contains(&hit.score)));
    }
    let by_words = session.search(&in_mode("lamp", Mode::Keyword)).unwrap();
    let first = &by_words.hits[0];
    assert!(!by_words.nothing_close() && (first.score - first.scores.lexical.unwrap()).abs() < 1e-3);
}

#[test]
fn a_query_that_is_too_long_says_so() {
    let (_place, session) = harbour();
    let long = session.search(&in_mode(&"lamp ".repeat(2000), Mode::Keyword));
    assert!(matches!(long, Err(Error::Index(IndexError::LongQuery { .. }))), "{long:?}");
}

#[test]
fn what_comes_with_a_hit_is_of_its_store() {
    let place = two_stores();
    let session = place.library.session(&place.all()).unwrap();
    let query = Query { context: 9, explain: true, ..Query::new("oil up the stairs", 1) };
    let hits = session.search(&query).unwrap();
    let hit = &hits.hits[0];
    assert_eq!((hit.scene.text.as_str(), hit.store.name.as_deref()), (LAMP[1].1, Some("table")));
    let beside = |scenes: &[naragtive::Scene]| -> Vec<String> {
        scenes.iter().map(|scene| scene.text.clone()).collect()
    };
    assert_eq!(beside(&hit.before), [LAMP[0].1]);
    assert_eq!(beside(&hit.after), [LAMP[2].1, LAMP[3].1, LAMP[4].1]);
    let like = Some(SceneId::new("chat_000001_Bob"));
    let like = session.search(&Query { like, ..Query::new("", 10) }).unwrap();
    assert_eq!(like.hits.len(), HARBOUR.len() + LAMP.len() - 1);
}

#[test]
fn stores_are_named_one_by_one_together_or_all_at_once() {
    let place = two_stores();
    let choose = |which: Which<'_>| place.library.choose(which, &place.path(""));
    for (line, expected) in [
        ("table", &["table"][..]),
        ("TABLE", &["table"]),
        ("default", &["harbour"]),
        (" table , harbour ,", &["table", "harbour"]),
        ("*", &["harbour", "table"]),
    ] {
        let found = choose(TypedStores::parse(line).which()).unwrap().found;
        let names: Vec<_> = found.iter().map(|located| located.name.as_deref().unwrap()).collect();
        assert_eq!(names, expected, "{line}");
    }
    // A store that is named twice is searched once.
    let twice = choose(TypedStores::parse("table,table").which()).unwrap();
    let session = place.library.session(&twice).unwrap();
    assert_eq!(session.stores().len(), 1);
    assert!(matches!(choose(Which::Several(&[])), Err(Error::NoneNamed)));
    let none = Place::new();
    assert!(matches!(none.library.choose(Which::All, &none.path("")), Err(Error::NoStore)));
}

/// Lizzie, Bill and the others of the shared campaign, with a campaign file.
#[cfg(not(no_shared))]
fn campaign() -> (Place, Library) {
    let place = Place::new();
    let toml = "[[characters]]\nname = 'Elizabeth Harrow'\naliases = ['Liz', 'Lizzie']\n\n[[characters]]\nname = 'Zoë'\n";
    let lexicon = place.write("campaign.toml", toml);
    let names = naragtive_testkit::shared("faults/inputs/neptune-names.txt");
    place.write("names.txt", std::fs::read(names).unwrap());
    let mut settings = place.library.settings().clone();
    settings.lexicon.value = Some(lexicon);
    let library = Library::new(settings);
    let job = Ingest::new(vec![place.path("names.txt")], Some(Format::NEPTUNE), place.file("n.parquet"));
    ingest(&library, job, Timestamp::UNIX_EPOCH, &mut |_| Flow::Continue).unwrap();
    (place, library)
}

/// How many scenes a filter keeps, after a look that a list and a search keep as many.
fn kept(place: &Place, library: &Library, filter: Filter) -> usize {
    let filter = with_known_names(filter, None, library).unwrap();
    let store = Store::open(place.path("n.parquet")).unwrap();
    let (listed, _) = list(&store, &filter, 0).unwrap();
    let at = place.path("n.parquet").into();
    let stores = Stores::of(vec![naragtive::Located { name: None, at }]);
    let query = Query { filter, limit: 99, ..in_mode("the", Mode::Semantic) };
    let found = library.session(&stores).unwrap().search(&query).unwrap();
    assert_eq!(listed, found.hits.len(), "{:?}", query.filter);
    listed
}

#[cfg(not(no_shared))]
#[test]
fn an_alias_of_the_campaign_file_is_the_character() {
    let (place, library) = campaign();
    let named =
        |name: &str| kept(&place, &library, Filter { character: Some(name.to_owned()), ..Filter::default() });
    let all = named("Elizabeth Harrow");
    assert!(all > 0);
    for alias in ["Liz", "lizzie", "LIZ"] {
        assert_eq!(named(alias), all, "{alias}");
    }
    assert!(named("Zoe") > 0);
    assert_eq!(named("Zoe\u{308}"), named("Zoe"));
}

#[cfg(not(no_shared))]
#[test]
fn dates_are_days_months_and_years_and_what_was_said_of_today() {
    let (place, library) = campaign();
    let today = Day::new(2026, 1, 10).unwrap();
    let range = |text: &str| Some(text.parse::<DateSpec>().unwrap().range(|| today));
    let (date, since, until) = (
        |text| Filter { date: range(text), ..Filter::default() },
        |text| Filter { since: range(text), ..Filter::default() },
        |text| Filter { until: range(text), ..Filter::default() },
    );
    for (filter, some) in [
        (date("2025-11"), true),
        (date("2025-1"), false),
        (Filter { until: range("2025-11-10"), ..since("2025-11-10") }, true),
        (since("yesterday"), false),
        (until("last week"), true),
    ] {
        let told = format!("{filter:?}");
        assert_eq!(kept(&place, &library, filter) > 0, some, "{told}");
    }
}

#[test]
fn a_value_of_any_length_is_found_by_list_and_search() {
    let place = Place::new();
    let long = "Ada of the Hundred Islands ".repeat(12);
    let chat = format!(r#"[{{"user": "{}", "message": "The lamp is lit."}}]"#, long.trim());
    place.write("chat.json", chat);
    place.ingest(Some(Format::CHAT_MESSAGES), "chat.json", "n.parquet").unwrap();
    let speaker = Filter { speaker: Some("hundred islands".to_owned()), ..Filter::default() };
    assert_eq!(kept(&place, &place.library, speaker), 1);
}

/// The cut is between two evenings: what is of one session has a part in each other's score, and one that is cut in two is
/// another thing than a whole one.
#[cfg(not(no_shared))]
#[test]
fn two_halves_of_a_store_answer_as_the_whole() {
    const SCENES: usize = 186;
    let read = |name: &str| std::fs::read_to_string(naragtive_testkit::shared(name)).unwrap();
    let scenes: Vec<serde_json::Value> = serde_json::from_str(&read("data/crd3/scenes.json")).unwrap();
    let scenes = &scenes[..SCENES];
    let cut = scenes.iter().position(|scene| scene["channel"] != scenes[0]["channel"]).unwrap();
    let place = Place::new();
    for (name, part) in [("whole", scenes), ("a", &scenes[..cut]), ("b", &scenes[cut..])] {
        place.write(name, serde_json::json!(part).to_string());
        place.ingest(Some(Format::CHAT_MESSAGES), name, &format!("{name}.parquet")).unwrap();
    }
    let session = |names: &[&str]| {
        let located = |name: &&str| {
            let at = place.path(&format!("{name}.parquet")).into();
            naragtive::Located { name: None, at }
        };
        place.library.session(&Stores::of(names.iter().map(located).collect())).unwrap()
    };
    let (whole, halves) = (session(&["whole"]), session(&["a", "b"]));
    let (mut same, mut all) = (0, 0);
    for line in read("data/crd3/queries.jsonl").lines().take(20) {
        let question: serde_json::Value = serde_json::from_str(line).unwrap();
        let query = Query::new(question["query"].as_str().unwrap(), 10);
        let [whole, halves] = [&whole, &halves].map(|session| {
            let found = session.search(&query).unwrap().hits.into_iter();
            found.map(|hit| hit.scene.metadata.text("msg_id").unwrap().into_owned()).collect::<Vec<_>>()
        });
        same += whole.iter().filter(|id| halves.contains(id)).count();
        all += whole.len();
    }
    assert!(all > 150 && same * 100 >= all * 98, "{same} of {all}");
}
