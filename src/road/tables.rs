//! The tables of a memo as files: CSV and Parquet one by one, and all of them as a workbook.
//!
//! It must not know what a table is about.

use super::Planned;
use crate::model::facts::Facts;
use crate::model::memo::Memo;
use crate::model::sheet::Sheet;
use crate::pack;
use crate::render;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// The workbook of all tables.
pub const WORKBOOK: &str = "tables.xlsx";

/// Returns `tables/<name>.csv` and `tables/<name>.parquet` of every table, and the workbook.
pub(super) fn tables(planned: &Planned, memo: &Memo, facts: &Facts) -> BTreeMap<String, Vec<u8>> {
    let sheets = render::sheet::sheets(memo, facts);
    let files = |sheet: &Sheet| {
        let csv = render::csv::table(sheet).into_bytes();
        [
            (format!("tables/{}.csv", sheet.name), csv),
            (format!("tables/{}.parquet", sheet.name), pack::sheets::bytes(sheet)),
        ]
    };
    let mut all: BTreeMap<String, Vec<u8>> = sheets.par_iter().flat_map_iter(files).collect();
    let book = render::xlsx::workbook(memo, &sheets, planned.plan.periods.as_of);
    all.insert(WORKBOOK.to_owned(), book);
    all
}
