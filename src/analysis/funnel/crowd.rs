//! Who came to which stage, before and now: one set of stages a customer.
//!
//! Stages of several sources meet here by customer. It must not know how many came through.

use super::Told;
use super::presence;
use crate::analysis::Run;
use crate::model::labels::Labels;

/// All customers that either period holds, with the stages that each came to.
pub struct Crowd {
    /// Their ids.
    pub customers: Labels,
    /// One set of stages a customer, before and now: bit `i` is stage `i`.
    pub reached: [Vec<u32>; 2],
}

impl Crowd {
    /// Joins the answers of all sources of the stages.
    pub fn new(told: &Told, run: &Run) -> Self {
        let mut crowd = Self {
            customers: Labels::Numbers(Vec::new()),
            reached: [Vec::new(), Vec::new()],
        };
        for source in told.sources(run.plan) {
            let request = told.request(run.plan, source);
            let answer = run.panel.answer(&request).expect("a funnel asked for its stages");
            let places = crowd.take_in(&answer.customers);
            let stages: Vec<usize> = (0..told.stages.len())
                .filter(|&stage| presence(run.plan, told.stages[stage]).0 == source)
                .collect();
            let scales: Vec<f64> = answer
                .decimals
                .iter()
                .map(|&it| libm::pow(10.0, f64::from(it)))
                .collect();
            let value = |column: usize, row: usize| answer.values[column].get(row).map(|it| it as f64 / scales[column]);
            for row in 0..answer.customer.len() {
                let is_target = request.periods[answer.period[row] as usize] == run.plan.periods.target;
                let place = places[answer.customer[row] as usize] as usize;
                for (column, &stage) in stages.iter().enumerate() {
                    let formula = &run.plan.metrics[told.stages[stage]].formula;
                    let is_there = formula.value(&|_| value(column, row)).is_some_and(|x| 0.0 < x);
                    crowd.reached[usize::from(is_target)][place] |= u32::from(is_there) << stage;
                }
            }
        }
        crowd
    }

    /// Adds customers, and returns the place of each.
    fn take_in(&mut self, customers: &Labels) -> Vec<u32> {
        let union = self.customers.union(customers);
        for side in &mut self.reached {
            let mut reached = vec![0; union.labels.len()];
            for (place, stages) in union.left.iter().zip(side.iter()) {
                reached[*place as usize] = *stages;
            }
            *side = reached;
        }
        self.customers = union.labels;
        union.right
    }
}
