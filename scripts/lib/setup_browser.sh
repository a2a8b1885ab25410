# shellcheck shell=bash
# A Chromium for the tests of the extension. Sourced by scripts/setup.

setup_browser() {
  have chromium || have google-chrome && return 0
  local id
  id=$(. /etc/os-release && echo "${ID:-}")
  case $id in
    debian) apt_install chromium ;;
    ubuntu)
      # Ubuntu's apt package only fetches the snap.
      apt_install snapd
      step "snap: installing chromium"
      quietly as_root snap install chromium ||
        die "Ubuntu ships Chromium as a snap and it could not be installed (snapd does not run in most containers); put a 'chromium' or 'google-chrome' on PATH"
      ;;
    *) die "no recipe to install Chromium on '$id'; put a 'chromium' or 'google-chrome' on PATH" ;;
  esac
  have chromium || die "Chromium was installed, but 'chromium' is not on PATH"
}
