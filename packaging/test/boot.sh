#!/usr/bin/env bash
# First process of the throwaway machine, already in namespaces of its own: lays out the disk and becomes systemd.
set -euo pipefail
machine=$1 packages=$2 tests=$3 samples=$4
root=$machine/root

mount --make-rprivate /
mount -t tmpfs tmpfs "$machine/disk" -o mode=0755
mkdir "$machine"/disk/{upper,work}
mount -t overlay overlay -o "lowerdir=/,upperdir=$machine/disk/upper,workdir=$machine/disk/work" "$root"
mount -t proc proc "$root/proc" -o nosuid,nodev,noexec
# As container managers do: the settings of the kernel are those of the machine outside.
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
mount -t sysfs sysfs "$root/sys" -o ro,nosuid,nodev,noexec
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs tmpfs "$root/run" -o mode=0755
mount -t tmpfs tmpfs "$root/tmp" -o mode=1777

mount -t tmpfs tmpfs "$root/dev" -o mode=0755,nosuid
for device in null zero full random urandom tty; do cp -a "/dev/$device" "$root/dev/$device"; done
# Two more, which a service must reach only if it is allowed: the first one stands for the TPM.
mknod -m 0660 "$root/dev/tpmrm0" c 10 229
mknod -m 0666 "$root/dev/other" c 10 200
mkdir "$root"/dev/{pts,shm}
mount -t devpts devpts "$root/dev/pts" -o newinstance,ptmxmode=0666,mode=0620
mount -t tmpfs tmpfs "$root/dev/shm" -o mode=1777
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"

mkdir -p "$root"/{packages,test,samples,outside}
mount --bind "$packages" "$root/packages"
mount --bind "$tests" "$root/test"
mount --bind "$samples" "$root/samples"
# The runtime has to come with the package.
rm -rf "$root"/usr/{share,lib}/dotnet "$root/usr/bin/dotnet" "$root"/usr/lib/keybroker "$root"/{etc,var/lib}/keybroker
for unit in systemd-timesyncd.service systemd-sysctl.service systemd-modules-load.service systemd-udevd.service; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done

ip link set lo up
cd "$root"
pivot_root . outside
umount -l /outside
# systemd hands credentials to a service through a mount that has to propagate; in a container it leaves this to us.
mount --make-rshared /
exec env -i container=keybroker-test PATH=/usr/sbin:/usr/bin:/sbin:/bin \
  /lib/systemd/systemd --unit=basic.target --show-status=false
