use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use clap_complete::ArgValueCandidates;
use naragtive::models::DEFAULT_MODEL;

use crate::names;

#[derive(Debug, ClapArgs)]
#[command(after_help = "The embedding model is fetched first if it isn't on this machine: 92 MB, once.")]
pub struct QuickstartArgs {
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum ModelCommand {
    /// The known models and where they are
    List {
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Fetch a model, if it isn't here yet
    #[command(after_help = "Example:\n  naragtive model pull ms-marco-MiniLM-L-6-v2")]
    Pull {
        /// Which one; `naragtive model list` has them all
        #[arg(default_value = DEFAULT_MODEL, add = ArgValueCandidates::new(names::models))]
        name: String,
        /// Report as JSON
        #[arg(long)]
        json: bool,
    },
    /// Take a model from a folder, a wheel or a zip archive
    #[command(after_help = "Example:\n  naragtive model import ./downloads ms-marco-MiniLM-L-6-v2")]
    Import {
        /// The folder with the model's files, or a wheel or zip archive with them
        path: PathBuf,
        /// Which model it is [default: the one the folder is called after, else the embedding model]
        #[arg(add = ArgValueCandidates::new(names::models))]
        name: Option<String>,
        /// Report as JSON
        #[arg(long)]
        json: bool,
    },
    /// Write an embedding model as a folder that sentence-transformers opens
    #[command(after_help = "Example:\n  naragtive model export stories ./stories-model")]
    Export {
        /// Which one; `naragtive model list` has them all
        #[arg(add = ArgValueCandidates::new(names::embedders))]
        name: String,
        /// The folder, which is made
        folder: PathBuf,
        /// Report as JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the folder a model is in
    Path {
        /// Which one; `naragtive model list` has them all
        #[arg(default_value = DEFAULT_MODEL, add = ArgValueCandidates::new(names::models))]
        name: String,
        /// Report as JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Every setting, and where it came from
    Show {
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "The exit code is 2 if anything is wrong.")]
pub struct DoctorArgs {
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
    bash        echo 'source <(naragtive completions bash)' >> ~/.bashrc
    zsh         echo 'source <(naragtive completions zsh)' >> ~/.zshrc
    fish        naragtive completions fish > ~/.config/fish/completions/naragtive.fish
    elvish      echo 'eval (naragtive completions elvish | slurp)' >> ~/.elvish/rc.elv
    powershell  naragtive completions powershell | Out-String | Invoke-Expression")]
pub struct CompletionsArgs {
    /// The shell
    pub shell: Shell,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
    Powershell,
    Elvish,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  naragtive man | man --local-file -")]
pub struct ManArgs {
    /// Write a page for each command into this folder instead
    #[arg(short, long, value_name = "FOLDER")]
    pub output: Option<PathBuf>,
}
