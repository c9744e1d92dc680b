//! The one integration-test binary: each would link some two hundred megabytes.

mod cli;
mod customers;
mod decomposition_figures;
mod deviation_figures;
mod drivers_figures;
mod fixture_memo;
mod full_disk;
mod golden;
mod golden_cases;
mod layers;
mod pack;
mod pack_parquet;
mod planted;
mod readme;
mod recall;
mod references_clusters;
mod references_customers;
mod references_events;
mod references_mrts;
mod references_shared;
mod rendering;
mod reports;
mod run;
mod same_bytes;
mod sources;
mod streaming;
