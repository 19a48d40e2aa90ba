use std::fs;
use std::path::Path;

use clap_mangen::{Man, generate_to};
use naragtive::Output;

use crate::Outcome;
use crate::args;
use crate::error::Failure;
use crate::settings::CommandSettings;
use crate::ui::Ui;

pub fn run(args: &args::ManArgs, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    match &args.output {
        Some(folder) => pages(folder, settings, ui)?,
        None => ui.print(page()?.trim_end()),
    }
    Ok(Outcome::Done)
}

fn page() -> Result<String, Failure> {
    let mut roff = Vec::new();
    let rendered = Man::new(args::command()).render(&mut roff);
    rendered.map_err(|error| Failure::new(format!("can't write the man page: {error}")))?;
    Ok(String::from_utf8_lossy(&roff).into_owned())
}

/// What a page of ours begins with, which may be written over by a later one.
const PAGE: &[u8] = b".ie \\n(.g .ds Aq";

/// Every page is made before the first one is put in its place; what was there and is no page of ours stays.
fn pages(folder: &Path, settings: &CommandSettings, ui: &Ui) -> Result<(), Failure> {
    let refused = |error: std::io::Error| {
        Failure::new(format!("can't write man pages into `{}`: {error}", folder.display()))
            .hint("name a folder you may write: naragtive man --output ./man")
    };
    fs::create_dir_all(folder).map_err(refused)?;
    let made = tempfile::tempdir().map_err(refused)?;
    generate_to(args::command(), made.path()).map_err(refused)?;
    let mut outputs = Vec::new();
    for page in fs::read_dir(made.path()).map_err(refused)? {
        let page = page.map_err(refused)?;
        let path = folder.join(page.file_name());
        let is_ours = fs::read(&path).is_ok_and(|bytes| bytes.starts_with(PAGE));
        let text = fs::read_to_string(page.path()).map_err(refused)?;
        outputs.push((Output::claim(&path, is_ours, &settings.home.value)?, text));
    }
    outputs.iter().try_for_each(|(output, text)| output.write(text))?;
    ui.note(format_args!("Wrote the man pages into {}", folder.display()));
    Ok(())
}
