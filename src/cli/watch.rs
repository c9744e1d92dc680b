//! `bellwether watch`: the memo in a browser, made anew whenever spec, templates or data change.
//!
//! What has not changed is not computed again: facts are kept, and a changed template only lays them out anew. Nothing is
//! written to `reports/`.

mod desk;
mod files;
mod server;

use super::Changes;
use super::printer::Printer;
use clap::Args;
use desk::Desk;
use server::Board;
use std::net::Ipv4Addr;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

/// Arguments of `watch`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bellwether watch specs/shift.yaml      then open the address that is printed; Ctrl-C ends it")]
pub(super) struct WatchArguments {
    /// The spec's file.
    spec: PathBuf,
    /// The port on the loopback; 4180, or a free one where that is taken.
    #[arg(long)]
    port: Option<u16>,
    #[command(flatten)]
    changes: Changes,
}

/// The port where none is named.
const PORT: u16 = 4180;

/// Serves until it is stopped; returns the exit code where it cannot begin.
pub(super) fn watch(arguments: &WatchArguments, printer: &Printer) -> u8 {
    let listener = match listener(arguments.port) {
        Ok(listener) => listener,
        Err(error) => {
            eprintln!("error: no address to serve at: {error}; name another with `--port`");
            return 2;
        }
    };
    let mut changes = arguments.changes.clone();
    let kept = tempfile::tempdir();
    if changes.cache.is_none() {
        // What was found before is looked up here: without it every edit would compute all.
        changes.cache = kept.as_ref().ok().map(|it| it.path().to_owned());
    }
    let mut desk = Desk::new(&arguments.spec, changes);
    let board = Arc::new(Board::new(arguments.spec.display().to_string()));
    let address = listener.local_addr().map(|it| it.to_string()).unwrap_or_default();
    let served = server::serve(listener, Arc::clone(&board));
    if let Err(error) = served {
        eprintln!("error: {address} cannot be served: {error}");
        return 2;
    }
    printer.say(&format!("http://{address}/\n"));
    let mut watcher = match files::Watcher::new() {
        Ok(watcher) => watcher,
        Err(error) => {
            eprintln!("error: changes of files cannot be seen: {error}");
            return 2;
        }
    };
    let mut change = files::Change::Spec;
    loop {
        let made = desk.made(change);
        watcher.look_at(&desk.watched());
        board.show(made);
        match watcher.next(&desk.watched()) {
            Some(next) => change = next,
            None => return 0,
        }
    }
}

fn listener(port: Option<u16>) -> std::io::Result<TcpListener> {
    let at = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    match port {
        Some(port) => at(port),
        None => at(PORT).or_else(|_| at(0)),
    }
}
