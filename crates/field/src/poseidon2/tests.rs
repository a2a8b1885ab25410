use proptest::prelude::*;

use super::*;
use crate::fr;
use crate::tests::any_fr;

#[test]
fn permutation_agrees_with_an_independent_implementation() {
    // zkhash 0.2.0 with these parameters.
    let expected = [
        fr!("0x18DFB8DC9B82229CFF974EFEFC8DF78B1CE96D9D844236B496785C698BC6732E"),
        fr!("0x095C230D1D37A246E8D2D5A63B165FE0FADE040D442F61E25F0590E5FB76F839"),
        fr!("0x0BB9545846E1AFA4FA3C97414A60A20FC4949F537A68CCECA34C5CE71E28AA59"),
        fr!("0x18A4F34C9C6F99335FF7638B82AEED9018026618358873C982BBDDE265B2ED6D"),
    ];
    assert_eq!(plain::permute([Fr::ZERO; 4]), expected);
    assert_eq!(lazy::permute([Fr::ZERO; 4]), expected);
}

proptest! {
    #[test]
    fn both_ways_agree(state in [any_fr(), any_fr(), any_fr(), any_fr()]) {
        prop_assert_eq!(lazy::permute(state), plain::permute(state));
    }
}
