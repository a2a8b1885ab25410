# shellcheck shell=bash
# Packages of npm. Sourced, after common.sh.

# Installs the packages of a folder from its lock file, without running their scripts.
npm_install() {
  local folder=$1 label=${1#"$ROOT"/}
  have node || die "Node 20 or newer is needed and there is no 'node' on PATH"
  have npm || die "npm is needed and there is no 'npm' on PATH"
  version_at_least "$(node -p process.versions.node)" 20 || die "Node 20 or newer is needed; $(command -v node) is $(node --version)"
  if node "$ROOT/scripts/lib/npm-in-sync.mjs" "$folder"; then
    return 0
  fi
  [ ! -L "$folder/node_modules" ] || die "$label/node_modules is a link and does not agree with $label/package-lock.json; update it where it points to"
  step "npm ci in $label"
  [ "$folder" != "$REFERENCE" ] || say "    (about 1 GB)"
  (cd "$folder" && quietly npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) ||
    die "npm ci failed in $label"
}
