#!/bin/sh
# Resolves the workspace and writes the two locks: hashes, and no index's address, so that they install from
# any mirror. `uv.lock` names one, so it stays out of git.
set -eu
cd "$(dirname "$0")/.."
uv=.yab/tools/uv/bin/uv
[ -x "$uv" ] || uv=uv
"$uv" lock --quiet "$@"
common="--frozen --quiet --no-emit-workspace --no-header --no-annotate --format requirements-txt"
# shellcheck disable=SC2086 - a list of words
"$uv" export $common --all-packages --all-groups --output-file requirements.lock > /dev/null
# shellcheck disable=SC2086
"$uv" export $common --package backend --no-dev --output-file packages/backend/requirements.lock > /dev/null
