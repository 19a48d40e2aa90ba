use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args as ClapArgs, Subcommand};
use naragtive_serve::install::Client;

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "A chat program starts this command by itself once it is told to: naragtive mcp install CLIENT"
)]
pub struct McpArgs {
    #[command(subcommand)]
    pub command: Option<McpInstall>,
}

#[derive(Debug, Subcommand)]
pub enum McpInstall {
    /// Print what to put into a chat program's configuration, and where
    #[command(after_help = "Example:\n  naragtive mcp install claude-desktop --write")]
    Install {
        /// Which program
        #[arg(value_parser = client())]
        client: Client,
        /// Put it there; what was there is kept beside it
        #[arg(long)]
        write: bool,
    },
}

fn client() -> impl TypedValueParser<Value = Client> {
    PossibleValuesParser::new(Client::ALL.map(Client::name)).try_map(|name| {
        Client::ALL.into_iter().find(|client| client.name() == name).ok_or("expected a chat program")
    })
}
