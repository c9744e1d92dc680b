//! Numbers, dates and currencies of six locales against Babel, which reads the CLDR apart from ICU4X.

use bellwether::model::calendar::Calendar;
use bellwether::model::unit::Quantity;
use bellwether::model::unit::Unit;
use bellwether::words::Words;

/// What Babel prints.
const TABLE: &str = include_str!("locales/babel.tsv");

fn printed(words: &Words, kind: &str, given: &str) -> String {
    let period = || Calendar::Civil.parse(given).expect("the table names periods");
    match kind {
        "decimal" => words.fixed(given.parse().expect("a number"), 2),
        "percent" => words.level(given.parse().expect("a number"), &Unit::total(Quantity::Share)),
        "money" => {
            let (x, code) = given.split_once(' ').expect("an amount and its currency");
            words.level(x.parse().expect("a number"), &Unit::money(code))
        }
        "day" => words.day(period().from),
        "month" => words.period(&period()),
        "short-month" | "short-day" => words.short(&period()),
        "axis-day" => words.axis(&period()),
        "month-name" => words.month_name(given.parse().expect("a month")),
        "weekday" => words.weekday_name(given.parse().expect("a weekday")),
        "list" => words.list(&given.split('|').map(str::to_owned).collect::<Vec<_>>()),
        other => unreachable!("the table has no `{other}`"),
    }
}

#[test]
fn locales_print_as_babel_does() {
    let mut wrong = Vec::new();
    let mut n_held = 0;
    for line in TABLE.lines().filter(|it| !it.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [tag, kind, given, expected] = fields[..] else {
            panic!("a line has four fields: {line}")
        };
        let words = Words::new(tag).expect("a known locale");
        // Releases of the CLDR differ in how wide the space before `%` is, and in nothing else here.
        let ours = printed(&words, kind, given).replace('\u{202f}', "\u{a0}");
        n_held += 1;
        if ours != expected {
            wrong.push(format!("{tag} {kind} {given}: {ours:?}, and Babel {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(n_held, 140);
}

#[test]
fn english_keeps_its_own_forms() {
    for tag in ["en-US", "en-GB"] {
        let words = Words::new(tag).expect("English is known");
        assert_eq!(words.level(41_812_345.0, &Unit::money("USD")), "$41.8\u{202f}m");
        assert_eq!(words.level(0.123, &Unit::total(Quantity::Share)), "12.3\u{202f}%");
        let day = Calendar::Civil.parse("2017-12-31").expect("a day");
        assert_eq!(words.day(day.from), "31 December 2017");
    }
}

/// Their sentences are English, and a list is a part of a sentence.
#[test]
fn locales_without_sentences_join_lists_in_english() {
    let names = ["a", "b", "c"].map(str::to_owned);
    for tag in ["de-DE", "fr-FR", "ja-JP", "en-US"] {
        let words = Words::new(tag).expect("a known locale");
        assert_eq!(words.list(&names), "a, b and c", "{tag}");
        assert_eq!(words.list(&names[..2]), "a and b", "{tag}");
        assert_eq!(words.plural("sector"), "sectors", "{tag}");
    }
}

#[test]
fn a_sign_stands_before_all() {
    let words = Words::new("pt-BR").expect("Portuguese is known");
    let brl = Unit::money("BRL");
    assert_eq!(words.difference(-3.4, &brl), "\u{2212}R$\u{a0}3,40");
    assert_eq!(words.difference(1_234_567.0, &brl), "+R$\u{a0}1,2\u{a0}mi");
    assert_eq!(words.change(-0.123), "\u{2212}12,3%");
    assert_eq!(
        words.difference(0.012, &Unit::total(Quantity::SharePoints)),
        "+1,2\u{a0}p.p."
    );
}

#[test]
fn magnitudes_step_where_rounding_steps() {
    let words = Words::new("pt-BR").expect("Portuguese is known");
    let brl = Unit::money("BRL");
    assert_eq!(words.level(999_949_999.0, &brl), "R$\u{a0}999,9\u{a0}mi");
    assert_eq!(words.level(999_950_001.0, &brl), "R$\u{a0}1,0\u{a0}bi");
    assert_eq!(words.level(999_999.6, &brl), "R$\u{a0}1,0\u{a0}mi");
}

#[test]
fn a_locale_that_is_not_known_is_none() {
    assert!(Words::new("tlh-AA").is_none());
    assert!(Words::new("not a tag").is_none());
    assert!(Words::new("de-CH").is_some());
}
