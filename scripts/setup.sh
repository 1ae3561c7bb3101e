#!/bin/sh
# Makes a checkout ready: node_modules as package-lock.json says (Bun is one of them; nothing system-wide).
# With --test also the Debian packages that the end-to-end tests drive dmon with, when root may install them.
set -eu
cd "$(dirname "$0")/.."

# npm writes node_modules/.package-lock.json last, so an interrupted install is seen as none.
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  # Not `npm ci`: it refuses a lock file that leaves out other platforms' optional packages, which mirrors do not all
  # carry. Every version is pinned in package.json and the lock file, which --no-save leaves as they are.
  npm install --no-save --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
fi

# Where npm was told to run no install scripts, Bun's own is what puts its binary in place.
if ! node_modules/.bin/bun --version >/dev/null 2>&1; then
  node node_modules/bun/install.js
fi

[ "${1-}" = --test ] || exit 0

# A test that finds its program missing says so and is counted as skipped.
missing=
PATH=$PATH:/usr/sbin # snmpd is there
while read -r program package; do
  command -v "$program" >/dev/null 2>&1 || missing="$missing $package"
done <test/packages.txt
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing for the tests:$missing"
  # Tests start what they need. Some of these packages would start a daemon for good, open to the network.
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    trap 'exit 1' HUP INT TERM
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod +x /usr/sbin/policy-rc.d
  fi
  apt-get update -qq >/dev/null 2>&1 || true
  # shellcheck disable=SC2086  # a list of words
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null 2>&1 ||
    echo "apt-get could not install:$missing - tests that need them are skipped"
else
  echo "not installed (tests that need them are skipped):$missing"
fi
