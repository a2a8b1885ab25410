# shellcheck shell=bash
# Helpers shared by the scripts: messages, root rights, apt, hashes.
# Sourced, never run.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck disable=SC2034  # used by the scripts that source this file
REFERENCE=$ROOT/tests/reference
# What setup notes for this clone alone; ignored by git.
# shellcheck disable=SC2034
TOOLCHAIN=$ROOT/target/toolchain

say() { printf '%s\n' "$*" >&2; }
step() { printf '==> %s\n' "$*" >&2; }
die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# Our build steps; by the program that has been built already, if it is named.
xtask() {
  if [ -n "${PIXIE_XTASK:-}" ]; then "$PIXIE_XTASK" "$@"; else cargo xtask "$@"; fi
}

# True if version $1 is at least version $2.
version_at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]; }

# Runs a command as root, through sudo where needed.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif have sudo; then
    sudo "$@"
  else
    die "root rights are needed for: $* (run as root or install sudo)"
  fi
}

# Runs a command with its output kept aside; shows the output only if it fails.
quietly() {
  local log status=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 </dev/null || status=$?
  if [ "$status" -ne 0 ]; then
    say "failed with status $status: $*"
    if [ "$(wc -l <"$log")" -le 80 ]; then
      cat "$log" >&2
    else
      head -n 30 "$log" >&2
      say "[...]"
      tail -n 50 "$log" >&2
    fi
  fi
  rm -f "$log"
  return "$status"
}

apt_has() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# Installs the packages that are missing; the package lists are fetched only then.
apt_install() {
  local package missing=()
  for package in "$@"; do
    apt_has "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  have apt-get || die "these system packages are needed, and there is no apt-get to install them: ${missing[*]}"
  step "apt: installing ${missing[*]}"
  if [ -z "${APT_UPDATED:-}" ]; then
    # One broken third-party source must not stop us; the install below tells the truth.
    quietly as_root apt-get -o Acquire::Retries=3 update || say "warning: apt-get update did not fully succeed; going on"
    APT_UPDATED=1
  fi
  quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=3 install -y --no-install-recommends "${missing[@]}" ||
    die "apt-get could not install: ${missing[*]}"
}

# Hash over the contents of the named files and over further words (after --).
inputs_hash() {
  local files=()
  while [ $# -gt 0 ] && [ "$1" != -- ]; do
    files+=("$1")
    shift
  done
  { cat "${files[@]}" && printf '%s\n' "$@"; } | sha256sum | cut -d ' ' -f 1
}

# stamp_is FILE HASH: true if the step that wrote FILE ran with these inputs.
stamp_is() { [ "$(cat "$1" 2>/dev/null)" = "$2" ]; }
stamp_set() {
  mkdir -p "$(dirname "$1")"
  printf '%s\n' "$2" >"$1"
}
