//! `bellwether init`: a project that runs at once.
//!
//! Nothing that is there is overwritten: where a file is in the way, nothing is written at all.

mod data;

use super::printer::Printer;
use crate::schema;
use clap::Args;
use std::path::Path;
use std::path::PathBuf;

/// Arguments of `init`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bellwether init memos && cd memos && bellwether run specs/shift.yaml")]
pub(super) struct InitArguments {
    /// The folder; it is made where it is not there.
    #[arg(default_value = ".")]
    folder: PathBuf,
}

macro_rules! shipped {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/project/", $name)).to_owned()
    };
}

/// All files of a project, by path.
fn files() -> Vec<(&'static str, String)> {
    vec![
        ("README.md", shipped!("README.md")),
        (".gitignore", shipped!("gitignore")),
        (".github/workflows/memos.yml", shipped!("workflows/memos.yml")),
        ("specs/shift.yaml", shipped!("shift.yaml")),
        ("specs/schema.json", schema::schema()),
        ("specs/templates/style.html", shipped!("style.html")),
        ("specs/data/purchases.csv", data::purchases()),
        ("specs/data/customers.csv", data::customers()),
    ]
}

/// Lays out the project, and returns the exit code.
pub(super) fn init(arguments: &InitArguments, printer: &Printer) -> u8 {
    let folder = &arguments.folder;
    let files = files();
    let there: Vec<&str> = files
        .iter()
        .map(|it| it.0)
        .filter(|it| folder.join(it).symlink_metadata().is_ok())
        .collect();
    if !there.is_empty() {
        eprintln!(
            "error: nothing was written: `{}` holds {} already; name a folder of its own: `bellwether init memos`",
            folder.display(),
            there.join(", ")
        );
        return 2;
    }
    for (name, text) in &files {
        if let Err(error) = write(&folder.join(name), text) {
            eprintln!("error: `{}` cannot be written: {error}", folder.join(name).display());
            return 2;
        }
        printer.say(&format!("{}\n", folder.join(name).display()));
    }
    let spec = folder.join("specs/shift.yaml");
    printer.say(&format!(
        "\nNext: bellwether run {} --out {}\n",
        spec.display(),
        folder.join("reports").display()
    ));
    0
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, text)
}
