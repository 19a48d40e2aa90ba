use std::fs;
use std::path::Path;

use clap_mangen::{Man, generate_to};

use crate::Outcome;
use crate::args;
use crate::error::Failure;
use crate::ui::Ui;

pub fn run(args: &args::Man, ui: &Ui) -> Result<Outcome, Failure> {
    match &args.output {
        Some(folder) => pages(folder, ui)?,
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

fn pages(folder: &Path, ui: &Ui) -> Result<(), Failure> {
    let refused = |error: std::io::Error| {
        Failure::new(format!("can't write man pages into `{}`: {error}", folder.display()))
            .hint("name a folder you may write: naragtive man --output ./man")
    };
    fs::create_dir_all(folder).map_err(refused)?;
    generate_to(args::command(), folder).map_err(refused)?;
    ui.note(format_args!("Wrote the man pages into {}", folder.display()));
    Ok(())
}
