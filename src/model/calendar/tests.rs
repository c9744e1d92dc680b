//! Calendars against what is published of them, and against rules written another way.

use super::*;
use jiff::civil::Weekday;
use jiff::civil::date;

fn nrf() -> Calendar {
    Calendar::Retail(Retail {
        weeks: [4, 5, 4],
        weekday: 6,
        end: YearEnd::Nearest { month: 1, day: 31 },
        named_by: NamedBy::Start,
    })
}

fn april() -> Calendar {
    Calendar::Fiscal(Fiscal {
        first_month: 4,
        named_by: NamedBy::End,
    })
}

fn listed() -> Calendar {
    let row = |name: &str, from| (name.to_owned(), from);
    Calendar::Listed(Listed {
        file: "calendar.csv".into(),
        text: String::new(),
        grains: vec![ListedGrain {
            grain: Grain::Month,
            rows: vec![
                row("P1", date(2026, 1, 1)),
                row("P2", date(2026, 1, 29)),
                row("P3", date(2026, 2, 26)),
            ],
            until: date(2026, 3, 26),
            season: Some(2),
        }],
    })
}

fn period(calendar: &Calendar, name: &str) -> Period {
    calendar.parse(name).expect("a test names real periods")
}

#[test]
fn years_begin_when_the_national_retail_federation_says() {
    // Source: National Retail Federation, "4-5-4 Calendar", first days of the fiscal years 2005 to 2026.
    let first_days = [
        date(2005, 1, 30),
        date(2006, 1, 29),
        date(2007, 2, 4),
        date(2008, 2, 3),
        date(2009, 2, 1),
        date(2010, 1, 31),
        date(2011, 1, 30),
        date(2012, 1, 29),
        date(2013, 2, 3),
        date(2014, 2, 2),
        date(2015, 2, 1),
        date(2016, 1, 31),
        date(2017, 1, 29),
        date(2018, 2, 4),
        date(2019, 2, 3),
        date(2020, 2, 2),
        date(2021, 1, 31),
        date(2022, 1, 30),
        date(2023, 1, 29),
        date(2024, 2, 4),
        date(2025, 2, 2),
        date(2026, 2, 1),
    ];
    for (year, first) in (2005..).zip(first_days) {
        let own = period(&nrf(), &format!("FY{year}"));
        assert_eq!(own.from, first);
        let is_long = [2006, 2012, 2017, 2023].contains(&year);
        assert_eq!(own.n_days(), if is_long { 371 } else { 364 }, "FY{year}");
    }
}

#[test]
fn years_of_53_weeks_are_those_of_others() {
    // Sources: the Federation's page on its calendar names fiscal 2000, 2006, 2012, 2017 and 2023; the long years up to
    // 2197 are listed in the tests of a Ruby library of its calendar, made apart from this code.
    const LONG: [i16; 36] = [
        2000, 2006, 2012, 2017, 2023, 2028, 2034, 2040, 2045, 2051, 2056, 2062, 2068, 2073, 2079, 2084, 2090, 2096,
        2102, 2108, 2113, 2119, 2124, 2130, 2136, 2141, 2147, 2152, 2158, 2164, 2169, 2175, 2180, 2186, 2192, 2197,
    ];
    let weeks = |year: i16| period(&nrf(), &format!("FY{year}")).n_days() / 7;
    let long: Vec<i16> = (2000..=2197).filter(|it| weeks(*it) == 53).collect();
    assert_eq!(long, LONG);
    // The same for two single months: of a Groovy library's README, and of a guide to fiscal 2023.
    let october = period(&nrf(), "FY2015-M09");
    assert_eq!((october.from, october.until), (date(2015, 10, 4), date(2015, 11, 1)));
    assert_eq!(period(&nrf(), "FY2023").until, date(2024, 2, 4));
}

#[test]
fn months_of_a_53_week_year_are_the_published_ones() {
    // Source: National Retail Federation, "4-5-4 Calendar", fiscal 2023: first days of its months.
    let first_days = [
        date(2023, 1, 29),
        date(2023, 2, 26),
        date(2023, 4, 2),
        date(2023, 4, 30),
        date(2023, 5, 28),
        date(2023, 7, 2),
        date(2023, 7, 30),
        date(2023, 8, 27),
        date(2023, 10, 1),
        date(2023, 10, 29),
        date(2023, 11, 26),
        date(2023, 12, 31),
    ];
    for (month, first) in (1..).zip(first_days) {
        assert_eq!(period(&nrf(), &format!("FY2023-M{month:02}")).from, first);
    }
    assert_eq!(
        period(&nrf(), "FY2023-M12").until,
        date(2024, 2, 4),
        "five weeks: the 53rd is January’s"
    );
    assert_eq!(period(&nrf(), "FY2023-Q4").from, date(2023, 10, 29));
    assert_eq!(period(&nrf(), "FY2023-W53").from, date(2024, 1, 28));
    assert_eq!(nrf().parse("FY2022-W53"), None);
}

#[test]
fn every_day_falls_where_a_walk_over_days_puts_it() {
    // Another way to say the rule: a year ends on the Saturday from 28 January to 3 February; weeks are counted off.
    let ends_year = |day: Date| {
        let near = (day.month() == 1 && day.day() >= 28) || (day.month() == 2 && day.day() <= 3);
        near && day.weekday() == Weekday::Saturday
    };
    let months = [4, 5, 4, 4, 5, 4, 4, 5, 4, 4, 5, 4];
    let (mut day, mut year, mut place) = (date(2000, 1, 30), 2000, 0_i32);
    while day < date(2041, 1, 1) {
        let week = place / 7;
        let mut month = 0;
        while month < 11 && months[..=month].iter().sum::<i32>() <= week {
            month += 1;
        }
        for (grain, name) in [
            (Grain::Week, format!("FY{year}-W{:02}", week + 1)),
            (Grain::Month, format!("FY{year}-M{:02}", month + 1)),
            (Grain::Quarter, format!("FY{year}-Q{}", month / 3 + 1)),
            (Grain::Year, format!("FY{year}")),
        ] {
            let own = nrf().containing(day, grain).expect("a retail calendar has all days");
            assert_eq!(nrf().name(&own), name, "{day}");
            assert!(own.contains(day));
        }
        place += 1;
        if ends_year(day) {
            (year, place) = (year + 1, 0);
        }
        day = day.tomorrow().expect("before the year 9999");
    }
}

#[test]
fn the_year_after_a_53_week_year_is_held_against_its_restatement() {
    let ago = |name: &str| nrf().year_ago(&period(&nrf(), name)).expect("a year before");
    // Weeks of 2024 stand against the weeks of 2023 that are one number later: the days 364 days before.
    assert_eq!(nrf().name(&ago("FY2024-W01")), "FY2023-W02");
    assert_eq!(nrf().name(&ago("FY2024-W52")), "FY2023-W53");
    let month = ago("FY2024-M01");
    assert_eq!((month.from, month.until), (date(2023, 2, 5), date(2023, 3, 5)));
    assert_eq!(nrf().name(&month), "2023-02-05-to-2023-03-04");
    assert_eq!(nrf().label(&month), "5 February – 4 March 2023");
    let year = ago("FY2024");
    assert_eq!((year.from, year.until), (date(2023, 2, 5), date(2024, 2, 4)));
    // An ordinary year stands against the periods of the same name.
    for (name, before) in [
        ("FY2022-M07", "FY2021-M07"),
        ("FY2026-Q2", "FY2025-Q2"),
        ("FY2022", "FY2021"),
        ("FY2023-M11", "FY2022-M11"),
    ] {
        assert_eq!(nrf().name(&ago(name)), before);
    }
    // The long January has five weeks before it too; a year of 53 weeks cannot stand against one that overlaps it.
    assert_eq!(ago("FY2023-M12").n_days(), 35);
    assert_eq!(nrf().name(&ago("FY2023")), "FY2022");
}

#[test]
fn other_retail_rules_hold_their_own_dates() {
    let last_saturday = Calendar::Retail(Retail {
        weeks: [4, 4, 5],
        weekday: 6,
        end: YearEnd::LastOf { month: 1 },
        named_by: NamedBy::End,
    });
    // The last Saturdays of January 2022 and 2023 are the 29th and the 28th.
    let year = period(&last_saturday, "FY2023");
    assert_eq!((year.from, year.until), (date(2022, 1, 30), date(2023, 1, 29)));
    assert_eq!(period(&last_saturday, "FY2023-M03").n_days(), 35);
    let december = Calendar::Retail(Retail {
        weeks: [5, 4, 4],
        weekday: 7,
        end: YearEnd::Nearest { month: 12, day: 31 },
        named_by: NamedBy::Start,
    });
    // The Sunday nearest 31 December 2025 is 28 December; the one nearest 31 December 2026 is 3 January 2027.
    let year = period(&december, "FY2026");
    assert_eq!(
        (year.from, year.until, year.n_days()),
        (date(2025, 12, 29), date(2027, 1, 4), 371)
    );
}

#[test]
fn fiscal_years_are_called_by_the_year_that_they_end_in() {
    let it = april();
    assert_eq!(period(&it, "FY2027").from, date(2026, 4, 1));
    assert_eq!(period(&it, "FY2027-Q1").until, date(2026, 7, 1));
    assert_eq!(period(&it, "FY2027-M07"), period(&it, "2026-10"));
    assert_eq!(it.label(&period(&it, "FY2027-M07")), "October 2026");
    assert_eq!(it.label(&period(&it, "FY2027-Q3")), "Q3 FY2027");
    assert_eq!(
        it.name(&it.containing(date(2027, 3, 31), Grain::Quarter).expect("a quarter")),
        "FY2027-Q4"
    );
    let by_start = Calendar::Fiscal(Fiscal {
        first_month: 4,
        named_by: NamedBy::Start,
    });
    assert_eq!(period(&by_start, "FY2026").from, date(2026, 4, 1));
    let january = Calendar::Fiscal(Fiscal {
        first_month: 1,
        named_by: NamedBy::End,
    });
    assert_eq!(period(&january, "FY2026-Q3").from, date(2026, 7, 1));
    assert_eq!(it.parse("2026-Q3"), None, "a civil quarter is no fiscal one");
    assert_eq!(it.parse("FY2027-Q5"), None);
    assert_eq!(it.parse("FY27"), None);
}

#[test]
fn civil_periods_are_what_they_always_were() {
    let civil = Calendar::Civil;
    let ago = |name: &str| civil.name(&civil.year_ago(&period(&civil, name)).expect("a year before"));
    assert_eq!(ago("2017-W51"), "2016-W51");
    // 2020 has 53 weeks, so that 364 days before its last week is its first.
    assert_eq!(ago("2020-W53"), "2020-W01");
    assert_eq!(ago("2026-10"), "2025-10");
    assert_eq!(ago("2024-02"), "2023-02");
    assert_eq!(ago("2026-Q3"), "2025-Q3");
    assert_eq!(ago("2017-12-31"), "2017-01-01");
    assert_eq!(civil.axis_label(&period(&civil, "2017-W51")), "18 Dec 2017");
}

#[test]
fn a_listed_calendar_ends_where_its_file_does() {
    let it = listed();
    let [one, three] = ["P1", "P3"].map(|name| period(&it, name));
    assert_eq!(it.name(&it.next(&one).expect("the second")), "P2");
    assert_eq!(it.next(&three), None);
    assert_eq!(it.previous(&one), None);
    assert_eq!(it.containing(date(2026, 3, 26), Grain::Month), None);
    assert_eq!(it.year_ago(&three).map(|it| it.from), Some(one.from), "a season before");
    assert_eq!(it.year_ago(&one), None);
    assert!(!it.has(Grain::Quarter));
    assert_eq!(it.label(&three), "P3");
}

#[test]
fn names_are_read_as_they_are_written_and_periods_touch() {
    for calendar in [Calendar::Civil, april(), nrf(), listed()] {
        for grain in Grain::ALL {
            let Some(mut period) = calendar.containing(date(2026, 1, 1), grain) else {
                continue;
            };
            for _ in 0..60 {
                assert_eq!(calendar.parse(&calendar.name(&period)), Some(period));
                let Some(next) = calendar.next(&period) else { break };
                assert_eq!((next.from, calendar.previous(&next)), (period.until, Some(period)));
                period = next;
            }
        }
    }
}

#[test]
fn a_part_is_called_by_its_last_day() {
    for (calendar, name) in [
        (Calendar::Civil, "2026-10-to-2026-10-15"),
        (nrf(), "FY2026-M09-to-2026-10-15"),
    ] {
        let part = period(&calendar, name);
        assert_eq!(part.until, date(2026, 10, 16));
        assert_eq!(calendar.name(&part), name);
        assert!(!calendar.is_own(&part));
    }
    let part = period(&Calendar::Civil, "2026-10-to-2026-10-15");
    assert_eq!(Calendar::Civil.label(&part), "1–15 October 2026");
    for name in [
        "2026-10-to-2026-10-31",
        "2026-10-to-2026-11-01",
        "2026-10-to-2026-10",
        "to-2026-10-01",
        "2026-10-to-",
    ] {
        assert_eq!(Calendar::Civil.parse(name), None, "{name}");
    }
}

#[test]
fn parts_end_on_the_same_day_and_month_ends_on_month_ends() {
    let part = |calendar: &Calendar, whole: &str, last: Date, of: &str| {
        let whole = period(calendar, whole);
        let cut = Period {
            until: last.tomorrow().expect("a day"),
            ..whole
        };
        calendar.to_date(&period(calendar, of), &whole, &cut).last_day()
    };
    let civil = Calendar::Civil;
    assert_eq!(
        part(&civil, "2026-10", date(2026, 10, 15), "2026-09"),
        date(2026, 9, 15)
    );
    assert_eq!(
        part(&civil, "2026-10", date(2026, 10, 30), "2026-09"),
        date(2026, 9, 30)
    );
    assert_eq!(
        part(&civil, "2026-03", date(2026, 3, 30), "2026-02"),
        date(2026, 2, 28),
        "February lacks the day"
    );
    assert_eq!(part(&civil, "2026", date(2026, 10, 31), "2025"), date(2025, 10, 31));
    assert_eq!(
        part(&civil, "2026-Q4", date(2026, 11, 30), "2026-Q3"),
        date(2026, 8, 31),
        "month end on month end"
    );
    assert_eq!(
        part(&civil, "2026-Q4", date(2026, 11, 29), "2026-Q3"),
        date(2026, 8, 29)
    );
    // 29 February, both ways.
    assert_eq!(part(&civil, "2024", date(2024, 2, 29), "2023"), date(2023, 2, 28));
    assert_eq!(part(&civil, "2025", date(2025, 2, 28), "2024"), date(2024, 2, 29));
    assert_eq!(part(&civil, "2024", date(2024, 2, 28), "2023"), date(2023, 2, 28));
    // Weeks by weekday: Monday to Wednesday against Monday to Wednesday.
    assert_eq!(
        part(&civil, "2017-W51", date(2017, 12, 20), "2017-W50"),
        date(2017, 12, 13)
    );
    assert_eq!(
        part(&april(), "FY2027", date(2026, 10, 31), "FY2026"),
        date(2025, 10, 31)
    );
    // Retail months by days, so that weekdays agree; a four-week month ends before a fifth week does.
    assert_eq!(
        part(&nrf(), "FY2026-M09", date(2026, 10, 15), "FY2026-M08"),
        date(2026, 9, 10)
    );
    assert_eq!(
        part(&nrf(), "FY2026-M08", date(2026, 9, 28), "FY2026-M07"),
        date(2026, 8, 29)
    );
}

#[test]
fn windows_count_whole_periods_where_they_end_on_one() {
    let until = date(2024, 2, 4);
    assert_eq!(nrf().window_from(until, 12, Grain::Month), Some(date(2023, 1, 29)));
    assert_eq!(nrf().window_from(until, 1, Grain::Week), Some(date(2024, 1, 28)));
    assert_eq!(nrf().window_from(date(2024, 2, 6), 12, Grain::Month), None);
    assert_eq!(
        Calendar::Civil.window_from(date(2024, 3, 1), 12, Grain::Month),
        None,
        "civil dates say it themselves"
    );
}

#[test]
fn the_ends_of_time_do_not_panic() {
    for day in [Date::MIN, Date::MAX] {
        for calendar in [Calendar::Civil, april(), nrf(), listed()] {
            for grain in Grain::ALL {
                let Some(period) = calendar.containing(day, grain) else {
                    continue;
                };
                let _ = (
                    calendar.next(&period),
                    calendar.previous(&period),
                    calendar.year_ago(&period),
                );
                let _ = (calendar.name(&period), calendar.label(&period), calendar.short(&period));
                let _ = (calendar.back(&period, 1000), calendar.axis_label(&period));
            }
        }
    }
}

#[test]
fn years_end_where_an_independent_program_puts_them() {
    // Source: pandas 3.1.1 (BSD licence), `FY5253(weekday=5, startingMonth=1, variation="nearest")`, as yymmdd.
    let ends = "000129 010203 020202 030201 040131 050129 060128 070203 080202 090131 100130 110129 120128 130202 140201 150131 160130 170128 180203 190202 200201 210130 220129 230128 240203 250201 260131 270130 280129 290203 300202 310201 320131 330129 340128 350203 360202 370131 380130 390129 400128";
    let ends: Vec<&str> = ends.split_whitespace().collect();
    assert_eq!(ends.len(), 41);
    for (year, end) in (1999..).zip(ends) {
        let own = period(&nrf(), &format!("FY{year}"));
        assert_eq!(own.last_day().strftime("%y%m%d").to_string(), end);
    }
}
