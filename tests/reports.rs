//! The committed reports are what the shipped specs give: every byte of them.

use crate::run::Workshop;
use crate::run::bellwether;
use crate::run::files;
use crate::run::root;
use bellwether::audit::Manifest;
use similar::TextDiff;

/// Lines of a difference that are printed: enough to see what it is about.
const SHOWN: usize = 40;

fn holds(spec: &str, slug: &str, period: &str) {
    let workshop = Workshop::new();
    let out = workshop.path("out");
    let spec = root().join(spec);
    let output = bellwether()
        .args(["run", "--typst", "embedded"])
        .arg(spec)
        .arg("--out")
        .arg(&out)
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let made = files(&out.join(slug).join(period));
    let folder = root().join("reports").join(slug).join(period);
    if std::env::var_os("BELLWETHER_BLESS").is_some() {
        let _ = std::fs::remove_dir_all(&folder);
        for (name, bytes) in &made {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
            std::fs::write(path, bytes).expect("written");
        }
    }
    let committed = files(&folder);
    let names = |files: &[(String, Vec<u8>)]| files.iter().map(|it| it.0.clone()).collect::<Vec<_>>();
    assert_eq!(names(&committed), names(&made), "files of {slug}");
    for ((name, was), (_, is)) in committed.iter().zip(&made) {
        if name == "manifest.json" {
            same_manifests(slug, was, is);
        } else if was != is {
            let (was, is) = (String::from_utf8_lossy(was), String::from_utf8_lossy(is));
            let diff = TextDiff::from_lines(was.as_ref(), is.as_ref())
                .unified_diff()
                .to_string();
            let shown: Vec<&str> = diff.lines().take(SHOWN).collect();
            panic!(
                "`{name}` of {slug} is not what the spec gives now:\n{}",
                shown.join("\n")
            );
        }
    }
}

/// Who made a report may differ, and nothing else of its manifest.
fn same_manifests(slug: &str, was: &[u8], is: &[u8]) {
    let read = |bytes: &[u8]| Manifest::read(&String::from_utf8_lossy(bytes));
    let (was, is_whole) = read(was).unwrap_or_else(|error| panic!("manifest of {slug}: {error}"));
    let (is, _) = read(is).expect("it was just made");
    assert!(is_whole, "the manifest of {slug} is as it was written");
    assert_eq!((&was.inputs, &was.outputs), (&is.inputs, &is.outputs), "{slug}");
    assert_eq!(was.made.typst, is.made.typst, "{slug}");
}

#[test]
fn the_grocery_report_is_what_its_spec_gives() {
    holds("specs/grocery.yaml", "grocery", "2017-W52");
}

#[test]
fn the_customers_report_is_what_its_spec_gives() {
    holds("specs/customers.yaml", "customers", "2017-Q4");
}

#[test]
fn the_cdnow_report_is_what_its_spec_gives() {
    holds("specs/cdnow.yaml", "cdnow", "1998-Q2");
}

#[test]
fn the_consumption_report_is_what_its_spec_gives() {
    holds("specs/consumption.yaml", "consumption", "2026-10");
}
