//! Gas settings: what is filled in where nothing was said, and limits from a simulation.

use pixie_primitives::constants::{
    GAS_ESTIMATION_DA_GAS_LIMIT, GAS_ESTIMATION_L2_GAS_LIMIT, GAS_ESTIMATION_TEARDOWN_DA_GAS_LIMIT,
    GAS_ESTIMATION_TEARDOWN_L2_GAS_LIMIT, MAX_PROCESSABLE_L2_GAS,
};
use pixie_primitives::gas::{Gas, GasFees, GasSettings, GasUsed, PartialGasSettings};
use serde::{Deserialize, Serialize};

/// By how much the highest price accepted exceeds the present one, as prices rise while a transaction
/// is proved (Aztec 4.1.2, wallet-sdk `BaseWallet.minFeePadding`).
pub const MIN_FEE_PADDING: f64 = 0.5;

/// By how much limits exceed what a simulation used (Aztec 4.1.2, aztec.js `getGasLimits`).
pub const ESTIMATED_GAS_PADDING: f64 = 0.1;

/// A price and a part of it, rounded up. A padding that is no number or below zero counts as none.
#[must_use]
pub fn padded_fees(fees: GasFees, padding: f64) -> GasFees {
    // Casts from a float saturate, and make zero of what is no number.
    let padded = |fee: u128| fee.saturating_add((fee as f64 * padding).ceil() as u128);
    GasFees {
        fee_per_da_gas: padded(fees.fee_per_da_gas),
        fee_per_l2_gas: padded(fees.fee_per_l2_gas),
    }
}

/// Fills in settings: default limits, the present price with [`MIN_FEE_PADDING`], no premium
/// (Aztec 4.1.2, wallet-sdk `BaseWallet.completeFeeOptions`).
#[must_use]
pub fn complete_gas_settings(given: PartialGasSettings, min_fees: GasFees) -> GasSettings {
    let max_fees = padded_fees(min_fees, MIN_FEE_PADDING);
    given.or(GasSettings::with_default_limits(max_fees))
}

/// Settings for a simulation that is to find out the limits: prices as given or filled in, limits
/// beyond what any transaction can use (wallet-sdk `BaseWallet.completeFeeOptionsForEstimation`).
#[must_use]
pub fn gas_settings_for_estimation(given: PartialGasSettings, min_fees: GasFees) -> GasSettings {
    GasSettings {
        gas_limits: Gas {
            da_gas: GAS_ESTIMATION_DA_GAS_LIMIT,
            l2_gas: GAS_ESTIMATION_L2_GAS_LIMIT,
        },
        teardown_gas_limits: Gas {
            da_gas: GAS_ESTIMATION_TEARDOWN_DA_GAS_LIMIT,
            l2_gas: GAS_ESTIMATION_TEARDOWN_L2_GAS_LIMIT,
        },
        ..complete_gas_settings(given, min_fees)
    }
}

/// Limits that a simulation suggests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EstimatedGas {
    /// For the whole transaction.
    pub gas_limits: Gas,
    /// For the teardown phase.
    pub teardown_gas_limits: Gas,
}

/// A transaction used more gas than can be processed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the transaction needs {l2_gas} L2 gas, at most {limit} can be processed")]
pub struct TooMuchGas {
    /// What it needs, with the padding.
    pub l2_gas: u32,
    /// The limit.
    pub limit: u32,
}

impl EstimatedGas {
    /// What a simulation used and a part of it (Aztec 4.1.2, aztec.js `getGasLimits`).
    pub fn from_simulation(used: &GasUsed, padding: f64) -> Result<Self, TooMuchGas> {
        let gas_limits = used.total_gas.scaled(1.0 + padding);
        let (l2_gas, limit) = (gas_limits.l2_gas, MAX_PROCESSABLE_L2_GAS);
        if l2_gas > limit {
            return Err(TooMuchGas { l2_gas, limit });
        }
        Ok(Self {
            gas_limits,
            teardown_gas_limits: used.teardown_gas.scaled(1.0 + padding),
        })
    }

    /// Puts the limits into settings.
    #[must_use]
    pub const fn apply(self, settings: GasSettings) -> GasSettings {
        GasSettings {
            gas_limits: self.gas_limits,
            teardown_gas_limits: self.teardown_gas_limits,
            ..settings
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FEES: GasFees = GasFees {
        fee_per_da_gas: 0,
        fee_per_l2_gas: 10_200_001,
    };

    #[test]
    fn prices_are_padded_upwards() {
        assert_eq!(padded_fees(FEES, 0.5).fee_per_l2_gas, 15_300_002);
        assert_eq!(padded_fees(FEES, -1.0), FEES);
        assert_eq!(padded_fees(FEES, f64::NAN), FEES);
        let huge = GasFees {
            fee_per_da_gas: u128::MAX,
            fee_per_l2_gas: 1,
        };
        assert_eq!(padded_fees(huge, 1e30).fee_per_da_gas, u128::MAX);
    }

    #[test]
    fn what_was_given_stays() {
        let given = PartialGasSettings {
            max_fees_per_gas: Some(FEES),
            ..PartialGasSettings::default()
        };
        let settings = complete_gas_settings(given, GasFees::ZERO);
        assert_eq!(settings, GasSettings::with_default_limits(FEES));
        let settings = gas_settings_for_estimation(given, GasFees::ZERO);
        assert_eq!(settings.max_fees_per_gas, FEES);
        assert_eq!(settings.gas_limits.l2_gas, 13_080_000);
    }

    #[test]
    fn limits_beyond_what_can_be_processed_are_refused() {
        let gas = |l2_gas| Gas { da_gas: 7, l2_gas };
        let used = |l2_gas| GasUsed {
            total_gas: gas(l2_gas),
            teardown_gas: gas(100),
            ..GasUsed::default()
        };
        let estimated = EstimatedGas::from_simulation(&used(1_000_000), 0.5).unwrap();
        assert_eq!(estimated.gas_limits.l2_gas, 1_500_000);
        assert_eq!(estimated.gas_limits.da_gas, 11);
        let settings = estimated.apply(GasSettings::with_default_limits(FEES));
        assert_eq!(settings.teardown_gas_limits.l2_gas, 150);
        assert_eq!(
            EstimatedGas::from_simulation(&used(6_540_001), 0.0),
            Err(TooMuchGas {
                l2_gas: 6_540_001,
                limit: MAX_PROCESSABLE_L2_GAS
            })
        );
    }
}
