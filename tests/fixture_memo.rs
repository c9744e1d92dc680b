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
use bellwether::model::memo::Kpi;
use bellwether::model::memo::Memo;
use bellwether::model::memo::Row;
use bellwether::model::memo::RowRole;
use bellwether::model::memo::Run;
use bellwether::model::memo::Sentence;
use bellwether::model::memo::Table;
use bellwether::model::memo::TableStyle;
use bellwether::model::memo::Tick;
use bellwether::model::memo::Tone;

mod appendix;
mod figures;
mod marks;
mod mover;

use appendix::appendix;
use figures::CHANCE;
use figures::LIMIT;
use figures::MOVERS;
use figures::Mover;
use figures::QUIET;
use marks::marks_page;
use mover::mover_page;

/// The rich memo.
pub fn memo() -> Memo {
    Memo {
        lang: "en-US".into(),
        title: "Consumption shift: October 2026".into(),
        kicker: "Monthly memo to partners".into(),
        dateline: "Data to 31 October 2026 · issued 1 November 2026".into(),
        labels: bellwether::compose::labels(&bellwether::words::Words::english()),
        heads: bellwether::compose::heads(&bellwether::words::Words::english()),
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
        pages: vec![
            mover_page("office-products", 1),
            mover_page("sports-outdoors", 4),
            marks_page(),
        ],
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
        Block::Prose { .. } | Block::List { .. } => {}
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
