//! Files as they come: gzipped, with marks and faults, or changed while they are read.

use crate::run::Workshop;
use crate::run::run;
use bellwether::render::Templates;
use bellwether::road;
use polars_arrow::array::Array;
use polars_arrow::array::PrimitiveArray;
use polars_arrow::array::Utf8ViewArray;
use polars_arrow::datatypes::ArrowDataType;
use polars_arrow::datatypes::ArrowSchema;
use polars_arrow::datatypes::Field;
use polars_arrow::io::ipc::write::Compression;
use polars_arrow::io::ipc::write::FileWriter;
use polars_arrow::io::ipc::write::WriteOptions;
use polars_arrow::record_batch::RecordBatch;
use std::io::Write;
use std::sync::Arc;

const SPEC: &str = r#"bellwether: 1
title: "Shift: {{ period.label }}"
sources:
  rows: { files: FILE, time: day, customer: who, decimals: { amount: 2 } }
metrics: { spend: { of: sum(amount), unit: USD } }
categories: { by: category }
periods: { grain: day, compare: [previous] }
memo: [{ headline: { metrics: [spend] } }, quality]
"#;

const ROWS: &str =
    "day,who,category,amount\n2026-03-01,1,bread,1.10\n2026-03-02,1,\"bread\",2.30\n2026-03-02,2,milk,0.25\n";

/// The facts of a file of that name, as JSON.
fn facts(file: &str, bytes: &[u8]) -> serde_json::Value {
    let workshop = Workshop::new();
    workshop.write(file, bytes);
    let spec = workshop.write("shop.yaml", SPEC.replace("FILE", file));
    let output = run(&["explain", &spec, "--stage", "facts"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("facts are JSON")
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

#[test]
fn marks_line_ends_and_compression_change_no_figure() {
    let plain = facts("rows.csv", ROWS.as_bytes());
    assert_eq!(plain["headline/spend/value"]["value"], 2.55);
    let windows = format!("\u{feff}{}", ROWS.replace('\n', "\r\n"));
    let variants = [
        ("rows.csv", windows.clone().into_bytes()),
        ("rows.csv.gz", gzipped(ROWS.as_bytes())),
        ("rows.csv.gz", gzipped(windows.as_bytes())),
    ];
    for (file, bytes) in variants {
        let other = facts(file, &bytes);
        for id in ["headline/spend/value", "headline/spend/series", "quality/rows/read"] {
            assert_eq!(plain[id]["value"], other[id]["value"], "{id} of {file}");
        }
    }
}

#[test]
fn lines_that_are_no_records_are_counted_and_the_others_stay_right() {
    let mut bytes = ROWS.as_bytes().to_vec();
    bytes.extend(b"2026-03-02,2,milk\n2026-03-02,3,\xff\xfe,9.00\n2026-03-02,2,milk,1,1\n2026-03-02,4,\"open,3.00\n");
    let facts = facts("rows.csv", &bytes);
    assert_eq!(facts["headline/spend/value"]["value"], 2.55);
    assert_eq!(facts["quality/rows/rejected"]["value"], 4.0, "{facts:#}");
}

#[test]
fn a_gzip_file_that_is_cut_off_is_unreadable() {
    let workshop = Workshop::new();
    let mut bytes = gzipped(ROWS.as_bytes());
    bytes.truncate(bytes.len() / 2);
    workshop.write("rows.csv.gz", bytes);
    let spec = workshop.write("shop.yaml", SPEC.replace("FILE", "rows.csv.gz"));
    let output = run(&["explain", &spec, "--stage", "facts"]);
    assert_eq!(output.status.code(), Some(3));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("error[unreadable-file]: `rows.csv.gz` cannot be read"),
        "{said}"
    );
}

#[test]
fn a_file_that_changes_after_it_was_found_fails_the_run() {
    let workshop = Workshop::new();
    workshop.write("rows.csv", ROWS);
    let spec = workshop.write("shop.yaml", SPEC.replace("FILE", "rows.csv"));
    let request = road::Request {
        spec: spec.into(),
        ..road::Request::default()
    };
    let templates = Templates::default();
    let planned = road::plan(&request).expect("a good spec");
    assert!(road::compute(&planned, &templates).is_ok());
    // Of the same size, and put in place as careful writers do.
    workshop.write("new.csv", ROWS.replace("0.25", "0.35"));
    std::fs::rename(workshop.path("new.csv"), workshop.path("rows.csv")).expect("renamed");
    let wrong = road::compute(&planned, &templates).err().expect("the file is another");
    assert_eq!(wrong.0[0].code, "changed-file");
    assert_eq!(wrong.exit_code(), 3);
}

/// The program waits for its template, which is a pipe: meanwhile the data become others.
#[cfg(unix)]
#[test]
fn a_file_that_is_replaced_while_it_is_read_publishes_nothing() {
    use rustix::fs::CWD;
    use rustix::fs::FileType;
    use rustix::fs::Mode;
    use rustix::fs::mknodat;
    use std::os::unix::fs::OpenOptionsExt;
    let workshop = Workshop::new();
    let spec = workshop.write("shop.yaml", SPEC.replace("FILE", "rows.csv"));
    let out = workshop.path("out");
    let run = || {
        let mut command = crate::run::bellwether();
        command.args(["run", &spec, "--format", "json", "--out"]).arg(&out);
        command.stderr(std::process::Stdio::piped());
        command
    };
    workshop.write("rows.csv", ROWS);
    assert!(run().output().expect("the program starts").status.success());
    let published = crate::run::files(&out);
    std::fs::create_dir(workshop.path("templates")).expect("a folder");
    let pipe = workshop.path("templates/memo.html");
    mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).expect("a pipe");
    for (what, changed) in [
        ("of the same size", ROWS.replace("0.25", "0.35")),
        ("longer", format!("{ROWS}2026-03-02,3,milk,9.00\n")),
    ] {
        workshop.write("rows.csv", ROWS);
        let mut child = run().spawn().expect("the program starts");
        let mut template = loop {
            assert!(
                child.try_wait().expect("a child").is_none(),
                "it waits for its template"
            );
            // Fails until somebody reads there.
            let opened = std::fs::OpenOptions::new()
                .write(true)
                .custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed())
                .open(&pipe);
            match opened {
                Ok(opened) => break opened,
                Err(_) => std::thread::yield_now(),
            }
        };
        workshop.write("new.csv", changed);
        std::fs::rename(workshop.path("new.csv"), workshop.path("rows.csv")).expect("renamed");
        template.write_all(b"{% extends \"built-in\" %}").expect("a template");
        drop(template);
        let output = child.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{what}: {said}");
        assert!(
            said.contains("error[changed-file]: `rows.csv` was changed while it was read"),
            "{what}: {said}"
        );
        assert!(
            crate::run::files(&out) == published,
            "{what}: the old report stands, and nothing else"
        );
    }
}

/// A file of Arrow record batches with the days, categories and amounts of [`ROWS`], amounts in a type of their own.
fn arrow(amounts: Box<dyn Array>) -> Vec<u8> {
    let days = PrimitiveArray::<i32>::from_vec(vec![20_513, 20_514, 20_514]).to(ArrowDataType::Date32);
    batch_of(days.boxed(), amounts, None)
}

fn batch_of(days: Box<dyn Array>, amounts: Box<dyn Array>, compression: Option<Compression>) -> Vec<u8> {
    let who = PrimitiveArray::<i32>::from_vec(vec![1, 1, 2]);
    let categories = Utf8ViewArray::from_slice_values(["bread", "bread", "milk"]);
    let arrays: [Box<dyn Array>; 4] = [days, who.boxed(), categories.boxed(), amounts];
    let names = ["day", "who", "category", "amount"];
    let fields = names.iter().zip(&arrays).map(|(name, array)| {
        let field = Field::new((*name).into(), array.dtype().clone(), true);
        (field.name.clone(), field)
    });
    let schema: ArrowSchema = fields.collect();
    let options = WriteOptions { compression };
    let mut writer = FileWriter::try_new(Vec::new(), Arc::new(schema.clone()), None, options).expect("a schema");
    let batch = RecordBatch::new(3, Arc::new(schema), arrays.to_vec());
    writer.write(&batch, None).expect("memory takes all");
    writer.finish().expect("memory takes all");
    writer.into_inner()
}

#[test]
fn arrow_files_give_the_figures_of_the_same_rows_as_text() {
    let text = facts("rows.csv", ROWS.as_bytes());
    let amounts = PrimitiveArray::<f64>::from_vec(vec![1.10, 2.30, 0.25]).boxed();
    let other = facts("rows.arrow", &arrow(amounts));
    for id in [
        "headline/spend/value",
        "headline/spend/series",
        "quality/rows/read",
        "quality/rows/customers",
    ] {
        assert_eq!(text[id]["value"], other[id]["value"], "{id}");
    }
}

#[test]
fn compressed_arrow_files_give_the_same_figures() {
    let text = facts("rows.csv", ROWS.as_bytes());
    let amounts = || PrimitiveArray::<f64>::from_vec(vec![1.10, 2.30, 0.25]).boxed();
    let days = || PrimitiveArray::<i32>::from_vec(vec![20_513, 20_514, 20_514]).to(ArrowDataType::Date32);
    let plain = arrow(amounts());
    for compression in [Compression::LZ4, Compression::ZSTD(Default::default())] {
        let bytes = batch_of(days().boxed(), amounts(), Some(compression));
        assert_ne!(bytes, plain, "it is compressed");
        let other = facts("rows.arrow", &bytes);
        for id in [
            "headline/spend/value",
            "headline/spend/series",
            "quality/rows/customers",
        ] {
            assert_eq!(text[id]["value"], other[id]["value"], "{id}, {compression:?}");
        }
    }
}

/// A file that pyarrow made: see `make.py` there.
fn made(name: &str) -> Vec<u8> {
    std::fs::read(crate::run::root().join("tests/parquet").join(name)).expect("a committed file")
}

#[test]
fn parquet_decimals_of_any_width_are_summed_exactly() {
    let text = facts("rows.csv", ROWS.as_bytes());
    for width in ["int32", "int64", "bytes", "bytes16"] {
        let other = facts("rows.parquet", &made(&format!("decimals_{width}.parquet")));
        for id in ["headline/spend/value", "headline/spend/series", "quality/rows/read"] {
            assert_eq!(text[id]["value"], other[id]["value"], "{id}, {width}");
        }
    }
}

#[test]
fn a_dictionary_that_is_full_midway_loses_no_text() {
    // As `make.py` has it.
    const ROWS: usize = 4000;
    let mut text = String::from("day,who,category,amount\n");
    for idx in 0..ROWS {
        let shop = if idx > ROWS / 2 { idx } else { idx % 7 };
        let category = if idx % 11 == 5 {
            String::new()
        } else {
            format!("shop {shop:05}")
        };
        let cents = idx % 100 * 25;
        let day = 1 + idx % 2;
        text += &format!(
            "2026-03-0{day},{},{category},{}.{:02}\n",
            idx % 50,
            cents / 100,
            cents % 100
        );
    }
    let by_text = |file: &str, bytes: &[u8]| {
        let workshop = Workshop::new();
        workshop.write(file, bytes);
        let spec = SPEC
            .replace("bellwether: 1\n", "bellwether: 1\nmin_cell: 1\n")
            .replace("FILE", file)
            .replace("spend: {", "shops: { of: count(distinct category) }, spend: {");
        let spec = workshop.write("shop.yaml", spec.replace("metrics: [spend]", "metrics: [spend, shops]"));
        let output = run(&["explain", &spec, "--stage", "panel"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let panel: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a panel is JSON");
        (panel["categories"].clone(), panel["cube"].clone())
    };
    let plain = by_text("rows.csv", text.as_bytes());
    assert!(plain.0.as_array().is_some_and(|it| it.len() > 1500), "{}", plain.0);
    assert_eq!(by_text("rows.parquet", &made("full_dictionary.parquet")), plain);
}

#[test]
fn numbers_that_widen_from_file_to_file_stay_what_they_are() {
    let workshop = Workshop::new();
    let large = 3_000_000_000_i64;
    workshop.write(
        "log/1.arrow",
        arrow(PrimitiveArray::<i32>::from_vec(vec![1, 2, 3]).boxed()),
    );
    workshop.write(
        "log/2.arrow",
        arrow(PrimitiveArray::<i64>::from_vec(vec![0, large, 0]).boxed()),
    );
    workshop.write(
        "log/3.arrow",
        arrow(PrimitiveArray::<f64>::from_vec(vec![0.0, 0.25, 0.5]).boxed()),
    );
    let spec = workshop.write("shop.yaml", SPEC.replace("FILE", "log/*.arrow"));
    let output = run(&["explain", &spec, "--stage", "facts"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let facts: serde_json::Value = serde_json::from_slice(&output.stdout).expect("facts are JSON");
    // The second day: 2 + 3 in 32 bits, the large one in 64, 0.25 + 0.5 as floats.
    assert_eq!(facts["headline/spend/value"]["value"], 3_000_000_005.75);
}

#[test]
fn an_arrow_file_that_is_cut_off_is_unreadable() {
    let workshop = Workshop::new();
    let whole = arrow(PrimitiveArray::<f64>::from_vec(vec![1.10, 2.30, 0.25]).boxed());
    workshop.write("rows.arrow", &whole[..whole.len() / 2]);
    let spec = workshop.write("shop.yaml", SPEC.replace("FILE", "rows.arrow"));
    let output = run(&["check", &spec]);
    assert_eq!(output.status.code(), Some(3));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("unreadable-file") && said.contains("rows.arrow"),
        "{said}"
    );
}

/// A file of exact decimals with two places, as warehouses store money, and a column that nothing can use.
fn decimals() -> Vec<u8> {
    let amounts = PrimitiveArray::<i128>::from_vec(vec![110, 230, 25]).to(ArrowDataType::Decimal(38, 2));
    arrow(amounts.boxed())
}

#[test]
fn exact_decimals_are_summed_exactly() {
    let facts = facts("rows.arrow", &decimals());
    assert_eq!(facts["headline/spend/value"]["value"], 2.55);
}

#[test]
fn a_day_that_no_calendar_has_is_a_reject() {
    let days = PrimitiveArray::<i32>::from_vec(vec![20_513, i32::MAX, 20_514]).to(ArrowDataType::Date32);
    let amounts = PrimitiveArray::<f64>::from_vec(vec![1.10, 2.30, 0.25]).boxed();
    let facts = facts("rows.arrow", &batch_of(days.boxed(), amounts, None));
    assert_eq!(facts["headline/spend/value"]["value"], 0.25);
    assert_eq!(facts["quality/rows/rejected"]["value"], 1.0);
}
