//! What one text of a CSV file can be stored as without loss.
//!
//! Strict on purpose: `007` is a code, not seven, and a number that a double cannot hold is text. It must not
//! know which column a value stands in.

/// A double holds any decimal number of as many digits.
const EXACT_DIGITS: usize = 15;

/// Powers of ten that a double holds exactly, and the quotient by which is the nearest double.
const TENS: [f64; 16] = [
    1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
];

/// A moment of a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Since 1970-01-01 0:00, in microseconds.
    pub micros: i64,
    /// Decimal places of its second, as written.
    pub places: u8,
    /// Whether it is said to be UTC.
    pub is_utc: bool,
}

/// Reads a whole number that is written as a number is printed; none where a zero leads or it leaves 64 bits.
pub fn whole(text: &[u8]) -> Option<i64> {
    let (digits, sign) = match text {
        [b'-', rest @ ..] => (rest, -1),
        rest => (rest, 1),
    };
    let is_canonical = match digits {
        [] => false,
        [b'0'] => sign == 1,
        [first, ..] => *first != b'0',
    };
    // i64 has nineteen digits.
    if !is_canonical || digits.len() > 19 {
        return None;
    }
    digits.iter().try_fold(0_i64, |sum, digit| {
        let digit = digit.is_ascii_digit().then(|| i64::from(digit - b'0'))?;
        sum.checked_mul(10)?.checked_add(sign * digit)
    })
}

/// Reads a number with its decimal places as written; none where a double would be another number.
///
/// Example: `1.20` is 1.2 with two places; `0.1000000000000000055` has more digits than the double nearest to it.
pub fn number(text: &[u8]) -> Option<(f64, u8)> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let (mut mantissa, mut n_digits, mut places) = (0_u64, 0_usize, None::<usize>);
    for (at, byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' if n_digits < EXACT_DIGITS => {
                mantissa = mantissa * 10 + u64::from(byte - b'0');
                n_digits += usize::from(mantissa > 0);
                places = places.map(|it| it + 1);
            }
            b'.' if places.is_none() && at > 0 => places = Some(0),
            _ => return long_number(text),
        }
    }
    let is_leading = digits.len() > 1 && digits[0] == b'0' && digits[1] != b'.';
    let places = match places {
        _ if digits.is_empty() || is_leading => return None,
        Some(0) => return None,
        it => it.unwrap_or(0),
    };
    let Some(tens) = TENS.get(places) else {
        return long_number(text);
    };
    let size = mantissa as f64 / tens;
    let value = if digits.len() < text.len() { -size } else { size };
    Some((value, u8::try_from(places).ok()?))
}

/// Reads a number of many digits or with an exponent: it is stored if the double says the same digits.
fn long_number(text: &[u8]) -> Option<(f64, u8)> {
    let text = std::str::from_utf8(text).ok()?;
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let is_number = unsigned
        .bytes()
        .all(|it| it.is_ascii_digit() || matches!(it, b'.' | b'e' | b'E' | b'+' | b'-'));
    let is_leading = unsigned.len() > 1 && unsigned.starts_with('0') && unsigned.as_bytes()[1].is_ascii_digit();
    if !is_number || is_leading || !unsigned.starts_with(|it: char| it.is_ascii_digit()) {
        return None;
    }
    let value: f64 = text.parse().ok().filter(|it: &f64| it.is_finite())?;
    let is_same = scientific(unsigned)? == scientific(&format!("{:e}", value.abs()))?;
    let places = unsigned.split_once('.').map_or(0, |it| it.1.len());
    let places = if unsigned.contains(['e', 'E']) {
        u8::MAX
    } else {
        u8::try_from(places).unwrap_or(u8::MAX)
    };
    is_same.then_some((value, places))
}

/// Returns the significant digits of a number as written, and the power of ten of the first.
fn scientific(text: &str) -> Option<(String, i64)> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let exponent: i64 = exponent.parse().ok()?;
    let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{before}{after}");
    let significant = digits.trim_start_matches('0');
    let power = before.len() as i64 - (digits.len() - significant.len()) as i64 + exponent;
    let significant = significant.trim_end_matches('0').to_owned();
    let power = if significant.is_empty() { 0 } else { power };
    Some((significant, power))
}

/// Reads a civil date as `2026-10-31`: days since 1970-01-01.
///
/// Source: H. Hinnant (2013), "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
pub fn day(text: &[u8]) -> Option<i32> {
    let [a, b, c, d, b'-', e, f, b'-', g, h] = text else {
        return None;
    };
    let year = 100 * pair(*a, *b)? + pair(*c, *d)?;
    let (month, day) = (pair(*e, *f)?, pair(*g, *h)?);
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i32::from(is_leap),
        1..=12 => 31,
        _ => return None,
    };
    if day < 1 || length < day {
        return None;
    }
    // Years begin in March, so that a leap day is the last; an era is the four hundred years after which all repeats.
    let year = year - i32::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let in_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    Some(era * 146_097 + in_era - 719_468)
}

/// Reads `2026-10-31 12:00:00`, with `T` or a blank, up to six decimal places, and `Z`, `+00:00` or ` UTC` behind it.
pub fn moment(text: &[u8]) -> Option<Moment> {
    let day = i64::from(day(text.get(..10)?)?);
    let [b'T' | b' ', a, b, b':', c, d, b':', e, f, rest @ ..] = &text[10..] else {
        return None;
    };
    let (hour, minute, second) = (pair(*a, *b)?, pair(*c, *d)?, pair(*e, *f)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (rest, is_utc) = [b"Z".as_slice(), b"+00:00", b" UTC"]
        .iter()
        .find_map(|zone| rest.strip_suffix(*zone))
        .map_or((rest, false), |it| (it, true));
    let mut fraction = 0;
    let mut places = 0;
    match rest {
        [] => {}
        [b'.', digits @ ..] if (1..=6).contains(&digits.len()) => {
            places = u8::try_from(digits.len()).ok()?;
            for place in 0..6 {
                let digit = digits.get(place).copied().unwrap_or(b'0');
                fraction = fraction * 10 + digit.is_ascii_digit().then(|| i64::from(digit - b'0'))?;
            }
        }
        _ => return None,
    }
    let seconds = day * 86_400 + i64::from(hour * 3600 + minute * 60 + second);
    Some(Moment {
        micros: seconds * 1_000_000 + fraction,
        places,
        is_utc,
    })
}

fn pair(tens: u8, ones: u8) -> Option<i32> {
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| i32::from(tens - b'0') * 10 + i32::from(ones - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_would_not_come_back_is_no_number() {
        assert_eq!(whole(b"-120"), Some(-120));
        assert_eq!(whole(b"-9223372036854775808"), Some(i64::MIN));
        for text in ["", "-", "007", "-0", "1.0", "9223372036854775808", "+1", " 1"] {
            assert_eq!(whole(text.as_bytes()), None, "{text}");
        }
        assert_eq!(number(b"-1.20"), Some((-1.2, 2)));
        assert_eq!(number(b"0.005"), Some((0.005, 3)));
        assert_eq!(number(b"123456789012345"), Some((123_456_789_012_345.0, 0)));
        assert_eq!(number(b"1e-05"), Some((1e-5, u8::MAX)));
        assert_eq!(number(b"0.30000000000000004"), Some((0.300_000_000_000_000_04, 17)));
        for text in [
            "",
            "-",
            ".5",
            "5.",
            "1.2.3",
            "01.5",
            "nan",
            "inf",
            "0.1000000000000000055",
            "12345678901234567891",
        ] {
            assert_eq!(number(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn days_and_moments_are_those_of_the_calendar() {
        for (text, expected) in [
            ("1970-01-01", 0),
            ("2000-02-29", 11_016),
            ("1969-12-31", -1),
            ("2026-11-22", 20_779),
        ] {
            assert_eq!(day(text.as_bytes()), Some(expected), "{text}");
        }
        for text in ["2026-02-29", "2026-13-01", "2026-1-01", "2026-10-31x"] {
            assert_eq!(day(text.as_bytes()), None, "{text}");
        }
        let at = moment(b"1970-01-02T00:00:01.5Z").expect("a moment");
        assert_eq!((at.micros, at.places, at.is_utc), (86_401_500_000, 1, true));
        assert_eq!(moment(b"1970-01-02 24:00:00"), None);
        assert_eq!(moment(b"1970-01-02 12:00:00+02:00"), None);
    }
}
