#!/usr/bin/env bash
# Fetches the sources of a release of rustc (240 MB) and unpacks its tests into a folder, for `--test rustc_suite`.
# Usage: fetch.sh FOLDER
set -euo pipefail
# Nightlies' sources are kept for a while only; this is the release next to the pinned nightly.
release=1.98.0
folder=${1:?usage: fetch.sh FOLDER}
if [[ -d $folder/tests/ui ]]; then
    echo "$folder/tests is there already"
    exit 0
fi
mkdir -p "$folder"
archive=$(mktemp)
trap 'rm -f "$archive"' EXIT
curl --fail --location --silent --show-error --output "$archive" \
    "https://static.rust-lang.org/dist/rustc-$release-src.tar.xz"
top=rustc-$release-src
tar -xJf "$archive" -C "$folder" --strip-components=1 \
    "$top/tests/ui" "$top/tests/codegen-llvm" "$top/tests/assembly-llvm" "$top/tests/auxiliary" "$top/tests/debuginfo"
echo "the tests are in $folder/tests"
