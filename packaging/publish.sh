#!/usr/bin/env bash
# Makes, self-contained for linux-x64, artifacts/packages/keybroker-VERSION-linux-x64.tar.gz and keybroker_VERSION_amd64.deb.
# The same commit gives the same bytes. Prints sizes and SHA-256. Usage: packaging/publish.sh [OUTPUT FOLDER]
set -euo pipefail
cd "$(dirname "$0")/.."
. ./tests/prerequisites.sh
need dpkg-deb dpkg

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 LC_ALL=C TZ=UTC
# CI: restore in locked mode, and no path of this machine in the programs.
export CI=true
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
umask 022

version=$(dotnet msbuild src/KeyBroker -getProperty:Version)
name=keybroker-$version-linux-x64
deb=keybroker_${version}_amd64.deb
out=$(realpath -m "${1:-artifacts/packages}")
# Below the sources, because the compiler writes "/_/" for their folder and any other path as it is.
work=$PWD/artifacts/publish
rm -rf "$work"
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"
mkdir -p "$out"

# ReadyToRun: compiled ahead of time, which takes a quarter off the processor time of a start (median 1.6 s to 1.2 s on two cores).
# No symbols: the identity of a program is computed over them too, and those of generated code are not the same twice.
publish() {
  dotnet publish "src/$1" -c Release -r linux-x64 --self-contained -p:PublishReadyToRun=true -p:DebugType=none \
    -p:ArtifactsPath="$work/build" -o "$work/$1" -v quiet -clp:ErrorsOnly
}

# One folder for both programs, which share one runtime: whatever both bring has to be the same.
merge() {
  local from=$1 to=$2 file
  mkdir -p "$to"
  for file in "$from"/*; do
    local target=$to/${file##*/}
    if [ -e "$target" ] && ! cmp -s "$file" "$target"; then
      echo "${file##*/} differs between keybrokerd and keybroker: pin its package to one version for both" >&2
      exit 1
    fi
    mv -f "$file" "$target"
  done
}

# Modes and times that no umask and no clock of the building machine decides.
normalize() {
  find "$1" -type d -exec chmod 0755 {} +
  find "$1" -type f ! -perm -u+x -exec chmod 0644 {} +
  find "$1" -type f -perm -u+x -exec chmod 0755 {} +
  find "$1" -exec touch --no-dereference --date "@$SOURCE_DATE_EPOCH" {} +
}

archive() {
  tar --create --directory "$work" --sort=name --format=ustar --mtime "@$SOURCE_DATE_EPOCH" \
    --owner=0 --group=0 --numeric-owner "$name" | gzip -n -9 >"$out/$name.tar.gz"
}

tarball() {
  local root=$work/$name
  mkdir "$root"
  cp -a "$work/lib" "$root/lib"
  cp packaging/{install.sh,keybrokerd.service,sysusers.conf,appsettings.json} LICENSE specs/operations.md "$root"
  normalize "$root"
  archive
}

package() {
  local root=$work/deb
  mkdir -p "$root"/{DEBIAN,etc/keybroker/policies,usr/bin,usr/lib/systemd/system,usr/lib/sysusers.d,usr/share/doc/keybroker}
  cp -a "$work/lib" "$root/usr/lib/keybroker"
  ln -s ../lib/keybroker/keybroker "$root/usr/bin/keybroker"
  cp packaging/keybrokerd.service "$root/usr/lib/systemd/system/"
  cp packaging/sysusers.conf "$root/usr/lib/sysusers.d/keybroker.conf"
  cp packaging/appsettings.json "$root/etc/keybroker/"
  cp specs/operations.md "$root/usr/share/doc/keybroker/"
  cp packaging/deb/copyright "$root/usr/share/doc/keybroker/"
  cp packaging/deb/{conffiles,postinst,prerm,postrm} "$root/DEBIAN/"
  sed -e "s/@VERSION@/$version/" -e "s/@SIZE@/$(du -sk --apparent-size "$root/usr" | cut -f 1)/" \
    packaging/deb/control >"$root/DEBIAN/control"
  (cd "$root" && find usr etc -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
  normalize "$root"
  # gzip: its bytes do not depend on the number of threads, and the runtime is compressed in seconds.
  dpkg-deb --root-owner-group -Zgzip --build "$root" "$out/$deb" >/dev/null
}

publish KeyBroker
publish KeyBroker.Cli
merge "$work/KeyBroker" "$work/lib"
merge "$work/KeyBroker.Cli" "$work/lib"
find "$work/lib" -type f -exec chmod 0644 {} +
chmod 0755 "$work"/lib/{keybrokerd,keybroker,createdump}
tarball
package

cd "$out"
for made in "$name.tar.gz" "$deb"; do
  echo "$(sha256sum "$made")  ($(($(stat -c %s "$made") / 1000000)) MB)"
done
echo "installed: $(du -sm --apparent-size "$work/lib" | cut -f 1) MB"
