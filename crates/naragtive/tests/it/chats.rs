//! Exports of chats of every format: however a conversation comes in parts, the store is as if it had come in one.

use jiff::Timestamp;
use naragtive::Format;
use naragtive_ingest::SceneRule;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use crate::exports::{said, whole};
use crate::support::Bench;

/// When a turn is said: so many seconds behind the first, which are enough for several in a minute.
fn moment(at: usize) -> Timestamp {
    Timestamp::from_second(1_715_572_841 + 23 * at as i64).unwrap()
}

fn stamp(at: usize, format: &str) -> String {
    moment(at).to_zoned(jiff::tz::TimeZone::UTC).strftime(format).to_string()
}

fn iso(at: usize) -> String {
    stamp(at, "%Y-%m-%dT%H:%M:%SZ")
}

fn who(at: usize) -> &'static str {
    ["Ann", "Bo"][at % 2]
}

fn role(at: usize) -> &'static str {
    ["user", "assistant"][at % 2]
}

fn lines(turns: &[String], from: usize, to: usize, line: impl Fn(usize, &str) -> String) -> String {
    (from..to).map(|at| line(at, &turns[at])).collect()
}

fn list(turns: &[String], from: usize, to: usize, entry: impl Fn(usize, &str) -> Value) -> Value {
    (from..to).map(|at| entry(at, &turns[at])).collect()
}

fn whatsapp(turns: &[String], from: usize, to: usize) -> String {
    lines(turns, from, to, |at, text| format!("[{}] {}: {text}\n", stamp(at, "%d/%m/%Y, %H:%M:%S"), who(at)))
}

/// Two or three messages a minute, by a clock without seconds.
fn whatsapp_android(turns: &[String], from: usize, to: usize) -> String {
    lines(turns, from, to, |at, text| {
        format!("{} - {}: {text}\n", stamp(at, "%-m/%d/%y, %-I:%M %p"), who(at))
    })
}

fn signal(turns: &[String], from: usize, to: usize) -> String {
    lines(turns, from, to, |at, text| format!("[{}] {}: {text}\n\n", stamp(at, "%Y-%m-%d %H:%M:%S"), who(at)))
}

fn imessage(turns: &[String], from: usize, to: usize) -> String {
    lines(turns, from, to, |at, text| {
        format!("{}\n{}\n{text}\n\n", stamp(at, "%b %d, %Y  %-I:%M:%S %p"), who(at))
    })
}

fn weechat(turns: &[String], from: usize, to: usize) -> String {
    lines(turns, from, to, |at, text| format!("{}\t{}\t{text}\n", stamp(at, "%Y-%m-%d %H:%M:%S"), who(at)))
}

fn foundry(turns: &[String], from: usize, to: usize) -> String {
    let lines: Vec<String> = (from..to)
        .map(|at| format!("[{}] {}\n{}\n", stamp(at, "%-m/%-d/%Y, %-I:%M:%S %p"), who(at), turns[at]))
        .collect();
    lines.join("---------------------------\n")
}

fn sillytavern(turns: &[String], from: usize, to: usize) -> String {
    let head = json!({"user_name": "Ann", "character_name": "Bo", "create_date": "2024-05-13@04h00m00s"});
    let turn = |at: usize, text: &str| {
        let turn =
            json!({"name": who(at), "is_user": at.is_multiple_of(2), "send_date": iso(at), "mes": text});
        format!("{turn}\n")
    };
    format!("{head}\n{}", lines(turns, from, to, turn))
}

fn jan(turns: &[String], from: usize, to: usize) -> String {
    lines(turns, from, to, |at, text| {
        let content = json!([{"type": "text", "text": {"value": text, "annotations": []}}]);
        let turn = json!({"id": format!("01{at:03}"), "object": "thread.message", "thread_id": "t1", "role": role(at),
            "content": content, "status": "ready", "created_at": moment(at).as_second()});
        format!("{turn}\n")
    })
}

fn telegram(turns: &[String], from: usize, to: usize) -> String {
    let messages = list(turns, from, to, |at, text| {
        json!({"id": at + 1, "type": "message", "date_unixtime": moment(at).as_second().to_string(), "from": who(at),
            "from_id": format!("user{}", at % 2), "text": text, "date": stamp(at, "%Y-%m-%dT%H:%M:%S")})
    });
    json!({"name": "The Gull", "type": "personal_chat", "id": 77, "messages": messages}).to_string()
}

fn discord(turns: &[String], from: usize, to: usize) -> String {
    let messages = list(turns, from, to, |at, text| {
        json!({"id": (1000 + at).to_string(), "type": "Default", "timestamp": iso(at), "content": text,
            "author": {"id": (at % 2).to_string(), "name": who(at), "nickname": who(at), "isBot": false}})
    });
    let channel = json!({"id": "9", "type": "GuildTextChat", "category": "c", "name": "tavern"});
    json!({"guild": {"id": "1", "name": "G"}, "channel": channel, "messages": messages}).to_string()
}

fn slack(turns: &[String], from: usize, to: usize) -> String {
    let messages = list(turns, from, to, |at, text| {
        json!({"type": "message", "client_msg_id": format!("a{at}"), "user": format!("U0{}", at % 2), "text": text,
            "ts": format!("{}.000100", moment(at).as_second()), "user_profile": {"display_name": who(at)}})
    });
    messages.to_string()
}

fn claude(turns: &[String], from: usize, to: usize) -> String {
    let messages = list(turns, from, to, |at, text| {
        let parent =
            at.checked_sub(1).map_or("00000000-0000-4000-8000-000000000000".into(), |at| format!("m{at}"));
        json!({"uuid": format!("m{at}"), "sender": (["human", "assistant"][at % 2]), "text": text,
            "content": [{"type": "text", "text": text}], "created_at": iso(at), "attachments": [], "files": [],
            "parent_message_uuid": parent})
    });
    json!([{"uuid": "c1", "name": "Gull", "created_at": iso(0), "updated_at": iso(to), "account": {"uuid": "a"},
        "chat_messages": messages}])
    .to_string()
}

fn chatgpt(turns: &[String], from: usize, to: usize) -> String {
    let name = |at: usize| format!("n{at}");
    let mut mapping = serde_json::Map::new();
    mapping.insert("r".into(), json!({"id": "r", "message": null, "parent": null, "children": [name(from)]}));
    for (at, text) in turns.iter().enumerate().take(to).skip(from) {
        let parent = if at == from { "r".to_owned() } else { name(at - 1) };
        let children: Vec<String> = (at + 1..to).take(1).map(name).collect();
        let message = json!({"id": name(at), "author": {"role": role(at)}, "create_time": moment(at).as_second(),
            "content": {"content_type": "text", "parts": [text]}, "weight": 1.0, "recipient": "all"});
        mapping.insert(
            name(at),
            json!({"id": name(at), "parent": parent, "children": children, "message": message}),
        );
    }
    json!([{"id": "c1", "conversation_id": "c1", "title": "Siege", "create_time": moment(0).as_second(),
        "current_node": name(to - 1), "mapping": mapping}])
    .to_string()
}

fn open_webui(turns: &[String], from: usize, to: usize) -> String {
    let mut messages = serde_json::Map::new();
    for (at, text) in turns.iter().enumerate().take(to).skip(from) {
        let parent = (from..at).next_back().map(|at| format!("m{at}"));
        let children: Vec<String> = (at + 1..to).take(1).map(|at| format!("m{at}")).collect();
        messages.insert(
            format!("m{at}"),
            json!({"id": format!("m{at}"), "parentId": parent, "childrenIds": children, "role": role(at),
                "content": text, "timestamp": moment(at).as_second()}),
        );
    }
    let history = json!({"currentId": format!("m{}", to - 1), "messages": messages});
    json!([{"id": "c1", "user_id": "u1", "title": "Night", "chat": {"id": "", "title": "Night", "models": ["s"],
        "history": history}}])
    .to_string()
}

fn agnai(turns: &[String], from: usize, to: usize) -> String {
    let messages = list(turns, from, to, |at, text| {
        let by = if at.is_multiple_of(2) { "userId" } else { "characterId" };
        json!({"_id": format!("a{at}"), "handle": who(at), by: "x", "msg": text, "createdAt": iso(at)})
    });
    json!({"name": "Night", "greeting": "", "sampleChat": "", "scenario": "", "messages": messages})
        .to_string()
}

/// An export of the turns from the first number up to the second.
type Export = fn(&[String], usize, usize) -> String;

/// Chats whose turns are known by ids of their own, or by who said them when.
const CHATS: [(&str, &str, Export); 15] = [
    ("whatsapp", "_chat.txt", whatsapp),
    ("whatsapp", "android.txt", whatsapp_android),
    ("signal", "chat.md", signal),
    ("imessage", "ann.txt", imessage),
    ("irc", "gull.weechatlog", weechat),
    ("foundry", "fvtt-log.txt", foundry),
    ("sillytavern", "sera.jsonl", sillytavern),
    ("jan", "messages.jsonl", jan),
    ("telegram", "result.json", telegram),
    ("discord", "tavern.json", discord),
    ("slack", "2024-05-13.json", slack),
    ("claude", "conversations.json", claude),
    ("chatgpt", "conversations.json", chatgpt),
    ("openwebui", "export.json", open_webui),
    ("agnai", "chat.json", agnai),
];

fn rows(bench: &Bench, store: &str) -> Vec<String> {
    bench.rows(store).into_iter().map(whole).collect()
}

/// Parts in which every turn is, neighbours with so many in common.
fn parts(turns: usize, cuts: &[Index], shared: usize) -> Vec<(usize, usize)> {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(turns)).chain([0, turns]).collect();
    cuts.sort_unstable();
    cuts.dedup();
    cuts.windows(2).map(|two| (two[0].saturating_sub(shared), two[1])).collect()
}

/// Long turns fill a scene, short ones share one.
fn of_length(turns: Vec<String>, long: bool) -> Vec<String> {
    turns.into_iter().map(|turn| if long { format!("{turn} {}", turn.repeat(7)) } else { turn }).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// The next export goes by the name of the one before.
    #[test]
    fn a_chat_in_parts_of_one_name_in_any_order_gives_the_store_that_one_go_gives(
        turns in said(),
        long in any::<bool>(),
        cuts in prop::collection::vec(any::<Index>(), 0..4),
        shared in 0..3usize,
        order in any::<Index>(),
        chat in 0..CHATS.len()
    ) {
        let ((format, name, export), turns) = (CHATS[chat], of_length(turns, long));
        let format = Format::named(format).unwrap();
        let bench = Bench::new();
        bench.ingest_bytes("once", export(&turns, 0, turns.len()).as_bytes(), name, format);
        // In one minute nobody knows which came first, unless the parts have something in common.
        let is_coarse = name == "android.txt";
        let mut parts = parts(turns.len(), &cuts, if is_coarse { shared.max(1) } else { shared });
        let by = if is_coarse { 0 } else { order.index(parts.len()) };
        parts.rotate_left(by);
        for (from, to) in &parts {
            bench.ingest_bytes("parts", export(&turns, *from, *to).as_bytes(), name, format);
        }
        prop_assert_eq!(rows(&bench, "parts"), rows(&bench, "once"), "{} {:?}", name, parts);
        for (from, to) in parts {
            let [added, updated, _] =
                bench.ingest_bytes("parts", export(&turns, from, to).as_bytes(), name, format);
            prop_assert_eq!((added, updated), (0, 0), "{}", name);
        }
    }

    /// Each export has a name of its own, and turns that one before it has.
    #[test]
    fn a_chat_in_parts_of_many_names_that_overlap_gives_the_store_that_one_go_gives(
        turns in said(),
        long in any::<bool>(),
        cuts in prop::collection::vec(any::<Index>(), 0..4),
        shared in 1..3usize,
        backwards in any::<bool>(),
        chat in 0..CHATS.len()
    ) {
        let ((format, name, export), turns) = (CHATS[chat], of_length(turns, long));
        let format = Format::named(format).unwrap();
        let bench = Bench::new();
        bench.ingest_bytes("once", export(&turns, 0, turns.len()).as_bytes(), name, format);
        let mut parts = parts(turns.len(), &cuts, shared);
        if backwards {
            parts.reverse();
        }
        let place = |at: usize| format!("{at}/{name}");
        for (at, (from, to)) in parts.iter().enumerate() {
            bench.ingest_bytes("parts", export(&turns, *from, *to).as_bytes(), &place(at), format);
        }
        prop_assert_eq!(rows(&bench, "parts"), rows(&bench, "once"), "{} {:?}", name, parts);
        for (at, (from, to)) in parts.into_iter().enumerate() {
            let [added, updated, _] =
                bench.ingest_bytes("parts", export(&turns, from, to).as_bytes(), &place(at), format);
            prop_assert_eq!((added, updated), (0, 0), "{}", name);
        }
    }
}

/// Two chats in which the same was said in the same minute, and that is all they have in common.
#[test]
fn what_is_said_to_many_at_once_makes_no_one_chat_of_theirs() {
    let [first, second] = ["harbour", "mill"].map(|place| {
        let turns = (0..6).map(|at| format!("Turn {at} is said at the {place}."));
        let mut turns: Vec<String> = turns.collect();
        turns[3] = "A happy new year!".to_owned();
        turns
    });
    for (name, export) in [("android.txt", whatsapp_android as Export), ("_chat.txt", whatsapp)] {
        let format = Format::named("whatsapp").unwrap();
        let bench = Bench::new();
        bench.ingest_bytes("s", export(&first, 0, 6).as_bytes(), &format!("a/{name}"), format);
        let before = bench.texts("s");
        bench.ingest_bytes("s", export(&second, 0, 6).as_bytes(), &format!("b/{name}"), format);
        let after = bench.texts("s");
        assert!(before.iter().all(|text| after.contains(text)), "{name}: {after:?}");
        assert!(
            after.iter().all(|text| !(text.contains("harbour") && text.contains("mill"))),
            "{name}: {after:?}"
        );
    }
}

/// A chat of SillyTavern whose last answer is said so many seconds later than it was.
fn swiped(turns: &[String], later: i64, stamp: impl Fn(Timestamp) -> String) -> String {
    let turn = |at: usize, seconds: i64| {
        let moment = moment(at) + jiff::SignedDuration::from_secs(seconds);
        let turn = json!({"name": who(at), "is_user": at.is_multiple_of(2), "send_date": stamp(moment), "mes": turns[at]});
        format!("{turn}\n")
    };
    let head = json!({"user_name": "Ann", "character_name": "Bo", "create_date": "2024-05-13@04h00m00s"});
    let last = turns.len() - 1;
    format!("{head}\n{}{}", (0..last).map(|at| turn(at, 0)).collect::<String>(), turn(last, later))
}

fn in_minutes(moment: Timestamp) -> String {
    moment.to_zoned(jiff::tz::TimeZone::UTC).strftime("%B %-d, %Y %-I:%M%P").to_string()
}

/// The last answer is made anew, at once or much later, by a clock with or without seconds; the exports come in any order.
#[test]
fn an_answer_made_anew_takes_the_place_of_the_old_one_and_keeps_it() {
    let said: Vec<String> = (0..4).map(|at| format!("Turn {at} is said here.")).collect();
    let mut anew = said.clone();
    anew[3] = "This is said instead.".to_owned();
    let format = Format::named("sillytavern").unwrap();
    let seconds = |moment: Timestamp| moment.to_string();
    for (reason, later, stamp) in [
        ("at once", 5, &seconds as &dyn Fn(Timestamp) -> String),
        ("at once, by the minute", 70, &in_minutes),
        ("much later", 4300, &seconds),
        ("much later, by the minute", 4300, &in_minutes),
    ] {
        for order in [&[0, 1, 0, 1][..], &[1, 0]] {
            let bench = Bench::new();
            bench.ingest_bytes("once", swiped(&anew, later, stamp).as_bytes(), "sera.jsonl", format);
            for export in order {
                let (turns, later) = [(&said, 0), (&anew, later)][*export];
                bench.ingest_bytes("s", swiped(turns, later, stamp).as_bytes(), "sera.jsonl", format);
            }
            assert_eq!(rows(&bench, "s"), rows(&bench, "once"), "{reason} {order:?}");
        }
    }
}

/// A file of another name may be a branch: both answers are true, and no scene has both.
#[test]
fn a_branch_of_a_chat_keeps_its_own_answer_and_takes_nobody_elses() {
    let said: Vec<String> = (0..6).map(|at| format!("Turn {at} is said here.")).collect();
    let mut branch = said.clone();
    branch[5] = "This is said instead.".to_owned();
    let format = Format::named("sillytavern").unwrap();
    let exports = [("sera.jsonl", &said, 0), ("Branch #1 - sera.jsonl", &branch, 4300)];
    for order in [[0, 1, 0], [1, 0, 1]] {
        let bench = Bench::new();
        for export in order {
            let (name, turns, later) = exports[export];
            bench.ingest_bytes("s", swiped(turns, later, in_minutes).as_bytes(), name, format);
        }
        let texts = bench.texts("s");
        for last in ["Turn 5", "instead"] {
            assert_eq!(texts.iter().filter(|text| text.contains(last)).count(), 1, "{order:?} {texts:?}");
        }
        assert!(!texts.iter().any(|text| text.contains("Turn 5") && text.contains("instead")), "{texts:?}");
    }
}

/// Two chats in which all but a few turns differ, and one turn is the same in the same minute.
#[test]
fn what_is_said_in_two_chats_in_one_minute_is_stored_in_both_turn_by_turn() {
    let chat = |who: &str| {
        let turn = |by: &str, at: i64, text: &str| {
            let stamp = in_minutes(moment(0) + jiff::SignedDuration::from_secs(at * 60));
            let turn = json!({"name": by, "is_user": by == "Kit", "send_date": stamp, "mes": text});
            format!("{turn}\n")
        };
        let head = json!({"user_name": "Kit", "character_name": who, "create_date": "2024-3-5@14h02m11s"});
        let turns = [
            turn(who, 0, &format!("I am {who}.")),
            turn("Kit", 1, "Hello"),
            turn(who, 1, &format!("What does {who} want?")),
        ];
        [format!("{head}\n{}", turns[..2].concat()), format!("{head}\n{}", turns.concat())]
    };
    let [bren, odile] = ["Bren", "Odile"].map(chat);
    let format = Format::named("sillytavern").unwrap();
    for length in 0..2 {
        let bench = Bench::new();
        for (name, chat) in [("Bren/c.jsonl", &bren), ("Odile/c.jsonl", &odile), ("Bren/c.jsonl", &bren)] {
            bench.ingest_cut("s", chat[length].as_bytes(), name, format, Some(SceneRule::Turn));
        }
        let texts = bench.texts("s");
        assert_eq!(texts.iter().filter(|text| text.contains("Hello")).count(), 2, "{texts:?}");
        assert_eq!(texts.len(), 2 * (2 + length), "{texts:?}");
    }
}

/// Exports of one chat whose first message was edited, before and after that, in any order: the last wording stays.
#[test]
fn the_last_wording_of_a_message_stays_whichever_export_comes_last() {
    let discord = |edited: Option<&str>, text: &str| {
        let message = |id: usize, text: &str, edited: Option<&str>| {
            json!({"id": (1000 + id).to_string(), "type": "Default", "timestamp": iso(id), "content": text,
                "timestampEdited": edited, "author": {"id": "1", "name": who(id), "nickname": who(id), "isBot": false}})
        };
        let messages =
            [message(0, text, edited), message(1, "Who did it?", None), message(2, "Nobody.", None)];
        let channel = json!({"id": "9", "type": "GuildTextChat", "category": "c", "name": "tavern"});
        json!({"guild": {"id": "1", "name": "G"}, "channel": channel, "messages": messages}).to_string()
    };
    let chat = |edited: Option<&str>, text: &str| {
        let message = |id: usize, text: &str, edited: Option<&str>| json!({"id": id, "user": who(id), "message": text, "timestamp": iso(id), "edited_at": edited});
        json!([message(0, text, edited), message(1, "Who did it?", None)]).to_string()
    };
    let telegram = |edited: Option<&str>, text: &str| {
        let message = |id: usize, text: &str, edited: Option<&str>| {
            let edited = edited.map(|at| at.parse::<Timestamp>().unwrap().as_second().to_string());
            json!({"id": id + 1, "type": "message", "date_unixtime": moment(id).as_second().to_string(), "from": who(id),
                "from_id": "user1", "text": text, "date": stamp(id, "%Y-%m-%dT%H:%M:%S"), "edited_unixtime": edited})
        };
        json!({"name": "Gull", "type": "personal_chat", "id": 7,
            "messages": [message(0, "First.", None), message(1, text, edited)]})
        .to_string()
    };
    let whatsapp = |edited: Option<&str>, text: &str| {
        let mark = if edited.is_some() { " \u{200e}<This message was edited>" } else { "" };
        format!(
            "[5/13/24, 9:00:00 PM] Ann: Who is there in the dark?\n[5/13/24, 9:01:00 PM] Bo: {text}{mark}\n\
            [5/13/24, 9:02:00 PM] Ann: Come in then, both of you.\n[5/13/24, 9:03:00 PM] Bo: We come.\n"
        )
    };
    let wordings = [
        (None, "The lamp is out in the harbour."),
        (Some("2024-06-01T00:00:00Z"), "The lamp is broken in the harbour."),
        (Some("2024-06-02T00:00:00Z"), "The lamp is broken in the old harbour."),
    ];
    type Wording<'a> = &'a dyn Fn(Option<&str>, &str) -> String;
    for (format, name, export, last) in [
        ("discord", "a.json", &discord as Wording<'_>, 2),
        ("chat", "a.json", &chat, 2),
        ("telegram", "result.json", &telegram, 2),
        ("whatsapp", "_chat.txt", &whatsapp, 1),
    ] {
        let format = Format::named(format).unwrap();
        for order in [&[0, last][..], &[last, 0], &[0, last, 0], &[1, last, 1], &[last, 1, 0]] {
            let bench = Bench::new();
            for wording in order {
                let (edited, text) = wordings[*wording];
                bench.ingest_bytes("s", export(edited, text).as_bytes(), name, format);
            }
            let texts = bench.texts("s").concat();
            assert!(texts.contains(wordings[last].1), "{format} {order:?} {texts}");
            assert_eq!(texts.matches("The lamp is").count(), 1, "{format} {order:?} {texts}");
        }
    }
}
