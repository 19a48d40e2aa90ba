use std::fmt::Write;

use naragtive::notes::lacking_passages;
use naragtive::rerank::RerankerStatus;
use naragtive::{Count, Error, Located, Stats, views};

use super::common;
use crate::Outcome;
use crate::args;
use crate::error::Failure;
use crate::settings::CommandSettings;
use crate::ui::{Ui, bytes};

/// How many names of each kind are shown.
const SHOWN: usize = 10;

pub fn run(args: &args::StatsArgs, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let located = common::store(&args.store, settings, ui)?;
    let store = common::opened(&located, ui)?;
    let stats = Stats::of(&store)?;
    let reranker = args.show_reranker.then(|| args.reranker.over(settings));
    let models = settings.library.models();
    let reranker = reranker.map(|chosen| (chosen.name(), models.reranker_status(&chosen)));
    if args.json {
        let info = located.info(store.len());
        ui.json(&match &reranker {
            Some((name, status)) => views::stats_with_reranker(&stats, &info, name, status.as_ref()),
            None => views::stats(&stats, &info),
        });
    } else {
        ui.print(text(ui, &located, &stats));
        if let Some((name, status)) = &reranker {
            ui.print(about_reranker(ui, name, status.as_ref()));
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
    row("File", located.at.to_string());
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
        row("Passages", lacking_passages(stats.lacking_passages, &located.info(stats.records)));
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

fn about_reranker(ui: &Ui, name: &str, status: Result<&RerankerStatus, &Error>) -> String {
    let known = status.ok();
    let or_dash = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
    let mut rows = vec![
        ("Status", status.map_or_else(|why| format!("not available: {why}"), |_| "available".into())),
        ("Model", known.map_or(name, |known| &known.name).to_owned()),
        ("Device", or_dash(known.map(|known| known.device.clone()))),
        ("Precision", or_dash(known.and_then(|known| known.precision.clone()))),
        ("Parameters", or_dash(known.and_then(|known| known.parameters).map(|count| count.to_string()))),
        ("Memory", or_dash(known.and_then(|known| known.memory_bytes).map(|count| bytes(count as u64)))),
    ];
    let hints = status.err().map(Error::hints).unwrap_or_default();
    rows.extend(hints.iter().map(|hint| ("Hint", hint.to_string())));
    let mut out = format!("\n{}", ui.bold("RERANKER"));
    for (label, value) in rows {
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
