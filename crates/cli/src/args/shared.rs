use clap::Subcommand;
use clap_complete::ArgValueCandidates;
use naragtive::StoreName;
use naragtive::shared::{Permission, SharedName};

use crate::names;

#[derive(Debug, Subcommand)]
pub enum SharedCommand {
    /// Give a PostgreSQL server a name
    #[command(
        after_help = "Passwords are kept nowhere: they come from PGPASSWORD, ~/.pgpass or a service file, as for psql.\n\n\
                      Examples:\n  naragtive shared add studio postgresql://ada@db.example.org/campaigns\n  \
                      naragtive shared add studio service=studio"
    )]
    Add {
        /// The name, which stands before the slash in HOST/CAMPAIGN
        name: StoreName,
        /// Its address: postgresql://USER@HOST/DATABASE, or host=... user=... dbname=...
        address: String,
        /// Report as JSON
        #[arg(long)]
        json: bool,
    },
    /// Forget a server's name; nothing on it changes
    Remove {
        /// The server's name
        #[arg(value_name = "HOST", add = ArgValueCandidates::new(names::hosts))]
        host: StoreName,
    },
    /// Prepare a database for shared stores; needs to be done once, by somebody who may make a schema there
    Init {
        /// The server's name
        #[arg(value_name = "HOST", add = ArgValueCandidates::new(names::hosts))]
        host: StoreName,
        /// Report as JSON
        #[arg(long)]
        json: bool,
    },
    /// The servers, and the stores you may read there
    List {
        /// The server's name [default: all of them]
        #[arg(value_name = "HOST", add = ArgValueCandidates::new(names::hosts))]
        host: Option<StoreName>,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// How it stands with the servers
    Status {
        /// The server's name [default: all of them]
        #[arg(value_name = "HOST", add = ArgValueCandidates::new(names::hosts))]
        host: Option<StoreName>,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Merge a store of yours into a shared one, which is made if there is none
    #[command(after_help = "Example:\n  naragtive shared push my-campaign studio/campaign")]
    Push {
        /// Your store: its registered name or its parquet file
        #[arg(value_name = "STORE", add = ArgValueCandidates::new(names::to_choose))]
        store: String,
        /// The shared store
        #[arg(value_name = "HOST/CAMPAIGN")]
        to: SharedName,
        /// Report as JSON
        #[arg(long)]
        json: bool,
    },
    /// Merge a shared store into one of yours, which is made if there is none
    #[command(after_help = "Example:\n  naragtive shared pull studio/campaign my-copy")]
    Pull {
        /// The shared store
        #[arg(value_name = "HOST/CAMPAIGN")]
        from: SharedName,
        /// The name of your store [default: that of the shared one]
        #[arg(value_name = "NAME")]
        name: Option<StoreName>,
        /// Report as JSON
        #[arg(long)]
        json: bool,
    },
    /// Bring the copy of a shared store up to date, as every command does that reads it
    Sync {
        /// The shared store
        #[arg(value_name = "HOST/CAMPAIGN")]
        store: SharedName,
        /// Report as JSON
        #[arg(long)]
        json: bool,
    },
    /// Have the server keep an index of a store's vectors, for searches with --no-copy --approximate; takes minutes for a large one
    #[command(after_help = "Example:\n  naragtive shared index studio/campaign")]
    Index {
        /// The shared store, of which you have to be an owner
        #[arg(value_name = "HOST/CAMPAIGN")]
        store: SharedName,
        /// Take it away
        #[arg(long)]
        remove: bool,
        /// Report as JSON
        #[arg(long)]
        json: bool,
    },
    /// Make a token by which somebody is let in where the stores of a server are served (serve --shared); it is shown once
    #[command(
        after_help = "Example:\n  naragtive shared token studio bob\n  naragtive serve --shared studio"
    )]
    Token {
        /// The server's name
        #[arg(value_name = "HOST", add = ArgValueCandidates::new(names::hosts))]
        host: StoreName,
        /// The database's role, of which whoever serves has to be a member
        who: String,
        /// Let them in no more
        #[arg(long)]
        remove: bool,
        /// Report as JSON
        #[arg(long)]
        json: bool,
    },
    /// Say who may do what with a shared store
    #[command(after_help = "Example:\n  naragtive shared grant studio/campaign bob read")]
    Grant {
        /// The shared store
        #[arg(value_name = "HOST/CAMPAIGN")]
        store: SharedName,
        /// The database's role; without one, who may what is listed
        #[arg(requires = "may")]
        who: Option<String>,
        /// What they may from now on: read, write, own or none
        #[arg(value_parser = may)]
        may: Option<May>,
        /// Report as JSON
        #[arg(long)]
        json: bool,
    },
}

/// What somebody may, if anything.
#[derive(Debug, Clone, Copy)]
pub struct May(pub Option<Permission>);

fn may(text: &str) -> Result<May, String> {
    match text {
        "none" => Ok(May(None)),
        text => text
            .parse()
            .map(|role| May(Some(role)))
            .map_err(|error: String| error.replace(" or own", ", own or none")),
    }
}
