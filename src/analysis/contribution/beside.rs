//! What `drivers` shows of the same customers: segments are merged further where the two tables together would give away
//! figures of a few.
//!
//! Segments alone part customers, and small ones are merged. But beside the levels of single attributes a merged segment
//! may be a difference: all of a level, less its other segments. It must not know how a change is split.

use crate::analysis::Run;
use crate::model::panel::Roster;
use crate::stats::disclosure;
use crate::stats::disclosure::Equations;
use crate::stats::merge;
use crate::stats::merge::Group;
use crate::stats::merge::Merged;
use crate::words::text;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// The customers of a category by kind: the same levels of all attributes that either table tells.
pub struct Beside {
    /// Customers of each kind, before and after.
    people: Vec<[u64; 2]>,
    /// The unmerged segment of each kind.
    cell_of: Vec<usize>,
    /// The kinds of each level that `drivers` shows.
    shown: Vec<Vec<usize>>,
    /// Kinds whose figure must not follow where they are a few customers: levels, and levels crossed.
    kept: Vec<Vec<usize>>,
}

/// A figure that would follow, and the segments from which it would.
struct GivenAway {
    kinds: Vec<usize>,
    used: Vec<usize>,
}

/// What is printed, as equations over classes of kinds.
struct Told {
    classes: Vec<Vec<usize>>,
    equations: Equations,
}

impl Beside {
    /// Reads what `drivers` shows of a category. `dimensions` are those of the segments, `cell_of` the segment of each
    /// customer of the roster.
    pub fn new(run: &Run, roster: &Roster, dimensions: &[usize], cell_of: &[usize]) -> Self {
        let slug = &run.slugs[roster.category];
        let levels = |dimension: usize| {
            let name = text::slug(&run.plan.segments[dimension].name);
            run.facts.list(&format!("drivers/{slug}/attributes/{name}/levels"))
        };
        let others = (0..run.plan.segments.len()).filter(|it| !dimensions.contains(it) && !levels(*it).is_empty());
        let told: Vec<usize> = dimensions.iter().copied().chain(others).collect();
        let code =
            |dimension: &usize, customer: u32| run.panel.attributes.dimensions[*dimension].codes[customer as usize];
        let mut kinds: BTreeMap<Vec<u16>, ([u64; 2], usize)> = BTreeMap::new();
        for (i, customer) in roster.customer.iter().enumerate() {
            let key = told.iter().map(|it| code(it, *customer)).collect();
            let kind = kinds.entry(key).or_insert(([0; 2], cell_of[i]));
            for (n, denominator) in kind.0.iter_mut().zip(roster.denominator[i]) {
                *n += u64::from(denominator > 0.0);
            }
        }
        let keys: Vec<&Vec<u16>> = kinds.keys().collect();
        let mut shown = Vec::new();
        for (place, dimension) in told.iter().enumerate() {
            let all = &run.panel.attributes.dimensions[*dimension].levels;
            for level in levels(*dimension) {
                let is_of = |it: &usize| all.get(usize::from(keys[*it][place])) == Some(level);
                shown.push((0..keys.len()).filter(is_of).collect());
            }
        }
        Self {
            kept: kept(&keys, told.len(), dimensions.len()),
            people: kinds.values().map(|it| it.0).collect(),
            cell_of: kinds.values().map(|it| it.1).collect(),
            shown,
        }
    }

    /// Merges segments until none of a few customers follows from them and the levels that are shown.
    pub fn safe(&self, mut merged: Merged, min_cell: u64) -> Merged {
        while let Some(given) = self.given_away(&merged, min_cell) {
            let Some([a, b]) = self.pair(&merged, &given) else {
                return merged;
            };
            merged = merge::join(&merged, a, b);
        }
        merged
    }

    /// Finds a figure of a few customers that follows by way of segments; `None` where none does.
    fn given_away(&self, merged: &Merged, min_cell: u64) -> Option<GivenAway> {
        if self.shown.is_empty() {
            return None;
        }
        let told = self.told(merged);
        let people = |kinds: &[usize]| {
            let sum = |side: usize| kinds.iter().map(|it| self.people[*it][side]).sum();
            [sum(0), sum(1)]
        };
        let few = |it: &&Vec<usize>| disclosure::is_few(&people(it), min_cell);
        let secrets = told.classes.iter().chain(&self.kept).filter(few);
        let given = |kinds: &Vec<usize>| {
            let used = told.equations.solution(&of_classes(&told.classes, kinds)?)?;
            let used: Vec<usize> = used.into_iter().filter(|it| *it < merged.groups.len()).collect();
            // What follows from the levels alone is not for segments to hide.
            (!used.is_empty()).then(|| GivenAway {
                kinds: kinds.clone(),
                used,
            })
        };
        secrets.filter_map(given).next()
    }

    fn told(&self, merged: &Merged) -> Told {
        let classes = self.classes(merged);
        let n_groups = merged.groups.len();
        let mut equations = Equations::new(classes.len(), n_groups + self.shown.len());
        for group in 0..n_groups {
            let is_of = |it: &usize| merged.group_of[self.cell_of[classes[*it][0]]] == group;
            let own: Vec<usize> = (0..classes.len()).filter(is_of).collect();
            equations.tell(group, &own);
        }
        for (place, level) in self.shown.iter().enumerate() {
            let own = of_classes(&classes, level).expect("classes are inside a level or outside");
            equations.tell(n_groups + place, &own);
        }
        Told { classes, equations }
    }

    /// Chooses two segments that become one: those most alike, and of them the smallest, after which the figure no longer
    /// follows. Where no two do, the smallest is begun with.
    fn pair(&self, merged: &Merged, given: &GivenAway) -> Option<[usize; 2]> {
        let groups = &merged.groups;
        let size = |it: usize| groups[it].n_customers.iter().sum::<u64>();
        // Nobody hides nobody.
        let with_customers = |it: &usize| size(*it) > 0;
        let used = given.used.iter().copied().filter(with_customers);
        let mut pairs: Vec<[usize; 2]> = used
            .flat_map(|a| (0..groups.len()).map(move |b| [a.min(b), a.max(b)]))
            .filter(|[a, b]| a != b && with_customers(a) && with_customers(b))
            .collect();
        pairs.sort_by_key(|[a, b]| (Reverse(alike(&groups[*a], &groups[*b])), size(*a) + size(*b), *a, *b));
        let hides = |[a, b]: &[usize; 2]| {
            let told = self.told(&merge::join(merged, *a, *b));
            of_classes(&told.classes, &given.kinds).is_none_or(|it| !told.equations.solve(&it))
        };
        let first = pairs.first().copied();
        pairs.into_iter().find(hides).or(first)
    }

    /// Parts kinds into those that every printed sum holds all of or none of: only they can be told apart.
    fn classes(&self, merged: &Merged) -> Vec<Vec<usize>> {
        let mut classes: BTreeMap<(usize, Vec<usize>), Vec<usize>> = BTreeMap::new();
        let mut levels_of: Vec<Vec<usize>> = vec![Vec::new(); self.people.len()];
        for (place, level) in self.shown.iter().enumerate() {
            level.iter().for_each(|kind| levels_of[*kind].push(place));
        }
        for (kind, levels) in levels_of.into_iter().enumerate() {
            let group = merged.group_of[self.cell_of[kind]];
            classes.entry((group, levels)).or_default().push(kind);
        }
        classes.into_values().collect()
    }
}

/// Lists what must not follow where it is a few customers: levels, two levels crossed, and the segments before merging.
fn kept(keys: &[&Vec<u16>], n_told: usize, n_crossed: usize) -> Vec<Vec<usize>> {
    let mut crossings: Vec<Vec<usize>> = (0..n_told).map(|it| vec![it]).collect();
    for a in 0..n_told {
        crossings.extend((a + 1..n_told).map(|b| vec![a, b]));
    }
    crossings.push((0..n_crossed).collect());
    let mut kept: BTreeSet<Vec<usize>> = BTreeSet::new();
    for places in crossings {
        let mut alike: BTreeMap<Vec<u16>, Vec<usize>> = BTreeMap::new();
        for (kind, key) in keys.iter().enumerate() {
            let levels = places.iter().map(|it| key[*it]).collect();
            alike.entry(levels).or_default().push(kind);
        }
        kept.extend(alike.into_values());
    }
    kept.into_iter().collect()
}

/// Returns the classes that some kinds are; `None` where they are a part of one, and so cannot be told.
fn of_classes(classes: &[Vec<usize>], kinds: &[usize]) -> Option<Vec<usize>> {
    let is_inside = |it: &usize| kinds.binary_search(it).is_ok();
    let mut found = Vec::new();
    for (place, class) in classes.iter().enumerate() {
        match class.iter().filter(|it| is_inside(it)).count() {
            0 => {}
            n if n == class.len() => found.push(place),
            _ => return None,
        }
    }
    Some(found)
}

/// How many leading levels two segments share.
fn alike(a: &Group, b: &Group) -> usize {
    let levels = a.levels.iter().zip(&b.levels);
    levels.take_while(|(own, other)| own.is_some() && own == other).count()
}
