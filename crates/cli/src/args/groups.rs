use std::fmt::Write;

use clap::Command;

/// The commands as the help lists them.
const GROUPS: [(&str, &[&str]); 6] = [
    ("Begin", &["quickstart"]),
    (
        "Store",
        &[
            "ingest",
            "watch",
            "formats",
            "ingest-neptune",
            "ingest-llama",
            "ingest-chat",
            "ingest-help",
            "migrate",
            "upgrade",
        ],
    ),
    ("Find", &["search", "interactive", "ask", "export", "list", "stats", "sources"]),
    ("Browsers and chat programs", &["serve", "mcp"]),
    (
        "Named stores",
        &["list-stores", "create-store", "set-default", "rename-store", "delete-store", "forget", "shared"],
    ),
    ("This machine", &["doctor", "index", "cache", "model", "config", "completions", "man", "help"]),
];

/// The column in which a command's description begins.
const INDENT: usize = 18;

/// The same command with its subcommands in groups, which clap can't do by itself.
pub fn grouped(command: Command) -> Command {
    let mut template = "{about-with-newline}\n{usage-heading} {usage}\n\n".to_owned();
    for (heading, names) in GROUPS {
        let _ = writeln!(template, "\x1b[1m\x1b[4m{heading}:\x1b[0m");
        for name in names {
            let about = about(&command, name);
            let _ = writeln!(
                template,
                "  \x1b[1m{name}\x1b[0m{:width$}{about}",
                "",
                width = INDENT - 2 - name.len()
            );
        }
        template.push('\n');
    }
    template += "\x1b[1m\x1b[4mEverywhere:\x1b[0m\n{options}{after-help}";
    command.help_template(template)
}

fn about(command: &Command, name: &str) -> String {
    let found = command.find_subcommand(name).and_then(Command::get_about);
    found.map_or_else(|| "The help of a command".to_owned(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::args::Args;

    #[test]
    fn every_command_is_in_one_group() {
        let command = Args::command();
        let mut known: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
        let mut listed: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        known.push("help");
        known.sort_unstable();
        listed.sort_unstable();
        assert_eq!(listed, known);
    }

    #[test]
    fn the_groups_are_not_wider_than_a_terminal() {
        let help = grouped(Args::command()).render_help().to_string();
        let groups = help.split("Everywhere:").next().unwrap();
        assert!(groups.lines().skip(1).all(|line| line.chars().count() <= 100), "{groups}");
    }
}
