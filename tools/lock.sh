#!/bin/sh
# Resolves the workspace and writes two locks: every file's hash, for Linux and macOS and every Python of
# the range, and no index's address, so that they install from any mirror. `uv.lock` names one: git ignores it.
#
#     tools/lock.sh [--upgrade]
set -eu
cd "$(dirname "$0")/.."
uv=.yab/tools/uv/bin/uv
[ -x "$uv" ] || uv=uv

export_lock() {
    file=$1
    shift
    "$uv" export --frozen --quiet --no-emit-workspace --no-header --no-annotate \
        --format requirements-txt --output-file "$file" "$@" > /dev/null
}

"$uv" lock --quiet "$@"
export_lock requirements.lock --all-packages --all-groups
export_lock packages/backend/requirements.lock --package backend --no-dev
