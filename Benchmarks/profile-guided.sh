#!/usr/bin/env bash
# Builds the static simrun laid out by what a run of the shipped library does (profile-guided
# optimisation): what is executed lies together, what hardly ever is lies elsewhere. It is optimised
# over the walls between modules as it is linked. The results are the same bits. Takes two builds of
# everything; further arguments go to both, e.g.
#
#     Benchmarks/profile-guided.sh -Xcc -march=native
set -euo pipefail
cd "$(dirname "$0")/.."

profdata=$(swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath": *"\(.*\)".*/\1/p')
profdata=${profdata%/lib/swift*}/bin/llvm-profdata
if [ ! -x "$profdata" ]; then
  echo "error: this Swift toolchain has no llvm-profdata ($profdata)" >&2
  exit 2
fi
counts=$(mktemp -d)
trap 'rm -rf "$counts"' EXIT

build() { # build FOLDER ARGUMENT...
  # (From nothing: the compiler keeps objects whose source is the same, whatever the profile says.)
  rm -rf "$1"
  swift build -c release --static-swift-stdlib --product simrun --scratch-path "$@"
}

echo "== a binary that counts"
build .build-counting -Xswiftc -Xfrontend -Xswiftc "-ir-profile-generate=$counts" \
  -Xswiftc -Xclang-linker -Xswiftc -fprofile-generate "$@"

echo "== what it counts"
LLVM_PROFILE_FILE="$counts/%p.profraw" .build-counting/release/simrun batch Scenarios --jobs 1 \
  --out "$counts/results" | tail -n 5
"$profdata" merge -o "$counts/simrun.profdata" "$counts"/*.profraw

# (Only here: linked so, a binary that counts lacks some of its counters.)
echo "== the binary"
build .build-guided -Xswiftc -Xfrontend -Xswiftc "-ir-profile-use=$counts/simrun.profdata" \
  --experimental-lto-mode thin -Xswiftc -use-ld=lld "$@"
rm -rf .build-counting
echo "built: .build-guided/release/simrun"
