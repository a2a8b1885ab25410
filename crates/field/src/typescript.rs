//! How elements look in TypeScript, in their JSON form.

use ts_rs::{Config, TS};

use crate::Fr;

impl TS for Fr {
    type WithoutGenerics = Self;
    type OptionInnerType = Self;

    fn name(_: &Config) -> String {
        "string".to_owned()
    }

    fn inline(cfg: &Config) -> String {
        Self::name(cfg)
    }
}
