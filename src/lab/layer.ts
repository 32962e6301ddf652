import { basename } from 'node:path'
import { type Build, build } from './build.ts'
import { tearDown } from './down.ts'
import type { LabListener } from './event.ts'
import { takeLock } from './lock.ts'
import { createNetwork } from './network.ts'
import { thisProcess } from './owner.ts'
import { PACKAGE_PORT, startPackageProxy } from './packages.ts'
import { keyOf, namespaceOf, pathsOf } from './paths.ts'
import { GUEST_MIRROR } from './recipe.ts'
import { makeFolder } from './record.ts'
import { BECOME_EL9 } from './red-hat/recipe.ts'
import type { Topology } from './topology.ts'

/** The address this computer has in the network in which packages are fetched for an image; nobody else is there. */
const GATEWAY = '10.0.0.1'
const ALONE = { name: 'lan', ranges: ['10.0.0.0/24'], gateways: [GATEWAY], routed: true }

/** Lets apt in the chroot TREE fetch through PROXY, as on the lab's machines. */
const LET_APT_FETCH = `
mount --rbind /dev "$TREE/dev"
mount -t proc proc "$TREE/proc"
if [ -d "$TREE/etc/apt" ]; then
  printf 'Acquire::http::Proxy "%s";\\nAcquire::Languages "none";\\nAcquire::Check-Valid-Until "false";\\n' "$PROXY" \\
    > "$TREE/etc/apt/apt.conf.d/90understudy-lab"
fi
get() { DEBIAN_FRONTEND=noninteractive chroot "$TREE" apt-get -q -y -o Dpkg::Use-Pty=0 "$@"; }
# Lists that came with an older image may name files that the mirror has replaced meanwhile.
install_quietly() { get --no-install-recommends install "$@" || { get update && get --no-install-recommends install "$@"; }; }
`

/** Opens a copy of an image for changes. Expects BASE, IMAGE, TREE and PROXY in the environment. */
const OPEN_COPY = `
cp --sparse=always "$BASE" "$IMAGE"
mkdir -p "$TREE"
# Nobody waits for this computer's disk: an image has its name when it is whole.
mount -o loop,barrier=0 "$IMAGE" "$TREE"
${LET_APT_FETCH}
printf '#!/bin/sh\\nexit 101\\n' > "$TREE/usr/sbin/policy-rc.d"
chmod 755 "$TREE/usr/sbin/policy-rc.d"
`

const CLOSE_COPY = `
if [ -d "$TREE/etc/apt" ]; then get clean; rm "$TREE/etc/apt/apt.conf.d/90understudy-lab"; fi
rm "$TREE/usr/sbin/policy-rc.d"
umount -R "$TREE"
rmdir "$TREE"
`

/**
 * Makes an image with packages in place of one without: the machines that start from it find them installed and their
 * services neither enabled nor running. Expects BASE, IMAGE, TREE, PACKAGES and PROXY in the environment.
 */
export const ADD_PACKAGES = `
${OPEN_COPY}
enabled() { chroot "$TREE" systemctl --root=/ list-unit-files --state=enabled --no-legend | cut -d' ' -f1; }
before=$(enabled)
if [ -d "$TREE/etc/apt" ]; then install_quietly $PACKAGES; else chroot "$TREE" dnf -q -y install $PACKAGES; fi
for unit in $(enabled); do
  printf '%s\\n' "$before" | grep -qxF "$unit" || chroot "$TREE" systemctl --root=/ --quiet disable "$unit"
done
${CLOSE_COPY}
`

/** Makes an image of the Red Hat family of one of Debian. Expects BASE, IMAGE, TREE and PROXY in the environment. */
export const MAKE_EL9 = `${OPEN_COPY}${BECOME_EL9}${CLOSE_COPY}`

/**
 * Has the package proxy fetch what machines of an image will ask for: packages, in groups that can be installed
 * together, and files of the archive. IMAGE becomes the mark that it was done. Expects BASE, IMAGE, TREE,
 * GROUPS_OF_PACKAGES, URLS and PROXY in the environment.
 */
export const FETCH_PACKAGES = `
disk="$TREE" TREE="$TREE/root"
mkdir -p "$disk"
mount -t tmpfs tmpfs "$disk"
mkdir "$disk/low" "$disk/up" "$disk/work" "$TREE"
mount -o loop,ro,noload "$BASE" "$disk/low"
mount -t overlay overlay -o "lowerdir=$disk/low,upperdir=$disk/up,workdir=$disk/work" "$TREE"
${LET_APT_FETCH}
printf '%s\\n' "$GROUPS_OF_PACKAGES" | while read -r group; do
  get --download-only install $group || { get update && get --download-only install $group; }
done
for url in $URLS; do chroot "$TREE" curl -sSf -x "$PROXY" -o /dev/null "$url"; done
umount -R "$disk"
rmdir "$disk"
: > "$IMAGE"
`

/** A copy of an image that is changed by a recipe of this file. */
export interface Copy {
  readonly base: string
  readonly target: string
  readonly recipe: string
  readonly packages?: readonly string[]
}

/** Changes a copy of an image; what it needs is fetched as the lab's machines do it: through the package proxy. */
export async function changeCopy(copy: Copy, detail: string, onEvent: LabListener): Promise<void> {
  const { base, target, recipe, packages = [] } = copy
  const env = { BASE: base, PACKAGES: packages.join(' ') }
  await buildByProxy({ target, recipe, product: 'IMAGE', env }, detail, onEvent)
}

/** What machines of one image will fetch. */
export interface ToFetch {
  /** Groups of packages that can be installed together. */
  readonly groups: readonly (readonly string[])[]
  /** Paths below the archive, such as pool/main/… */
  readonly files?: readonly string[]
}

/** Has the package proxy fetch what machines that start from `base` will ask for; `target` is the mark that it was done. */
export async function fetchPackages(
  { base, target, groups, files = [] }: ToFetch & { readonly base: string; readonly target: string },
  detail: string,
  onEvent: LabListener,
): Promise<void> {
  const env = {
    BASE: base,
    GROUPS_OF_PACKAGES: groups.map((group) => group.join(' ')).join('\n'),
    URLS: files.map((file) => `http://${GUEST_MIRROR}/debian/${file}`).join(' '),
  }
  await buildByProxy({ target, recipe: FETCH_PACKAGES, product: 'IMAGE', env }, detail, onEvent)
}

/** Builds with a lab's package proxy as the only way out. */
async function buildByProxy(wanted: Build, detail: string, onEvent: LabListener): Promise<void> {
  // Two images may be made at the same time.
  const lab = basename(wanted.target).split('.')[0] ?? ''
  await using _lock = await takeLock(keyOf(lab))
  await tearDown(lab, () => {})
  const topology: Topology = { name: lab, networks: [ALONE], machines: [] }
  const record = { topology, phase: 'starting', startedAt: new Date().toISOString() } as const
  await makeFolder(lab, { ...record, owner: await thisProcess() })
  try {
    await createNetwork(namespaceOf(lab), topology)
    await startPackageProxy(lab, [GATEWAY], pathsOf(lab))
    const env = { ...wanted.env, PROXY: `http://${GATEWAY}:${PACKAGE_PORT}` }
    const within = ['ip', 'netns', 'exec', namespaceOf(lab)]
    await build({ ...wanted, env, within }, detail, onEvent)
  } finally {
    await tearDown(lab, () => {})
  }
}
