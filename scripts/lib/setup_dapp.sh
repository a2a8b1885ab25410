# shellcheck shell=bash
# The npm packages of the demo dapp. Sourced by scripts/setup.

setup_dapp() {
  # The dapp's packages of Aztec are those of tests/reference: there is a gigabyte of them.
  npm_install "$REFERENCE"
  npm_install "$ROOT/tests/dapp"
  ln -sfn ../../reference/node_modules/@aztec "$ROOT/tests/dapp/node_modules/@aztec"
}
