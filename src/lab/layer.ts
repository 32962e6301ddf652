import { basename } from 'node:path'
import { build } from './build.ts'
import { tearDown } from './down.ts'
import type { LabListener } from './event.ts'
import { takeLock } from './lock.ts'
import { createNetwork } from './network.ts'
import { thisProcess } from './owner.ts'
import { PACKAGE_PORT, startPackageProxy } from './packages.ts'
import { keyOf, namespaceOf, pathsOf } from './paths.ts'
import { makeFolder } from './record.ts'
import type { Topology } from './topology.ts'

/** The address this computer has in the network in which packages are fetched for an image; nobody else is there. */
const GATEWAY = '10.0.0.1'

/**
 * Makes an image with packages in place of one without: the machines that start from it find them installed and their
 * services neither enabled nor running. Expects BASE, IMAGE, TREE, PACKAGES and PROXY in the environment.
 */
export const ADD_PACKAGES = `
cp --sparse=always "$BASE" "$IMAGE"
mkdir -p "$TREE"
mount -o loop "$IMAGE" "$TREE"
mount --rbind /dev "$TREE/dev"
mount -t proc proc "$TREE/proc"
printf '#!/bin/sh\\nexit 101\\n' > "$TREE/usr/sbin/policy-rc.d"
chmod 755 "$TREE/usr/sbin/policy-rc.d"
enabled() { chroot "$TREE" systemctl --root=/ list-unit-files --state=enabled --no-legend | cut -d' ' -f1; }
enabled > "$TREE.before"
if [ -e "$TREE/usr/bin/apt-get" ]; then
  conf="$TREE/etc/apt/apt.conf.d/90understudy-lab"
  printf 'Acquire::http::Proxy "%s";\\nAcquire::Languages "none";\\nAcquire::Check-Valid-Until "false";\\n' "$PROXY" > "$conf"
  get() { DEBIAN_FRONTEND=noninteractive chroot "$TREE" apt-get -q -y -o Dpkg::Use-Pty=0 "$@"; }
  # Lists that came with an older image may name files that the mirror has replaced meanwhile.
  get --no-install-recommends install $PACKAGES || { get update && get --no-install-recommends install $PACKAGES; }
  get clean
  rm "$conf"
else
  chroot "$TREE" dnf -q -y install $PACKAGES
fi
enabled | while read -r unit; do
  grep -qxF "$unit" "$TREE.before" || chroot "$TREE" systemctl --root=/ --quiet disable "$unit"
done
rm "$TREE.before" "$TREE/usr/sbin/policy-rc.d"
umount -R "$TREE"
rmdir "$TREE"
`

/** Puts packages into a copy of an image, fetching them as the lab's machines do: through the package proxy. */
export async function addPackages(
  wanted: { readonly base: string; readonly target: string; readonly packages: readonly string[] },
  detail: string,
  onEvent: LabListener,
): Promise<void> {
  // Two images may be made at the same time.
  const lab = basename(wanted.target, '.img')
  await using _lock = await takeLock(keyOf(lab))
  await tearDown(lab, () => {})
  const topology: Topology = { name: lab, network: '10.0.0.0/24', gateway: GATEWAY, machines: [] }
  const record = { topology, phase: 'starting', startedAt: new Date().toISOString() } as const
  await makeFolder(lab, { ...record, owner: await thisProcess() })
  try {
    await createNetwork(namespaceOf(lab), topology)
    await startPackageProxy(lab, GATEWAY, pathsOf(lab))
    const env = {
      ...{ BASE: wanted.base, PACKAGES: wanted.packages.join(' ') },
      PROXY: `http://${GATEWAY}:${PACKAGE_PORT}`,
    }
    const within = ['ip', 'netns', 'exec', namespaceOf(lab)]
    const { target } = wanted
    await build({ target, recipe: ADD_PACKAGES, product: 'IMAGE', env, within }, detail, onEvent)
  } finally {
    await tearDown(lab, () => {})
  }
}
