use std::path::PathBuf;

use clap::Args as ClapArgs;
use clap_complete::ArgValueCandidates;

use super::StoreArgs;
use super::find::pair;
use crate::names;

#[derive(Debug, ClapArgs)]
#[command(after_help = super::example("naragtive sources --store-name my-campaign"))]
pub struct SourcesArgs {
    #[command(flatten)]
    pub store: StoreArgs,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = super::example("naragtive forget --source old-chat.json --store-name my-campaign"))]
#[command(group = clap::ArgGroup::new("which").args(["source", "having"]).required(true).multiple(true))]
pub struct ForgetArgs {
    /// The scenes that were read from this file, archive or folder, as `naragtive sources` names it, or its last parts
    #[arg(long, value_name = "FILE")]
    pub source: Option<String>,
    /// Only scenes whose metadata has this value under this key; may be given several times
    #[arg(long = "where", value_name = "KEY=VALUE", value_parser = pair)]
    pub having: Vec<(String, String)>,
    #[command(flatten)]
    pub store: StoreArgs,
    /// Don't ask
    #[arg(short, long)]
    pub yes: bool,
    /// Report as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub struct ListStoresArgs {
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example:\n  naragtive create-store my-campaign ./scenes.parquet neptune -d \"The long way home\""
)]
pub struct CreateStoreArgs {
    /// The name: letters, digits, `-`, `_` and `.`
    #[arg(add = ArgValueCandidates::new(names::registered))]
    pub name: String,
    /// The store's parquet file
    pub path: PathBuf,
    /// What its scenes came from: neptune, llama-server, json, txt, chat, perplexity-chat or a word of yours
    #[arg(value_name = "TYPE", add = ArgValueCandidates::new(names::sources))]
    pub source_type: String,
    /// A few words about it
    #[arg(short, long, value_name = "TEXT")]
    pub description: Option<String>,
    /// Report as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  naragtive set-default my-campaign")]
pub struct SetDefaultArgs {
    /// The store's name
    #[arg(add = ArgValueCandidates::new(names::registered))]
    pub name: String,
    /// Report as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  naragtive rename-store campaign-1 the-long-way-home")]
pub struct RenameStoreArgs {
    /// The name it has
    #[arg(add = ArgValueCandidates::new(names::registered))]
    pub old: String,
    /// The name it gets
    pub new: String,
    /// Report as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  naragtive delete-store old-campaign --purge")]
pub struct DeleteStoreArgs {
    /// The store's name
    #[arg(add = ArgValueCandidates::new(names::registered))]
    pub name: String,
    /// Delete the parquet file too, after asking
    #[arg(long)]
    pub purge: bool,
    /// Don't ask
    #[arg(short, long)]
    pub yes: bool,
    /// Report as JSON
    #[arg(long)]
    pub json: bool,
}
