//! A disk that is full, a real one of a megabyte: clear errors, old outputs whole, and no figure lost.
//!
//! Mounting takes rights that not everybody has: without them these tests say so, and hold nothing.

use crate::run::Workshop;
use crate::run::bellwether;
use crate::run::files;
use crate::run::run;
use std::fmt::Write;
use std::path::PathBuf;
use std::process::Command;

/// A file system in memory; vanishes when dropped, whatever happened.
struct Disk {
    folder: tempfile::TempDir,
}

impl Disk {
    /// Mounts a disk of so many kilobytes; none where that is not permitted.
    fn mounted(kilobytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let size = format!("size={kilobytes}k");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(folder.path())
            .output();
        match mounted {
            Ok(output) if output.status.success() => Some(Self { folder }),
            Ok(output) => {
                eprintln!(
                    "skipped: no disk can be mounted here: {}",
                    String::from_utf8_lossy(&output.stderr)
                );
                None
            }
            Err(error) => {
                eprintln!("skipped: no disk can be mounted here: {error}");
                None
            }
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Takes all room but so many bytes.
    fn fill_up_to(&self, free: usize) {
        let path = self.path("ballast");
        let mut file = std::fs::File::create(&path).expect("a file");
        let block = [7; 4096];
        while std::io::Write::write_all(&mut file, &block).is_ok() {}
        let size = file.metadata().expect("a file").len();
        file.set_len(size - free as u64).expect("a smaller file");
    }

    /// Gives the room back.
    fn empty(&self) {
        std::fs::remove_file(self.path("ballast")).expect("it was filled");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg(self.folder.path()).status();
        if !unmounted.is_ok_and(|it| it.success()) {
            // Gone from its place at once, and from memory with its last file.
            let _ = Command::new("umount").arg("-l").arg(self.folder.path()).status();
        }
    }
}

/// Purchases of a month, each with a text that nothing packs well.
fn purchases(month: u32, rows: u64) -> String {
    let mut text = String::from("at,who,kind,amount,session\n");
    for idx in 0..rows {
        // Knuth's multiplicative hash of a counter looks random.
        let mixed = (idx + 1).wrapping_mul(6_364_136_223_846_793_005);
        let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let (day, kind) = (1 + idx % 28, ["bread", "milk", "tea"][(mixed % 3) as usize]);
        let _ = writeln!(
            text,
            "2026-{month:02}-{day:02},{},{kind},{}.{:02},{mixed:016x}",
            idx % 5000,
            mixed % 90,
            mixed % 100
        );
    }
    text
}

const SPEC: &str = r#"bellwether: 1
title: "Shift: {{ period.label }}"
sources: { buys: { files: data/*.csv, time: at, customer: who, decimals: { amount: 2 } } }
metrics: { spend: { of: sum(amount), unit: USD }, buyers: { of: count(distinct who), across: category } }
categories: { by: kind }
periods: { grain: week, compare: [previous] }
memo: [{ headline: { metrics: [spend, buyers] } }, quality]
"#;

#[test]
fn a_full_disk_leaves_what_was_packed_and_the_next_run_finishes() {
    let Some(disk) = Disk::mounted(1024) else { return };
    let workshop = Workshop::new();
    workshop.write("in/1.csv", purchases(1, 2_000));
    let (from, to) = (workshop.path("in"), disk.path("packed"));
    let pack = |to: &PathBuf| {
        let (from, to) = (from.to_string_lossy(), to.to_string_lossy());
        let output = run(&["pack", &from, &to, "--by", "month", "--time", "at"]);
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    assert_eq!(pack(&to).0, Some(0));
    let january = std::fs::read(to.join("month=2026-01/part.parquet")).expect("a part");
    // Another file for January too: a part that is there is made anew.
    workshop.write("in/2.csv", purchases(1, 50_000));
    workshop.write("in/3.csv", purchases(2, 50_000));
    disk.fill_up_to(64 << 10);
    let (code, said) = pack(&to);
    assert_eq!(code, Some(4), "{said}");
    assert!(
        said.contains("error[cannot-write]") && said.contains("No space left on device"),
        "{said}"
    );
    assert!(said.contains("run again when there is room"), "{said}");
    assert!(january == std::fs::read(to.join("month=2026-01/part.parquet")).expect("a part"));
    assert!(
        !to.join("month=2026-02/part.parquet").exists(),
        "no half of a part has its name"
    );
    let left: Vec<String> = files(&to).into_iter().map(|it| it.0).collect();
    assert!(
        !left.iter().any(|it| it.ends_with(".new")),
        "the room is given back: {left:?}"
    );
    disk.empty();
    // As much room as the parts of one month need: that month is finished, and kept.
    assert_eq!(pack(&to).0, Some(4), "a megabyte is too little for both");
    let grown = Command::new("mount")
        .args(["-o", "remount,size=8m"])
        .arg(disk.folder.path())
        .status();
    assert!(grown.is_ok_and(|it| it.success()), "more room");
    assert_eq!(pack(&to), (Some(0), String::new()));
    let whole = workshop.path("packed");
    assert_eq!(pack(&whole).0, Some(0));
    assert!(files(&to) == files(&whole), "the bytes of a disk that was never full");
}

#[test]
fn a_full_disk_leaves_the_old_report() {
    let Some(disk) = Disk::mounted(4096) else { return };
    let workshop = Workshop::new();
    workshop.write("data/1.csv", purchases(1, 2_000));
    let spec = workshop.write("shop.yaml", SPEC);
    let out = disk.path("reports").to_string_lossy().into_owned();
    let write = |format: &str| {
        let output = run(&["run", &spec, "--out", &out, "--format", format]);
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    let (code, said) = write("html,json");
    assert_eq!(code, Some(0), "{said}");
    let old = files(&disk.path("reports"));
    assert!(old.iter().any(|it| it.0.ends_with("memo.html")));
    workshop.write("data/1.csv", purchases(1, 3_000));
    for free in [100 << 10, 8 << 10, 0] {
        disk.fill_up_to(free);
        let (code, said) = write("html,json");
        assert_eq!(code, Some(4), "{free}: {said}");
        assert!(
            said.contains("error[cannot-write]") && said.contains("No space left on device"),
            "{free}: {said}"
        );
        assert!(
            files(&disk.path("reports")) == old,
            "{free}: the old report, and nothing else"
        );
        disk.empty();
    }
    let (code, said) = write("html,json");
    assert_eq!(code, Some(0), "{said}");
    assert!(files(&disk.path("reports")) != old);
}

#[test]
fn a_cache_on_a_full_disk_costs_time_and_never_a_figure() {
    let Some(disk) = Disk::mounted(1024) else { return };
    let workshop = Workshop::new();
    for month in 1..4 {
        workshop.write(&format!("data/{month}.csv"), purchases(month, 20_000));
    }
    let spec = workshop.write("shop.yaml", SPEC);
    let facts = |more: &[&str]| {
        let output = bellwether()
            .args(["explain", &spec, "--stage", "facts"])
            .args(more)
            .output()
            .expect("the program starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let plain = facts(&[]);
    let folder = disk.path("cache").to_string_lossy().into_owned();
    let cached = ["--cache", folder.as_str()];
    let n_entries = |free: usize| {
        disk.fill_up_to(free);
        for what in ["cold", "warm"] {
            assert!(facts(&cached) == plain, "{what}, with {free} bytes of room");
        }
        let out = workshop.path("reports").to_string_lossy().into_owned();
        let written = run(&["run", &spec, "--format", "json", "--out", &out, "--cache", &folder]);
        assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
        let left = files(&disk.path("cache"));
        assert!(left.iter().all(|it| !it.0.contains(".tmp")), "nothing is half written");
        disk.empty();
        left.len()
    };
    std::fs::create_dir(disk.path("cache")).expect("a folder");
    let (none, some) = (n_entries(0), n_entries(48 << 10));
    assert_eq!(facts(&cached), plain);
    let all = files(&disk.path("cache")).len();
    assert!(
        none < some && some < all,
        "the disk was full: {none}, {some} and {all} entries"
    );
}

#[test]
fn counts_that_find_no_room_on_disk_are_told() {
    let Some(disk) = Disk::mounted(256) else { return };
    let workshop = Workshop::new();
    let mut text = String::from("at,who,kind,amount\n");
    for idx in 0..240_000_u32 {
        let _ = writeln!(
            text,
            "2026-01-{:02},customer {},bread,1.00",
            1 + idx % 28,
            idx * 7_919 % 120_011
        );
    }
    workshop.write("data/1.csv", text);
    let spec = workshop.write("shop.yaml", SPEC);
    let output = bellwether()
        .args(["explain", &spec, "--stage", "facts", "--memory", "16MB"])
        .env("TMPDIR", disk.folder.path())
        .output()
        .expect("the program starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("error[no-room]") && said.contains("TMPDIR"), "{said}");
    assert!(output.stdout.is_empty());
    assert!(files(disk.folder.path()).is_empty(), "nothing is left behind");
}
