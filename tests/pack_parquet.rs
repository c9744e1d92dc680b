//! `pack` of Parquet: what is packed again is the same file, and every typed value comes out equal.

use crate::run::Workshop;
use crate::run::failed;
use crate::run::files;
use crate::run::root;
use crate::run::run;
use bellwether::source::parquet::Exact;
use bellwether::source::parquet::Parquet;
use polars::prelude::DataType;
use polars::prelude::TimeUnit;
use std::fmt::Write;
use std::path::Path;

/// Packs by month, and returns what was said.
fn packed(from: &Path, to: &Path) -> String {
    let (from, to) = (from.to_string_lossy(), to.to_string_lossy());
    let output = run(&["pack", &from, &to, "--by", "month", "--time", "at"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The files of a folder that hold rows.
fn parts(folder: &Path) -> Vec<(String, Vec<u8>)> {
    files(folder)
        .into_iter()
        .filter(|it| it.0.ends_with(".parquet"))
        .collect()
}

/// The files that pyarrow made: see `make.py` there.
fn made(name: &str) -> Vec<u8> {
    std::fs::read(root().join("tests/parquet").join(name)).expect("a committed file")
}

#[test]
fn what_is_packed_again_is_the_same_file() {
    let workshop = Workshop::new();
    for (shop, first) in [("east", 15_i64), ("west", 40)] {
        let mut text = String::from("at,who,code,kind,amount,ok,day,note\n");
        for idx in 0..1500_i64 {
            let day = jiff::civil::date(2026, 1, 1) + jiff::Span::new().days(first + idx / 40);
            let kind = ["bread", "milk", "\"tea, \"\"green\"\"\"", ""][usize::try_from(idx % 4).expect("small")];
            let (minute, cents, note) = (idx * 7 % 60, idx * 37 % 90, if idx % 9 == 0 { "\"\"" } else { "" });
            let _ = writeln!(
                text,
                "{day} 10:{minute:02}:00.25,{},{:03},{kind},{}.{cents:02},{},{day},{note}",
                idx % 50,
                idx % 30,
                idx % 8,
                idx % 3 == 0
            );
        }
        text.push_str("never,1,001,bread,1.00,true,2026-01-01,\n");
        workshop.write(&format!("in/shop={shop}/a.csv"), text);
    }
    packed(&workshop.path("in"), &workshop.path("once"));
    let once = parts(&workshop.path("once"));
    assert!(once.len() >= 3, "some months");
    // Its rejects and its record lie beside, and are no rows.
    assert!(workshop.path("once/rejects.csv").exists());
    let said = packed(&workshop.path("once"), &workshop.path("again"));
    assert!(!said.contains("rejects") && !said.contains("month "), "{said}");
    assert!(once == parts(&workshop.path("again")), "the same bytes");
    assert!(!workshop.path("again/rejects.csv").exists());
    // With nothing to do, nothing is done; what is lost is made again.
    let before = files(&workshop.path("again"));
    packed(&workshop.path("once"), &workshop.path("again"));
    assert!(before == files(&workshop.path("again")));
    std::fs::remove_file(workshop.path("again").join(&once[1].0)).expect("a part");
    packed(&workshop.path("once"), &workshop.path("again"));
    assert!(before == files(&workshop.path("again")));
}

/// The values of a column over all files, as `make.py` writes them.
fn values(files: &[Parquet], name: &str) -> Vec<Option<String>> {
    let mut all = Vec::new();
    for file in files {
        for group_idx in 0..file.row_groups().len() {
            match file.exact(group_idx, name).expect("a column") {
                Exact::Units(units, places) => all.extend(units.iter().map(|it| Some(decimal(*it?, places)))),
                Exact::Column(column) if column.dtype().is_float() => {
                    let doubles = column.cast(&DataType::Float64).expect("floats are doubles");
                    let doubles = doubles.f64().expect("doubles").iter();
                    all.extend(doubles.map(|it| it.map(|it| format!("{it:?}"))));
                }
                Exact::Column(column) => {
                    let nanos = match column.dtype() {
                        DataType::Datetime(TimeUnit::Milliseconds, _) => Some(1_000_000),
                        DataType::Datetime(TimeUnit::Microseconds, _) => Some(1000),
                        DataType::Datetime(TimeUnit::Nanoseconds, _) => Some(1),
                        _ => None,
                    };
                    let plain = match column.dtype() {
                        DataType::Date => column.cast(&DataType::Int32),
                        DataType::Datetime(..) => column.cast(&DataType::Int64),
                        _ => Ok(column),
                    };
                    let plain = plain.expect("days and moments are numbers");
                    all.extend((0..plain.len()).map(|idx| {
                        let value = plain.get(idx).expect("a row");
                        match (nanos, value.extract::<i64>()) {
                            _ if value.is_null() => None,
                            (Some(nanos), Some(at)) => Some((i128::from(at) * nanos).to_string()),
                            _ => Some(value.get_str().map_or_else(|| value.to_string(), str::to_owned)),
                        }
                    }));
                }
            }
        }
    }
    all
}

fn decimal(units: i128, places: u8) -> String {
    let digits = format!("{:0>width$}", units.unsigned_abs(), width = usize::from(places) + 1);
    let (before, after) = digits.split_at(digits.len() - usize::from(places));
    let point = if after.is_empty() { "" } else { "." };
    format!("{}{before}{point}{after}", if units < 0 { "-" } else { "" })
}

/// Whether two texts of a number are one number.
fn is_same(a: &str, b: &str) -> bool {
    let bits = |text: &str| text.parse::<f64>().map(f64::to_bits);
    a == b || bits(a).is_ok_and(|it| Ok(it) == bits(b))
}

#[test]
fn every_type_comes_out_as_narrow_as_it_can_and_equal() {
    let workshop = Workshop::new();
    workshop.write("in/a.parquet", made("every_type.parquet"));
    let said = packed(&workshop.path("in"), &workshop.path("out"));
    let kinds: Vec<String> = said
        .lines()
        .take_while(|it| !it.contains(" rows in "))
        .map(|it| {
            it.split("  ")
                .filter(|it| !it.is_empty())
                .take(2)
                .map(str::trim)
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    let expected = [
        "at timestamp[ms]",
        "yes bool",
        "int8 int32",
        "uint8 int32",
        "int16 int32",
        "uint16 int32",
        "int32 int32",
        "uint32 int64",
        "int64 int64",
        "uint64 uint64",
        "small_int64 int32",
        "float32 float",
        "float64 double",
        "money double",
        "decimal_7_2 decimal(9, 2)",
        "decimal_9_9 decimal(9, 9)",
        "decimal_16_4 decimal(18, 4)",
        "decimal_18_0 decimal(18, 0)",
        "decimal_30_2 decimal(9, 2)",
        "decimal_38_10 decimal(18, 10)",
        "date date",
        "seconds timestamp[ms]",
        "millis timestamp[ms]",
        "micros timestamp[us]",
        "nanos timestamp[ns]",
        "instant timestamp[us, UTC]",
        "text text",
        "long_text text",
        "kind text",
        "code int32",
        "nothing text",
    ];
    assert_eq!(kinds, expected, "{said}");
    assert!(said.contains("2 rows have no time"), "{said}");
    let rejects = std::fs::read_to_string(workshop.path("out/rejects.csv")).expect("rejects");
    let lines: Vec<&str> = rejects
        .lines()
        .filter(|it| it.starts_with("file") || it.starts_with("a."))
        .collect();
    assert_eq!(lines[0], "file,row,reason,text");
    assert!(
        lines[1].starts_with("a.parquet,5,it has no time,\",false,2,2,2,2,,2,"),
        "{rejects}"
    );
    assert!(lines[2].starts_with("a.parquet,42,it has no time,"), "{rejects}");
    assert_eq!(lines.len(), 3);
    let parts = parts(&workshop.path("out"));
    assert_eq!(parts.len(), 3);
    // Months follow each other, and within a month rows are sorted by time, as they were.
    let opened = parts
        .iter()
        .map(|it| Parquet::open(&workshop.path("out").join(&it.0)).expect("Parquet"));
    let opened: Vec<Parquet> = opened.collect();
    let expected: serde_json::Value = serde_json::from_slice(&made("every_type.json")).expect("JSON");
    for column in expected.as_array().expect("columns") {
        let name = column["name"].as_str().expect("a name");
        let all = column["values"].as_array().expect("values").iter().enumerate();
        // The fifth and the forty-second have no time.
        let expected: Vec<Option<&str>> = all
            .filter(|(idx, _)| ![4, 41].contains(idx))
            .map(|(_, it)| it.as_str())
            .collect();
        let found = values(&opened, name);
        assert_eq!(found.len(), expected.len(), "{name}");
        for (row_idx, (found, expected)) in found.iter().zip(&expected).enumerate() {
            let same = match (found, expected) {
                (Some(a), Some(b)) => is_same(a, b),
                (a, b) => a.is_none() && b.is_none(),
            };
            assert!(same, "{name}, row {row_idx}: {found:?}, not {expected:?}");
        }
    }
}

#[test]
fn what_cannot_be_packed_is_told_before_anything_is_written() {
    let workshop = Workshop::new();
    let from = workshop.path("in").to_string_lossy().into_owned();
    let to = workshop.path("out").to_string_lossy().into_owned();
    workshop.write("in/nested.parquet", made("nested.parquet"));
    let (code, said) = failed(&["pack", &from, &to]);
    assert_eq!(code, 3, "{said}");
    for words in [
        "error[pack-column-type]: `tags` of `nested.parquet` holds lists",
        "`place` of `nested.parquet` holds structs",
        "`bytes` of `nested.parquet` holds bytes that are no text",
        "`clock` of `nested.parquet` holds times of day",
    ] {
        assert!(said.contains(words), "{words} in {said}");
    }
    assert!(!said.contains("`n`"), "{said}");
    assert!(!workshop.path("out").exists());
    workshop.write("in/b.csv", "at,n\n2026-01-01,1\n");
    let (code, said) = failed(&["pack", &from, &to]);
    assert_eq!(code, 3, "{said}");
    assert!(
        said.contains("error[pack-two-formats]: `b.csv` is CSV and `nested.parquet` is Parquet"),
        "{said}"
    );
    assert!(!workshop.path("out").exists());
    workshop.write("wide/wide.parquet", made("wide.parquet"));
    let (code, said) = failed(&["pack", &workshop.path("wide").to_string_lossy(), &to]);
    assert_eq!(code, 3, "{said}");
    assert!(
        said.contains("`much` of `wide.parquet` holds decimals of more than 18 digits"),
        "{said}"
    );
    assert!(parts(&workshop.path("out")).is_empty());
}

#[test]
fn files_that_disagree_are_told_with_both_names() {
    let workshop = Workshop::new();
    workshop.write("in/a.parquet", made("decimals_int32.parquet"));
    workshop.write("in/b.parquet", made("full_dictionary.parquet"));
    let from = workshop.path("in").to_string_lossy().into_owned();
    let to = workshop.path("out").to_string_lossy().into_owned();
    let (code, said) = failed(&["pack", &from, &to, "--time", "day"]);
    assert_eq!(code, 3, "{said}");
    let words = "error[changed-type]: `amount` holds decimals in `a.parquet`, but floats in `b.parquet`";
    assert!(said.contains(words), "{said}");
    workshop.write("in/b.parquet", made("decimals_bytes16.parquet"));
    let output = run(&["pack", &from, &to, "--time", "day"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let file = Parquet::open(&workshop.path("out/part.parquet")).expect("Parquet");
    let mut amounts = values(&[file], "amount");
    amounts.sort();
    let amounts: Vec<&str> = amounts.iter().flatten().map(String::as_str).collect();
    assert_eq!(amounts, ["0.25", "0.25", "1.10", "1.10", "2.30", "2.30"]);
}
