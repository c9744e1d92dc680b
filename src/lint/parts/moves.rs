//! Moves between groups: everybody comes from somewhere and goes somewhere.
//!
//! It must not know what a group is.

use super::alike;
use crate::lint::families::Found;
use crate::model::diagnostic::Diagnostic;
use crate::model::facts::Facts;
use std::collections::BTreeSet;

/// Where somebody of no group before came from, as ids say it.
const JOINED: &str = "joined";
/// Where somebody of no group now went.
const LEFT: &str = "left";

/// One count of moves.
struct Move<'a> {
    from: &'a str,
    to: &'a str,
    n: Option<f64>,
}

/// Finds moves that miss what is said of all of them.
pub(super) fn broken(facts: &Facts) -> Vec<Diagnostic> {
    let mut found = of_migration(facts);
    found.extend(of_rfm(facts));
    found
}

/// Adds up the moves that `belongs` takes.
fn missed(
    facts: &Facts,
    pattern: &str,
    moves: &[Move<'_>],
    belongs: &dyn Fn(&Move<'_>) -> bool,
    whole: &str,
) -> Option<Diagnostic> {
    let parts: Vec<Option<f64>> = moves.iter().filter(|it| belongs(it)).map(|it| it.n).collect();
    let is = facts.number(whole).filter(|_| !parts.is_empty());
    alike(pattern, parts, whole, is).missed()
}

fn of_migration(facts: &Facts) -> Vec<Diagnostic> {
    let counts = facts.under("migration/").filter_map(|(id, fact)| {
        // A cluster's id has steps of its own.
        let (from, to) = id.strip_prefix("migration/")?.split_once("/to/")?;
        let n = Found { id, fact }.number();
        Some(Move { from, to, n })
    });
    let moves: Vec<Move<'_>> = counts.collect();
    let is_inside = |it: &Move<'_>| it.from != JOINED && it.to != LEFT;
    let pattern = "migration/*/to/*";
    let mut found = Vec::new();
    let mut of = |belongs: &dyn Fn(&Move<'_>) -> bool, whole: &str| {
        found.extend(missed(facts, pattern, &moves, belongs, whole));
    };
    of(&|it| is_inside(it) && it.from == it.to, "migration/stayed");
    of(&is_inside, "migration/in_both");
    of(&|it| it.from == JOINED, "migration/joined");
    of(&|it| it.to == LEFT, "migration/left");
    let groups: BTreeSet<&str> = moves.iter().filter(|it| it.from != JOINED).map(|it| it.from).collect();
    for group in groups {
        of(&|it| it.from == group, &format!("roster/before/{group}/customers"));
        // Clusters are counted where they were found; segments by the roster.
        for base in ["roster", "clusters"] {
            of(&|it| it.to == group, &format!("{base}/{group}/customers"));
        }
    }
    found
}

fn of_rfm(facts: &Facts) -> Vec<Diagnostic> {
    let counts = facts.under("rfm/migration/").filter_map(|(id, fact)| {
        let (from, to) = id.strip_prefix("rfm/migration/")?.split_once('/')?;
        let n = Found { id, fact }.number();
        Some(Move { from, to, n })
    });
    let moves: Vec<Move<'_>> = counts.collect();
    let mut found = Vec::new();
    let mut of = |belongs: &dyn Fn(&Move<'_>) -> bool, whole: &str| {
        found.extend(missed(facts, "rfm/migration/*/*", &moves, belongs, whole));
    };
    of(&|it| it.from == JOINED, "rfm/joined");
    of(&|it| it.to == LEFT, "rfm/left");
    let segments: BTreeSet<&str> = moves.iter().filter(|it| it.from != JOINED).map(|it| it.from).collect();
    for segment in segments {
        of(&|it| it.from == segment, &format!("rfm/before/{segment}/customers"));
        of(&|it| it.to == segment, &format!("rfm/{segment}/customers"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::planted::codes;
    use crate::lint::planted::facts;

    const CLEAN: [(&str, f64); 11] = [
        ("migration/light/1/to/light/1", 4.0),
        ("migration/light/1/to/left", 2.0),
        ("migration/joined/to/light/1", 3.0),
        ("migration/joined/to/left", 0.0),
        ("migration/stayed", 4.0),
        ("migration/in_both", 4.0),
        ("migration/joined", 3.0),
        ("migration/left", 2.0),
        ("clusters/light/1/customers", 7.0),
        ("rfm/migration/joined/lost", 1.0),
        ("rfm/joined", 1.0),
    ];

    #[test]
    fn moves_of_everybody_break_nothing() {
        assert_eq!(broken(&facts(&CLEAN)), []);
    }

    #[test]
    fn one_who_moved_twice_is_found() {
        let of = |id: &str| {
            let wrong = CLEAN.map(|it| if it.0 == id { (it.0, it.1 + 1.0) } else { it });
            codes(&broken(&facts(&wrong))).len()
        };
        // Who joined, and the cluster that they joined.
        assert_eq!(of("migration/joined/to/light/1"), 2);
        assert_eq!(of("migration/stayed"), 1);
        assert_eq!(of("clusters/light/1/customers"), 1);
        assert_eq!(of("rfm/joined"), 1);
    }
}
