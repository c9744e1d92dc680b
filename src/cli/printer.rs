//! How mistakes leave the program: for people, as lines of JSON, or as one SARIF document.

use crate::diagnostics;
use crate::diagnostics::sarif::Found;
use crate::diagnostics::sarif::render_sarif;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use clap::ValueEnum;
use std::cell::RefCell;
use std::io::IsTerminal;
use std::io::Write;
use std::path::Path;

/// How mistakes are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum MessageFormat {
    /// For people: the place in the spec, and what to do next.
    Text,
    /// For machines: one JSON object a line, on standard error.
    Json,
    /// For code hosts and editors: one SARIF 2.1.0 document on standard output, and nothing else there.
    Sarif,
}

/// Prints mistakes and results.
#[derive(Debug)]
pub(super) struct Printer {
    format: MessageFormat,
    /// What a SARIF document will hold; it is printed when all is done.
    kept: RefCell<Vec<Found>>,
}

impl Printer {
    pub(super) fn new(format: MessageFormat) -> Self {
        Self {
            format,
            kept: RefCell::default(),
        }
    }

    /// Whether people read what is printed.
    pub(super) fn is_text(&self) -> bool {
        self.format == MessageFormat::Text
    }

    /// Prints a result to standard output; a closed pipe is nobody's mistake.
    pub(super) fn say(&self, text: &str) {
        if self.format != MessageFormat::Sarif {
            let _ = std::io::stdout().lock().write_all(text.as_bytes());
        }
    }

    /// Prints errors and returns their exit code.
    pub(super) fn fail(&self, found: &Diagnostics, spec: &Path) -> u8 {
        self.print(found, spec);
        found.exit_code()
    }

    /// Prints warnings.
    pub(super) fn warn(&self, warnings: &[Diagnostic], spec: &Path) {
        if !warnings.is_empty() {
            self.print(&Diagnostics(warnings.to_vec()), spec);
        }
    }

    /// Prints what can only be printed when all is known.
    pub(super) fn finish(&self) {
        if self.format == MessageFormat::Sarif {
            let document = render_sarif(&self.kept.borrow());
            let _ = std::io::stdout().lock().write_all(document.as_bytes());
        }
    }

    fn print(&self, found: &Diagnostics, spec: &Path) {
        let mut found = found.clone();
        found.sort();
        let text = std::fs::read(spec)
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default();
        let name = spec.display().to_string();
        let printed = match self.format {
            MessageFormat::Text => {
                let color =
                    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|it| it.is_empty());
                diagnostics::render(&found, &name, &text, color)
            }
            MessageFormat::Json => diagnostics::render_json(&found, &name, &text),
            MessageFormat::Sarif => {
                self.kept.borrow_mut().push(Found {
                    diagnostics: found,
                    file_name: name,
                    text,
                });
                return;
            }
        };
        let _ = std::io::stderr().lock().write_all(printed.as_bytes());
    }
}
