//! `bellwether completions` and `bellwether man`: what shells and `man` read, made from the arguments themselves.

use super::Arguments;
use super::printer::Printer;
use clap::Args;
use clap::CommandFactory;
use clap_complete::Shell;
use std::path::PathBuf;

/// Arguments of `completions`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bellwether completions bash > ~/.local/share/bash-completion/completions/bellwether
  bellwether completions zsh  > \"${fpath[1]}/_bellwether\"
  bellwether completions fish > ~/.config/fish/completions/bellwether.fish")]
pub(super) struct CompletionsArguments {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

/// Arguments of `man`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bellwether man ~/.local/share/man/man1 && man bellwether-run")]
pub(super) struct ManArguments {
    /// The folder that gets one page a command; it is made where it is not there.
    folder: PathBuf,
}

/// Prints the completions of a shell, and returns the exit code.
pub(super) fn completions(arguments: &CompletionsArguments, printer: &Printer) -> u8 {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "bellwether", &mut script);
    printer.say(&String::from_utf8_lossy(&script));
    0
}

/// Writes the manual pages, and returns the exit code.
pub(super) fn man(arguments: &ManArguments, printer: &Printer) -> u8 {
    let folder = &arguments.folder;
    let written = std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(Arguments::command(), folder));
    match written {
        Ok(()) => {
            printer.say(&format!("{}\n", folder.display()));
            0
        }
        Err(error) => {
            eprintln!("error: the manual cannot be written to `{}`: {error}", folder.display());
            2
        }
    }
}
