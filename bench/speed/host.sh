#!/bin/sh
# One machine of the bench: host.sh TREE PLACE ADDRESS NAME KEY, in mount, UTS and PID namespaces of its own. Its files are
# TREE with what changes beside it in PLACE; ADDRESS is where its sshd listens, and KEY opens it.
set -eu
tree=$1 place=$2 address=$3 name=$4 key=$5
hostname "$name"
mkdir -p "$place/upper" "$place/work" "$place/root"
root=$place/root
mount -t overlay -o "lowerdir=$tree,upperdir=$place/upper,workdir=$place/work" overlay "$root"
mount -t proc proc "$root/proc"
# Settings of the kernel are this computer's.
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
mount -t tmpfs -o mode=0755,size=16m run "$root/run"
mount -t tmpfs -o mode=0755,size=1m dev "$root/dev"
for device in null zero full random urandom tty; do
  : >"$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/run/sshd" "$root/run/lock"
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
mkdir -m 0700 "$root/root/.ssh"
cp "$key" "$root/root/.ssh/authorized_keys"
echo "$name" >"$root/etc/hostname"
printf '127.0.0.1\tlocalhost\n' >"$root/etc/hosts"
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$root" /usr/sbin/sshd -D -e -o "ListenAddress=$address:22"
