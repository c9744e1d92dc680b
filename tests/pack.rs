//! `pack`: what is packed gives the figures of the CSV, however often it was interrupted.

use crate::run::Workshop;
use crate::run::run;
use bellwether::pack;
use bellwether::pack::By;
use bellwether::pack::Job;
use bellwether::pack::Record;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

/// Sixty days of purchases from 2026-01-15, in two files that overlap by no day; the second has another column.
fn purchases(workshop: &Workshop) {
    let mut files = [
        String::from("at,who,code,kind,amount,ok\n"),
        String::from("at,who,code,kind,amount,ok,note\r\n"),
    ];
    let first = jiff::civil::date(2026, 1, 15);
    for day in 0..60_i64 {
        let date = first.saturating_add(jiff::Span::new().days(day));
        for who in (0..40_i64).rev() {
            let cents = 500 + (day * 37 + who * 53 + day * day * 7) % 300;
            let kind = ["bread", "milk", "\"tea, \"\"green\"\"\""][usize::try_from((day + who) % 3).expect("small")];
            let (minutes, amount) = (who * 7 % 60, format!("{}.{:02}", cents / 100, cents % 100));
            let row = format!(
                "{date} 10:{minutes:02}:00,{who},{:03},{kind},{amount},{}",
                who,
                who % 2 == 0
            );
            let _ = match day {
                0..30 => writeln!(files[0], "{row}"),
                _ => write!(files[1], "{row},{}\r\n", if who == 3 { "\"two\nlines\"" } else { "" }),
            };
        }
    }
    files[0].push_str("2026-02-01 10:00:00,1,001,bread\n2026-02-01 10:00:00,2,\"open,bread,1.00,true\nyesterday,3,003,milk,2.00,true\n");
    workshop.write("in/a.csv", format!("\u{feff}{}", files[0]));
    let mut second = files[1].clone().into_bytes();
    second.extend(b"2026-03-01 10:00:00,5,005,\xff\xfe,1.00,true,\r\n");
    workshop.write("in/shop=7/b.csv", second);
}

/// Packs the folder `in` by month; files are opened by `create`.
fn packed(workshop: &Workshop, to: &str, create: pack::Create<'_>) -> Result<Record, i32> {
    let job = Job {
        from: workshop.path("in"),
        to: workshop.path(to),
        time: Some("at".to_owned()),
        by: By::Month,
        create,
        progress: &|_, _| {},
    };
    pack::pack(&job).map_err(|found| i32::from(found.exit_code()))
}

fn open(path: &Path) -> std::io::Result<Box<dyn Write + Send>> {
    Ok(Box::new(std::fs::File::create(path)?))
}

/// The bytes of all files of a folder, by name.
fn bytes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(at).expect("a folder") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path
                    .strip_prefix(folder)
                    .expect("inside")
                    .to_string_lossy()
                    .into_owned();
                all.insert(name, std::fs::read(&path).expect("readable"));
            }
        }
    }
    all
}

const SPEC: &str = r#"bellwether: 1
title: "Shift: {{ period.label }}"
sources:
  rows: { files: FILES, time: at, customer: who, decimals: { amount: 2 }, columns: { all: "coalesce(note, kind)" } }
metrics:
  spend: { of: sum(amount), unit: USD }
  buyers: { of: count(distinct who), across: category }
  good: { of: count(*) filter (where ok) }
  noted: { of: count(distinct all) }
  shops: { of: sum(shop) }
categories: { by: kind }
periods: { grain: week, compare: [previous] }
memo: [{ headline: { metrics: [spend, good, noted, shops] } }]
"#;

/// The figures of a memo over some files.
fn figures(workshop: &Workshop, files: &str) -> Vec<(String, String)> {
    let spec = SPEC.replace("FILES", files);
    let spec = workshop.write("shop.yaml", spec);
    let output = run(&["explain", &spec, "--stage", "facts"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let facts: serde_json::Value = serde_json::from_slice(&output.stdout).expect("facts are JSON");
    let facts = facts.as_object().expect("facts by id").iter();
    facts
        .filter(|(id, _)| id.starts_with("headline/"))
        .map(|(id, fact)| (id.clone(), fact["value"].to_string()))
        .collect()
}

#[test]
fn packed_data_give_the_figures_of_the_csv_and_every_lost_line_is_named() {
    let workshop = Workshop::new();
    purchases(&workshop);
    let output = run(&[
        "pack",
        &workshop.path("in").to_string_lossy(),
        &workshop.path("out").to_string_lossy(),
        "--by",
        "month",
        "--time",
        "at",
    ]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let kinds: Vec<(&str, &str)> = said
        .lines()
        .take(8)
        .filter_map(|line| {
            line.split_once(' ')
                .map(|(name, rest)| (name, rest.split_whitespace().next().unwrap_or("")))
        })
        .collect();
    let expected = [
        ("at", "timestamp[ms]"),
        ("who", "int32"),
        // `007` is a code.
        ("code", "text"),
        ("kind", "text"),
        ("amount", "double"),
        ("ok", "bool"),
        ("note", "text"),
        ("shop", "int32"),
    ];
    assert_eq!(kinds, expected, "{said}");
    assert!(said.contains("4 lines are no rows"), "{said}");
    let rejects = std::fs::read_to_string(workshop.path("out/rejects.csv")).expect("there are rejects");
    let lines: Vec<&str> = rejects.lines().collect();
    let starts = [
        "file,line,reason,text",
        "a.csv,1202,a line has more or fewer fields than the header,",
        "a.csv,1203,a line has quotes that do not match,",
        "a.csv,1204,its time is not a date,",
        "shop=7/b.csv,1232,a line is not UTF-8 text,",
    ];
    assert_eq!(lines.len(), starts.len(), "{rejects}");
    for (line, start) in lines.iter().zip(starts) {
        assert!(line.starts_with(start), "{line}");
    }
    let (of_csv, of_pack) = (
        figures(&workshop, "[in/*.csv, in/*/*.csv]"),
        figures(&workshop, "out/*/*.parquet"),
    );
    assert!(of_csv.len() > 10);
    assert_eq!(of_csv, of_pack);
}

/// A writer on a disk with room for so many bytes.
struct Small<'a> {
    file: std::fs::File,
    room: &'a AtomicU64,
}

impl Write for Small<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let taken = self.room.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |room| {
            room.checked_sub(bytes.len() as u64)
        });
        taken.map_err(|_| std::io::Error::from(std::io::ErrorKind::StorageFull))?;
        self.file.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

#[test]
fn a_run_that_fails_anywhere_is_finished_by_the_next_with_the_same_bytes() {
    let workshop = Workshop::new();
    purchases(&workshop);
    packed(&workshop, "whole", &open).expect("packed");
    let whole = bytes(&workshop.path("whole"));
    assert_eq!(whole.len(), 5, "three months, `pack.json` and the rejects");
    let size: u64 = whole.values().map(|it| it.len() as u64).sum();
    let mut kept = 0;
    for step in 1..12 {
        static ROOM: AtomicU64 = AtomicU64::new(0);
        ROOM.store(size * step / 12, Ordering::SeqCst);
        let create = |path: &Path| {
            let file = std::fs::File::create(path)?;
            Ok(Box::new(Small { file, room: &ROOM }) as Box<dyn Write + Send>)
        };
        let folder = format!("broken-{step}");
        assert_eq!(packed(&workshop, &folder, &create), Err(4), "step {step}");
        let parts = bytes(&workshop.path(&folder));
        for (name, part) in parts.iter().filter(|it| it.0.ends_with(".parquet")) {
            assert_eq!(Some(part), whole.get(name), "{name} is in its place, so it is whole");
            kept += 1;
        }
        packed(&workshop, &folder, &open).expect("packed");
        assert!(bytes(&workshop.path(&folder)) == whole, "step {step}");
    }
    assert!(kept > 0, "some run got as far as a part");
}

#[test]
fn a_run_with_nothing_new_writes_no_part_and_a_changed_file_only_its_own() {
    let workshop = Workshop::new();
    purchases(&workshop);
    packed(&workshop, "out", &open).expect("packed");
    let before = bytes(&workshop.path("out"));
    let refuse = |path: &Path| {
        assert!(
            !path.to_string_lossy().contains(".parquet"),
            "{} is there",
            path.display()
        );
        open(path)
    };
    packed(&workshop, "out", &refuse).expect("packed");
    assert_eq!(before, bytes(&workshop.path("out")));
    // Of January there is something in the first file only.
    let second = std::fs::read(workshop.path("in/shop=7/b.csv")).expect("readable");
    let gone = second
        .split(|it| *it == b'\n')
        .take(900)
        .collect::<Vec<_>>()
        .join(&b'\n');
    workshop.write("in/shop=7/b.csv", gone);
    let refuse = |path: &Path| {
        assert!(
            !path.to_string_lossy().contains("2026-01"),
            "{} is there",
            path.display()
        );
        open(path)
    };
    packed(&workshop, "out", &refuse).expect("packed");
    assert_ne!(before, bytes(&workshop.path("out")));
}

#[test]
fn what_an_earlier_run_made_goes_even_after_one_that_failed() {
    let workshop = Workshop::new();
    purchases(&workshop);
    packed(&workshop, "out", &open).expect("packed");
    assert!(workshop.path("out/month=2026-01/part.parquet").exists());
    // All of January was in the first file.
    std::fs::remove_file(workshop.path("in/a.csv")).expect("the file");
    let full = |path: &Path| match path.to_string_lossy().contains(".parquet") {
        true => Err(std::io::ErrorKind::StorageFull.into()),
        false => open(path),
    };
    assert_eq!(packed(&workshop, "out", &full), Err(4));
    assert!(workshop.path("out/month=2026-01/part.parquet").exists());
    packed(&workshop, "out", &open).expect("packed");
    packed(&workshop, "fresh", &open).expect("packed");
    assert!(bytes(&workshop.path("out")) == bytes(&workshop.path("fresh")));
}

#[test]
fn a_killed_run_is_finished_by_the_next_with_the_same_bytes() {
    let workshop = Workshop::new();
    purchases(&workshop);
    packed(&workshop, "whole", &open).expect("packed");
    let whole = bytes(&workshop.path("whole"));
    for millis in [5, 20, 40, 80] {
        let folder = format!("killed-{millis}");
        let mut child = crate::run::bellwether()
            .args(["pack", "--by", "month", "--time", "at"])
            .args([workshop.path("in"), workshop.path(&folder)])
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("the program starts");
        std::thread::sleep(std::time::Duration::from_millis(millis));
        let _ = child.kill();
        child.wait().expect("it ends");
        packed(&workshop, &folder, &open).expect("packed");
        assert!(bytes(&workshop.path(&folder)) == whole, "after {millis} ms");
    }
}

#[test]
fn what_cannot_be_packed_is_told() {
    let workshop = Workshop::new();
    purchases(&workshop);
    let (from, to) = (workshop.path("in"), workshop.path("out"));
    let (from, to) = (from.to_string_lossy(), to.to_string_lossy());
    let inside = format!("{from}/out");
    std::fs::create_dir_all(&inside).expect("a folder");
    for (arguments, code, words) in [
        (vec!["pack", &from, &to, "--by", "month"], 2, "[pack-without-time]"),
        (vec!["pack", &from, &inside], 2, "[pack-into-itself]"),
        (vec!["pack", &from, &to, "--time", "att"], 2, "did you mean `at`?"),
        (vec!["pack", &from, &to, "--time", "kind"], 3, "[pack-without-rows]"),
        (vec!["pack", "no-such-folder", &to], 3, "[unreadable-file]"),
    ] {
        let (actual, said) = crate::run::failed(&arguments);
        assert_eq!(actual, code, "{said}");
        assert!(said.contains(words), "{said}");
    }
}
