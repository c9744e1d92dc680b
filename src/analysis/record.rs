//! The customer record: one row a customer with features, segment and cluster, to be taken up elsewhere.
//!
//! It says of each customer what the memo says of all. It must not know how it is written.

use super::definition::Definition;
use super::definition::NOBODY;
use crate::model::facts::Facts;
use crate::model::labels::Labels;
use crate::model::panel::Panel;
use crate::model::plan::Plan;
use crate::model::plan::Role;
use crate::model::roster::CustomerRecord;
use crate::model::roster::RecordColumn;

/// Letters of a hashed id: 128 bits, so that no two customers share one.
const HASH_LETTERS: usize = 32;

/// Makes the record of the target's window; `None` where the spec has no roster.
///
/// `facts` are those of all analyses: without clusters among them the record has no such column.
pub fn record(plan: &Plan, panel: &Panel, facts: &Facts) -> Option<CustomerRecord> {
    let roster = plan.roster.as_ref()?;
    let table = panel.customers.first()?;
    let Role::Events { customer, .. } = &plan.sources[roster.source].role else {
        unreachable!("a roster adds up rows of events");
    };
    let n = table.n_rows();
    let salt = &roster.record.salt;
    let id = |row: &u32| panel.attributes.customers.text(*row as usize);
    let ids = match &panel.attributes.customers {
        _ if roster.record.hashes_customer => {
            let hashed = table.customer.iter().map(|row| Some(hashed(salt, &id(row))));
            RecordColumn::Text(hashed.collect())
        }
        Labels::Numbers(numbers) => {
            RecordColumn::Whole(table.customer.iter().map(|row| Some(numbers[*row as usize])).collect())
        }
        Labels::Texts(_) => RecordColumn::Text(table.customer.iter().map(|row| Some(id(row).into_owned())).collect()),
    };
    let same = |text: String| RecordColumn::Text(vec![Some(text); n]);
    let mut columns = vec![
        (customer.clone(), ids),
        ("period".to_owned(), same(plan.periods.target_name())),
    ];
    if !roster.segments.is_empty() {
        let leaves = roster.leaves();
        let segments = table.segment.iter().map(|it| Some(leaves[usize::from(*it)].id.clone()));
        columns.push(("segment".to_owned(), RecordColumn::Text(segments.collect())));
    }
    if let Some(definition) = Definition::of(facts) {
        let names = definition.names();
        let placed = definition.place(roster, table);
        let clusters = placed
            .cluster
            .iter()
            .map(|it| (*it != NOBODY).then(|| names[*it as usize].clone()));
        columns.push(("cluster".to_owned(), RecordColumn::Text(clusters.collect())));
    }
    for (feature, values) in roster.features.iter().zip(&table.features) {
        columns.push((feature.name.clone(), RecordColumn::Number(values.clone())));
    }
    for (name, texts) in roster.record.columns.iter().zip(&panel.record_columns) {
        let is_hashed = roster.record.hashed.contains(name);
        let value = |row: &u32| {
            let text = texts[*row as usize].as_ref()?;
            Some(if is_hashed { hashed(salt, text) } else { text.clone() })
        };
        columns.push((
            name.clone(),
            RecordColumn::Text(table.customer.iter().map(value).collect()),
        ));
    }
    // A feature may have the name of another column.
    let mut taken: Vec<String> = Vec::new();
    for (name, _) in &mut columns {
        while taken.contains(name) {
            name.push('_');
        }
        taken.push(name.clone());
    }
    Some(CustomerRecord { columns })
}

/// Hides a value: the same for one salt, and not to be undone without trying all values with it.
fn hashed(salt: &str, value: &str) -> String {
    let key = blake3::derive_key("bellwether customer record", salt.as_bytes());
    blake3::keyed_hash(&key, value.as_bytes()).to_hex()[..HASH_LETTERS].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_salt_is_another_hash() {
        assert_eq!(hashed("a", "7"), hashed("a", "7"));
        assert_ne!(hashed("a", "7"), hashed("b", "7"));
        assert_ne!(hashed("a", "7"), hashed("a", "8"));
        assert_eq!(hashed("", "7").len(), HASH_LETTERS);
    }
}
