//! A matrix of shaded cells: cohorts by age, hours by weekday.
//!
//! One hue in six steps, the value in each cell, no borders; a cell without a value stays blank. Where
//! cells are too narrow for figures, the ends of the scale are printed instead. It must not know what is shaded.

use super::fonts::Fonts;
use super::ink::Anchor;
use super::ink::HEAT_DARK;
use super::ink::HEAT_STEPS;
use super::ink::Hue;
use super::ink::Sheet;
use super::ink::Type;
use crate::model::memo::Drawing;
use crate::model::memo::HeatCell;
use crate::model::memo::HeatRow;

/// Room above the cells: a line for what the columns are, a line for their heads.
const HEAD: f64 = 22.0;
/// Room below the cells, for the scale.
const FOOT: f64 = 14.0;
/// Height of a row where there is room.
const PITCH: f64 = 13.0;
/// Between two cells.
const GAP: f64 = 1.0;
/// Names of rows take at most this share of the width.
const LABEL_SHARE: f64 = 0.3;
/// Sizes of the letters in cells: the largest that fits is taken, and none below the last.
const SIZES: [f64; 4] = [7.6, 7.0, 6.4, 5.8];
/// Width of one shade in the scale below.
const KEY_CELL: f64 = 14.0;

/// Height at which rows are neither cramped nor loose.
pub(super) fn height(n_rows: usize) -> f64 {
    HEAD + PITCH * n_rows as f64 + FOOT
}

/// Draws names, heads, and the cells that have a value.
pub(super) fn heat_map(sheet: &mut Sheet, [width, height]: [f64; 2], drawing: &Drawing) {
    let fonts = &sheet.fonts();
    let Drawing::HeatMap {
        head,
        columns,
        rows,
        range,
        range_labels,
        ..
    } = drawing
    else {
        unreachable!("the caller matched a heat map");
    };
    let label = Type::new(8.0, Hue::Ink).anchored(Anchor::End);
    let names = rows.iter().map(|it| label.width(fonts, &it.label)).fold(0.0, f64::max);
    let label_room = names.min(LABEL_SHARE * width);
    let left = label_room + 6.0;
    let n_columns = rows.iter().map(|it| it.cells.len()).fold(columns.len(), usize::max);
    let cell = [
        (width - left).max(1.0) / n_columns.max(1) as f64,
        ((height - HEAD - FOOT).max(1.0) / rows.len().max(1) as f64).min(PITCH),
    ];
    heads(sheet, head, columns, [left, cell[0]], width);
    let figure = figure_type(rows, cell, fonts);
    for (row_idx, row) in rows.iter().enumerate() {
        let y = HEAD + cell[1] * row_idx as f64;
        let name = label.fitted(fonts, &row.label, label_room);
        sheet.text([label_room, y + cell[1] / 2.0 + 2.7], &name, label);
        for (idx, it) in row.cells.iter().enumerate() {
            let Some(it) = it.as_ref() else { continue };
            let x = left + cell[0] * idx as f64;
            // No value, no ink: not even the lightest shade, which would be read as a small one. What stands for it is said.
            let shade = it.value.is_finite().then(|| step(it.value, *range));
            if let Some(shade) = shade {
                sheet.rect([x, y, cell[0] - GAP, cell[1] - GAP], Hue::Heat(shade));
            }
            if let Some(set) = figure {
                let hue = match shade {
                    Some(shade) if shade < HEAT_DARK => Hue::Ink,
                    Some(_) => Hue::Bg,
                    None => Hue::Sec,
                };
                let at = [x + (cell[0] - GAP) / 2.0, y + (cell[1] - GAP) / 2.0 + set.size / 2.9];
                sheet.text(at, &it.text, Type { hue, ..set });
            }
            let column = columns.get(idx).map_or("", String::as_str);
            let tip = [row.label.as_str(), ", ", column, ": ", it.text.as_str()].concat();
            sheet.tip([x, y, cell[0] - GAP, cell[1] - GAP], &tip);
        }
    }
    if figure.is_none() {
        let foot = HEAD + cell[1] * rows.len() as f64;
        key(sheet, [left, foot + 4.0], range_labels);
    }
}

/// What the columns are, and the heads that have room beside each other.
fn heads(sheet: &mut Sheet, head: &str, columns: &[String], [left, cell]: [f64; 2], width: f64) {
    let fonts = &sheet.fonts();
    let quiet = Type::new(7.4, Hue::Sec);
    sheet.text([left, 7.5], &quiet.fitted(fonts, head, width - left), quiet);
    let set = Type::new(6.8, Hue::Sec).anchored(Anchor::Middle);
    let widest = columns.iter().map(|it| set.width(fonts, it)).fold(0.0, f64::max);
    // Every head, or every second, third…: a reader counts on between equal steps.
    let stride = (1..columns.len())
        .find(|it| widest + 2.0 <= cell * *it as f64)
        .unwrap_or(columns.len().max(1));
    for (idx, column) in columns.iter().enumerate().step_by(stride) {
        let x = left + cell * idx as f64 + (cell - GAP) / 2.0;
        sheet.text([x, HEAD - 3.5], &set.fitted(fonts, column, cell * stride as f64), set);
    }
}

/// The largest letters at which every figure stands inside its cell; none where even the smallest do not.
fn figure_type(rows: &[HeatRow], cell: [f64; 2], fonts: &Fonts) -> Option<Type> {
    let cells = || rows.iter().flat_map(|it| &it.cells).flatten();
    SIZES
        .into_iter()
        .map(|size| Type::new(size, Hue::Ink).anchored(Anchor::Middle))
        .find(|set| {
            let fits = |it: &HeatCell| set.width(fonts, &it.text) <= cell[0] - GAP - 1.0;
            set.size <= cell[1] - GAP && cells().all(fits)
        })
}

/// The shade of a value: equal steps over the range, the ends included.
fn step(value: f64, [low, high]: [f64; 2]) -> usize {
    if high <= low || !low.is_finite() || !high.is_finite() {
        return 0;
    }
    // On a scale from nought a figure of either sign is shaded by its size.
    let value = if low == 0.0 { value.abs() } else { value };
    let share = ((value - low) / (high - low)).clamp(0.0, 1.0);
    // A cast of a float between nothing and six; the upper end belongs to the last shade.
    ((share * HEAT_STEPS as f64) as usize).min(HEAT_STEPS - 1)
}

/// The shades from light to dark between the values of their ends.
fn key(sheet: &mut Sheet, [left, top]: [f64; 2], [low, high]: &[String; 2]) {
    let fonts = &sheet.fonts();
    let set = Type::new(7.0, Hue::Sec);
    sheet.text([left, top + 6.5], low, set);
    let from = left + set.width(fonts, low) + 4.0;
    for shade in 0..HEAT_STEPS {
        let x = from + KEY_CELL * shade as f64;
        sheet.rect([x, top, KEY_CELL - GAP, 8.0], Hue::Heat(shade));
    }
    sheet.text([from + KEY_CELL * HEAT_STEPS as f64 + 3.0, top + 6.5], high, set);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shades_are_equal_steps_and_both_ends_belong() {
        let range = [0.0, 60.0];
        assert_eq!(
            [0.0, 9.9, 10.0, 59.0, 60.0, 99.0, -1.0].map(|x| step(x, range)),
            [0, 0, 1, 5, 5, 5, 0]
        );
        assert_eq!(step(7.0, [7.0, 7.0]), 0);
    }

    #[test]
    fn figures_are_left_out_where_a_cell_is_too_narrow() {
        let cell = HeatCell {
            value: 1.0,
            text: "100.0".into(),
        };
        let rows = [HeatRow {
            label: "October".into(),
            cells: vec![None, Some(cell)],
        }];
        assert!(figure_type(&rows, [30.0, PITCH], &Fonts::default()).is_some_and(|it| it.size == SIZES[0]));
        assert!(figure_type(&rows, [8.0, PITCH], &Fonts::default()).is_none());
    }
}
