//! Our word pieces against those of the `tokenizers` crate.

use std::sync::LazyLock;

use naragtive_model::WordPiece;
use naragtive_testkit::{real_model, shared};
use proptest::prelude::*;
use tokenizers::Tokenizer;

static OURS: LazyLock<WordPiece> =
    LazyLock::new(|| WordPiece::open(&real_model().join("vocab.txt"), true, usize::MAX).unwrap());

static THEIRS: LazyLock<Tokenizer> = LazyLock::new(|| {
    let mut tokenizer = Tokenizer::from_file(real_model().join("tokenizer.json")).unwrap();
    tokenizer.with_padding(None);
    tokenizer.with_truncation(None).unwrap();
    tokenizer
});

fn theirs(text: &str) -> Vec<u32> {
    THEIRS.encode(text, true).unwrap().get_ids().to_vec()
}

#[test]
fn every_text_of_the_development_data_has_the_same_pieces() {
    for set in ["crd3", "fairytaleqa", "locomo"] {
        let scenes = std::fs::read(shared(&format!("data/{set}/scenes.json"))).unwrap();
        let scenes: Vec<serde_json::Value> = serde_json::from_slice(&scenes).unwrap();
        assert!(!scenes.is_empty());
        for scene in scenes {
            let text = scene["message"].as_str().unwrap();
            assert_eq!(OURS.encode(text), theirs(text), "{text}");
        }
    }
}

#[test]
fn unicode_torture_has_the_same_pieces() {
    for text in [
        "",
        " ",
        "\u{a0}\u{2003}\u{3000}x\u{200b}y\u{feff}z",
        "Ǆ ǅ ß ẞ İ ı ﬁ ﬀ Σίσυφος ΣΑΣ",
        "é e\u{301} ñ Ω Ω Å Å 각 각",
        "東京タワー 鬼 𠮷野家 ㍿ ﾊﾟ",
        "🤔👩‍🚀🇫🇷 ©®™ ½ Ⅻ ①",
        "a\0b\u{fffd}c\u{1}d\u{7f}e\u{85}f\u{ad}g",
        "don't — “quoted” … ‹x› ¿qué? ¡ya! $5+3=8 ^`|~<>",
        "[CLS] a [SEP] b [MASK][PAD] [UNK] [sep] [[SEP]] [ SEP ]",
        "ёлка й Ё שָׁלוֹם سَلام हिन्दी ไทย ខ្មែរ",
        "\u{e000}\u{10ffff}\u{2028}\u{2029}\r\n\t",
        "supercalifragilisticexpialidocious antidisestablishmentarianism",
        "##ing ## # ing",
    ] {
        assert_eq!(OURS.encode(text), theirs(text), "{text:?}");
    }
    for length in [99, 100, 101, 5000] {
        for letter in ["a", "é", "鬼", "🤔"] {
            let word = letter.repeat(length);
            assert_eq!(OURS.encode(&word), theirs(&word), "{length} times {letter}");
        }
    }
}

#[test]
fn a_text_is_cut_at_the_limit_and_still_closed() {
    let limited = WordPiece::open(&real_model().join("vocab.txt"), true, 8).unwrap();
    let text = "one two three four five six seven eight nine [SEP] ten";
    let mut expected = theirs(text)[..7].to_vec();
    expected.push(102);
    assert_eq!(limited.encode(text), expected);
    assert_eq!(limited.encode("one [SEP] two [SEP] [SEP] [SEP] [SEP] [SEP] [SEP]").len(), 8);
    assert_eq!(limited.encode("one"), theirs("one"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text_has_the_same_pieces(text in "(?s).{0,60}") {
        prop_assert_eq!(OURS.encode(&text), theirs(&text));
    }

    #[test]
    fn any_words_have_the_same_pieces(text in "([a-zA-Zé' .,\\[\\]#-]|\\[SEP\\]|[\u{300}-\u{36f}]){0,80}") {
        prop_assert_eq!(OURS.encode(&text), theirs(&text));
    }
}
