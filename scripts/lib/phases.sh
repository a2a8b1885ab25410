# shellcheck shell=bash
# Runs the phases of a check one after the other, all of them, and sums up.
# Sourced, after common.sh.

PHASES_FAILED=()
PHASES_TIMES=()

# Crates whose tests and lints run for wasm as well.
WASM_CRATES=()
for crate in primitives acir node store pxe accounts vault bridge wallet; do
  if [ -f "$ROOT/crates/$crate/Cargo.toml" ]; then WASM_CRATES+=("$crate"); fi
done

# phase NAME COMMAND...: a failure is noted, and the next phase runs.
phase() {
  local name=$1 started=$SECONDS status=0
  shift
  step "$name"
  "$@" </dev/null || status=$?
  PHASES_TIMES+=("$(printf '%5d s  %s%s' $((SECONDS - started)) "$name" "$([ "$status" -eq 0 ] || echo '  FAILED')")")
  [ "$status" -eq 0 ] || PHASES_FAILED+=("$name")
}

# skip NAME REASON
skip() {
  step "$1: left out: $2"
  PHASES_TIMES+=("$(printf '      -  %s: left out: %s' "$1" "$2")")
}

# Prints the times; fails if a phase did.
phases_end() {
  printf '%s\n' "${PHASES_TIMES[@]}" >&2
  if [ ${#PHASES_FAILED[@]} -gt 0 ]; then
    say "failed: $(printf '%s, ' "${PHASES_FAILED[@]}" | sed 's/, $//')"
    return 1
  fi
}
