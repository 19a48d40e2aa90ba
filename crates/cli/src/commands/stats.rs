use std::fmt::Write;

use naragtive::{Count, Located, Stats, Store, rerank};

use super::common;
use crate::Outcome;
use crate::args;
use crate::error::Failure;
use crate::settings::Settings;
use crate::ui::{Ui, bytes};

/// How many names of each kind are shown.
const SHOWN: usize = 10;

pub fn run(args: &args::Stats, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let located = common::store(&args.store, settings, ui)?;
    let store = Store::open(&located.path)?;
    let stats = Stats::of(&store)?;
    if args.json {
        let mut value = stats.to_json();
        value["store"] = located.info(store.len()).to_json();
        if args.show_reranker {
            value["reranker"] = rerank::status().to_json();
        }
        ui.json(&value);
    } else {
        ui.print(text(ui, &located, &stats));
        if args.show_reranker {
            ui.print(reranker(ui));
        }
    }
    Ok(Outcome::Done)
}

fn text(ui: &Ui, located: &Located, stats: &Stats) -> String {
    let title = located.name.as_ref().map_or("STORE".to_owned(), |name| format!("STORE: {name}"));
    let mut out = format!("{}\n", ui.bold(&title));
    let mut row = |label: &str, value: String| {
        let _ = writeln!(out, "  {:<22}{value}", format!("{label}:"));
    };
    row("File", located.path.display().to_string());
    row("Documents", stats.records.to_string());
    row("Parquet size", bytes(stats.file_bytes));
    row("Embeddings in memory", bytes(stats.embedding_bytes));
    row("Total", bytes(stats.file_bytes + stats.embedding_bytes));
    row(
        "Model",
        match &stats.model {
            Some(model) => format!("{} ({} dimensions)", model.name, model.dimension),
            None => "not named in the file; written by the Python tool, so all-MiniLM-L6-v2".to_owned(),
        },
    );
    if stats.lacking_passages > 0 {
        row("Passages", common::lacking(stats.lacking_passages, located.name.as_deref(), &located.path));
    }
    if let Some((first, last)) = &stats.dates {
        row("Dates", if first == last { first.clone() } else { format!("{first} to {last}") });
    }
    for (label, counts) in [
        ("Sources", &stats.sources),
        ("Speakers", &stats.speakers),
        ("Characters", &stats.characters),
        ("Locations", &stats.locations),
    ] {
        if !counts.is_empty() {
            row(label, names(counts));
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn reranker(ui: &Ui) -> String {
    let status = rerank::status();
    let mut out = format!("\n{}", ui.bold("RERANKER"));
    let unknown = || "-".to_owned();
    for (label, value) in [
        ("Status", format!("{}: {status}", status.as_str())),
        ("Model", rerank::MODEL.to_owned()),
        ("Device", unknown()),
        ("Precision", unknown()),
        ("Parameters", unknown()),
        ("Memory", unknown()),
    ] {
        let _ = write!(out, "\n  {:<22}{value}", format!("{label}:"));
    }
    out
}

fn names(counts: &[Count]) -> String {
    let shown: Vec<String> =
        counts.iter().take(SHOWN).map(|count| format!("{} ({})", count.name, count.scenes)).collect();
    let more = counts.len().saturating_sub(SHOWN);
    let rest = if more > 0 { format!(", and {more} more") } else { String::new() };
    shown.join(", ") + &rest
}
