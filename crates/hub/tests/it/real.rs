//! The true model, from the true hub or with the true pip: only where a person asks for it.

use std::env;
use std::ops::ControlFlow;
use std::time::Instant;

use naragtive_hub::{FetchEvent, FetchSettings, Places, Programs, ensure, find, lookup};

/// Needs a network: `NARAGTIVE_HUB_TEST_HOME=/some/folder cargo test -p naragtive-hub -- --ignored --nocapture`.
#[test]
#[ignore = "downloads 90 MB"]
fn the_default_model_is_fetched_and_found_again() {
    let home = env::var("NARAGTIVE_HUB_TEST_HOME").expect("a folder to fetch into");
    let spec = lookup("all-MiniLM-L6-v2").unwrap();
    let mut settings = FetchSettings::new(Places::new(home));
    settings.programs = Programs::on(&env::var_os("PATH").unwrap_or_default(), &env::current_dir().unwrap());
    if let Ok(endpoint) = env::var("HF_ENDPOINT") {
        settings.endpoint = endpoint;
    }
    let begun = Instant::now();
    let mut bytes = 0;
    let found = ensure(spec, &settings, &mut |event| {
        match event {
            FetchEvent::Bytes { done, .. } => bytes = done,
            event => println!("{:>8.3} s, {bytes} bytes: {event:?}", begun.elapsed().as_secs_f64()),
        }
        ControlFlow::Continue(())
    });
    let found = found.unwrap_or_else(|error| panic!("{error}"));
    let begun = Instant::now();
    assert_eq!(find(spec, &settings.places).unwrap(), found);
    println!("found again in {:?}", begun.elapsed());
}
