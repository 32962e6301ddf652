import type { Facts, Interface, InterfaceAddress } from '../model/facts.ts'
import type { Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/**
 * What a host is. Lines of a word and its value; what a host cannot tell is left out and read as absent. The shell
 * reads files by itself, but those below /proc/sys tell a reader that takes one byte after the other the first only.
 */
export const facts: Sensor<Facts> = {
  name: 'facts',
  ask: () => sh`
us_has() { command -v "$1" >/dev/null 2>&1; }
us_lines() { while read -r us_line || [ -n "$us_line" ]; do printf '%s %s\n' "$1" "$us_line"; done <"$2"; }
us_first() {
  while read -r us_line; do
    case $us_line in "$2"*) printf '%s %s\n' "$1" "$us_line"; break ;; esac
  done <"$3"
}
us_told=$us_tmp/facts
for us_f in /etc/os-release /usr/lib/os-release; do
  if [ -r "$us_f" ]; then us_lines os "$us_f"; break; fi
done
uname -nrm >"$us_told"
read -r us_name us_kernel us_machine <"$us_told"
printf 'hostname %s\nkernel %s\narchitecture %s\n' "$us_name" "$us_kernel" "$us_machine"
if [ -d /run/systemd/system ]; then echo 'init systemd'; fi
if us_has apt-get; then echo 'packages apt'
elif us_has dnf; then echo 'packages dnf'
elif us_has yum; then echo 'packages yum'; fi
if us_has ip; then
  ip -o link >"$us_told" 2>/dev/null; us_lines link "$us_told"
  ip -o addr >"$us_told" 2>/dev/null; us_lines addr "$us_told"
  ip -4 route >"$us_told" 2>/dev/null; us_first route default "$us_told"
fi
if [ -r /proc/meminfo ]; then us_first memory MemTotal: /proc/meminfo; fi
echo "cpus $(nproc 2>/dev/null || grep -c ^processor /proc/cpuinfo)"
echo "user $(id -un 2>/dev/null || id -u)"
if [ -r /sys/fs/selinux/enforce ]; then echo "selinux $(cat /sys/fs/selinux/enforce)"
elif [ -e /etc/selinux/config ]; then echo 'selinux off'; fi
for us_f in hostkey:/etc/ssh/ssh_host_ed25519_key.pub rootkey:/root/.ssh/id_ed25519.pub; do
  if [ -r "\${us_f#*:}" ]; then us_lines "\${us_f%%:*}" "\${us_f#*:}"; fi
done
echo "boot $(cat /proc/sys/kernel/random/boot_id 2>/dev/null)"
echo "time $(date +%s)"`,
  read: (output, subjects) => {
    const reading = readFacts(output)
    return new Map(subjects.map((subject) => [subject, reading]))
  },
}

function readFacts(output: string): Facts {
  const said = (word: string): readonly string[] =>
    output
      .split('\n')
      .filter((line) => line.startsWith(`${word} `))
      .map((line) => line.slice(word.length + 1))
  const one = (word: string): string => said(word)[0]?.trim() ?? ''
  const release = readOsRelease(said('os'))
  const route = /^default via (\S+) dev (\S+)/.exec(one('route'))
  const manager = one('packages')
  return {
    hostname: one('hostname'),
    os: {
      id: release.get('ID') ?? 'linux',
      version: release.get('VERSION_ID') ?? '',
      codename: release.get('VERSION_CODENAME') ?? '',
      name: release.get('PRETTY_NAME') ?? release.get('NAME') ?? 'Linux',
      family: familyOf(`${release.get('ID') ?? ''} ${release.get('ID_LIKE') ?? ''}`),
    },
    kernel: one('kernel'),
    architecture: one('architecture'),
    init: one('init') === 'systemd' ? 'systemd' : 'other',
    packageManager: manager === 'apt' || manager === 'dnf' || manager === 'yum' ? manager : 'none',
    interfaces: readInterfaces(said('link'), said('addr')),
    ...(route?.[1] && route[2] ? { defaultRoute: { gateway: route[1], interface: route[2] } } : {}),
    memoryMiB: Math.round(Number(/\d+/.exec(one('memory'))?.[0] ?? 0) / 1024),
    cpus: Number(one('cpus')) || 1,
    user: one('user'),
    selinux: selinuxModes[one('selinux')] ?? 'absent',
    ssh: { ...sshKey('hostKey', one('hostkey')), ...sshKey('rootKey', one('rootkey')) },
    bootId: one('boot'),
    time: Number(one('time')),
  }
}

const selinuxModes: Readonly<Record<string, Facts['selinux']>> = {
  0: 'permissive',
  1: 'enforcing',
  off: 'disabled',
}

/** A public key without its comment. */
function sshKey<Name extends string>(name: Name, text: string): { readonly [key in Name]?: string } {
  const [key] = /^ssh-ed25519 [A-Za-z0-9+/=]+/.exec(text) ?? []
  return key === undefined ? {} : ({ [name]: key } as { readonly [key in Name]: string })
}

/** os-release(5): shell assignments without expansions. */
function readOsRelease(texts: readonly string[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const text of texts) {
    const [, name, value] = /^([A-Z0-9_]+)=(.*)$/.exec(text.trim()) ?? []
    if (name && value !== undefined)
      values.set(name, value.replace(/^(["'])(.*)\1$/, '$2').replaceAll(/\\(["'$`\\])/g, '$1'))
  }
  return values
}

function familyOf(ids: string): Facts['os']['family'] {
  if (/\b(debian|ubuntu)\b/.test(ids)) return 'debian'
  return /\b(rhel|fedora|centos)\b/.test(ids) ? 'redhat' : 'other'
}

/** The one-line forms of ip(8), iproute2's and busybox's. */
function readInterfaces(
  links: readonly string[],
  addresses: readonly string[],
): Readonly<Record<string, Interface>> {
  const interfaces: Record<string, Interface> = Object.create(null)
  for (const text of links) {
    const [, name, flags = ''] = /^\d+: ([^:@]+)[^:]*: <([^>]*)>/.exec(text) ?? []
    if (!name) continue
    const words = flags.split(',')
    interfaces[name] = {
      name,
      mac: /link\/\S+ ([0-9a-f:]+)/.exec(text)?.[1] ?? '',
      mtu: Number(/ mtu (\d+)/.exec(text)?.[1] ?? 0),
      up: words.includes('UP') && !words.includes('NO-CARRIER'),
      addresses: addresses.flatMap((address) => readAddress(name, address)),
    }
  }
  return interfaces
}

function readAddress(name: string, text: string): readonly InterfaceAddress[] {
  const [head = '', ...words] = (text.split('\\')[0] ?? '').trim().split(/\s+/)
  if (!/^\d+:$/.test(head) || words[0] !== name) return []
  const [address, prefix] = (words[2] ?? '').split('/')
  if (!address) return []
  // A point-to-point address has its prefix at the peer's.
  const peer = words[3] === 'peer' ? words[4]?.split('/')[1] : undefined
  const family = words[1] === 'inet6' ? 'ipv6' : 'ipv4'
  const last = words.at(-1) ?? ''
  return [
    {
      address,
      prefix: Number(prefix ?? peer ?? (family === 'ipv6' ? 128 : 32)),
      family,
      scope: words[words.indexOf('scope') + 1] ?? '',
      ...(last.startsWith(`${name}:`) ? { label: last } : {}),
    },
  ]
}
