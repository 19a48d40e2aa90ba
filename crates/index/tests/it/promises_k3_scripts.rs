//! Words of every script are found by what people type, and what is marked is what was found.

use std::num::NonZeroUsize;
use std::path::Path;

use naragtive_index::*;
use serde_json::Value;

/// The messages of one of the shared inputs.
fn messages(name: &str) -> Vec<String> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/faults/inputs");
    let bytes = std::fs::read(shared.join(name)).unwrap();
    let read: Value = serde_json::from_slice(&bytes).unwrap();
    let text = |message: &Value| message["message"].as_str().unwrap().to_owned();
    read.as_array().unwrap().iter().map(text).collect()
}

fn index(texts: &[impl AsRef<str>], language: Language) -> Index {
    let settings =
        IndexSettings { dimension: 1, language, recipe: String::new(), threads: NonZeroUsize::MIN };
    let mut builder = Builder::in_memory(&settings);
    for text in texts {
        builder.add(&Row { text: text.as_ref(), ..Row::default() }).unwrap();
    }
    builder.finish(&Fingerprint([0; 32])).unwrap()
}

/// The rows that `query` finds by its words, in their order, after a look that exactly these have marks.
fn found(index: &Index, texts: &[impl AsRef<str>], query: &str) -> Vec<usize> {
    let words = index.ask(query, true).unwrap();
    let asked = IndexQuery {
        vector: None,
        words: &words,
        mode: Mode::Keyword,
        limit: 99,
        keep: None,
        exact: false,
        spread: false,
        meaning: naragtive_index::MEANING,
        now: None,
    };
    let mut rows: Vec<usize> = index.search(&asked).unwrap().into_iter().map(|hit| hit.row).collect();
    rows.sort_unstable();
    for (row, text) in texts.iter().enumerate() {
        let marks = words.marks(text.as_ref(), index.analyzer());
        assert!(
            marks.iter().all(|range| text.as_ref().get(range.clone()).is_some_and(|mark| !mark.is_empty()))
        );
        assert!(marks.windows(2).all(|pair| pair[0].end <= pair[1].start), "{query}: {marks:?}");
        if !query.contains('"') {
            assert_eq!(!marks.is_empty(), rows.contains(&row), "{query} in {}", text.as_ref());
        }
    }
    rows
}

#[test]
fn the_words_of_every_reported_file_are_found() {
    for (file, queries) in [
        (
            "chat-markdown.json",
            &[
                ("whispers", &[0][..]),
                ("_whispers_", &[0]),
                ("draws", &[1]),
                ("never", &[2]),
                ("poisoner", &[5]),
                ("nobody", &[5]),
                ("lower", &[5]),
                ("deck", &[5]),
                ("lower_deck", &[5]),
                ("\"chart room\"", &[5]),
            ][..],
        ),
        (
            "chat-thai.json",
            &[
                ("\"ข้าวเช้า\"", &[0]),
                ("\"ตลาด\"", &[0]),
                ("\"เที่ยงคืน\"", &[1]),
                ("\"โบสถ์\"", &[2]),
                ("\"แมวดำ\"", &[2]),
            ],
        ),
        (
            "chat-korean.json",
            &[
                ("항구", &[0]),
                ("자정", &[0]),
                ("교회", &[1, 2]),
                ("고양이", &[1]),
                ("금화를", &[2]),
                ("등대", &[3]),
            ],
        ),
        (
            "chat-emoji.json",
            &[
                ("🐉", &[0]),
                ("⚔", &[1]),
                ("⚔️", &[1]),
                ("🚀", &[2]),
                ("👩‍🚀", &[2]),
                ("🇫🇷", &[2]),
                ("🤷", &[4]),
                ("🤷🏽‍♀️", &[4]),
            ],
        ),
        (
            "chat-accents.json",
            &[
                ("Zoe", &[0]),
                ("Zoë", &[0]),
                ("senor alvarez", &[1]),
                ("cafe", &[2]),
                ("CAFÉ", &[2]),
                ("chloe", &[3]),
                ("Zöe", &[]),
            ],
        ),
        (
            "chat-signs.json",
            &[
                ("O'Brien", &[0, 1]),
                ("O’Brien", &[0, 1]),
                ("pio-1384", &[2]),
                ("1384", &[2]),
                ("ceres-7", &[3]),
                ("ロビン", &[4]),
                ("フッド", &[4]),
                ("don't", &[5]),
            ],
        ),
        ("chat-arabic.json", &[("السفينة", &[0]), ("الميناء", &[0]), ("اخفى", &[2]), ("الكنيسة", &[1, 2])]),
        ("chat-hebrew.json", &[("הספינה", &[0]), ("הזהב", &[2])]),
        (
            "chat-turkish.json",
            &[("istanbul", &[0]), ("İstanbul", &[0]), ("isik", &[1]), ("IŞIK", &[1]), ("catisinda", &[2])],
        ),
        (
            "chat-chinese.json",
            &[("港口", &[0]), ("教堂", &[1, 2]), ("守人", &[3]), ("灯塔", &[3]), ("猫", &[1])],
        ),
        (
            "chat-cjk-partial.json",
            &[
                ("灯塔", &[0]),
                ("300", &[0]),
                ("学徒", &[0]),
                ("說實話", &[1]),
                ("工具", &[2]),
                ("ラムネ", &[3]),
                ("らむね", &[4]),
            ],
        ),
        ("chat-russian.json", &[("черная", &[1]), ("чёрная", &[1]), ("еж", &[4]), ("гавани", &[0])]),
        ("chat-hindi.json", &[("जहाज", &[0]), ("जहाज़", &[0]), ("बिल्ली", &[1])]),
        (
            "chat-german.json",
            &[
                ("hauptstrasse", &[4]),
                ("Hauptstraße", &[4]),
                ("schläft", &[1]),
                ("schlaft", &[1]),
                ("straßenfest", &[5]),
                ("madchen", &[4]),
            ],
        ),
        (
            "chat-fullwidth.json",
            &[("dragon", &[0, 1]), ("bold", &[1]), ("final flight", &[2]), ("vii", &[3])],
        ),
        ("chat-nfd-user.json", &[("lamp", &[0])]),
        (
            "chat-ids.json",
            &[
                ("1384", &[0]),
                ("C++", &[4]),
                ("USS", &[5]),
                ("22:15", &[10]),
                ("#tavern-chat", &[11]),
                ("tavern", &[11]),
                ("R2-D2", &[13]),
                ("AC/DC", &[13]),
            ],
        ),
    ] {
        let texts = messages(file);
        let index = index(&texts, Language::ENGLISH);
        for (query, rows) in queries {
            assert_eq!(found(&index, &texts, query), *rows, "{file}: {query}");
        }
    }
}

#[test]
fn words_that_nobody_reported_are_found_too() {
    let texts = [
        "Tiếng Việt của bà",
        "keeper—sold the_codes",
        "خانه\u{200c}ها بزرگ",
        "ខ្មែរភាសា",
        "ｶﾞﾗｽの靴",
        "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}을 배운다",
        "So\u{ad}ren d’Artagnan et l'été",
        "Ankara'ya gitti",
        "ὁ Ὀδυσσεύς",
        "👍🏽 and 1️⃣",
        "“quoted” ‘single’ words",
        "မြန်မာစာ",
    ];
    let index = index(&texts, Language::ENGLISH);
    for (query, rows) in [
        ("tieng viet", &[0][..]),
        ("Tiếng", &[0]),
        ("sold", &[1]),
        ("codes", &[1]),
        ("خانهها", &[2]),
        ("ភាសា", &[3]),
        ("ガラス", &[4]),
        ("한글", &[5]),
        ("soren", &[6]),
        ("artagnan", &[6]),
        ("été", &[6]),
        ("ete", &[6]),
        ("ankara", &[7]),
        ("οδυσσευσ", &[8]),
        ("👍", &[9]),
        ("👎", &[]),
        ("1️⃣", &[9]),
        ("quoted single", &[10]),
        ("မြန်မာ", &[11]),
    ] {
        assert_eq!(found(&index, &texts, query), rows, "{query}");
    }
}

#[test]
fn any_two_characters_of_a_run_without_spaces_find_it() {
    let texts =
        ["船长把金币藏在教堂的地板下。", "ฉันชอบกินข้าวเช้าทุกวันที่ตลาด", "선장은 금화를 교회 바닥 밑에 숨겼다."];
    let index = index(&texts, Language::ENGLISH);
    for (row, text) in texts.iter().enumerate() {
        for run in text.split([' ', '。', '.']).filter(|run| !run.is_empty()) {
            let letters: Vec<char> = run.chars().collect();
            for size in 2..=4 {
                for part in letters.windows(size) {
                    let query: String = part.iter().collect();
                    assert_eq!(found(&index, &texts, &format!("\"{query}\"")), [row], "{query}");
                }
            }
        }
    }
}

#[test]
fn what_english_is_found_by_is_what_it_was() {
    let texts = ["Drizzt Do'Urden's half-elf don't rock'n'roll", "the keeper's well-known dragons"];
    let index = index(&texts, Language::ENGLISH);
    for (query, rows) in [
        ("do'urden", &[0][..]),
        ("urden", &[]),
        ("elf", &[0]),
        ("half-elf", &[0]),
        ("rock", &[]),
        ("keeper", &[1]),
        ("dragon", &[1]),
    ] {
        assert_eq!(found(&index, &texts, query), rows, "{query}");
    }
}
