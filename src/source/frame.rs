//! Rows in columns, where a text is a code: what is asked of a text is worked out once a text, not once a row.
//!
//! Thousands of texts stand for millions of rows, and files keep them so. It must not know where rows come from
//! or what is asked.

use foldhash::fast::FixedState;
use polars::prelude as pl;
use polars::prelude::DataType;
use polars::prelude::IntoColumn;
use polars::prelude::IntoLazy;
use polars::prelude::NamedFrom;
use polars::prelude::NewChunkedArray;
use std::collections::BTreeMap;
use std::collections::HashMap;

/// Rows. Every column has one value a row; of a column of texts the frame holds codes.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    columns: pl::DataFrame,
    /// The texts of the columns that hold codes.
    texts: BTreeMap<String, Texts>,
}

/// What the codes of a column stand for. A text may stand twice, or be missing.
pub type Texts = pl::StringChunked;

impl Frame {
    /// Takes rows, some of whose columns hold codes (`UInt32`, null where the text is missing).
    pub fn new(columns: pl::DataFrame, texts: BTreeMap<String, Texts>) -> Self {
        Self { columns, texts }
    }

    /// Starts with a number of rows, and no column.
    pub fn of_height(n_rows: usize) -> Self {
        Self {
            columns: pl::DataFrame::empty_with_height(n_rows),
            texts: BTreeMap::new(),
        }
    }

    /// Returns the number of rows.
    pub fn height(&self) -> usize {
        self.columns.height()
    }

    /// Returns all columns; those of texts hold codes.
    pub fn columns(&self) -> &pl::DataFrame {
        &self.columns
    }

    /// Returns the texts of a column; `None` where it holds none.
    pub fn texts(&self, name: &str) -> Option<&Texts> {
        self.texts.get(name)
    }

    /// Returns the codes of a column of texts.
    pub fn codes(&self, name: &str) -> pl::PolarsResult<&pl::UInt32Chunked> {
        self.columns.column(name)?.u32()
    }

    /// Adds a column, or takes one's place; texts become codes.
    pub fn add(&mut self, column: pl::Column) -> pl::PolarsResult<()> {
        let name = column.name().clone();
        self.texts.remove(name.as_str());
        if column.dtype() == &DataType::String {
            let (codes, texts) = coded(column.str()?);
            return self.add_coded(name.as_str(), codes, texts);
        }
        self.columns.with_column(column)?;
        Ok(())
    }

    /// Adds a column of codes, or takes one's place.
    pub fn add_coded(&mut self, name: &str, codes: pl::UInt32Chunked, texts: Texts) -> pl::PolarsResult<()> {
        self.columns.with_column(codes.with_name(name.into()).into_column())?;
        self.texts.insert(name.to_owned(), texts);
        Ok(())
    }

    /// Keeps the rows where a mask is true.
    pub fn filter(&self, mask: &pl::BooleanChunked) -> pl::PolarsResult<Self> {
        Ok(Self {
            columns: self.columns.filter(mask)?,
            texts: self.texts.clone(),
        })
    }

    /// Returns some rows that follow each other; nothing is copied.
    pub fn slice(&self, from: usize, n_rows: usize) -> Self {
        Self {
            columns: self.columns.slice(i64::try_from(from).unwrap_or(i64::MAX), n_rows),
            texts: self.texts.clone(),
        }
    }

    /// Returns some columns, in order.
    pub fn select(&self, names: &[String]) -> pl::PolarsResult<Self> {
        let texts = self.texts.iter().filter(|it| names.contains(it.0));
        Ok(Self {
            columns: self.columns.select(names)?,
            texts: texts.map(|(name, texts)| (name.clone(), texts.clone())).collect(),
        })
    }

    /// Returns the rows with texts where codes stood.
    pub fn plain(&self) -> pl::PolarsResult<pl::DataFrame> {
        let mut columns = self.columns.clone();
        for name in self.texts.keys() {
            columns.with_column(self.plain_column(name)?)?;
        }
        Ok(columns)
    }

    /// Returns a column with texts where codes stood.
    pub fn plain_column(&self, name: &str) -> pl::PolarsResult<pl::Column> {
        match self.texts.get(name) {
            None => Ok(self.columns.column(name)?.clone()),
            Some(texts) => {
                let texts = texts.clone().into_column().take(self.codes(name)?)?;
                Ok(texts.with_name(name.into()))
            }
        }
    }

    /// Works out an expression of one column of texts: a value for each text, and a last one for a text that is missing.
    pub fn by_text(&self, name: &str, expr: &pl::Expr) -> pl::PolarsResult<pl::Column> {
        let texts = self.texts.get(name).expect("a column of texts");
        let missing = pl::Series::new(name.into(), [None::<&str>]);
        let mut column = texts.clone().with_name(name.into()).into_column();
        column.append(&missing.into_column())?;
        let all = pl::DataFrame::new(column.len(), vec![column])?;
        let found = all.lazy().select([expr.clone()]).collect()?;
        let found = found.columns()[0].rechunk();
        // What does not depend on the text comes once.
        Ok(match found.len() == texts.len() + 1 {
            true => found,
            false => found.new_from_index(0, texts.len() + 1),
        })
    }

    /// Gives each row the value of its text, out of those of [`Frame::by_text`].
    pub fn spread(&self, name: &str, values: &pl::Column) -> pl::PolarsResult<pl::Column> {
        let codes = self.filled(name)?;
        // Most of what is asked of a text is whether something holds.
        if let (Ok(holds), Ok(codes)) = (values.bool(), codes.cont_slice())
            && holds.null_count() == 0
        {
            let holds: Vec<bool> = holds.iter().flatten().collect();
            let of_rows = codes.iter().map(|code| holds[*code as usize]);
            let mask = pl::BooleanChunked::from_iter_values(values.name().clone(), of_rows);
            return Ok(mask.into_column());
        }
        values.take(&codes)
    }

    /// Returns the codes of a column; that of a missing text follows on those of all texts.
    pub fn filled(&self, name: &str) -> pl::PolarsResult<pl::UInt32Chunked> {
        let codes = self.codes(name)?;
        if codes.null_count() == 0 {
            return Ok(codes.clone());
        }
        let missing = u32::try_from(self.texts[name].len()).expect("codes have 32 bits");
        Ok(codes.iter().map(|it| Some(it.unwrap_or(missing))).collect())
    }

    /// Estimates the bytes that the rows take; texts count once a row, since how many frames share them is not known.
    pub fn bytes(&self) -> usize {
        let texts = self
            .texts
            .values()
            .map(|it| it.len().min(self.height()) * size_of::<u128>());
        self.columns.estimated_size() + texts.sum::<usize>()
    }
}

/// Makes codes of texts, in the order in which they come.
fn coded(texts: &pl::StringChunked) -> (pl::UInt32Chunked, Texts) {
    let mut code_of: HashMap<&str, u32, FixedState> = HashMap::default();
    let mut distinct: Vec<&str> = Vec::new();
    let mut last: Option<(&str, u32)> = None;
    let codes: pl::UInt32Chunked = texts
        .iter()
        .map(|text| {
            let text = text?;
            if let Some((_, code)) = last.filter(|it| it.0 == text) {
                return Some(code);
            }
            let code = *code_of.entry(text).or_insert_with(|| {
                distinct.push(text);
                u32::try_from(distinct.len() - 1).expect("fewer than four billion rows a batch")
            });
            last = Some((text, code));
            Some(code)
        })
        .collect();
    (codes, pl::StringChunked::new(texts.name().clone(), distinct))
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::prelude::col;
    use polars::prelude::lit;

    fn frame() -> Frame {
        let mut frame = Frame::of_height(4);
        let fruit = pl::Series::new("fruit".into(), [Some("fig"), None, Some("pear"), Some("fig")]);
        frame.add(fruit.into_column()).expect("four rows");
        frame
    }

    #[test]
    fn texts_become_codes_and_texts_again() {
        let frame = frame();
        let codes: Vec<Option<u32>> = frame.codes("fruit").expect("codes").iter().collect();
        assert_eq!(codes, [Some(0), None, Some(1), Some(0)]);
        let plain = frame.plain_column("fruit").expect("texts");
        let plain: Vec<Option<&str>> = plain.str().expect("texts").iter().collect();
        assert_eq!(plain, [Some("fig"), None, Some("pear"), Some("fig")]);
    }

    #[test]
    fn a_missing_text_has_a_value_of_its_own() {
        let frame = frame();
        let expr = col("fruit").fill_null(lit("none")).str().len_chars();
        let by_text = frame.by_text("fruit", &expr).expect("it is computed");
        assert_eq!(by_text.len(), 3);
        let spread = frame.spread("fruit", &by_text).expect("four rows");
        let lengths: Vec<Option<u32>> = spread.u32().expect("lengths").iter().collect();
        assert_eq!(lengths, [Some(3), Some(4), Some(4), Some(3)]);
    }

    #[test]
    fn rows_that_go_leave_the_texts() {
        let mask: pl::BooleanChunked = [true, false, false, true].into_iter().map(Some).collect();
        let kept = frame().filter(&mask).expect("a mask of four");
        assert_eq!(kept.height(), 2);
        assert_eq!(kept.texts("fruit").map(|it| it.len()), Some(2));
        assert_eq!(kept.slice(1, 1).height(), 1);
    }
}
