import type { ImageName } from './topology.ts'

/** What is on every machine of the lab beyond Debian's minimal base; deliberately little, and no Python. */
export const GUEST_PACKAGES = [
  ...['systemd', 'systemd-sysv', 'dbus', 'udev', 'kmod', 'procps', 'netbase'],
  ...['openssh-server', 'sudo', 'iproute2', 'iputils-ping', 'curl', 'ca-certificates'],
] as const

/** The password of the users `ops` (may use sudo) and `nosudo` (may not) on every machine. */
export const OPS_PASSWORD = 'ops-secret'

/** The first program of a machine; on its first boot it unpacks the machine's identity. */
export const FIRST_PROGRAM = '/usr/local/lib/understudy-lab/init'

/**
 * The kernel comes from forky: the user-mode-linux of bookworm and trixie panics on processors with AMX.
 * It needs that suite's C library too, hence a small tree of its own to be run in.
 */
export const ENGINE_SUITE = 'forky'

/**
 * The name of the mirror in the machines' sources, whatever mirror this computer uses: nobody has it, and only the
 * lab's package proxy is ever asked for it.
 */
export const GUEST_MIRROR = 'debian.invalid'

// The way to the mirror is this computer's business, and a proxy's password nobody else's.
const FORGET_PROXIES = `sed -i '/Proxy/d' "$TREE/etc/apt/apt.conf.d/99mmdebstrap"`

/**
 * Makes the tree user-mode-linux runs in; packages are only unpacked, as nothing else is to run there. Its machines'
 * disks are thrown away and their power is cut by ending a process, so that waiting for this computer's disk at every
 * fsync of theirs would cost time and save nothing: libeatmydata. Expects TREE, DEBIAN and APT_PROXIES in the environment.
 */
export const BUILD_ENGINE = `
mmdebstrap --mode=root --variant=extract --include=user-mode-linux,libeatmydata1 \\
  --aptopt='Acquire::Check-Valid-Until "false"' --aptopt="$APT_PROXIES" ${ENGINE_SUITE} "$TREE" "deb $DEBIAN ${ENGINE_SUITE} main"
rm -rf "$TREE/etc/apt"
rm -rf "$TREE/usr/share/doc" "$TREE/usr/share/man" "$TREE/usr/share/locale" "$TREE/var/lib/apt/lists"
for folder in bin lib lib64; do [ -e "$TREE/$folder" ] || ln -s "usr/$folder" "$TREE/$folder"; done
ls "$TREE"/usr/lib/*/libeatmydata.so | sed "s,^$TREE,," > "$TREE/etc/ld.so.preload"
# Where each machine sees its own folder and the images, see guest.ts.
mkdir -p "$TREE/dev" "$TREE/proc" "$TREE/lab/images" "$TREE/lab/machine"
ls "$TREE/usr/lib/uml/modules" > "$TREE/lab/release"
`

/**
 * What a thrown-away machine with two devices and no console can do without. A process costs user-mode Linux ten times
 * what it costs elsewhere, and half of a usual boot is made of these.
 */
const UNNEEDED_UNITS = `
apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer systemd-tmpfiles-clean.timer
e2scrub_reap.service systemd-pstore.service systemd-firstboot.service systemd-update-done.service
systemd-hwdb-update.service systemd-journal-catalog-update.service ldconfig.service systemd-network-generator.service
systemd-remount-fs.service systemd-sysusers.service systemd-tmpfiles-setup-dev.service systemd-random-seed.service
systemd-tmpfiles-setup-dev-early.service systemd-update-utmp.service systemd-update-utmp-runlevel.service
systemd-logind.service kmod-static-nodes.service getty.target getty@tty1.service console-getty.service
serial-getty@tty0.service dev-hugepages.mount dev-mqueue.mount sys-kernel-config.mount sys-kernel-debug.mount
sys-kernel-tracing.mount sys-fs-fuse-connections.mount proc-sys-fs-binfmt_misc.automount systemd-initctl.socket
systemd-journald-audit.socket systemd-ask-password-console.path systemd-ask-password-wall.path
modprobe@configfs.service modprobe@drm.service modprobe@dm_mod.service modprobe@loop.service modprobe@fuse.service
`
  .trim()
  .split(/\s+/)

/** The generators that find something here; the others would be asked at each boot and each reload of systemd. */
const NEEDED_GENERATORS = ['systemd-fstab-generator', 'systemd-sysv-generator']

/** What nobody reads on a machine of the lab. */
const UNREAD = ['doc', 'info', 'locale'].map((folder) => `/usr/share/${folder}`)

/**
 * Has dpkg leave out what nobody reads, from the moment on from which it installs: told before, mmdebstrap would start
 * Python for each of the hundred packages that are only unpacked, which takes a quarter of the whole.
 */
const LEAVE_UNREAD_OUT = [
  ...UNREAD.map((folder) => `echo "path-exclude=${folder}/*" >>"$1/etc/dpkg/dpkg.cfg.d/understudy-lab"`),
  ...UNREAD.map((folder) => `rm -rf "$1${folder}"/*`),
].join('; ')

/**
 * Nobody has to wait for a disk in memory, which takes a third of the work; half a gigabyte for each release. What is
 * mounted here is gone with the builder (`bound.ts`).
 */
const TREE_IN_MEMORY = `mkdir "$TREE"
if [ "$(sed -n 's/^MemAvailable: *\\([0-9]*\\) kB/\\1/p' /proc/meminfo)" -gt 3000000 ]; then
  mount -t tmpfs -o mode=755 tmpfs "$TREE"
fi`

/** Releases of Debian, of which machines are; all other images are made of these. */
export type DebianSuite = Exclude<ImageName, 'el9'>

/** Makes an image of Debian. Expects TREE, IMAGE, ENGINE, DEBIAN, SECURITY and APT_PROXIES in the environment. */
export function buildGuest(suite: DebianSuite): string {
  return `
${TREE_IN_MEMORY}
mmdebstrap --mode=root --variant=minbase --skip=cleanup/apt/lists --aptopt='Acquire::Languages "none"' \\
  --dpkgopt=force-unsafe-io --essential-hook='${LEAVE_UNREAD_OUT}' \\
  --aptopt='Acquire::Check-Valid-Until "false"' --aptopt="$APT_PROXIES" --include=${GUEST_PACKAGES.join(',')} ${suite} "$TREE" \\
  "deb $DEBIAN ${suite} main" "deb $DEBIAN ${suite}-updates main" "deb $SECURITY ${suite}-security main"

# Modules of the kernel the machines run.
mkdir -p "$TREE/usr/lib/modules"
cp -a "$ENGINE/usr/lib/uml/modules/." "$TREE/usr/lib/modules/"
chroot "$TREE" depmod -a "$(cat "$ENGINE/lab/release")"

# Sources as on any Debian machine, whatever mirror built the image; the package lists are renamed to match.
${FORGET_PROXIES}
cat > "$TREE/etc/apt/sources.list" <<END
deb http://${GUEST_MIRROR}/debian ${suite} main
deb http://${GUEST_MIRROR}/debian ${suite}-updates main
deb http://${GUEST_MIRROR}/debian-security ${suite}-security main
END
for list in "$TREE"/var/lib/apt/lists/*_dists_*; do
  case $list in *_dists_${suite}-security_*) archive=debian-security ;; *) archive=debian ;; esac
  mv "$list" "$TREE/var/lib/apt/lists/${GUEST_MIRROR}_\${archive}_dists_\${list##*_dists_}"
done
chroot "$TREE" apt-cache gencaches
for unit in ${UNNEEDED_UNITS.join(' ')}; do ln -sf /dev/null "$TREE/etc/systemd/system/$unit"; done
mkdir -p "$TREE/etc/systemd/system-generators"
for generator in "$TREE"/usr/lib/systemd/system-generators/*; do
  case "\${generator##*/}" in ${NEEDED_GENERATORS.join(' | ')}) ;; *)
    ln -s /dev/null "$TREE/etc/systemd/system-generators/\${generator##*/}" ;;
  esac
done
# Looking for hardware is a third of the boot and there is one device that anybody waits for.
mkdir -p "$TREE/etc/systemd/system/systemd-udev-trigger.service.d"
cat > "$TREE/etc/systemd/system/systemd-udev-trigger.service.d/understudy-lab.conf" <<END
[Service]
ExecStart=
ExecStart=-udevadm trigger --action=add --subsystem-match=net
END
chroot "$TREE" systemctl enable systemd-networkd ssh
# Nobody reads a greeting here, and making it costs half a dozen processes at each login; a boot is no reason to refuse
# one, nor to tell of itself in the midst of what is asked.
sed -i -e '/pam_motd/d' -e '/pam_nologin/d' "$TREE/etc/pam.d/sshd"
# There is no watchdog device, and looking for one at each reboot only makes noise.
mkdir -p "$TREE/etc/systemd/system.conf.d"
printf '[Manager]\\nRebootWatchdogSec=off\\n' > "$TREE/etc/systemd/system.conf.d/understudy-lab.conf"

ln -sf /usr/share/zoneinfo/Etc/UTC "$TREE/etc/localtime"
: > "$TREE/etc/resolv.conf"
rm -f "$TREE"/etc/ssh/ssh_host_*
chroot "$TREE" useradd --uid 1000 --create-home --shell /bin/bash --groups sudo ops
chroot "$TREE" useradd --uid 1001 --create-home --shell /bin/bash nosudo
printf 'ops:%s\\nnosudo:%s\\n' '${OPS_PASSWORD}' '${OPS_PASSWORD}' | chroot "$TREE" chpasswd

mkdir -p "$TREE${FIRST_PROGRAM.replace(/\/[^/]*$/, '')}"
cat > "$TREE${FIRST_PROGRAM}" <<'END'
#!/bin/sh
# On the first boot, this machine's own name, keys and address come as a tar archive on its second disk.
if [ ! -e /var/lib/understudy-lab-seeded ]; then
  [ -b /dev/ubdb ] || mount -t devtmpfs dev /dev
  # On the disk before anything else: the power may be cut at any moment.
  tar -xpf /dev/ubdb -C / --numeric-owner && sync && : > /var/lib/understudy-lab-seeded
fi
exec /usr/lib/systemd/systemd "$@"
END
chmod 755 "$TREE${FIRST_PROGRAM}"
truncate -s 8G "$IMAGE"
mkfs.ext4 -q -F -E lazy_itable_init=0,lazy_journal_init=0,assume_storage_prezeroed=1 -d "$TREE" "$IMAGE"
if mountpoint -q "$TREE"; then umount "$TREE"; fi
rm -rf "$TREE"
`
}
