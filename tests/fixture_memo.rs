//! A memo to render: eight movers of 33 sectors, one mover's page, the appendix, and a hostile twin.
//!
//! The figures are those of an illustration; nothing here computes. Rendering tests and previews share
//! it, so that a chart or table nobody draws is a chart or table nobody has looked at.

use bellwether::chart::natural_height;
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
use bellwether::model::memo::Kpi;
use bellwether::model::memo::Memo;
use bellwether::model::memo::Page;
use bellwether::model::memo::Part;
use bellwether::model::memo::Row;
use bellwether::model::memo::RowRole;
use bellwether::model::memo::Run;
use bellwether::model::memo::Sentence;
use bellwether::model::memo::Table;
use bellwether::model::memo::TableStyle;
use bellwether::model::memo::Tick;
use bellwether::model::memo::Tone;

/// Smallest |σ| that would pass.
const CHANCE: f64 = 3.4;
/// Half of the σ axis.
const LIMIT: f64 = 12.0;

#[rustfmt::skip]
const ACTUAL: [f64; 37] = [
    127.0, 144.2, 210.9, 130.2, 122.3, 130.3, 125.1, 128.7, 128.7, 149.8, 136.9, 134.3, 140.0, 148.5, 235.9, 148.2, 132.8, 148.6, 142.5,
    149.0, 144.4, 171.9, 154.8, 146.8, 157.2, 179.4, 272.6, 168.3, 151.8, 173.5, 163.7, 168.7, 163.6, 193.3, 175.8, 174.1, 147.0,
];
#[rustfmt::skip]
const MIDDLE: [f64; 25] = [
    141.5, 159.8, 228.9, 144.1, 131.4, 141.7, 138.9, 144.5, 142.1, 169.9, 148.9, 151.9, 157.5, 175.2, 265.4, 167.6, 152.8, 166.6, 163.5,
    170.9, 167.5, 199.5, 174.1, 171.8, 182.5,
];

/// Name, verdict, "on", actual, projected, deviation, σ, behavioural, structural, 24 months around the projection, half-band.
type Mover = (
    &'static str,
    &'static str,
    &'static str,
    [&'static str; 4],
    f64,
    [f64; 2],
    [i8; 24],
    f64,
);

#[rustfmt::skip]
const MOVERS: [Mover; 8] = [
    ("Luggage & Travel Gear", "Behavioural", "every segment", ["6.50", "4.93", "+31.9", "+9.3"], 9.3, [35.0, 1.0],
     [-4, 2, -3, 1, 3, 2, -2, -3, -4, 1, 1, -1, -2, -4, 0, 2, -1, 2, 4, 0, 3, 2, 1, 20], 2.8),
    ("Apps & Games", "Behavioural", "ages 25–44", ["1.45", "1.11", "+30.2", "+8.5"], 8.5, [33.0, -4.0],
     [-4, 4, 1, 3, 2, 5, 3, -2, -1, -1, 2, 3, -3, 1, 1, 1, 0, 0, -1, -2, 0, 3, 2, 20], 3.0),
    ("Office Products", "Both", "rural, one-person homes", ["147.04", "182.50", "−19.4", "−8.5"], -8.5, [-9.6, -6.0],
     [-7, 3, 3, 1, 4, 2, 3, 1, 1, 4, -3, 0, 2, 2, 0, -1, 4, 0, -1, -2, -3, 1, 1, -20], 3.0),
    ("Handmade", "Behavioural", "the West", ["9.04", "8.01", "+12.9", "+6.4"], 6.4, [8.8, -0.2],
     [-8, 6, 4, 2, 3, 1, 1, 0, -4, 2, -2, 0, 2, 2, 2, 1, 2, 2, 3, -2, -3, 5, 2, 16], 3.2),
    ("Industrial & Scientific", "Behavioural", "every segment", ["8.15", "10.35", "−21.3", "−6.3"], -6.3, [-20.2, 1.3],
     [-6, 5, -1, -1, 2, 4, 2, 2, 2, 1, 0, -2, 1, 1, 5, -4, 2, 2, 1, 2, -4, 1, -1, -19], 3.9),
    ("CDs & Vinyl", "Behavioural", "every segment", ["64.94", "53.40", "+21.6", "+5.9"], 5.9, [25.6, 1.8],
     [-6, 3, 0, 2, 4, 0, 2, -6, 1, 4, -4, 1, 3, 1, 2, 0, 1, 0, 7, -4, -1, 3, 3, 18], 4.0),
    ("Books", "Behavioural", "2+ children", ["2.49", "2.09", "+19.6", "+5.8"], 5.8, [24.8, 1.8],
     [-8, 4, 1, 5, 12, 1, 2, -2, 0, 0, -4, 0, -3, 3, 1, 4, 1, 0, 4, -2, 3, 1, 1, 16], 3.7),
    ("Sports & Outdoors", "Structural", "one-person homes", ["3.11", "3.76", "−17.4", "−5.5"], -5.5, [10.3, -18.6],
     [-8, 6, 3, -1, 2, 2, 1, 0, -3, -2, -4, 3, -5, -4, 0, 0, 1, 2, 0, 5, 1, 1, 0, -18], 4.1),
];

#[rustfmt::skip]
const QUIET: [f64; 25] = [
    -3.2, -2.7, -1.1, -0.9, -0.8, -0.8, -0.7, -0.6, -0.5, -0.2, -0.2, -0.1, 0.1, 0.2, 0.4, 0.4, 0.4, 0.8, 0.8, 1.0, 1.2, 1.2, 1.6, 1.7, 1.8,
];

#[rustfmt::skip]
const SECTORS: [(&str, [&str; 3]); 33] = [
    ("Appliances", ["2.40", "−0.8", "−0.2"]), ("Apps & Games", ["1.45", "+30.2", "+8.5"]), ("Arts, Crafts & Sewing", ["0.59", "+7.5", "+1.7"]),
    ("Automotive", ["2.01", "+2.5", "+0.8"]), ("Baby", ["12.47", "−1.3", "−0.5"]), ("Beauty & Personal Care", ["22.23", "+2.9", "+1.2"]),
    ("Books", ["2.49", "+19.6", "+5.8"]), ("CDs & Vinyl", ["64.94", "+21.6", "+5.9"]), ("Cell Phones", ["1.60", "−2.0", "−0.7"]),
    ("Clothing, Shoes & Jewelry", ["1.05", "+0.2", "+0.1"]), ("Collectibles & Fine Art", ["191.23", "+49.7", "+1.6"]), ("Computers", ["1.13", "+7.4", "+1.8"]),
    ("Digital Music", ["1.33", "+0.5", "+0.2"]), ("Electronics", ["2.52", "−3.0", "−0.8"]), ("Garden & Outdoor", ["1.08", "−3.5", "−0.9"]),
    ("Gift Cards", ["16.45", "−2.1", "−0.8"]), ("Grocery & Gourmet Food", ["33.29", "+1.6", "+0.8"]), ("Handmade", ["9.04", "+12.9", "+6.4"]),
    ("Health & Household", ["1.49", "−0.2", "−0.1"]), ("Home & Business Services", ["9.13", "+1.0", "+0.4"]), ("Home & Kitchen", ["0.46", "+1.3", "+0.4"]),
    ("Industrial & Scientific", ["8.15", "−21.3", "−6.3"]), ("Kindle Store", ["2.76", "−2.7", "−0.6"]), ("Luggage & Travel Gear", ["6.50", "+31.9", "+9.3"]),
    ("Magazine Subscriptions", ["0.17", "+3.9", "+0.5"]), ("Movies & TV", ["3.32", "−4.6", "−3.2"]), ("Musical Instruments", ["3.76", "−6.9", "−2.7"]),
    ("Office Products", ["147.04", "−19.4", "−8.5"]), ("Pet Supplies", ["1.66", "−7.4", "−1.1"]), ("Sports & Outdoors", ["3.11", "−17.4", "−5.5"]),
    ("Tools & Home Improvement", ["32.77", "+2.1", "+1.2"]), ("Toys & Games", ["3.76", "−1.0", "−0.2"]), ("Video Games", ["1.12", "+4.5", "+1.0"]),
];

#[rustfmt::skip]
const SEGMENTS: [[&str; 9]; 12] = [
    ["Rural, 2 people", "5.4", "6.2", "175.68", "69.41", "−0.30", "−6.16", "−6.46", "−6.9 to −6.1"],
    ["Rural, 1 person", "4.2", "2.4", "286.98", "119.21", "−0.76", "−5.50", "−6.26", "−6.7 to −5.8"],
    ["Rural, 4 or more", "4.2", "4.8", "180.21", "70.94", "−0.20", "−4.91", "−5.11", "−5.4 to −4.8"],
    ["Urban, 1 person", "7.4", "4.0", "293.26", "296.50", "−4.62", "+0.19", "−4.43", "−5.1 to −3.8"],
    ["Rural, 3 people", "3.2", "3.6", "169.68", "73.48", "−0.18", "−3.27", "−3.45", "−3.7 to −3.2"],
    ["Suburban, 1 person", "12.3", "6.8", "214.41", "218.72", "−3.09", "+0.41", "−2.68", "−3.3 to −2.0"],
    ["Suburban, 4 or more", "13.2", "15.1", "127.82", "129.74", "−0.61", "+0.27", "−0.34", "−0.9 to +0.2"],
    ["Suburban, 2 people", "16.6", "18.9", "126.86", "130.47", "−0.74", "+0.64", "−0.10", "−0.7 to +0.4"],
    ["Suburban, 3 people", "9.9", "11.4", "125.26", "128.79", "−0.48", "+0.38", "−0.10", "−0.5 to +0.4"],
    ["Urban, 3 people", "6.0", "6.8", "169.73", "169.47", "+0.08", "−0.02", "+0.06", "−0.4 to +0.5"],
    ["Urban, 4 or more", "7.7", "8.7", "177.18", "182.37", "+0.19", "+0.43", "+0.62", "+0.1 to +1.1"],
    ["Urban, 2 people", "9.9", "11.2", "175.51", "183.94", "+0.25", "+0.89", "+1.14", "+0.7 to +1.6"],
];

/// The rich memo.
pub fn memo() -> Memo {
    Memo {
        lang: "en-US".into(),
        title: "Consumption shift: October 2026".into(),
        kicker: "Monthly memo to partners".into(),
        dateline: "Data to 31 October 2026 · issued 1 November 2026".into(),
        lead: vec![
            Run::plain(
                "Every sector’s spend per active shopper is held against a projection from its own 60 months of history. A ",
            ),
            Run::toned("mover", Tone::Strong),
            Run::plain(
                " is one that survives a 1\u{202f}% false-discovery rate across all 33 sectors; σ is the projection’s own spread.",
            ),
        ],
        headline: headline(),
        kpis: kpis(),
        front: vec![Block::Table(movers())],
        pages: vec![mover_page("office-products", 1), mover_page("sports-outdoors", 4)],
        appendix: appendix(),
        foot: "Consumption shift, October 2026".into(),
        disclaimer: "Synthetic panel. Not investment advice.".into(),
    }
}

/// The same memo with every name replaced by something that would break a careless renderer.
pub fn hostile() -> Memo {
    let mut memo = memo();
    let long = "Xyz-".repeat(2_560);
    let names = [
        "#set page()",
        "<script>alert(1)</script>",
        "$x$ and @a <b>",
        long.as_str(),
        "קטגוריה בעברית 12.3",
        "فئة باللغة العربية",
        "😀👩‍👩‍👧 Family & 中文",
        "{{ x }} ]]> {% raw %} \" ' \\ #(1+1)",
    ];
    memo.title = "#panic(\"title\") <img src=x onerror=alert(1)> {{ 7*7 }} $a$".into();
    memo.foot = "*not bold* _nor italic_ \\ `code`".into();
    memo.lead = vec![Run::plain(
        "</script><script>alert(2)</script> // not a comment /* nor this */ https://example.org",
    )];
    for (sentence, name) in memo.headline.iter_mut().zip(names) {
        sentence.runs = vec![
            Run::toned(format!("{name} fell."), Tone::Strong),
            Run::plain(format!(" And {name}.")),
        ];
        sentence.facts = vec![format!("deviation/{name}/spend/cii")];
    }
    if let Some(Block::Table(table)) = memo.front.first_mut() {
        for (row, name) in table.rows.iter_mut().zip(names) {
            row.cells[0].lines[0][0].text = name.into();
        }
        for column in &mut table.columns {
            if let Some(chart) = &mut column.axis {
                chart.title = names[1].into();
            }
        }
    }
    for page in &mut memo.pages {
        page.title = names[1].into();
        for block in &mut page.blocks {
            rename(block, &names);
        }
    }
    memo
}

fn rename(block: &mut Block, names: &[&str]) {
    match block {
        Block::Figure { title, chart, .. } => {
            *title = names[0].into();
            chart.title = names[1].into();
            chart.description = names.join(" ");
            match &mut chart.drawing {
                Drawing::DriverBars { rows, null_label, .. } => {
                    *null_label = names[3].into();
                    rows.iter_mut()
                        .zip(names)
                        .for_each(|(row, name)| row.label = (*name).into());
                }
                Drawing::Dumbbell { groups, .. } => {
                    for row in groups.iter_mut().flat_map(|it| &mut it.rows).zip(names) {
                        row.0.label = (*row.1).into();
                    }
                }
                Drawing::LineBand { tips, actual_label, .. } => {
                    *actual_label = names[6].into();
                    tips.iter_mut().for_each(|it| *it = names[1].into());
                }
                _ => {}
            }
        }
        Block::Table(table) => {
            for (row, name) in table.rows.iter_mut().zip(names) {
                row.cells[0] = Cell::text(*name);
            }
        }
        Block::Columns { columns, .. } => columns.iter_mut().flatten().for_each(|it| rename(it, names)),
        Block::Prose { .. } => {}
    }
}

/// Facts as `facts.json` holds them; one has a value that would close its script element.
pub fn facts_json() -> String {
    let fact = |value: &str| {
        format!(
            "{{\"value\":{value},\"unit\":{{\"of\":{{\"money\":\"USD\"}},\"per\":\"shopper\"}},\"interval\":{{\"level_pct\":95,\"low\":140.1,\
             \"high\":152.9}},\"n\":70555,\"from\":{{\"analysis\":\"deviation\",\"metric\":\"spend_per_active\",\"category\":\
             \"Office Products\",\"periods\":[\"2026-10\"],\"method\":\"actual over the panel's active shoppers\"}}}}"
        )
    };
    let mut facts: Vec<(String, String)> = vec![
        ("movers/count".into(), fact("8")),
        ("headline/spend/level".into(), fact("41800000")),
        ("deviation/office-products/spend_per_shopper/cii".into(), fact("-8.5")),
        ("hostile".into(), fact("\"</script><script>alert(3)</script><!--\"")),
    ];
    for (name, ..) in MOVERS {
        for field in ["actual", "projected", "percent", "cii"] {
            facts.push((
                format!("deviation/{}/spend_per_shopper/{field}", slug(name)),
                fact("12.25"),
            ));
        }
    }
    facts.sort();
    facts.dedup_by(|a, b| a.0 == b.0);
    let lines: Vec<String> = facts.iter().map(|(id, fact)| format!("\"{id}\":{fact}")).collect();
    format!("{{{}}}", lines.join(",\n"))
}

fn slug(name: &str) -> String {
    let dashed: String = name
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' })
        .collect();
    dashed.split_whitespace().collect::<Vec<_>>().join("-")
}

fn sentence(strong: &str, plain: &str, facts: &[&str]) -> Sentence {
    Sentence {
        runs: vec![Run::toned(strong, Tone::Strong), Run::plain(plain)],
        facts: facts.iter().map(|it| (*it).to_owned()).collect(),
    }
}

fn plain(text: &str, facts: &[&str]) -> Sentence {
    Sentence {
        runs: vec![Run::plain(text)],
        facts: facts.iter().map(|it| (*it).to_owned()).collect(),
    }
}

fn headline() -> Vec<Sentence> {
    vec![
        sentence(
            "Eight of 33 sectors moved beyond chance in October; five rose and three fell.",
            " The other 25 did what their history said they would.",
            &["movers/count"],
        ),
        sentence(
            "Luggage & Travel Gear spend per shopper rose furthest beyond chance, 31.9\u{202f}% above projection (+9.3σ).",
            " No group led: every segment rose. Apps & Games came next (+30.2\u{202f}%), on ages 25–44.",
            &[
                "deviation/luggage-travel-gear/spend_per_shopper/cii",
                "deviation/apps-games/spend_per_shopper/cii",
            ],
        ),
        sentence(
            "Office Products fell 19.4\u{202f}% below projection (−8.5σ), the largest mover in dollars: $35.46 a shopper.",
            " Since September, three fifths of the fall is behaviour, all of it rural; two fifths is structure, mainly fewer one-person homes.",
            &[
                "deviation/office-products/spend_per_shopper/cii",
                "contribution/office-products/behavioural_share",
            ],
        ),
        sentence(
            "Sports & Outdoors fell 17.4\u{202f}% below projection, and that is the crowd, not its habits.",
            " Since September every household size spent more; one-person homes, which spend most, fell from 23.9\u{202f}% to 13.2\u{202f}% of active shoppers.",
            &[
                "deviation/sports-outdoors/spend_per_shopper/cii",
                "contribution/sports-outdoors/structural",
            ],
        ),
        sentence(
            "Active shoppers fell 11.1\u{202f}% in a month, to 70,555.",
            " One-person homes halved, from 18,988 to 9,302; every other household size grew. Check panel coverage before trading on it.",
            &["headline/active_shoppers/change", "quality/active_by_household_size"],
        ),
    ]
}

fn chart(id: impl Into<String>, title: &str, description: &str, size: [f64; 2], drawing: Drawing) -> Chart {
    let height = if size[1] == 0.0 {
        natural_height(&drawing).unwrap_or(30.0)
    } else {
        size[1]
    };
    Chart {
        id: id.into(),
        title: title.into(),
        description: description.into(),
        width: size[0],
        height,
        drawing,
    }
}

fn kpis() -> Vec<Kpi> {
    #[rustfmt::skip]
    let series: [(&str, &str, &str, &str, [f64; 24]); 3] = [
        ("Total spend", "$41.8 m", "−1.7\u{202f}% on September · +12.8\u{202f}% on October 2025", "spend",
         [4.4, 11.6, 3.7, 3.0, 3.5, 3.5, 3.6, 5.1, 7.3, 5.7, 5.5, 5.5, 7.9, 17.0, 6.6, 4.4, 5.1, 5.4, 7.4, 6.3, 8.7, 7.9, 7.4, 7.2]),
        ("Active shoppers", "70,555", "−11.1\u{202f}% on September · −6.1\u{202f}% on October 2025", "actives",
         [3.3, 3.4, 4.1, 5.6, 7.4, 9.1, 10.6, 11.6, 11.6, 10.9, 9.8, 9.0, 8.2, 8.3, 9.0, 10.6, 12.2, 14.3, 15.9, 17.0, 16.5, 16.2, 14.5, 3.0]),
        ("Spend per active shopper", "$592.48", "+10.6\u{202f}% on September · +20.1\u{202f}% on October 2025", "spend-per-active",
         [4.8, 12.5, 4.0, 3.0, 3.3, 3.1, 3.0, 4.4, 6.6, 5.1, 5.0, 5.1, 7.7, 17.0, 6.2, 3.9, 4.4, 4.3, 6.1, 4.9, 7.2, 6.5, 6.3, 7.8]),
    ];
    let kpi = |(label, value, note, id, values): (&str, &str, &str, &str, [f64; 24])| Kpi {
        label: label.into(),
        value: value.into(),
        note: note.into(),
        chart: Some(chart(
            format!("kpi-{id}"),
            label,
            "24 months to October 2026",
            [70.0, 20.0],
            Drawing::Spark {
                actual: values.iter().copied().map(Some).collect(),
                projected: Vec::new(),
            },
        )),
        fact: format!("headline/{id}/level"),
    };
    series.into_iter().map(kpi).collect()
}

fn movers() -> Table {
    let right = |head: &[&str], width: f64| Column {
        head: head.iter().map(|it| Run::plain(*it)).collect(),
        align: Align::Right,
        width: Some(width),
        ..Column::default()
    };
    let drawn = |head: &[&str], width: f64| Column {
        align: Align::Chart,
        ..right(head, width)
    };
    let axis = Drawing::SigmaAxis {
        chance: CHANCE,
        limit: LIMIT,
        ticks: [(-10.0, "−10σ"), (0.0, "0"), (10.0, "+10σ")]
            .map(|(at, label)| Tick {
                at,
                label: label.into(),
            })
            .into(),
    };
    let axis = chart(
        "sigma-axis",
        "Scale of deviations",
        "From minus 10 to plus 10 sigma",
        [64.0, 10.0],
        axis,
    );
    let mut rows: Vec<Row> = MOVERS.iter().map(mover_row).collect();
    rows.push(quiet_row());
    Table {
        id: "movers".into(),
        title: "The eight movers, ranked by σ".into(),
        columns: vec![
            Column {
                head: vec![Run::plain("Spend per active"), Run::plain("shopper, US$")],
                width: Some(106.0),
                ..Column::default()
            },
            right(&["Actual"], 34.0),
            right(&["Pro-", "jected"], 36.0),
            right(&["Devia-", "tion, %"], 35.0),
            right(&["σ"], 28.0),
            Column {
                axis: Some(axis),
                ..drawn(&["Shaded: chance"], 64.0)
            },
            drawn(&["24 months against", "projection (band)"], 74.0),
            Column {
                key: vec![
                    Run::toned("Behavioural", Tone::Behavioural),
                    Run::plain(", "),
                    Run::toned("structural", Tone::Structural),
                ],
                width: None,
                ..drawn(&["Change since Sept, %"], 96.0)
            },
        ],
        rows,
        note: Some(plain(
            "Behavioural: the same kinds of people spend differently. Structural: different kinds of people are in the crowd. The two sum \
             to the change since September, which is not the deviation from projection. “Both” means that each is at least a fifth of \
             the change.",
            &[],
        )),
        style: TableStyle::Movers,
        ..Table::default()
    }
}

fn mover_row((name, verdict, on, figures, sigma, split, months, half): &Mover) -> Row {
    let id = slug(name);
    let fact = |field: &str| format!("deviation/{id}/spend_per_shopper/{field}");
    let number = |text: &str| text.replace('−', "-").replace('+', "").parse().ok();
    let figure = |idx: usize, field: &str| Cell::figure(figures[idx], number(figures[idx]), fact(field));
    let band = Band {
        low: -half,
        mid: 0.0,
        high: *half,
    };
    let label = |x: f64| format!("{x:+.1}").replace('-', "−");
    let words = vec![Run::plain(*verdict), Run::toned(format!(": {on}"), Tone::Quiet)];
    let drawn = |kind: &str, what: &str, size, drawing| {
        Cell::chart(chart(
            format!("{kind}-{id}"),
            &format!("{name}: {what}"),
            "As the row's figures say.",
            size,
            drawing,
        ))
    };
    let split_bars = Drawing::SplitBars {
        behavioural: split[0],
        behavioural_label: label(split[0]),
        structural: split[1],
        structural_label: label(split[1]),
        range: [-20.2, 35.0],
    };
    let spark = Drawing::Spark {
        actual: months.iter().map(|it| Some(f64::from(*it))).collect(),
        projected: vec![Some(band); months.len()],
    };
    Row {
        cells: vec![
            Cell {
                lines: vec![vec![Run::toned(*name, Tone::Strong)], words],
                span: 1,
                ..Cell::default()
            },
            figure(0, "actual"),
            Cell {
                lines: vec![vec![Run::toned(figures[1], Tone::Quiet)]],
                ..figure(1, "projected")
            },
            figure(2, "percent"),
            figure(3, "cii"),
            drawn(
                "sigma",
                "deviation in σ",
                [64.0, 30.0],
                Drawing::RankedDot {
                    at: *sigma,
                    chance: CHANCE,
                    limit: LIMIT,
                },
            ),
            drawn("spark", "24 months against projection", [74.0, 30.0], spark),
            drawn("split", "change since September in two parts", [96.0, 30.0], split_bars),
        ],
        role: RowRole::Body,
        page: if ["Office Products", "Sports & Outdoors"].contains(name) {
            format!("movers/{id}")
        } else {
            String::new()
        },
    }
}

fn quiet_row() -> Row {
    let swarm = Drawing::Swarm {
        at: QUIET.to_vec(),
        names: QUIET
            .iter()
            .map(|it| format!("A sector: {it:+.1}σ").replace('-', "−"))
            .collect(),
        chance: CHANCE,
        limit: LIMIT,
    };
    let quiet = |text: &str| vec![Run::toned(text, Tone::Quiet)];
    let words = "All 25 lie inside the chance zone, between minus 3.2 and plus 1.8 sigma.";
    Row {
        cells: vec![
            Cell {
                lines: vec![quiet("The other 25 sectors"), quiet("stayed within chance")],
                span: 1,
                ..Cell::default()
            },
            Cell {
                lines: vec![
                    quiet("Nearest the line: Movies & TV,"),
                    quiet("−4.6\u{202f}%, −3.2σ, q = 0.016."),
                ],
                span: 4,
                ..Cell::default()
            },
            Cell::chart(chart("swarm", "The other 25 sectors", words, [64.0, 30.0], swarm)),
            Cell {
                lines: vec![quiet(
                    "Collectibles & Fine Art rose 49.7\u{202f}%, but only 1.6σ: it missed by as much in 3 of the past 24 months.",
                )],
                span: 2,
                ..Cell::default()
            },
        ],
        role: RowRole::Rest,
        page: String::new(),
    }
}

/// A mover's page; its segments are listed `n_times`, so that the long one runs over.
fn mover_page(id: &str, n_times: usize) -> Page {
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

fn appendix() -> Page {
    let prose = |title: &str, text: &str| {
        vec![Block::Prose {
            title: title.into(),
            paragraphs: vec![plain(text, &[])],
        }]
    };
    let parts = [
        (15.4, "15.4 m before October 2021", 0),
        (43.3, "43.3 m in the 60 months of history", 1),
        (0.8, "0.8 m in October 2026", 2),
    ];
    let parts = Drawing::Parts {
        parts: parts
            .map(|(value, label, shade)| Part {
                value,
                label: label.into(),
                shade,
            })
            .into(),
    };
    let words = "59,522,383 rows read, 44,108,934 in the 61-month window, 807,936 in October 2026";
    Page {
        id: "appendix".into(),
        title: "Method, data quality and audit".into(),
        lead: Vec::new(),
        blocks: vec![
            Block::Columns {
                widths: vec![1.0, 1.0, 1.0],
                columns: vec![
                    prose(
                        "Deviation",
                        "Each sector’s spend per active shopper, in logs, is projected one month ahead by five candidates; the one with the \
                         smallest rolling-origin error across sectors is used. Its spread σ comes from those same errors (conformal), so that \
                         an 80\u{202f}% band should hold four months in five. CII is the deviation over σ; q is Benjamini–Hochberg over 33 sectors.",
                    ),
                    prose(
                        "Drivers",
                        "A tree separates September’s dollars from October’s by ten shopper attributes (100,337 buyer-months). Importance is the \
                         node-weighted Gini decrease, scaled to 100. The null is the 95th percentile over 60 shuffles of the month label. An \
                         attribute at or below it explains nothing.",
                    ),
                    prose(
                        "Contribution",
                        "With share w and rate r in each segment: behavioural = mean(w) · Δr; structural = Δw · (mean(r) − mean(M)). They sum to \
                         ΔM. Intervals: 400 bootstrap draws of shoppers, seed 20261101.",
                    ),
                ],
            },
            Block::Columns {
                widths: vec![285.0, 188.0],
                columns: vec![vec![Block::Table(backtest())], vec![Block::Table(sensitivity())]],
            },
            Block::Figure {
                title: "Rows read, removed and used".into(),
                subtitle: String::new(),
                chart: chart("rows", "Transactions read and used", words, [493.0, 0.0], parts),
                note: None,
            },
            Block::Columns {
                widths: vec![1.0, 1.0],
                columns: vec![vec![Block::Table(quality())], vec![Block::Table(audit())]],
            },
            Block::Table(sectors()),
        ],
    }
}

/// A small table of texts: the first column is words, the others are figures.
fn small(id: &str, title: &str, heads: &[&str], rows: &[&[&str]], note: &str) -> Table {
    let column = |(idx, head): (usize, &&str)| Column {
        head: vec![Run::plain(*head)],
        align: if idx == 0 { Align::Left } else { Align::Right },
        ..Column::default()
    };
    let row = |texts: &&[&str]| Row {
        cells: texts.iter().map(|it| Cell::text(*it)).collect(),
        ..Row::default()
    };
    Table {
        id: id.into(),
        title: title.into(),
        columns: heads.iter().enumerate().map(column).collect(),
        rows: rows.iter().map(row).collect(),
        note: (!note.is_empty()).then(|| plain(note, &[])),
        ..Table::default()
    }
}

fn backtest() -> Table {
    small(
        "backtest",
        "Backtest: one month ahead, 792 forecasts (33 sectors × 24 origins)",
        &[
            "Model",
            "MASE",
            "sMAPE, %",
            "Bias, %",
            "In 80\u{202f}% band",
            "In 95\u{202f}% band",
        ],
        &[
            &["MSTL + ETS (used)", "0.45", "3.5", "+0.7", "78.2", "92.4"],
            &["Mean of three", "0.53", "4.2", "+2.0", "77.7", "93.7"],
            &["Theta", "0.67", "5.2", "+1.5", "77.7", "92.4"],
            &["ETS, damped", "0.67", "5.4", "+4.1", "77.8", "96.2"],
            &["Seasonal naive", "1.30", "11.1", "+11.3", "78.3", "98.6"],
        ],
        "MASE below 1 beats repeating last year’s month in sample. Bands are scored with the month itself left out.",
    )
}

fn sensitivity() -> Table {
    small(
        "sensitivity",
        "Sensitivity: Office Products, $",
        &["Split", "Struct.", "Behav.", "Joint"],
        &[
            &["Two-part (used)", "−10.46", "−16.65", "–"],
            &["September base", "−10.99", "−17.19", "+1.07"],
            &["95\u{202f}% interval, lower", "−10.99", "−18.29", "–"],
            &["95\u{202f}% interval, upper", "−9.98", "−15.11", "–"],
        ],
        "No total changes sign with the method.",
    )
}

fn quality() -> Table {
    let mut table = small(
        "quality",
        "Data quality",
        &["Check", "Result"],
        &[
            &["Duplicate transaction ids, October", "0"],
            &["Transactions without a known shopper, October", "0"],
            &["Missing attribute values", "0 of 1,000,000"],
            &["Months without rows", "0 of 94"],
            &["Smallest sector: Magazine Subscriptions", "391 shoppers"],
            &["Active one-person homes, month on month", "−51.0\u{202f}%"],
        ],
        "One check needs a person: one-person homes halved in a month. A change in the panel would look the same.",
    );
    if let Some(row) = table.rows.last_mut() {
        row.cells
            .iter_mut()
            .flat_map(|it| &mut it.lines)
            .flatten()
            .for_each(|it| it.tone = Tone::Strong);
    }
    table
}

fn audit() -> Table {
    let mut table = small(
        "audit",
        "Reproduce this memo",
        &["Input", "BLAKE3, first 16"],
        &[
            &["Transactions, 94 files", "6feafb98b86046e4"],
            &["Activity, 94 files", "4b1eecbe8b0f19bd"],
            &["Consumers, 100,000 rows", "f75746e73b66491f"],
            &["facts.json", "1eaabe1c89570310"],
            &["Seed", "20261101"],
        ],
        "",
    );
    table.columns[1].align = Align::Left;
    for row in &mut table.rows {
        row.cells[1].lines[0][0].tone = Tone::Code;
    }
    table.note = Some(Sentence {
        runs: vec![
            Run::plain("Full hashes: manifest.json, attached to this PDF. To check: "),
            Run::toned("bellwether verify memo.pdf", Tone::Code),
        ],
        facts: Vec::new(),
    });
    table
}

fn sectors() -> Table {
    let row = |(name, figures): &(&str, [&str; 3])| {
        let moved = MOVERS.iter().any(|it| it.0 == *name);
        let number = |text: &str| text.replace('−', "-").replace('+', "").parse::<f64>().ok();
        let fact = |idx: usize| {
            format!(
                "deviation/{}/spend_per_shopper/{}",
                slug(name),
                ["actual", "percent", "cii"][idx]
            )
        };
        let mut cells = vec![Cell::toned(*name, if moved { Tone::Strong } else { Tone::Quiet })];
        cells.extend(
            figures
                .iter()
                .enumerate()
                .map(|(idx, it)| Cell::figure(*it, number(it), fact(idx))),
        );
        Row {
            cells,
            ..Row::default()
        }
    };
    let column = |head: &str, align: Align, width: Option<f64>| Column {
        head: vec![Run::plain(head)],
        align,
        width,
        ..Column::default()
    };
    Table {
        id: "sectors".into(),
        title: "All 33 sectors: spend per active shopper in US$, deviation in % and σ (movers in semibold)".into(),
        columns: vec![
            column("Sector", Align::Left, None),
            column("Actual", Align::Right, Some(30.0)),
            column("%", Align::Right, Some(28.0)),
            column("σ", Align::Right, Some(24.0)),
        ],
        rows: SECTORS.iter().map(row).collect(),
        style: TableStyle::Dense,
        abreast: 3,
        ..Table::default()
    }
}
