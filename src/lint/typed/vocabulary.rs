//! Words of a claim, in English and in Portuguese.
//!
//! It must not know how a sentence is read.

/// Words of the past that a thing moved; what it will do, or may, is no claim.
pub(super) const ROSE: [&str; 18] = [
    "rose",
    "grew",
    "increased",
    "gained",
    "climbed",
    "jumped",
    "soared",
    "surged",
    "advanced",
    "up",
    "subiu",
    "subiram",
    "cresceu",
    "cresceram",
    "aumentou",
    "aumentaram",
    "avançou",
    "avançaram",
];
pub(super) const FELL: [&str; 19] = [
    "fell",
    "dropped",
    "declined",
    "decreased",
    "shrank",
    "slid",
    "sank",
    "plunged",
    "slumped",
    "lost",
    "down",
    "caiu",
    "caíram",
    "recuou",
    "recuaram",
    "diminuiu",
    "diminuíram",
    "encolheu",
    "encolheram",
];
/// Words that a thing is at a figure.
pub(super) const WAS: [&str; 22] = [
    "was",
    "were",
    "is",
    "are",
    "totalled",
    "totaled",
    "reached",
    "stood",
    "stands",
    "came",
    "foi",
    "foram",
    "é",
    "são",
    "ficou",
    "ficaram",
    "somou",
    "somaram",
    "atingiu",
    "atingiram",
    "totalizou",
    "totalizaram",
];
/// Behind a verb: by how much.
pub(super) const BY: [&str; 2] = ["by", "em"];
/// Behind a verb: to what.
pub(super) const TO: [&str; 2] = ["to", "para"];
/// Behind a verb: from what.
pub(super) const FROM: [&str; 2] = ["from", "de"];
/// Behind "stood", "came", "foi", "ficou".
pub(super) const AT: [&str; 4] = ["at", "to", "de", "em"];
/// Behind a figure that a thing is higher or lower by.
pub(super) const HIGHER: [&str; 3] = ["higher", "more", "maior"];
pub(super) const LOWER: [&str; 4] = ["lower", "less", "fewer", "menor"];
/// Between a name and its verb.
pub(super) const AUXILIARIES: [&str; 10] = [
    "has", "have", "had", "is", "are", "was", "were", "went", "also", "também",
];
/// Before a name or a period that nothing qualifies.
pub(super) const ARTICLES: [&str; 7] = ["the", "our", "total", "o", "a", "os", "as"];
/// Between two claims.
pub(super) const JOINTS: [&str; 10] = [
    "and", "but", "while", "although", "though", "e", "mas", "enquanto", "embora", "pois",
];
/// Between a metric and its category.
pub(super) const OF: [&str; 11] = ["in", "of", "on", "for", "em", "de", "no", "na", "nos", "nas", "com"];
/// Before the memo's own period.
pub(super) const WITHIN: [&str; 7] = ["in", "for", "during", "em", "no", "na", "durante"];
/// Before what it is held against.
pub(super) const AGAINST: [&str; 12] = [
    "on", "from", "against", "versus", "vs", "over", "sobre", "contra", "ante", "frente", "que", "than",
];
/// "The previous month", "the month before".
pub(super) const PREVIOUS: [&str; 2] = ["previous", "prior"];
pub(super) const BEFORE: [&str; 1] = ["before"];
