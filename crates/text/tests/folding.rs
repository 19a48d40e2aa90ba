//! One folding for all that is compared, tried rule by rule with more than the cases that were reported.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use naragtive_text::*;
use proptest::prelude::*;

/// What `text` is cut into; a run without spaces in brackets, an emoji in braces.
fn cut(text: &str) -> Vec<String> {
    let show = |token: Token| match token.kind {
        Kind::Word => text[token.range].to_owned(),
        Kind::Unspaced => format!("[{}]", &text[token.range]),
        Kind::Emoji => format!("{{{}}}", &text[token.range]),
    };
    tokens(text).map(show).collect()
}

#[test]
fn words_hold_together_what_is_one_name() {
    for (text, expected) in [
        ("Drizzt Do'Urden's half-elf", &["Drizzt", "Do'Urden's", "half-elf"][..]),
        ("a--b 'quoted' dogs' -x", &["a", "b", "quoted", "dogs", "x"]),
        ("l’été, e\u{301}te", &["l’été", "e\u{301}te"]),
        ("龍と dragon龍", &["[龍と]", "dragon", "[龍]"]),
        ("हिन्दी", &["हिन्दी"]),
        ("_whispers_ __Never__ *x* ~~nobody~~ ||spoiler||", &["whispers", "Never", "x", "nobody", "spoiler"]),
        ("crates/lower_deck/chart_room.rs", &["crates", "lower", "deck", "chart", "room", "rs"]),
        ("keeper—sold “Go” she said", &["keeper", "sold", "Go", "she", "said"]),
        (
            "PIO–1384 Ceres−7 a‑b O´Brien OʼBrien don`t",
            &["PIO–1384", "Ceres−7", "a‑b", "O´Brien", "OʼBrien", "don`t"],
        ),
        ("ロビン・フッドが来た。", &["[ロビン]", "[フッドが来た]"]),
        ("300次 배는", &["300", "[次]", "[배는]"]),
        ("\u{200b}hid\u{ad}den\u{feff} ok\u{fe0f}", &["hid\u{ad}den", "ok"]),
        ("می\u{200c}خواهم", &["می\u{200c}خواهم"]),
        ("The 🐉 wakes⚔️now 🇫🇷🇩🇪", &["The", "{🐉}", "wakes", "{⚔️}", "now", "{🇫🇷}", "{🇩🇪}"]),
        ("👩‍🚀👍🏽 #️⃣ 1️⃣", &["{👩‍🚀}", "{👍🏽}", "{#️⃣}", "1️⃣"]),
        ("เรือ 12", &["[เรือ]", "12"]),
        ("", &[]),
        ("?! — - _", &[]),
    ] {
        assert_eq!(cut(text), expected, "{text}");
    }
}

#[test]
fn what_nobody_sees_or_types_does_not_matter() {
    for same in [
        &["Dragon", "DRAGON", "Ｄｒａｇｏｎ", "𝓭𝓻𝓪𝓰𝓸𝓷", "dra\u{ad}gon", "dra\u{200b}gon", "dra\u{2060}gon"][..],
        &[
            "O'Brien",
            "O’Brien",
            "O‘Brien",
            "O´Brien",
            "O`Brien",
            "OʼBrien",
            "O′Brien",
            "Oʼ\u{ad}Brien",
            "O＇Brien",
        ],
        &["Jean-Luc", "jean‐luc", "Jean‑Luc", "Jean–Luc", "Jean−Luc", "Jean－Luc"],
        &["Zoë", "Zoe\u{308}", "ZOË"],
        &["Straße", "STRASSE", "STRAẞE", "strasse"],
        &["ﬁnal", "final", "ﬁnal\u{200d}"],
        &["İstanbul", "istanbul", "ıstanbul", "ISTANBUL"],
        &["ὀδυσσεύς", "ὈΔΥΣΣΕΎΣ", "ὀδυσσεύσ"],
        &["السفينةُ", "السفينة", "السـفينة"],
        &["أخفى", "اخفى", "أخفي"],
        &["הסְּפִינָה", "הספינה"],
        &["чёрная", "черная", "ЧЁРНАЯ"],
        &["जहाज़", "जहाज", "जहाज\u{93c}"],
        &["می\u{200c}خواهم", "میخواهم"],
        &["Ⅶ", "vii"],
    ] {
        let folded: Vec<_> = same.iter().map(|word| fold(word)).collect();
        assert!(folded.iter().all(|one| one.spelled == folded[0].spelled), "{folded:?}");
    }
}

#[test]
fn accents_count_only_where_they_were_typed() {
    for (typed, text, met) in [
        ("Zoe", "Zoë", true),
        ("Zoë", "Zoe\u{308}", true),
        ("Zoë", "Zoe", false),
        ("tieng viet", "Tiếng Việt", true),
        ("tiếng", "Tiêng", false),
        ("Tie\u{302}\u{301}ng", "Tiếng", true),
        ("soren", "Søren", true),
        ("aesir", "Æsir", true),
        ("Łodz", "Łódź", false),
        ("lodz", "Łódź", true),
        ("сарай", "сараи", false),
        ("ισχυς", "ισχύς", true),
        ("jean luc", "Jean-Luc", true),
        ("Jean-Luc", "jean luc", true),
        ("o’malley", "O'Malley", true),
        ("ガ", "ｶﾞ", true),
        ("カ", "ガ", false),
        ("", "", false),
        ("???", "???", true),
        ("?", "???", false),
    ] {
        assert_eq!(WantedName::new(typed).has_words_of(text), met, "{typed} {text}");
    }
}

#[test]
fn the_words_of_a_name_stand_one_after_the_other() {
    for (text, wanted, held) in [
        ("Eva Rostova", "rostova", true),
        ("captains_lounge", "Captains Lounge", true),
        ("Lila", "li", false),
        ("Jean-Luc Mercier", "luc mercier", true),
        ("Jean-Luc Mercier", "jean mercier", false),
        ("船长李", "李", true),
        ("등대지기", "등대", true),
        ("Ada ⚔️", "⚔", true),
        ("Ada ⚔️", "🐉", false),
        ("anything", "", false),
    ] {
        assert_eq!(holds_words(text, wanted), held, "{text} {wanted}");
    }
}

#[test]
fn an_emoji_is_itself_whatever_its_colours() {
    for (text, whole, parts) in [
        ("⚔️", "⚔", &[][..]),
        ("❤\u{fe0f}\u{200d}🔥", "❤\u{200d}🔥", &["❤", "🔥"]),
        ("👍🏽", "👍🏽", &["👍"]),
        ("🤷🏽‍♀️", "🤷🏽‍♀", &["🤷", "🤷‍♀", "🤷🏽"]),
        ("👩‍🚀", "👩‍🚀", &["👩", "🚀"]),
        ("🇫🇷", "🇫🇷", &[]),
        ("🏴\u{e0067}\u{e0062}\u{e007f}", "🏴\u{e0067}\u{e0062}\u{e007f}", &[]),
        ("#️⃣", "#⃣", &[]),
    ] {
        let found = emoji(text);
        assert_eq!(
            (found.whole.as_str(), found.parts),
            (whole, parts.iter().map(|part| (*part).to_owned()).collect())
        );
    }
}

#[test]
fn a_run_is_cut_into_characters_that_know_their_bytes() {
    for (run, letters) in [
        ("灯塔", &[("灯", "灯"), ("塔", "塔")][..]),
        ("ｶﾞｲ", &[("ガ", "ｶﾞ"), ("イ", "ｲ")]),
        ("か\u{3099}", &[("が", "か\u{3099}")]),
        (
            "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}",
            &[("한", "\u{1112}\u{1161}\u{11ab}"), ("글", "\u{1100}\u{1173}\u{11af}")],
        ),
        ("灯\u{200b}塔", &[("灯", "灯\u{200b}"), ("塔", "塔")]),
        ("葛\u{e0100}城", &[("葛", "葛\u{e0100}"), ("城", "城")]),
    ] {
        let found: Vec<_> =
            units(run).into_iter().map(|unit| (unit.letter.to_string(), &run[unit.range])).collect();
        assert_eq!(
            found,
            letters.iter().map(|(letter, bytes)| ((*letter).to_owned(), *bytes)).collect::<Vec<_>>()
        );
    }
}

/// Texts of all that is odd.
fn odd() -> impl Strategy<Value = String> {
    let chars = prop_oneof![
        any::<char>(),
        prop::sample::select(
            "aZé'’-–_ß İıςёй龍が가กี्ا⚔👩🚀🇫\u{301}\u{308}\u{fe0f}\u{200d}\u{ad}\u{3099}ﬁ\u{1161}\u{11ab}"
                .chars()
                .collect::<Vec<_>>()
        ),
    ];
    prop::collection::vec(chars, 0..24).prop_map(|chars| chars.into_iter().collect())
}

proptest! {
    #[test]
    fn folding_what_is_folded_changes_nothing(text in odd()) {
        let once = fold(&text);
        let again = fold(&once.spelled);
        prop_assert_eq!(&again.spelled, &once.spelled);
        prop_assert_eq!(again.plain(), once.plain());
        let plain = fold(once.plain());
        prop_assert_eq!(plain.spelled.as_ref(), once.plain());
        prop_assert_eq!(plain.plain, None);
    }

    #[test]
    fn tokens_are_in_order_within_the_text_and_hold_every_letter(text in odd()) {
        let mut end = 0;
        let found: Vec<Token> = tokens(&text).collect();
        for token in &found {
            prop_assert!(token.range.start >= end && token.range.start < token.range.end);
            prop_assert!(text.get(token.range.clone()).is_some());
            end = token.range.end;
        }
        for (at, c) in text.char_indices().filter(|(_, c)| starts_word(*c)) {
            prop_assert!(found.iter().any(|token| token.range.contains(&at)), "{c:?}");
        }
    }

    #[test]
    fn units_are_within_their_run(text in odd()) {
        for token in tokens(&text).filter(|token| token.kind == Kind::Unspaced) {
            let run = &text[token.range];
            let units = units(run);
            prop_assert!(units.iter().all(|unit| run.get(unit.range.clone()).is_some_and(|bytes| !bytes.is_empty())));
            prop_assert!(units.windows(2).all(|pair| pair[0].range.start <= pair[1].range.start));
        }
    }

    #[test]
    fn the_form_of_composition_never_matters(text in odd()) {
        use unicode_normalization::UnicodeNormalization;
        let (composed, apart): (String, String) = (text.nfc().collect(), text.nfd().collect());
        prop_assert_eq!(fold(&composed).spelled, fold(&apart).spelled);
    }
}
