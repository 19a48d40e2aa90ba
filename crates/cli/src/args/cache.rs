use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum CacheCommand {
    /// All that is kept, how large it is, and when it was used last
    Status {
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Remove it; what a command needs it makes again
    #[command(
        after_help = "Stores and whole models are no cache, and stay. What nobody has used for 90 days goes by \
                            itself.\n\nExample:\n  naragtive cache clean --unused"
    )]
    Clean {
        /// Only what nobody has used for 90 days, and what processes left that were killed
        #[arg(long)]
        unused: bool,
        /// Report as JSON
        #[arg(long)]
        json: bool,
    },
}
