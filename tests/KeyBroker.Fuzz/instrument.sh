#!/usr/bin/env bash
# Publishes the fuzzer into artifacts/fuzz and instruments the decoders in it with SharpFuzz, so that branches are seen.
set -euo pipefail
cd "$(dirname "$0")"
out=$(cd ../.. && pwd)/artifacts/fuzz

dotnet publish KeyBroker.Fuzz.csproj -c Release -o "$out" -v q -nodeReuse:false
[ -x "$out/tools/sharpfuzz" ] || dotnet tool install SharpFuzz.CommandLine --version 2.3.0 --tool-path "$out/tools"
for library in KeyBroker.Tpm KeyBroker.Attestation; do
  "$out/tools/sharpfuzz" "$out/$library.dll"
done
