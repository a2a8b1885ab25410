# shellcheck shell=bash
# Runs the phases of a check, all of them, one after the other or side by side, and sums up.
# Sourced, after common.sh.

PHASES_FAILED=()
PHASES_TIMES=()
TESTS_PASSED=0
TESTS_FAILED=0

# Crates whose tests and lints run for wasm as well.
WASM_CRATES=()
for crate in field primitives cipher acir node store pxe accounts vault bridge wallet; do
  if [ -f "$ROOT/crates/$crate/Cargo.toml" ]; then WASM_CRATES+=("$crate"); fi
done

# Crates whose tests run in Chromium.
# shellcheck disable=SC2034  # used by the scripts that source this file
CHROMIUM_CRATES=(store-indexeddb)
# Crates of the extension, which are linted for wasm.
# shellcheck disable=SC2034
BROWSER_CRATES=("${CHROMIUM_CRATES[@]}" background)

# phase NAME COMMAND...: a failure is noted, and the next phase runs.
phase() {
  local name=$1 started=$SECONDS status=0
  shift
  step "$name"
  "$@" </dev/null || status=$?
  PHASES_TIMES+=("$(printf '%5d s  %s%s' $((SECONDS - started)) "$name" "$([ "$status" -eq 0 ] || echo '  FAILED')")")
  [ "$status" -eq 0 ] || PHASES_FAILED+=("$name")
}

# Seconds after which a phase of tests is given up: what hangs is told instead of taking the rest along.
PHASE_LIMIT=${PIXIE_PHASE_LIMIT:-1500}

# limited COMMAND...: ends it, with all that it has begun, when the limit is reached.
limited() {
  local pid watch status=0
  "$@" &
  pid=$!
  {
    sleep "$PHASE_LIMIT" >/dev/null 2>&1 || exit 0
    # What it has begun to end, it ends.
    trap '' TERM
    say "given up after $PHASE_LIMIT s: $*"
    end_tree "$pid"
  } &
  watch=$!
  wait "$pid" || status=$?
  end_tree "$watch"
  wait "$watch" || true
  return "$status"
}

# Ends a process and all that descend from it; itself first, for it might go on with its next command.
end_tree() {
  local child children
  children=$(pgrep -P "$1") || true
  kill "$1" 2>/dev/null || true
  for child in $children; do end_tree "$child"; done
}

# aside NAME COMMAND...: begins a phase that runs beside others; its output goes to the file
# that aside_log names. `joined NAME` waits for it.
declare -A ASIDE_PIDS=() ASIDE_STARTED=()
ASIDE_LOGS=$(mktemp -d)
aside_log() { printf '%s/%s\n' "$ASIDE_LOGS" "${1//[^a-z0-9]/-}"; }
aside() {
  local name=$1
  shift
  step "$name (beside what follows)"
  ASIDE_STARTED[$name]=$SECONDS
  limited "$@" </dev/null >"$(aside_log "$name")" 2>&1 &
  ASIDE_PIDS[$name]=$!
}

# joined NAME: waits for a phase that was begun with `aside`, prints and notes what became of it.
joined() {
  local name=$1 status=0
  wait "${ASIDE_PIDS[$name]}" || status=$?
  unset "ASIDE_PIDS[$name]"
  step "$name (ran aside)"
  cat "$(aside_log "$name")" >&2
  PHASES_TIMES+=("$(printf '%5d s  %s, aside%s' $((SECONDS - ASIDE_STARTED[$name])) "$name" "$([ "$status" -eq 0 ] || echo '  FAILED')")")
  [ "$status" -eq 0 ] || PHASES_FAILED+=("$name")
}

# lane NAME COMMAND...: begins phases that run one after the other, beside those of others.
# `lane_joined NAME` waits for them, and takes over what became of them.
lane() {
  local name=$1
  shift
  step "$name (beside what follows)"
  (
    PHASES_FAILED=() PHASES_TIMES=() TESTS_PASSED=0 TESTS_FAILED=0
    "$@"
    declare -p PHASES_FAILED PHASES_TIMES TESTS_PASSED TESTS_FAILED >"$(aside_log "$name").outcome"
  ) </dev/null >"$(aside_log "$name")" 2>&1 &
  ASIDE_PIDS[$name]=$!
}

lane_joined() {
  local name=$1 outcome
  outcome=$(aside_log "$name").outcome
  wait "${ASIDE_PIDS[$name]}" || true
  unset "ASIDE_PIDS[$name]"
  step "$name (ran aside)"
  cat "$(aside_log "$name")" >&2
  if [ ! -s "$outcome" ]; then
    # It broke off.
    PHASES_FAILED+=("$name")
    TESTS_FAILED=$((TESTS_FAILED + 1))
    return
  fi
  local times=("${PHASES_TIMES[@]}") failed=("${PHASES_FAILED[@]}") bad=$TESTS_FAILED good=$TESTS_PASSED
  # Written with `declare`, which a function would make its own.
  eval "$(sed 's/^declare -[^ ]* //' "$outcome")"
  PHASES_TIMES=("${times[@]}" "${PHASES_TIMES[@]/%/, aside}")
  PHASES_FAILED=("${failed[@]}" "${PHASES_FAILED[@]}")
  TESTS_PASSED=$((TESTS_PASSED + good))
  TESTS_FAILED=$((TESTS_FAILED + bad))
}

# Ends what still runs aside.
aside_end() {
  local pid
  for pid in "${ASIDE_PIDS[@]}"; do end_tree "$pid"; done
  rm -rf "$ASIDE_LOGS"
}

# Counts what the Rust harness and node's runner say of themselves; `counted_bad` are the failures.
count() {
  local sums
  sums=$(sed -nE 's/^test result: .* ([0-9]+) passed; ([0-9]+) failed; .*/\1 \2/p; s/^# pass ([0-9]+)$/\1 0/p; s/^# fail ([0-9]+)$/0 \1/p' "$1" |
    awk '{ ok += $1; bad += $2 } END { print ok + 0, bad + 0 }')
  TESTS_PASSED=$((TESTS_PASSED + ${sums% *}))
  counted_bad=${sums#* }
  TESTS_FAILED=$((TESTS_FAILED + counted_bad))
}

# tests NAME COMMAND...: a phase whose output is counted.
tests() {
  local name=$1 before=${#PHASES_FAILED[@]} log
  shift
  log=$(mktemp)
  phase "$name" logged "$log" "$@"
  count "$log"
  rm -f "$log"
  # A phase can fail without a failing test: it did not build, or it broke off.
  if [ "${#PHASES_FAILED[@]}" -gt "$before" ] && [ "$counted_bad" -eq 0 ]; then
    TESTS_FAILED=$((TESTS_FAILED + 1))
  fi
}

logged() {
  local log=$1
  shift
  limited "$@" 2>&1 | tee "$log"
}

# check NAME COMMAND...: a phase that counts as one failure if it fails, and not at all if it does not.
check() {
  local before=${#PHASES_FAILED[@]}
  phase "$@"
  if [ "${#PHASES_FAILED[@]}" -gt "$before" ]; then TESTS_FAILED=$((TESTS_FAILED + 1)); fi
}

# join NAME: waits for a phase that runs aside and counts its tests.
join() {
  local before=${#PHASES_FAILED[@]}
  joined "$1"
  count "$(aside_log "$1")"
  if [ "${#PHASES_FAILED[@]}" -gt "$before" ] && [ "$counted_bad" -eq 0 ]; then
    TESTS_FAILED=$((TESTS_FAILED + 1))
  fi
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

# From here on cargo lints what it builds of ours, tests included, and refuses what `cargo clippy`
# with `-D warnings` would: one build instead of a check and a build.
lint_what_is_built() {
  local driver
  driver=$(rustup which clippy-driver 2>/dev/null || command -v clippy-driver) || return 0
  export RUSTC_WORKSPACE_WRAPPER=$driver CLIPPY_ARGS=-Dwarnings__CLIPPY_HACKERY__
}
