use clap::{Args as ClapArgs, Subcommand};
use clap_complete::ArgValueCandidates;

use super::{StoreArgs, example};
use crate::names;

/// One store, named in any way.
#[derive(Debug, ClapArgs)]
pub struct WhichArgs {
    /// The store: its registered name or its parquet file
    #[arg(value_name = "STORE", conflicts_with_all = ["store", "store_name"])]
    #[arg(add = ArgValueCandidates::new(names::to_choose))]
    pub named: Option<String>,
    #[command(flatten)]
    pub store: StoreArgs,
}

impl WhichArgs {
    /// Whether no store is named.
    pub fn is_all(&self) -> bool {
        self.named.is_none() && self.store.store.is_none() && self.store.store_name.is_none()
    }
}

#[derive(Debug, ClapArgs)]
#[command(after_help = example("naragtive upgrade my-campaign\n  naragtive upgrade my-campaign --model stories   embed it anew, with another model")
    + "\nCtrl-C keeps what is finished; the same command goes on from there. A store that moves over to another model stays \
       as it was.")]
pub struct UpgradeArgs {
    #[command(flatten)]
    pub which: WhichArgs,
    /// Report as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum IndexCommand {
    /// Build the index of a store anew, or of every registered one
    Build(IndexOf),
    /// How it stands with the index of a store, or with all there are
    Status(IndexOf),
    /// Remove the index of a store, or all there are, those of stores that are gone too
    Drop(IndexOf),
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Where no store is named, all of them are meant.")]
pub struct IndexOf {
    #[command(flatten)]
    pub which: WhichArgs,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}
