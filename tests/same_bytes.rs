//! Same spec and data, same bytes: any number of threads, time zone, locale, working folder.

use crate::run::Workshop;
use crate::run::bellwether;
use crate::run::files;
use crate::run::root;

fn report(threads: &str, zone: &str, locale: &str, spec: &str) -> Vec<(String, Vec<u8>)> {
    let workshop = Workshop::new();
    let out = workshop.path("out");
    let status = bellwether()
        .current_dir(workshop.path(""))
        .args([
            "run",
            &root().join(spec).to_string_lossy(),
            "--typst",
            "embedded",
            "--out",
        ])
        .arg(&out)
        .env("RAYON_NUM_THREADS", threads)
        .env("POLARS_MAX_THREADS", threads)
        .env("TZ", zone)
        .env("LC_ALL", locale)
        .status()
        .expect("the program starts");
    assert!(status.success());
    files(&out)
}

fn same(spec: &str) {
    let first = report("1", "UTC", "C", spec);
    assert!(
        first.iter().any(|(name, _)| name.ends_with("memo.pdf")),
        "a report has a PDF"
    );
    for (threads, zone, locale) in [
        ("2", "Asia/Tokyo", "de_DE.UTF-8"),
        ("16", "America/New_York", "en_US.UTF-8"),
    ] {
        let other = report(threads, zone, locale, spec);
        let names = |files: &[(String, Vec<u8>)]| files.iter().map(|it| it.0.clone()).collect::<Vec<_>>();
        assert_eq!(names(&first), names(&other));
        for ((name, a), (_, b)) in first.iter().zip(&other) {
            assert!(a == b, "`{name}` of {spec} differs with {threads} threads");
        }
    }
}

#[test]
fn one_thread_and_many_give_the_same_weekly_memo() {
    same("specs/grocery.yaml");
}

#[test]
fn one_thread_and_many_give_the_same_monthly_memo() {
    same("specs/consumption.yaml");
}
