//! What a funnel leaves behind: counts of each stage, shares that went on, changes, the largest loss, and levels.
//!
//! Numbers come from the kernels; here they get ids, units, intervals and counts. It must not know how they are worded.

use super::Told;
use super::crowd::Crowd;
use crate::analysis::Recorder;
use crate::analysis::Run;
use crate::analysis::levels;
use crate::analysis::levels::Levels;
use crate::analysis::shares;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::stats::disclosure;
use crate::stats::disclosure::Printed;
use crate::stats::disclosure::Sum;
use crate::stats::funnel;
use crate::stats::funnel::Passed;
use crate::words::text;

/// The sides of a comparison, as ids name them.
const SIDES: [&str; 2] = ["before", "now"];

impl Told {
    /// Records the whole funnel and that of each level.
    pub(super) fn record(&self, run: &Run, record: &mut Recorder) {
        let periods = self
            .periods(run.plan)
            .iter()
            .map(|it| run.plan.periods.calendar.name(it))
            .collect();
        record.about("", "", periods);
        let metrics = self.stages.iter().map(|&it| &run.plan.metrics[it]);
        let labels = metrics.map(|it| it.label.clone()).collect();
        record.list("funnel/stages".into(), labels, "metrics that are the stages, in order");
        if let Some(against) = &self.against {
            record.text(
                "funnel/against".into(),
                &against.label,
                "what the target is held against",
            );
        }
        let crowd = Crowd::new(self, run);
        let everybody = vec![Some(0); crowd.customers.len()];
        let whole = self.sides(&crowd, &everybody, 1).map(|mut it| it.remove(0));
        let min_cell = run.plan.min_cell;
        let kept = self.kept(&whole, min_cell);
        self.record_stages(record, &whole, (&kept, min_cell));
        self.record_shares(record, &whole, &kept);
        for &dimension in &self.by {
            let codes = levels::codes(run, dimension, &crowd.customers);
            let n_levels = run.panel.attributes.dimensions[dimension].levels.len();
            self.record_levels(run, record, dimension, &self.sides(&crowd, &codes, n_levels));
        }
    }

    fn sides(&self, crowd: &Crowd, group_of: &[Option<u32>], n_groups: usize) -> [Vec<Passed>; 2] {
        let side = |reached: &Vec<u32>| funnel::passed(reached, group_of, n_groups, self.stages.len());
        [side(&crowd.reached[0]), side(&crowd.reached[1])]
    }

    /// The sides that there are: without a comparison there is no before.
    fn n_sides(&self) -> impl Iterator<Item = usize> + use<> {
        usize::from(self.against.is_none())..2
    }

    /// Tells which stages are kept back: those with few customers, and those that would give them away.
    fn kept(&self, whole: &[Passed; 2], min_cell: u64) -> Vec<bool> {
        let n = self.stages.len();
        let stopped = |stage: usize| {
            let side = |it: &Passed| it.through[stage] - it.through.get(stage + 1).copied().unwrap_or(0);
            self.n_sides().map(|it| side(&whole[it])).collect()
        };
        let people: Vec<Vec<u64>> = (0..n).map(stopped).collect();
        let came = |stage: usize| Sum {
            cells: (stage..n).collect(),
            printed: Printed::WhereSafe,
        };
        let lost = |stage: usize| Sum {
            cells: vec![stage],
            printed: Printed::Never,
        };
        let sums: Vec<Sum> = (0..n).map(came).chain((0..n - 1).map(lost)).collect();
        let mut kept = disclosure::left_out(&people, &sums, min_cell);
        kept.truncate(n);
        kept
    }

    fn record_stages(&self, record: &mut Recorder, whole: &[Passed; 2], (kept, min_cell): (&[bool], u64)) {
        let is_few = |n: u64| disclosure::is_few(&[n], min_cell);
        for side in self.n_sides() {
            let (passed, name) = (&whole[side], SIDES[side]);
            for (stage, is_kept) in kept.iter().enumerate() {
                let id = format!("funnel/stage/{}", stage + 1);
                let mut count = |id: String, n: u64, is_kept: bool, method: &str| {
                    if is_kept {
                        record.withheld(id, Unit::count("customer"));
                    } else {
                        record.number(id, Some(n as f64), Unit::count("customer"), method);
                    }
                };
                let (through, alone) = (passed.through[stage], passed.alone[stage]);
                let method = "customers at this stage and at every stage above in the period";
                count(format!("{id}/{name}"), through, *is_kept, method);
                let method = "customers at this stage in the period, whatever they did above";
                let is_kept = is_few(alone) || is_few(alone - through) || (*is_kept && alone == through);
                count(format!("{id}/alone_{name}"), alone, is_kept, method);
            }
        }
        let through = &whole[1].through;
        if let Some(stage) = funnel::largest_loss(through) {
            let step = stage as f64 + 1.0;
            let method = "the stage with the largest difference to the stage above, in customers";
            record.number("funnel/loss/stage".into(), Some(step), Unit::default(), method);
            if kept[stage] || kept[stage - 1] {
                record.withheld("funnel/loss/customers".into(), Unit::count("customer"));
                return;
            }
            let lost = through[stage - 1] - through[stage];
            let method = "customers of the stage above who did not go on to it";
            record.number(
                "funnel/loss/customers".into(),
                Some(lost as f64),
                Unit::count("customer"),
                method,
            );
            let parts = [lost, through[stage - 1]];
            shares::record_share(
                record,
                "funnel/loss/share".into(),
                parts,
                "share of the stage above that did not go on",
            );
        }
    }

    /// The share that went on at each step, and that went all the way; changes hold all at once.
    fn record_shares(&self, record: &mut Recorder, whole: &[Passed; 2], kept: &[bool]) {
        let n = self.stages.len();
        let steps = (1..n).map(|stage| (format!("funnel/step/{}", stage + 1), stage, stage - 1));
        // With two stages the only step is the whole way.
        let n_changes = if n == 2 { 1 } else { n };
        for (id, stage, above) in steps.chain([("funnel/overall".to_owned(), n - 1, 0)]) {
            if kept[stage] || kept[above] {
                for side in self.n_sides() {
                    record.withheld(format!("{id}/{}", SIDES[side]), Unit::total(Quantity::Share));
                }
                continue;
            }
            let parts = [0, 1].map(|side| [whole[side].through[stage], whole[side].through[above]]);
            self.record_share(record, &id, parts, n_changes);
        }
    }

    fn record_share(&self, record: &mut Recorder, id: &str, parts: [[u64; 2]; 2], n_changes: usize) {
        for side in self.n_sides() {
            let method = "share of those at the earlier stage that came to the later; Wilson’s interval";
            shares::record_share(record, format!("{id}/{}", SIDES[side]), parts[side], method);
        }
        if self.against.is_none() {
            return;
        }
        shares::record_difference(record, format!("{id}/change"), parts, n_changes, "now minus before");
    }

    fn record_levels(&self, run: &Run, record: &mut Recorder, dimension: usize, by_level: &[Vec<Passed>; 2]) {
        let dimension = &run.panel.attributes.dimensions[dimension];
        let id = format!("funnel/by/{}", text::slug(&dimension.name));
        let last = self.stages.len() - 1;
        // First and last stage, before and now.
        let counts: Vec<[u64; 4]> = (by_level[0].iter().zip(&by_level[1]))
            .map(|(was, is)| [was.through[0], was.through[last], is.through[0], is.through[last]])
            .collect();
        // Those who came to the last stage are the share that is printed of those at the first.
        let told = |it: &[u64; 4]| {
            if self.against.is_some() {
                *it
            } else {
                [it[2], it[3], it[2], it[3]]
            }
        };
        let told: Vec<[u64; 4]> = counts.iter().map(told).collect();
        let merged = Levels::new(dimension, &told, self.min_cell);
        let labels = merged.as_ref().map(|it| it.labels.clone()).unwrap_or_default();
        let method = "levels, those with too few customers merged; none where all together are too few";
        record.list(format!("{id}/levels"), labels, method);
        let Some(merged) = merged else { return };
        for (idx, [n_before, went_before, n_now, went_now]) in merged.sums(&counts).into_iter().enumerate() {
            let id = format!("{id}/{}", idx + 1);
            for side in self.n_sides() {
                let n = [n_before, n_now][side];
                let method = "customers of the level at the first stage";
                let id = format!("{id}/customers_{}", SIDES[side]);
                record.number(id, Some(n as f64), Unit::count("customer"), method);
            }
            let parts = [[went_before, n_before], [went_now, n_now]];
            self.record_share(record, &id, parts, merged.labels.len());
        }
    }
}
