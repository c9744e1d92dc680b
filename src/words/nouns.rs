//! Plurals of an author's nouns, where a spec gives one form alone.
//!
//! Rules, not dictionaries: a noun that they get wrong is written out in the spec (`nouns:`). They must not be asked of
//! the memo's own words, which stand in its sentences.

/// Returns the plural of an English noun: "categories", "boxes", "days".
pub fn english_plural(noun: &str) -> String {
    let vowel_before_y = |stem: &str| stem.ends_with(['a', 'e', 'i', 'o', 'u']);
    match noun.strip_suffix('y') {
        Some(stem) if !vowel_before_y(stem) => format!("{stem}ies"),
        _ if noun.ends_with(['s', 'x', 'z']) || noun.ends_with("ch") || noun.ends_with("sh") => format!("{noun}es"),
        _ => format!("{noun}s"),
    }
}

/// Returns the plural of a Portuguese noun with what belongs to it: "categorias", "clientes ativos", "faixas de renda".
///
/// Source: Cunha & Cintra (1985), "Nova Gramática do Português Contemporâneo", chapter 8, for the forms that are regular.
pub fn portuguese_plural(noun: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    // What follows a preposition says of what kind the things are, and stays: "faixas de renda".
    let mut is_kind = false;
    for word in noun.split(' ') {
        is_kind |= matches!(
            word,
            "de" | "do" | "da" | "dos" | "das" | "em" | "com" | "sem" | "por" | "para" | "a"
        );
        words.push(if is_kind {
            word.to_owned()
        } else {
            portuguese_word(word)
        });
    }
    words.join(" ")
}

/// Returns the plural of one Portuguese word.
fn portuguese_word(word: &str) -> String {
    let has_accent = |stem: &str| stem.contains(['á', 'â', 'é', 'ê', 'í', 'ó', 'ô', 'ú']);
    let ends = |ending: &str| word.strip_suffix(ending);
    if let Some(stem) = ends("ão") {
        return format!("{stem}ões");
    }
    if let Some(stem) = ends("m") {
        return format!("{stem}ns");
    }
    // A word that is stressed before its last syllable says so by an accent: "fácil", "móvel".
    match (ends("al"), ends("el"), ends("il"), ends("ol"), ends("ul")) {
        (Some(stem), ..) => return format!("{stem}ais"),
        (_, Some(stem), ..) if has_accent(stem) => return format!("{stem}eis"),
        (_, Some(stem), ..) => return format!("{stem}éis"),
        (_, _, Some(stem), ..) if has_accent(stem) => return format!("{stem}eis"),
        (_, _, Some(stem), ..) => return format!("{stem}is"),
        (_, _, _, Some(stem), _) => return format!("{stem}óis"),
        (.., Some(stem)) => return format!("{stem}uis"),
        _ => {}
    }
    if let Some(stem) = ends("ês") {
        return format!("{stem}eses");
    }
    if let Some(stem) = ends("ís") {
        return format!("{stem}íses");
    }
    match word.chars().next_back() {
        Some('r' | 'z') => format!("{word}es"),
        Some('s' | 'x') | None => word.to_owned(),
        Some(_) => format!("{word}s"),
    }
}

/// Puts a preposition (`de`, `em`, `por`; or nothing) and the article that it needs before the name of a period, or of a
/// fraction: "da semana 51 de 2017", "de outubro de 2026", "no 3º trimestre de 2026", "pela totalidade".
///
/// Months, days and years have no article; weeks, means and wholes have "a", quarters "o".
pub fn portuguese_joined(preposition: &str, name: &str) -> String {
    let is = |nouns: &[&str]| nouns.iter().any(|it| name.starts_with(it));
    let article = if is(&["semana", "média", "totalidade"]) {
        "a"
    } else if name.contains(" trimestre") || name.contains(" tri.") {
        "o"
    } else {
        ""
    };
    let joined = match (preposition, article) {
        (it, "") => it.to_owned(),
        ("de", article) => format!("d{article}"),
        ("em", article) => format!("n{article}"),
        ("por", article) => format!("pel{article}"),
        (it, article) => format!("{it} {article}").trim_start().to_owned(),
    };
    format!("{joined} {name}").trim_start().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_nouns_take_their_endings() {
        assert_eq!(
            ["category", "day", "box", "branch", "sector"].map(english_plural),
            ["categories", "days", "boxes", "branches", "sectors"]
        );
    }

    #[test]
    fn portuguese_prepositions_are_drawn_together_with_articles() {
        let week = "semana 51 de 2017";
        assert_eq!(portuguese_joined("", week), "a semana 51 de 2017");
        assert_eq!(portuguese_joined("de", week), "da semana 51 de 2017");
        assert_eq!(portuguese_joined("de", "outubro de 2026"), "de outubro de 2026");
        assert_eq!(
            portuguese_joined("em", "3º trimestre de 2026"),
            "no 3º trimestre de 2026"
        );
        assert_eq!(portuguese_joined("por", "totalidade"), "pela totalidade");
        assert_eq!(portuguese_joined("por", "metade"), "por metade");
    }

    #[test]
    fn portuguese_nouns_take_theirs() {
        let nouns = [
            "categoria",
            "comprador",
            "região",
            "canal",
            "papel",
            "perfil",
            "ordem",
            "vez",
            "ônibus",
            "mês",
            "móvel",
        ];
        let plurals = [
            "categorias",
            "compradores",
            "regiões",
            "canais",
            "papéis",
            "perfis",
            "ordens",
            "vezes",
            "ônibus",
            "meses",
            "móveis",
        ];
        assert_eq!(nouns.map(portuguese_plural), plurals);
        assert_eq!(portuguese_plural("cliente ativo"), "clientes ativos");
        assert_eq!(portuguese_plural("faixa de renda"), "faixas de renda");
    }
}
