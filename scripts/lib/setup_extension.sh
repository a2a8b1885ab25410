# shellcheck shell=bash
# The npm packages of the extension's pages. Sourced by scripts/setup.

setup_extension() {
  npm_install "$ROOT/extension"
}
