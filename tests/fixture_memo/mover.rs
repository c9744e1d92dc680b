//! A mover’s page: projection, drivers, factors, segments.
//!
//! Every chart and table of such a page is here, so that none goes unlooked at.

use super::chart;
use super::figures::ACTUAL;
use super::figures::MIDDLE;
use super::figures::SEGMENTS;
use super::plain;
use super::sentence;
use super::slug;
use bellwether::model::memo::Align;
use bellwether::model::memo::Band;
use bellwether::model::memo::Block;
use bellwether::model::memo::Cell;
use bellwether::model::memo::Chart;
use bellwether::model::memo::Column;
use bellwether::model::memo::Drawing;
use bellwether::model::memo::DriverRow;
use bellwether::model::memo::DumbbellGroup;
use bellwether::model::memo::DumbbellRow;
use bellwether::model::memo::Page;
use bellwether::model::memo::Row;
use bellwether::model::memo::RowRole;
use bellwether::model::memo::Run;
use bellwether::model::memo::Sentence;
use bellwether::model::memo::Table;
use bellwether::model::memo::Tick;
use bellwether::model::memo::Tone;

/// A mover's page; its segments are listed `n_times`, so that the long one runs over.
pub(super) fn mover_page(id: &str, n_times: usize) -> Page {
    let figure = |title: &str, subtitle: &str, chart: Chart, note: Option<Sentence>| Block::Figure {
        title: title.into(),
        subtitle: subtitle.into(),
        chart,
        note,
    };
    let named = |kind: &str| format!("{kind}-{id}");
    Page {
        id: format!("movers/{id}"),
        title: "Office Products: rural homes cut back, one-person homes thinned out".into(),
        lead: vec![
            plain(
                "Spend per active shopper was $147.04 in October, 19.4\u{202f}% below the $182.50 projected (−8.5σ).",
                &["deviation/office-products/spend_per_shopper/cii"],
            ),
            Sentence {
                runs: vec![
                    Run::plain("Against September it fell $27.11. "),
                    Run::toned("Behaviour is 61\u{202f}% of that", Tone::Strong),
                    Run::plain(
                        " (95\u{202f}% interval 59–64\u{202f}%): rural shoppers spent $78 each, down from $203.",
                    ),
                ],
                facts: vec![
                    "contribution/office-products/behavioural_share".into(),
                    "drivers/office-products/urbanicity/rural/rate".into(),
                ],
            },
            sentence(
                "Structure is the other 39\u{202f}%",
                ": one-person homes, which spend $252 against about $150 for the rest, fell from 23.9\u{202f}% to 13.2\u{202f}% of active shoppers.",
                &["drivers/office-products/household_size/1/share"],
            ),
        ],
        blocks: vec![
            figure(
                "October fell far outside the projection band",
                "Office Products, spend per active shopper, US$. Vertical scale starts at $90.",
                projection(named("projection")),
                None,
            ),
            Block::Columns {
                widths: vec![178.0, 298.0],
                columns: vec![
                    vec![figure(
                        "Two attributes explain it; eight do not",
                        "What separates October from September dollars, %",
                        drivers(named("drivers")),
                        None,
                    )],
                    vec![figure(
                        "One changed its share, the other its rate",
                        "Coloured where the attribute moved, grey where it held.",
                        factors(named("factors")),
                        None,
                    )],
                ],
            },
            Block::Table(segments(named("segments"), n_times)),
        ],
    }
}

fn projection(id: String) -> Chart {
    let n_before = ACTUAL.len() - MIDDLE.len();
    let bands = MIDDLE.iter().map(|mid| {
        Some(Band {
            low: mid * 0.967,
            mid: *mid,
            high: mid * 1.033,
        })
    });
    let x_ticks = [
        (0.0, "Oct 2023"),
        (12.0, "Oct 2024"),
        (24.0, "Oct 2025"),
        (36.0, "Oct 2026"),
    ];
    let y_ticks = [(100.0, "100"), (150.0, "150"), (200.0, "200"), (250.0, "$250")];
    let tick = |(at, label): (f64, &str)| Tick {
        at,
        label: label.into(),
    };
    let drawing = Drawing::LineBand {
        actual: ACTUAL.iter().copied().map(Some).collect(),
        projected: std::iter::repeat_n(None, n_before).chain(bands).collect(),
        tips: ACTUAL
            .iter()
            .enumerate()
            .map(|(idx, it)| format!("Month {}: ${it:.2}", idx + 1))
            .collect(),
        x_ticks: x_ticks.map(tick).into(),
        y_ticks: y_ticks.map(tick).into(),
        y_range: [90.0, 275.0],
        projected_label: "$182.50 projected".into(),
        band_label: "80\u{202f}% band 177–189".into(),
        difference_label: "−$35.46, −19.4\u{202f}%".into(),
        actual_label: "$147.04 actual".into(),
        band_note: "Band: projected one month ahead, 80\u{202f}% interval".into(),
        line_label: "Actual".into(),
        marks: Vec::new(),
    };
    let words = "Actual line stays inside its 80\u{202f}% projection band until October 2026, when it is $147.04 against $182.50 projected.";
    chart(
        id,
        "Office Products: spend per active shopper, October 2023 to October 2026",
        words,
        [493.0, 0.0],
        drawing,
    )
}

fn drivers(id: String) -> Chart {
    let row = |(label, value, null): (&str, f64, f64)| DriverRow {
        label: label.into(),
        value,
        null,
        text: format!("{value:.1}"),
        explains: null < value,
    };
    #[rustfmt::skip]
    let rows = [
        ("Household size", 53.5, 0.6), ("Urbanicity", 45.7, 0.5), ("Region", 0.2, 0.5), ("Education", 0.2, 0.5), ("Income band", 0.1, 0.6),
        ("Children", 0.1, 0.6), ("Prime member", 0.1, 0.5), ("Gender", 0.1, 0.5), ("Home ownership", 0.0, 0.5), ("Age band", 0.0, 0.6),
    ];
    let drawing = Drawing::DriverBars {
        rows: rows.map(row).into(),
        null_label: "null level: 95th percentile of shuffles".into(),
        limit: 60.0,
    };
    let words = "Household size and urbanicity carry 99\u{202f}% of the separation; the other eight attributes stay below their null level.";
    chart(
        id,
        "What tells October dollars from September dollars",
        words,
        [178.0, 0.0],
        drawing,
    )
}

fn factors(id: String) -> Chart {
    let row = |label: &str, share: [f64; 2], share_moved: bool, rate: [f64; 2], rate_moved: bool| DumbbellRow {
        label: label.into(),
        share,
        share_labels: share.map(|it| format!("{it:.1}")),
        share_moved,
        rate: rate.map(Some),
        rate_labels: rate.map(|it| format!("{it:.0}")),
        rate_moved,
    };
    let groups = vec![
        DumbbellGroup {
            title: "Household size".into(),
            rows: vec![
                row("1 person", [23.9, 13.2], true, [252.0, 224.0], false),
                row("2 people", [31.9, 36.3], false, [150.0, 137.0], false),
                row("3 people", [19.1, 21.9], false, [147.0, 132.0], false),
                row("4 or more", [25.1, 28.6], false, [152.0, 136.0], false),
            ],
        },
        DumbbellGroup {
            title: "Urbanicity".into(),
            rows: vec![
                row("Rural", [17.0, 17.0], false, [203.0, 78.0], true),
                row("Suburban", [52.0, 52.2], false, [148.0, 141.0], false),
                row("Urban", [31.0, 30.8], false, [203.0, 195.0], false),
            ],
        },
    ];
    let ticks = |values: &[f64]| {
        values
            .iter()
            .map(|it| Tick {
                at: *it,
                label: format!("{it:.0}"),
            })
            .collect()
    };
    let drawing = Drawing::Dumbbell {
        groups,
        share_head: "Share of active shoppers, %".into(),
        rate_head: "Spend per active shopper, $".into(),
        share_ticks: ticks(&[0.0, 20.0, 40.0, 60.0]),
        rate_ticks: ticks(&[100.0, 200.0]),
        before: "September".into(),
        after: "October".into(),
    };
    let words = "One-person homes fell from 23.9 to 13.2\u{202f}% of active shoppers while rural spend per shopper fell from $203 to $78.";
    chart(
        id,
        "Shares and rates of the two leading attributes, September and October",
        words,
        [298.0, 0.0],
        drawing,
    )
}

fn segments(id: String, n_times: usize) -> Table {
    let right = |head: &[&str], width: Option<f64>| Column {
        head: head.iter().map(|it| Run::plain(*it)).collect(),
        align: Align::Right,
        width,
        ..Column::default()
    };
    let toned = |head: &str, tone: Tone| Column {
        head: vec![Run::toned(head, tone)],
        ..right(&[], Some(29.0))
    };
    let bars = || Column {
        align: Align::Chart,
        ..right(&[], Some(56.0))
    };
    let mut rows: Vec<Row> = Vec::new();
    for turn in 0..n_times {
        rows.extend(
            SEGMENTS
                .iter()
                .enumerate()
                .map(|(idx, it)| segment_row(&format!("{id}-{turn}-{idx}"), it)),
        );
    }
    let total = [
        "All active shoppers",
        "100.0",
        "100.0",
        "174.15",
        "147.04",
        "",
        "−10.46",
        "",
        "−16.65",
        "−27.11",
        "",
    ];
    let mut cells: Vec<Cell> = total.iter().map(|it| Cell::text(*it)).collect();
    cells[0] = Cell::toned(total[0], Tone::Strong);
    rows.push(Row {
        cells,
        role: RowRole::Total,
        page: String::new(),
    });
    Table {
        id,
        title: "Who moved it: the fall of $27.11 since September, segment by segment".into(),
        columns: vec![
            Column {
                head: vec![Run::plain("Urbanicity, household")],
                width: Some(84.0),
                ..Column::default()
            },
            right(&["", "Sep"], Some(25.0)),
            right(&["Share, %", "Oct"], Some(27.0)),
            right(&["", "Sep"], Some(36.0)),
            right(&["Rate, $", "Oct"], Some(36.0)),
            bars(),
            toned("Structural, $", Tone::Structural),
            bars(),
            toned("Behavioural, $", Tone::Behavioural),
            right(&["Total, $"], Some(36.0)),
            right(&["95\u{202f}% interval"], None),
        ],
        rows,
        note: Some(plain(
            "Kitagawa’s two-part split, centred on the mean rate; columns and rows close to the cent by largest remainder. Rate: spend per \
             active shopper in the segment. 87,481 shoppers active in either month; smallest segment 1,684. No entrants or leavers among \
             segments.",
            &["contribution/office-products/urbanicity×household_size"],
        )),
        ..Table::default()
    }
}

fn segment_row(id: &str, texts: &[&str; 9]) -> Row {
    let number = |text: &str| text.replace('−', "-").replace('+', "").parse::<f64>().ok();
    let figure = |idx: usize| Cell {
        sort: number(texts[idx]),
        fact: Some(format!("contribution/office-products/{}", slug(texts[0]))),
        ..Cell::text(texts[idx])
    };
    let bar = |kind: &str, idx: usize, tone: Tone| {
        let drawing = Drawing::Bar {
            value: number(texts[idx]).unwrap_or(f64::NAN),
            range: [-6.16, 0.89],
            tone,
        };
        Cell::chart(chart(
            format!("{kind}-{id}"),
            texts[0],
            texts[idx],
            [56.0, 9.0],
            drawing,
        ))
    };
    Row {
        cells: vec![
            Cell::text(texts[0]),
            figure(1),
            figure(2),
            figure(3),
            figure(4),
            bar("structural", 5, Tone::Structural),
            figure(5),
            bar("behavioural", 6, Tone::Behavioural),
            figure(6),
            figure(7),
            Cell::toned(texts[8], Tone::Quiet),
        ],
        role: RowRole::Body,
        page: String::new(),
    }
}
