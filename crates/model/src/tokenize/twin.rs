//! The pieces of Unigram beside those of the `tokenizers` crate.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};
use tokenizers::Tokenizer;

use super::unigram::{Keeping, Unigram};

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tiny-cross-xlmr/tokenizer.json")
}

/// Both tokenizers of the fixture, changed.
struct Twins(Unigram, Tokenizer);

impl Twins {
    fn new(change: impl FnOnce(&mut Value)) -> Self {
        let mut file: Value = serde_json::from_slice(&std::fs::read(fixture()).unwrap()).unwrap();
        change(&mut file);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tokenizer.json");
        std::fs::write(&path, file.to_string()).unwrap();
        let nothing = Keeping { cache: None, sums: &BTreeMap::new() };
        Self(Unigram::open(&path, nothing).unwrap(), Tokenizer::from_file(&path).unwrap())
    }

    fn assert_same(&self, text: &str) {
        let theirs = self.1.encode_fast(text, false).unwrap().get_ids().to_vec();
        assert_eq!(self.0.pieces(text, usize::MAX), theirs, "{text:?}");
        assert_eq!(self.0.pieces(text, 3), theirs[..theirs.len().min(3)], "{text:?}");
        let whole = self.1.encode_fast(text, true).unwrap().get_ids().to_vec();
        assert_eq!(self.0.encode(text, usize::MAX), whole, "{text:?}");
    }
}

/// As the fixture is; with words that aren't parted at white space, spaces made one, and added tokens of all kinds; with
/// every few letters of some words as a piece; and with bytes as pieces, and no mark before what has none.
static TWINS: LazyLock<[Twins; 4]> = LazyLock::new(|| {
    let other = Twins::new(|file| {
        let table = file["normalizer"].take();
        let spaces = json!({"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "});
        file["normalizer"] = json!({"type": "Sequence", "normalizers": [table, spaces]});
        file["pre_tokenizer"] = json!({"type": "Metaspace", "replacement": "▁", "add_prefix_space": true});
        for (content, strip, normalized) in
            [("<ship>", [true, true], false), ("ﬁre", [false, true], true), ("<s>x", [false; 2], false)]
        {
            let token = json!({"id": 0, "content": content, "single_word": false, "lstrip": strip[0],
                "rstrip": strip[1], "normalized": normalized, "special": false});
            file["added_tokens"].as_array_mut().unwrap().push(token);
        }
    });
    let many = Twins::new(|file| {
        let vocabulary = file["model"]["vocab"].as_array_mut().unwrap();
        let words: Vec<char> = "▁the▁harbour▁ferryman▁étéﬁ鬼鬼🤔x".chars().collect();
        let mut score = -2.0;
        for length in 1..6 {
            for letters in words.windows(length) {
                // Scores that are never alike, and fall neither with the length nor with the place.
                score = -2.0 - (score * 77.7 + length as f64 * 3.3f64).abs() % 9.0;
                vocabulary.push(json!([letters.iter().collect::<String>(), score]));
            }
        }
    });
    let bytes = Twins::new(|file| {
        let vocabulary = file["model"]["vocab"].as_array_mut().unwrap();
        // But for some, so that there are characters that are neither pieces nor bytes.
        vocabulary.extend(
            (0..=255).filter(|byte| byte % 16 != 3).map(|byte| json!([format!("<0x{byte:02X}>"), 0.0])),
        );
        file["model"]["byte_fallback"] = true.into();
        file["pre_tokenizer"] =
            json!({"type": "Metaspace", "replacement": "▁", "prepend_scheme": "never", "split": false});
        file["post_processor"] = json!({"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0],
            "trim_offsets": true, "add_prefix_space": true});
    });
    [Twins::new(|_| ()), other, many, bytes]
});

#[test]
fn odd_texts_have_the_pieces_of_the_reference() {
    for text in [
        "",
        " ",
        "  ",
        "a  b   c ",
        "\u{a0}\u{2003}\u{3000}x\u{200b}y\u{feff}z\u{2028}\u{2029}\r\n\t",
        "a\r\nb\rc\0d\u{1}e\u{7f}f\u{85}g\u{ad}h\u{fffd}",
        "ＡＢＣ ﬁre ﬁ… ﬀ é e\u{301} Å Å 각 각 ㍿ ﾊﾟ",
        "東京タワー 鬼鬼鬼 𠮷野家 🤔👩‍🚀🇫🇷 ½ Ⅻ",
        "▁a▁▁b ▁ ▁▁ x▁y",
        "<s>a</s> <mask>b  <mask>  c<unk>d<pad> <s>x <s >",
        "a <ship> b <ship><ship>  c ﬁre  fire <mask>\u{3000}",
        "<unk>x鬼<unk>",
        "don't — “quoted” … ‹x› ¿qué?",
        "हिन्दी ไทย ខ្មែរ שָׁלוֹם سَلام",
    ] {
        TWINS.iter().for_each(|twins| twins.assert_same(text));
    }
    TWINS.iter().for_each(|twins| twins.assert_same(&"the ferryman's harbour ".repeat(300)));
}

#[cfg_attr(no_shared, ignore = "needs the shared data")]
#[test]
fn the_development_texts_have_the_pieces_of_the_reference() {
    for (set, step) in SETS {
        let folder = naragtive_testkit::shared(&format!("data/{set}"));
        let scenes: Vec<Value> =
            serde_json::from_slice(&std::fs::read(folder.join("scenes.json")).unwrap()).unwrap();
        let queries = std::fs::read_to_string(folder.join("queries.jsonl")).unwrap();
        let queries = queries.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let texts = scenes.iter().map(|scene| scene["message"].clone());
        let texts: Vec<Value> = texts.chain(queries.map(|query| query["query"].clone())).collect();
        assert!(texts.len() > 20);
        for text in texts.iter().step_by(step) {
            TWINS.iter().for_each(|twins| twins.assert_same(text.as_str().unwrap()));
        }
    }
}

/// The development sets, and every which of their texts is looked at.
const SETS: [(&str, usize); 8] = [
    ("crd3", 4),
    ("fairytaleqa", 4),
    ("locomo", 4),
    ("languages/english", 1),
    ("languages/german", 1),
    ("languages/russian", 1),
    ("languages/japanese", 1),
    ("languages/korean", 1),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_text_has_the_pieces_of_the_reference(text in "(?s).{0,40}") {
        TWINS.iter().for_each(|twins| twins.assert_same(&text));
    }

    #[test]
    fn any_words_have_the_pieces_of_the_reference(
        text in "([a-z ▁é鬼ﬁ…\r\n\u{301}]|<mask>|<s>|</s>|<ship>|<unk>|the|harbour|ferryman|  ){0,40}"
    ) {
        TWINS.iter().for_each(|twins| twins.assert_same(&text));
    }
}
