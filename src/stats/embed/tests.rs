//! Principal components against numpy.

use crate::stats::cluster::standardised;
use crate::stats::embed::pca::pca;

/// What two routes to an eigenvector may differ by in the last digits.
const ROUNDING: f64 = 1e-12;

fn close(ours: f64, theirs: f64) {
    assert!((ours - theirs).abs() < ROUNDING, "{ours} {theirs}");
}

#[rustfmt::skip]
const ROWS: [f64; 32] = [
    2.0, 4.0, 1.0, 7.0,  3.0, 1.0, 0.0, 6.0,  5.0, 9.0, 2.0, 2.0,  7.0, 6.0, 6.0, 1.0,
    1.0, 3.0, 5.0, 8.0,  8.0, 8.0, 3.0, 0.0,  4.0, 2.0, 9.0, 5.0,  6.0, 7.0, 4.0, 3.0,
];

#[test]
fn components_are_those_of_numpy() {
    let found = pca(&standardised(&ROWS, 4), 4).expect("rows differ");
    // numpy 2.4.6: `linalg.eigh` of the covariance of the standardised rows; signs by the largest weight.
    close(found.shares[0], 0.662_176_170_458_421);
    close(found.shares[1], 0.263_077_083_931_93);
    let loadings = [
        [-0.588_988_536_617_021, 0.107_735_956_209_336],
        [-0.532_620_359_887_149, -0.255_310_891_858_501],
        [-0.056_183_438_161_009, 0.960_347_575_179_703],
        [0.605_187_142_331_884, -0.030_689_527_277_899],
    ];
    for (ours, theirs) in found.loadings.iter().zip(loadings) {
        close(ours[0], theirs[0]);
        close(ours[1], theirs[1]);
    }
    let scores = [
        [1.556_727_535_686_502, -1.026_325_998_310_681],
        [1.682_746_445_162_277, -1.040_560_543_486_156],
    ];
    for (ours, theirs) in found.scores.iter().zip(scores) {
        close(ours[0], theirs[0]);
        close(ours[1], theirs[1]);
    }
}

#[test]
fn rows_on_a_line_have_one_component_and_equal_rows_none() {
    let line: Vec<f64> = (0..5).flat_map(|i| [f64::from(i), -2.0 * f64::from(i)]).collect();
    let found = pca(&line, 2).expect("rows differ");
    close(found.shares[0], 1.0);
    assert_eq!(found.shares[1], 0.0);
    // The larger weight is positive, the other follows.
    close(found.loadings[0][0], -1.0 / 5.0_f64.sqrt());
    assert!(found.scores.iter().all(|it| it[1] == 0.0));
    assert_eq!(pca(&[7.0, 1.0, 7.0, 1.0], 2), None);
    assert_eq!(pca(&[7.0, 1.0], 2), None);
    let one = pca(&[1.0, 3.0], 1).expect("rows differ");
    assert_eq!((one.scores, one.shares), (vec![[-1.0, 0.0], [1.0, 0.0]], [1.0, 0.0]));
}
