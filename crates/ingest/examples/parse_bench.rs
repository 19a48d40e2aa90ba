//! How long an export takes to be parsed: `parse_bench FORMAT FILE [scenes]` prints the seconds from its bytes to turns, and to
//! scenes, as JSON; with `scenes` to scenes only. Used by `bench/parse-speed`.

#![allow(clippy::print_stdout, reason = "a tool prints")]

use std::error::Error;
use std::time::Instant;

use jiff::Timestamp;
use naragtive_ingest::{Format, Lexicon, Options, parse, read_each};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let format = Format::named(&args.next().unwrap_or_default()).ok_or("expected the name of a format")?;
    let bytes = std::fs::read(args.next().ok_or("expected a file")?)?;
    let lexicon = Lexicon::builtin();
    let options = Options::new("export", &lexicon, Timestamp::UNIX_EPOCH);
    let (mut parsed, mut turns) = (None, None);
    if args.next().is_none() {
        let began = Instant::now();
        // What is read is held while the clock is looked at: giving memory back is no part of reading.
        let found = parse(format, &bytes, &options)?;
        parsed = Some(began.elapsed().as_secs_f64());
        turns = Some(found.iter().map(|one| one.turns.len()).sum::<usize>());
    }
    let began = Instant::now();
    let mut scenes = 0;
    read_each(format, &bytes, &options, |_| scenes += 1)?;
    let read = began.elapsed().as_secs_f64();
    println!("{}", serde_json::json!({"turns": parsed, "scenes": read, "counts": [turns, Some(scenes)]}));
    Ok(())
}
