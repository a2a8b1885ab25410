# shellcheck shell=bash
# The WebAssembly targets of Rust, and binaryen. Sourced by scripts/setup.

# wasm32-unknown-unknown is the product, wasm32-wasip1 runs unit tests under Node.
WASM_TARGETS=(wasm32-unknown-unknown wasm32-wasip1)

# Which Rust builds for wasm is written here for xtask: "rustup" or "debian".
WASM_CHOICE=$TOOLCHAIN/wasm

setup_wasm() {
  have cargo || die "Rust is needed and there is no 'cargo' on PATH (install it by rustup)"
  have cc || apt_install build-essential
  # The binaryen of current Debian and Ubuntu exports the wrong table from what wasm-bindgen makes.
  npm_install "$ROOT/xtask"
  local stamp=$TOOLCHAIN/stamps/wasm hash
  hash=$(inputs_hash "$ROOT/scripts/lib/setup_wasm.sh" -- "$(rustc --version)" "${PIXIE_WASM_TOOLCHAIN:-}")
  if stamp_is "$stamp" "$hash" && [ -s "$WASM_CHOICE" ]; then
    return 0
  fi
  mkdir -p "$TOOLCHAIN"
  if [ "${PIXIE_WASM_TOOLCHAIN:-rustup}" = rustup ] && rustup_targets; then
    echo rustup >"$WASM_CHOICE"
  else
    debian_rust
    echo debian >"$WASM_CHOICE"
  fi
  stamp_set "$stamp" "$hash"
}

rustup_targets() {
  local target sysroot
  sysroot=$(rustc --print sysroot)
  for target in "${WASM_TARGETS[@]}"; do
    [ -d "$sysroot/lib/rustlib/$target/lib" ] && continue
    have rustup || return 1
    step "rustup target add $target"
    quietly timeout 300 rustup target add "$target" || return 1
    [ -d "$sysroot/lib/rustlib/$target/lib" ] || return 1
  done
}

# Debian's own Rust with the sources of std, built anew for wasm by each build.
debian_rust() {
  step "rustup has no wasm targets here: taking Debian's Rust with its sources"
  apt_install rustc-web cargo-web rust-web-src rust-web-llvm lld-19 wasi-libc
}
