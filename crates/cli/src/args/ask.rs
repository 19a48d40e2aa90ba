use clap::Args as ClapArgs;

use super::example;
use super::find::{FindingArgs, StoresArgs};

#[derive(Debug, ClapArgs)]
#[command(after_help = example("naragtive ask \"who lied to the harbour master, and why?\" --url http://localhost:8080")
    + "\nThe scenes that are found go to the server that you name, and nowhere else. Where nothing close is found, none is asked. \
       docs/ask.md has more.")]
pub struct AskArgs {
    /// What you want to know about your stories
    #[arg(allow_hyphen_values = true)]
    pub question: String,
    /// The server that answers: llama-server, or any that speaks as OpenAI's does [env: NARAGTIVE_CHAT_URL]
    #[arg(long, value_name = "URL", help_heading = "Answering")]
    pub url: Option<String>,
    /// The model it is asked for, where it has several [env: NARAGTIVE_CHAT_MODEL]
    #[arg(long, value_name = "NAME", help_heading = "Answering")]
    pub chat_model: Option<String>,
    /// How many tokens the question and its scenes may have, at four characters each
    #[arg(long, value_name = "TOKENS", default_value = "4000", help_heading = "Answering")]
    pub budget: usize,
    /// Ask with what comes nearest even where nothing close was found
    #[arg(long, help_heading = "Answering")]
    pub anyway: bool,
    /// Print what would be sent, and send nothing
    #[arg(long, help_heading = "Answering")]
    pub show_prompt: bool,
    #[command(flatten)]
    pub stores: StoresArgs,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub finding: FindingArgs,
}
