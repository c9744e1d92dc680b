//! What the writing is called that a letter belongs to, for a person who looks for a font.
//!
//! Blocks of letters that living languages are written with; all else is a sign. It must not know which fonts there are.

/// First and last letter of stretches of blocks, ascending, and what they are called.
///
/// Source: Unicode Character Database 16, `Blocks.txt`.
const SCRIPTS: &[(u32, u32, &str)] = &[
    (0x0041, 0x02af, "Latin"),
    (0x0370, 0x03ff, "Greek"),
    (0x0400, 0x052f, "Cyrillic"),
    (0x0530, 0x058f, "Armenian"),
    (0x0590, 0x05ff, "Hebrew"),
    (0x0600, 0x06ff, "Arabic"),
    (0x0700, 0x074f, "Syriac"),
    (0x0750, 0x077f, "Arabic"),
    (0x0780, 0x07bf, "Thaana"),
    (0x07c0, 0x07ff, "N’Ko"),
    (0x0860, 0x086f, "Syriac"),
    (0x0870, 0x08ff, "Arabic"),
    (0x0900, 0x097f, "Devanagari"),
    (0x0980, 0x09ff, "Bengali"),
    (0x0a00, 0x0a7f, "Gurmukhi"),
    (0x0a80, 0x0aff, "Gujarati"),
    (0x0b00, 0x0b7f, "Oriya"),
    (0x0b80, 0x0bff, "Tamil"),
    (0x0c00, 0x0c7f, "Telugu"),
    (0x0c80, 0x0cff, "Kannada"),
    (0x0d00, 0x0d7f, "Malayalam"),
    (0x0d80, 0x0dff, "Sinhala"),
    (0x0e00, 0x0e7f, "Thai"),
    (0x0e80, 0x0eff, "Lao"),
    (0x0f00, 0x0fff, "Tibetan"),
    (0x1000, 0x109f, "Burmese"),
    (0x10a0, 0x10ff, "Georgian"),
    (0x1100, 0x11ff, "Korean"),
    (0x1200, 0x139f, "Ethiopic"),
    (0x13a0, 0x13ff, "Cherokee"),
    (0x1400, 0x167f, "Canadian syllabics"),
    (0x1780, 0x17ff, "Khmer"),
    (0x1800, 0x18af, "Mongolian"),
    (0x1c90, 0x1cbf, "Georgian"),
    (0x1e00, 0x1eff, "Latin"),
    (0x1f00, 0x1fff, "Greek"),
    (0x2c60, 0x2c7f, "Latin"),
    (0x2d30, 0x2d7f, "Tifinagh"),
    (0x2d80, 0x2ddf, "Ethiopic"),
    (0x2de0, 0x2dff, "Cyrillic"),
    (0x2e80, 0x2fdf, "Chinese"),
    (0x3000, 0x303f, "Chinese and Japanese signs"),
    (0x3040, 0x30ff, "Japanese"),
    (0x3100, 0x312f, "Bopomofo"),
    (0x3130, 0x318f, "Korean"),
    (0x31a0, 0x31bf, "Bopomofo"),
    (0x31f0, 0x31ff, "Japanese"),
    (0x3200, 0x33ff, "Chinese and Japanese signs"),
    (0x3400, 0x4dbf, "Chinese"),
    (0x4e00, 0x9fff, "Chinese"),
    (0xa000, 0xa4cf, "Yi"),
    (0xa640, 0xa69f, "Cyrillic"),
    (0xa720, 0xa7ff, "Latin"),
    (0xa8e0, 0xa8ff, "Devanagari"),
    (0xa960, 0xa97f, "Korean"),
    (0xa980, 0xa9df, "Javanese"),
    (0xa9e0, 0xa9ff, "Burmese"),
    (0xaa60, 0xaa7f, "Burmese"),
    (0xab00, 0xab2f, "Ethiopic"),
    (0xab30, 0xab6f, "Latin"),
    (0xab70, 0xabbf, "Cherokee"),
    (0xac00, 0xd7ff, "Korean"),
    (0xf900, 0xfaff, "Chinese"),
    (0xfb00, 0xfb0f, "Latin"),
    (0xfb50, 0xfdff, "Arabic"),
    (0xfe70, 0xfefe, "Arabic"),
    (0xff00, 0xffef, "Chinese and Japanese signs"),
    (0x1_b000, 0x1_b16f, "Japanese"),
    (0x1_e900, 0x1_e95f, "Adlam"),
    (0x1_f300, 0x1_f5ff, "emoji"),
    (0x1_f600, 0x1_f64f, "emoji"),
    (0x1_f680, 0x1_f6ff, "emoji"),
    (0x1_f900, 0x1_f9ff, "emoji"),
    (0x1_fa70, 0x1_faff, "emoji"),
    (0x2_0000, 0x3_ffff, "Chinese"),
];

/// Returns what the writing of a letter is called: "Chinese", "Thai"; "signs" for what is none of those.
///
/// Chinese letters are those of Japanese names too, which a Japanese font draws in its own way.
pub fn script(letter: char) -> &'static str {
    let code = u32::from(letter);
    let found = SCRIPTS.partition_point(|it| it.1 < code);
    let of = SCRIPTS.get(found).filter(|it| it.0 <= code);
    of.map_or("signs", |it| it.2)
}

/// Parts letters by their writing, in the order of the letters.
pub fn by_script(letters: impl IntoIterator<Item = char>) -> Vec<(&'static str, Vec<char>)> {
    let mut parts: Vec<(&'static str, Vec<char>)> = Vec::new();
    for letter in letters {
        let name = script(letter);
        match parts.iter_mut().find(|it| it.0 == name) {
            Some(part) => part.1.push(letter),
            None => parts.push((name, vec![letter])),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_ascend_and_are_apart() {
        assert!(SCRIPTS.iter().all(|it| it.0 <= it.1));
        assert!(SCRIPTS.windows(2).all(|it| it[0].1 < it[1].0));
    }

    #[test]
    fn letters_are_called_as_their_readers_call_them() {
        for (letters, name) in [
            ("中文国", "Chinese"),
            ("あアー", "Japanese"),
            ("가글", "Korean"),
            ("กข", "Thai"),
            ("अह", "Devanagari"),
            ("🦄🐄", "emoji"),
            ("♫\u{e000}", "signs"),
        ] {
            assert!(letters.chars().all(|it| script(it) == name), "{letters}");
        }
    }

    #[test]
    fn letters_are_parted_in_their_order() {
        let parts = by_script("กข中a文".chars());
        assert_eq!(
            parts,
            [
                ("Thai", vec!['ก', 'ข']),
                ("Chinese", vec!['中', '文']),
                ("Latin", vec!['a'])
            ]
        );
    }
}
