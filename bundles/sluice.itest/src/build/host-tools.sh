#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Tests against the host's kernel use its tools. On a CI machine with root and apt-get the missing ones are installed;
# elsewhere this says which are missing, and their tests are skipped.
[ "$(uname -s)" = Linux ] || exit 0

packages=
for tool in ip:iproute2 ping:iputils-ping traceroute:traceroute; do
    command -v "${tool%%:*}" >/dev/null || packages="$packages ${tool#*:}"
done
[ -n "$packages" ] || exit 0

if [ "${CI:-}" = true ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086 # a list of words
    { apt-get -q update && apt-get -q install -y --no-install-recommends $packages; } >/dev/null 2>&1 && exit 0
fi
echo "tests that need these packages are skipped:$packages"
