#!/usr/bin/env bash
# Fuzzes one decoder with AFL++ for some seconds, after instrument.sh.
set -euo pipefail
out=$(cd "$(dirname "$0")/../.." && pwd)/artifacts/fuzz
decoder=${1:?usage: afl.sh DECODER SECONDS}
seconds=${2:?usage: afl.sh DECODER SECONDS}
command -v afl-fuzz >/dev/null || { echo "afl-fuzz is missing: apt-get install afl++" >&2; exit 2; }

# The program to fuzz is .NET's host, which AFL cannot look into; what it would warn of is of no matter here.
export AFL_SKIP_BIN_CHECK=1 AFL_SKIP_CPUFREQ=1 AFL_NO_UI=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_AFFINITY=1
export DOTNET_TieredPGO=0
mkdir -p "$out/findings"
afl-fuzz -V "$seconds" -t 10000 -m none -i "$(dirname "$0")/corpus/$decoder" -o "$out/findings/$decoder" \
  -- "$out/KeyBroker.Fuzz" afl "$decoder"
