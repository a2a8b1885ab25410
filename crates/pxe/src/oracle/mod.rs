//! What circuits may ask of the wallet.
