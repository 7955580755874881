#!/usr/bin/env bash
# Set vret up on this machine: system packages, .venv with the locked Python packages and vret itself, the console.
# Usage: tools/setup.sh run|test|bench. A second run finds everything done and is instant; after the first, no network is needed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

need=${1:-run}
case $need in
run) tags='run' ;;
bench) tags='run|bench' ;;
test)
  release=$(. /etc/os-release && echo "${VERSION_ID:-13}")
  tags='run|test'
  [ "${release%%.*}" -lt 13 ] || tags+='|test13'
  ;;
*)
  echo "tools/setup.sh: say run, test or bench, not '$need'" >&2
  exit 2
  ;;
esac

PACKAGES=tools/apt-packages.txt
STAMP=.venv/vret-setup

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

python_works() { python3 -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

# One line for each package that is missing; alternatives are kept as written.
missing_packages() {
  python_works || printf '%s\n' python3 python3-venv
  while read -r tag alternatives; do
    [[ $tag =~ ^($tags)$ ]] || continue
    for name in ${alternatives//|/ }; do installed "$name" && continue 2; done
    echo "$alternatives"
  done <"$PACKAGES"
}

# The first of the alternatives that this Debian knows.
package_names() {
  local alternatives name
  for alternatives in "$@"; do
    name=$alternatives
    [[ $alternatives != *'|'* ]] || for name in ${alternatives//|/ }; do
      apt-cache show --no-all-versions "$name" >/dev/null 2>&1 && break
    done
    echo "$name"
  done
}

system_packages() {
  local missing names
  if ! command -v dpkg-query >/dev/null; then
    echo "This is no Debian: vret needs what $PACKAGES lists, under this system's own names." >&2
    return
  fi
  mapfile -t missing < <(missing_packages)
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    mapfile -t names < <(package_names "${missing[@]}")
    printf 'These system packages are missing. Install them, then run the same command again:\n\n' >&2
    printf '  sudo apt-get install --no-install-recommends %s\n\n' "${names[*]}" >&2
    if [[ " ${names[*]} " == *' coturn '* ]]; then
      printf 'Debian starts coturn at once, as an open relay; the tests start their own: sudo systemctl disable --now coturn\n\n' >&2
    fi
    exit 1
  fi
  echo "== system packages: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  mapfile -t names < <(package_names "${missing[@]}")
  # Debian starts coturn at once with a configuration that lets anybody in; the tests start their own.
  if [[ " ${names[*]} " == *' coturn '* && ! -e /etc/systemd/system/coturn.service ]]; then
    mkdir -p /etc/systemd/system
    ln -s /dev/null /etc/systemd/system/coturn.service
  fi
  apt-get install -qq -y -o Dpkg::Use-Pty=0 --no-install-recommends "${names[@]}"
}

fingerprint() {
  python3 -c 'import sys; print(sys.version, sys.base_prefix)'
  pwd
  cat requirements.lock pyproject.toml
}

python_packages() {
  local now
  if ! python_works; then
    echo "vret needs Python 3.11 or newer with venv; this is $(python3 --version 2>&1 || echo 'no Python')." >&2
    exit 1
  fi
  now=$(fingerprint | sha256sum)
  [ "$(cat $STAMP 2>/dev/null)" != "$now" ] || return 0
  echo "== Python packages, as locked"
  [ -x .venv/bin/python ] && .venv/bin/python -c 'import pip' 2>/dev/null || python3 -m venv --clear .venv
  .venv/bin/python -m pip install -qq --require-hashes -r requirements.lock
  .venv/bin/python -m pip install -qq --no-deps --no-build-isolation --no-index -e .
  echo "$now" >$STAMP
}

system_packages
python_packages
.venv/bin/python tools/console.py
