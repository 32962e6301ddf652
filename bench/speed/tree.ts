import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { build } from '../../src/lab/build.ts'
import { findMirrors, proxySettings } from '../../src/lab/mirror.ts'
import { cacheRoot } from '../../src/lab/paths.ts'
import { removeRemains } from '../../src/lab/remains.ts'

const packages = [
  ...['openssh-server', 'python3', 'python3-apt', 'nginx-light', 'keepalived', 'curl', 'cron', 'procps'],
  ...['iproute2', 'kmod', 'netbase', 'logrotate'],
]

/** A Debian with the packages of the play and what Ansible needs, which all machines of the bench have beneath their own files. */
const recipe = `
mmdebstrap --mode=root --variant=minbase --include=${packages.join()} \\
  --aptopt="$APT_PROXIES" bookworm "$TREE" "deb $DEBIAN bookworm main"
rm -rf "$TREE/usr/share/doc" "$TREE/usr/share/man" "$TREE/usr/share/locale"
mkdir -p "$TREE/etc/modules-load.d" "$TREE/etc/sysctl.d"
rm -f "$TREE"/etc/nginx/sites-enabled/* "$TREE"/etc/cron.d/* "$TREE"/etc/ssh/ssh_host_*
for service in nginx keepalived; do chroot "$TREE" update-rc.d -f "$service" remove >/dev/null; done
chroot "$TREE" ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
cat >"$TREE/etc/ssh/sshd_config.d/bench.conf" <<'CONF'
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
MaxStartups 10000
MaxSessions 100
UseDNS no
PidFile none
CONF
`

/** Makes it where it is not there yet, and says where it is. */
export async function targetTree(): Promise<string> {
  const digest = createHash('sha256').update(recipe).digest('hex').slice(0, 12)
  const folder = join(dirname(cacheRoot()), 'bench')
  const tree = join(folder, `tree-${digest}`)
  await mkdir(folder, { recursive: true })
  if (existsSync(tree)) return tree
  await removeRemains(folder)
  for (const old of await readdir(folder))
    if (old.startsWith('tree-')) await rm(join(folder, old), { recursive: true, force: true })
  const mirrors = await findMirrors()
  const env = { DEBIAN: mirrors.debian, APT_PROXIES: proxySettings(mirrors) }
  await build(
    { target: tree, recipe, product: 'TREE', env },
    'building the machines of the bench',
    ({ detail }) => console.error(`· ${detail}`),
  )
  return tree
}
