//! How much memory a run may take, and what of it goes where.

use std::fmt;
use std::str::FromStr;

/// Bytes that a run may take.
///
/// It bounds what grows with the data: rows kept for later waves, and what has been counted so far. What the analyses
/// are given comes on top: some forty bytes a customer and period that they ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget(u64);

/// Below this, every batch of rows would go to disk by itself.
const LEAST: u64 = 16 << 20;

impl Default for Budget {
    fn default() -> Self {
        Self(4 << 30)
    }
}

impl Budget {
    /// Bytes of rows that are kept for later waves.
    pub fn rows(self) -> u64 {
        self.0 / 4
    }

    /// Bytes of tables that wait in memory to be merged; as much again may be on its way to disk.
    pub fn tables(self) -> u64 {
        self.0 / 8
    }

    /// Bytes of running values of one thread.
    pub fn running(self) -> u64 {
        self.0 / 16
    }

    /// Bytes that all that has been counted may take at a time: tables that wait, those on their way to disk, and the
    /// running values of each thread.
    pub fn counts(self, n_threads: usize) -> u64 {
        2 * self.tables() + n_threads as u64 * self.running()
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} MB", self.0 >> 20)
    }
}

impl FromStr for Budget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no amount of memory: write it as `2GB` or `512MB`");
        let digits = text.trim_end_matches(|it: char| it.is_ascii_alphabetic() || it == ' ');
        let unit = match text[digits.len()..].trim().to_ascii_uppercase().as_str() {
            "M" | "MB" | "MIB" => 1_u64 << 20,
            "G" | "GB" | "GIB" => 1 << 30,
            _ => return Err(wrong()),
        };
        let bytes = digits
            .parse()
            .ok()
            .and_then(|n: u64| n.checked_mul(unit))
            .ok_or_else(wrong)?;
        if bytes < LEAST {
            return Err(format!("a run takes {} MB at least", LEAST >> 20));
        }
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read() {
        for (text, bytes) in [("2GB", 2 << 30), ("2 gib", 2 << 30), ("512M", 512 << 20)] {
            assert_eq!(text.parse(), Ok(Budget(bytes)), "{text}");
        }
        for text in ["", "2", "GB", "-1GB", "2.5GB", "99999999999999999GB", "10MB"] {
            assert!(text.parse::<Budget>().is_err(), "{text}");
        }
    }
}
