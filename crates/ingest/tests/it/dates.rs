//! The days of stamps: read in any form, decided once for a file, and told where they can't be.

use naragtive_ingest::{DateOrder, Format, Options, read};

use crate::support::{ingest, options, shared};

fn days(file: &str, date_order: Option<DateOrder>) -> Vec<String> {
    let bytes = shared(&format!("faults/inputs/{file}"));
    let options = Options { date_order, ..options(file) };
    let ingested = read(Format::detect(&bytes).unwrap(), &bytes, &options).unwrap();
    ingested.scenes.iter().map(|scene| scene.metadata.date().unwrap_or("-").to_owned()).collect()
}

#[test]
fn a_day_first_file_is_read_day_first_throughout() {
    assert_eq!(days("neptune-en-gb.txt", None), ["2025-12-25", "2026-01-10"]);
    assert_eq!(days("chat-day-first.json", None), ["2025-10-31", "2025-11-05"]);
    assert_eq!(days("chat-day-first.json", Some(DateOrder::DayFirst)), ["2025-10-31", "2025-11-05"]);
}

#[test]
fn an_evening_is_of_the_day_that_its_writer_names() {
    assert_eq!(days("neptune-evening.txt", None), ["2025-11-10"]);
}

#[test]
fn every_form_of_stamp_is_dated() {
    let days = days("chat-stamps.json", None);
    assert_eq!(days.len(), 29);
    for day in days {
        assert!(["2025-11-10", "2025-10-11"].contains(&day.as_str()), "{day}");
    }
}

#[test]
fn the_order_of_days_and_months_can_be_said() {
    for (order, day) in [(None, "2025-05-11"), (Some(DateOrder::DayFirst), "2025-11-05")] {
        let options = Options { date_order: order, ..options("x") };
        let text = br#"[{"message":"a","timestamp":"05/11/2025"}]"#;
        let ingested = read(Format::CHAT_MESSAGES, text, &options).unwrap();
        assert_eq!(ingested.scenes[0].metadata.date(), Some(day));
        assert_eq!(ingested.report.dating.guessed, usize::from(order.is_none()));
        assert_eq!(
            ingested.report.told().len(),
            usize::from(order.is_none()),
            "{:?}",
            ingested.report.told()
        );
    }
}

#[test]
fn what_is_undated_is_told_with_the_first_stamp() {
    let text = r#"[{"message":"a","timestamp":"2025-11-10"},{"message":"b","timestamp":"١٩/٥/١٤٤٧"},
        {"message":"c","timestamp":"long ago"},{"message":"d"}]"#;
    let ingested = ingest(Format::CHAT_MESSAGES, text.as_bytes()).unwrap();
    assert_eq!(
        ingested.report.told(),
        ["2 of 3 time stamps name no day that could be read; the first: ١٩/٥/١٤٤٧"]
    );
}

#[test]
fn newest_first_becomes_the_order_of_time() {
    let bytes = shared("faults/inputs/chat-newest-first.json");
    let ingested = ingest(Format::CHAT_MESSAGES, &bytes).unwrap();
    let first: Vec<_> = ingested.scenes.iter().map(|scene| scene.text.as_str()).collect();
    assert_eq!(
        first,
        ["Did you bury the coins?", "Yes, under the old bell.", "Good. Tell nobody.", "Not even Odile."]
    );
    let places: Vec<_> = ingested.scenes.iter().map(|scene| scene.origin.as_ref().unwrap().place).collect();
    assert_eq!(places, [0, 1, 2, 3]);
    let without = String::from_utf8(bytes).unwrap().replacen("\"timestamp\"", "\"when\"", 1);
    let ingested = ingest(Format::CHAT_MESSAGES, without.as_bytes()).unwrap();
    assert_eq!(ingested.scenes[0].text, "Not even Odile.");
}
