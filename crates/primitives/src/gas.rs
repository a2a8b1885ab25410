//! Gas, its price and the fee of a transaction.
//!
//! Gas has two dimensions: `da` for what is published to the data layer, `l2` for execution.

use serde::{Deserialize, Serialize};

use crate::constants::{
    DEFAULT_DA_GAS_LIMIT, DEFAULT_L2_GAS_LIMIT, DEFAULT_TEARDOWN_DA_GAS_LIMIT,
    DEFAULT_TEARDOWN_L2_GAS_LIMIT,
};
use crate::field::Fr;
use crate::{bytes_in_order, fields_in_order};

/// A dimension of gas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GasDimension {
    /// Data availability.
    Da,
    /// Execution on the layer 2.
    L2,
}

/// An amount of gas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Gas {
    /// Gas for data availability.
    #[serde(with = "crate::json::number", default)]
    pub da_gas: u32,
    /// Gas for execution.
    #[serde(with = "crate::json::number", default)]
    pub l2_gas: u32,
}
bytes_in_order!(Gas { da_gas, l2_gas });
fields_in_order!(Gas { da_gas, l2_gas });

impl Gas {
    /// No gas.
    pub const ZERO: Self = Self {
        da_gas: 0,
        l2_gas: 0,
    };

    /// The sum, or nothing if a dimension overflows.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Some(Self {
            da_gas: self.da_gas.checked_add(other.da_gas)?,
            l2_gas: self.l2_gas.checked_add(other.l2_gas)?,
        })
    }

    /// The difference, or nothing if a dimension would be negative.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        Some(Self {
            da_gas: self.da_gas.checked_sub(other.da_gas)?,
            l2_gas: self.l2_gas.checked_sub(other.l2_gas)?,
        })
    }

    /// Each dimension times a factor, rounded up; a negative factor gives zero, and what exceeds
    /// the range becomes its upper end.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        // Casts from a float saturate.
        let scale = |gas: u32| (f64::from(gas) * factor).ceil() as u32;
        Self {
            da_gas: scale(self.da_gas),
            l2_gas: scale(self.l2_gas),
        }
    }

    /// Whether one dimension at least is greater than in the other amount.
    #[must_use]
    pub const fn exceeds_in_any(self, other: Self) -> bool {
        self.da_gas > other.da_gas || self.l2_gas > other.l2_gas
    }

    /// What this gas costs at these prices, in the smallest unit of fee juice.
    #[must_use]
    pub fn fee(self, price: GasFees) -> Fr {
        Fr::from(price.fee_per_da_gas) * Fr::from(self.da_gas)
            + Fr::from(price.fee_per_l2_gas) * Fr::from(self.l2_gas)
    }
}

/// A price for each unit of gas, in the smallest unit of fee juice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GasFees {
    /// Price of a unit of gas for data availability.
    #[serde(with = "crate::json::bigint")]
    pub fee_per_da_gas: u128,
    /// Price of a unit of gas for execution.
    #[serde(with = "crate::json::bigint")]
    pub fee_per_l2_gas: u128,
}
bytes_in_order!(GasFees {
    fee_per_da_gas,
    fee_per_l2_gas
});
fields_in_order!(GasFees {
    fee_per_da_gas,
    fee_per_l2_gas
});

impl GasFees {
    /// Both prices zero.
    pub const ZERO: Self = Self {
        fee_per_da_gas: 0,
        fee_per_l2_gas: 0,
    };

    /// Both prices times a whole factor; what exceeds the range becomes its upper end.
    #[must_use]
    pub const fn saturating_mul(self, factor: u128) -> Self {
        Self {
            fee_per_da_gas: self.fee_per_da_gas.saturating_mul(factor),
            fee_per_l2_gas: self.fee_per_l2_gas.saturating_mul(factor),
        }
    }
}

/// The limits and prices that a transaction accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GasSettings {
    /// Upper bound for the whole transaction.
    pub gas_limits: Gas,
    /// Upper bound for the teardown phase; it is charged in full.
    pub teardown_gas_limits: Gas,
    /// The highest price accepted.
    pub max_fees_per_gas: GasFees,
    /// The highest premium over the block's price.
    pub max_priority_fees_per_gas: GasFees,
}
bytes_in_order!(GasSettings {
    gas_limits,
    teardown_gas_limits,
    max_fees_per_gas,
    max_priority_fees_per_gas
});
fields_in_order!(GasSettings {
    gas_limits,
    teardown_gas_limits,
    max_fees_per_gas,
    max_priority_fees_per_gas
});

impl GasSettings {
    /// The default limits with this highest price and no premium
    /// (Aztec 4.1.2, stdlib `GasSettings.default`).
    #[must_use]
    pub const fn with_default_limits(max_fees_per_gas: GasFees) -> Self {
        Self {
            gas_limits: Gas {
                da_gas: DEFAULT_DA_GAS_LIMIT,
                l2_gas: DEFAULT_L2_GAS_LIMIT,
            },
            teardown_gas_limits: Gas {
                da_gas: DEFAULT_TEARDOWN_DA_GAS_LIMIT,
                l2_gas: DEFAULT_TEARDOWN_L2_GAS_LIMIT,
            },
            max_fees_per_gas,
            max_priority_fees_per_gas: GasFees::ZERO,
        }
    }

    /// The most that a transaction with these settings can cost.
    #[must_use]
    pub fn fee_limit(&self) -> Fr {
        self.gas_limits.fee(self.max_fees_per_gas)
    }

    /// The price paid in a block with the price given: that price and the premium, as far as the
    /// highest price accepted leaves room for it
    /// (Aztec 4.1.2, stdlib `computeEffectiveGasFees`).
    pub fn effective_fees(&self, block: GasFees) -> Result<GasFees, FeeError> {
        let effective =
            |dimension, max: u128, premium: u128, price: u128| match max.checked_sub(price) {
                Some(room) => Ok(price + premium.min(room)),
                None => Err(FeeError {
                    dimension,
                    max,
                    price,
                }),
            };
        let (max, premium) = (self.max_fees_per_gas, self.max_priority_fees_per_gas);
        Ok(GasFees {
            fee_per_da_gas: effective(
                GasDimension::Da,
                max.fee_per_da_gas,
                premium.fee_per_da_gas,
                block.fee_per_da_gas,
            )?,
            fee_per_l2_gas: effective(
                GasDimension::L2,
                max.fee_per_l2_gas,
                premium.fee_per_l2_gas,
                block.fee_per_l2_gas,
            )?,
        })
    }

    /// The fee of a transaction that used this gas in a block with this price
    /// (Aztec 4.1.2, stdlib `computeTransactionFee`).
    pub fn transaction_fee(&self, block: GasFees, used: Gas) -> Result<Fr, FeeError> {
        Ok(used.fee(self.effective_fees(block)?))
    }
}

/// Gas settings of which some may be left to be filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PartialGasSettings {
    /// Upper bound for the whole transaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gas_limits: Option<Gas>,
    /// Upper bound for the teardown phase.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub teardown_gas_limits: Option<Gas>,
    /// The highest price accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_fees_per_gas: Option<GasFees>,
    /// The highest premium over the block's price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_priority_fees_per_gas: Option<GasFees>,
}

impl PartialGasSettings {
    /// Takes what is missing from the fallback.
    #[must_use]
    pub fn or(self, fallback: GasSettings) -> GasSettings {
        GasSettings {
            gas_limits: self.gas_limits.unwrap_or(fallback.gas_limits),
            teardown_gas_limits: self
                .teardown_gas_limits
                .unwrap_or(fallback.teardown_gas_limits),
            max_fees_per_gas: self.max_fees_per_gas.unwrap_or(fallback.max_fees_per_gas),
            max_priority_fees_per_gas: self
                .max_priority_fees_per_gas
                .unwrap_or(fallback.max_priority_fees_per_gas),
        }
    }
}

/// The gas that a transaction used, by phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GasUsed {
    /// Gas of the private part, setup, application logic and teardown as actually used.
    pub total_gas: Gas,
    /// Gas of the public phases.
    pub public_gas: Gas,
    /// Gas actually used by the teardown phase.
    pub teardown_gas: Gas,
    /// Gas charged: the total with the teardown limit in place of what teardown used.
    pub billed_gas: Gas,
}

/// The price of a block exceeds what the transaction accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the block asks {price} per unit of {dimension:?} gas, the transaction accepts {max}")]
pub struct FeeError {
    /// The dimension concerned.
    pub dimension: GasDimension,
    /// The highest price that the transaction accepts.
    pub max: u128,
    /// The price of the block.
    pub price: u128,
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: GasSettings = GasSettings {
        gas_limits: Gas {
            da_gas: 10,
            l2_gas: 100,
        },
        teardown_gas_limits: Gas::ZERO,
        max_fees_per_gas: GasFees {
            fee_per_da_gas: 7,
            fee_per_l2_gas: 20,
        },
        max_priority_fees_per_gas: GasFees {
            fee_per_da_gas: 3,
            fee_per_l2_gas: 3,
        },
    };

    #[test]
    fn the_premium_is_paid_as_far_as_the_maximum_leaves_room() {
        let block = GasFees {
            fee_per_da_gas: 6,
            fee_per_l2_gas: 6,
        };
        let expected = GasFees {
            fee_per_da_gas: 7,
            fee_per_l2_gas: 9,
        };
        assert_eq!(SETTINGS.effective_fees(block), Ok(expected));
        let used = Gas {
            da_gas: 2,
            l2_gas: 5,
        };
        assert_eq!(
            SETTINGS.transaction_fee(block, used),
            Ok(Fr::from(2u32 * 7 + 5 * 9))
        );
        assert_eq!(SETTINGS.fee_limit(), Fr::from(10u32 * 7 + 100 * 20));
    }

    #[test]
    fn a_block_above_the_maximum_is_refused() {
        let block = GasFees {
            fee_per_da_gas: 1,
            fee_per_l2_gas: 21,
        };
        assert_eq!(
            SETTINGS.effective_fees(block),
            Err(FeeError {
                dimension: GasDimension::L2,
                max: 20,
                price: 21
            })
        );
    }

    #[test]
    fn scaling_rounds_up_and_saturates() {
        let gas = Gas {
            da_gas: 3,
            l2_gas: u32::MAX,
        };
        assert_eq!(
            gas.scaled(1.1),
            Gas {
                da_gas: 4,
                l2_gas: u32::MAX
            }
        );
        assert_eq!(gas.checked_add(gas), None);
        assert_eq!(Gas::ZERO.checked_sub(gas), None);
    }

    #[test]
    fn prices_are_read_as_numbers_and_as_text() {
        let fees: GasFees =
            serde_json::from_str(r#"{"feePerDaGas":"12","feePerL2Gas":13}"#).unwrap();
        assert_eq!((fees.fee_per_da_gas, fees.fee_per_l2_gas), (12, 13));
        assert_eq!(
            serde_json::to_string(&fees).unwrap(),
            r#"{"feePerDaGas":"12","feePerL2Gas":"13"}"#
        );
        assert!(serde_json::from_str::<GasFees>(r#"{"feePerDaGas":"x","feePerL2Gas":1}"#).is_err());
        assert!(serde_json::from_str::<Gas>(r#"{"daGas":4294967296,"l2Gas":1}"#).is_err());
        assert!(serde_json::from_str::<Gas>(r#"{"daGas":-1,"l2Gas":1}"#).is_err());
    }

    #[test]
    fn missing_settings_come_from_the_fallback() {
        let partial: PartialGasSettings =
            serde_json::from_str(r#"{"gasLimits":{"daGas":1,"l2Gas":2}}"#).unwrap();
        let filled = partial.or(SETTINGS);
        assert_eq!(
            filled.gas_limits,
            Gas {
                da_gas: 1,
                l2_gas: 2
            }
        );
        assert_eq!(filled.max_fees_per_gas, SETTINGS.max_fees_per_gas);
    }
}
