import type { Facts, Interface, InterfaceAddress } from '../model/facts.ts'
import type { Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/** What changes that make or move accounts disturb of the facts: where they are at home. */
export const accounts = 'accounts'

/** A host without the versions of its balancers: to start them costs as much as to ask for all the rest. */
export const withoutVersions = 'without versions'

/**
 * What a host is: lines of a word and its value, then what programs say under headings. What a host cannot tell is left
 * out and read as absent. Small files are read by the shell itself: a process costs a slow machine more than all the rest.
 */
export const facts: Sensor<Facts> = {
  name: 'facts',
  ask: (subjects) => sh`
us_has() { command -v "$1" >/dev/null 2>&1; }
us_line() { us_l=; read -r us_l 2>/dev/null <"$2" || :; if [ -n "$us_l" ]; then printf '%s %s\n' "$1" "$us_l"; fi; }
us_of=/proc/sys/kernel us_kernel=
# A kernel of 6.1 or later says itself what uname would.
if [ -r "$us_of/arch" ]; then us_kernel="$us_of/hostname $us_of/osrelease $us_of/arch"; else printf 'uname '; uname -n -r -m; fi
if [ -d /run/systemd/system ]; then echo 'init systemd'; fi
if us_has apt-get; then echo 'packages apt'
elif us_has dnf; then echo 'packages dnf'
elif us_has yum; then echo 'packages yum'; fi
us_line cpus /sys/devices/system/cpu/online
us_k='' us_uid='' us_gid='' us_l=''
{ while read -r us_k us_uid us_l && [ "$us_k" != Uid: ]; do :; done; read -r us_k us_gid us_l; } 2>/dev/null </proc/self/status || us_k=
us_l=; { read -r us_l; } 2>/dev/null </etc/passwd || :
case $us_k$us_uid,$us_l in Gid:0,root:*:0:*) printf 'user uid=0(root) gid=%s\n' "$us_gid" ;; *) printf 'user '; id ;; esac
us_env() { case $2 in '' | *"$us_end"*) ;; *) printf 'env %s=%s\n' "$1" "$2" ;; esac; }
us_end='
'
us_env HOME "\${HOME-}"; us_env USER "\${USER-}"; us_env LOGNAME "\${LOGNAME-}"; us_env SHELL "\${SHELL-}"
us_env PATH "\${PATH-}"; us_env PWD "\${PWD-}"; us_env LANG "\${LANG-}"; us_env TERM "\${TERM-}"
us_env SUDO_USER "\${SUDO_USER-}"; us_env SSH_CONNECTION "\${SSH_CONNECTION-}"
# Without that file its own library says that it is off, whatever the kernel has.
if [ -e /etc/selinux/config ]; then
  if [ -r /sys/fs/selinux/enforce ]; then us_line selinux /sys/fs/selinux/enforce; else echo 'selinux off'; fi
fi
if [ -r /etc/ssh/ssh_host_ed25519_key.pub ]; then us_line hostkey /etc/ssh/ssh_host_ed25519_key.pub; fi
if [ -r /root/.ssh/id_ed25519.pub ]; then us_line rootkey /root/.ssh/id_ed25519.pub; fi
for us_p in ${subjects.some((subject) => subject !== withoutVersions) ? ['haproxy', 'nginx'] : []}; do
  if us_has "$us_p"; then us_l=$("$us_p" -v 2>&1) || :; printf 'program %s %s\n' "$us_p" "\${us_l%%"$us_end"*}"; fi
done
# What keepalived tracks: a number other than 0 is a standing handover; without one there is a 0, and nothing else.
for us_f in /var/lib/understudy/handover/*; do
  if [ ! -f "$us_f" ] || [ ! -r "$us_f" ] || [ "\${us_f##*/}" = README ]; then continue; fi
  us_l=; us_k=; us_m=
  { { IFS= read -r us_l && ! IFS= read -r us_k && [ -z "$us_k" ]; } || us_m=+; } 2>/dev/null <"$us_f"
  case $us_l in
    *[1-9]*) printf 'handover %s\n' "\${us_f##*/}" ;;
    *) if [ "$us_l$us_m" != 0 ]; then printf 'mangled %s\n' "\${us_f##*/}"; fi ;;
  esac
done
date '+time %s %z %Z'
# Settings of the kernel are not to be read byte by byte, as a shell does.
if [ -n "$us_kernel" ]; then echo '# kernel'; else echo '# boot'; fi
for us_f in /etc/os-release /usr/lib/os-release /dev/null; do
  if [ -r "$us_f" ]; then
    # shellcheck disable=SC2086 # none of these names holds a space
    cat $us_kernel /proc/sys/kernel/random/boot_id /proc/sys/fs/nr_open /etc/passwd "$us_f" /proc/meminfo /etc/resolv.conf 2>/dev/null; break
  fi
done
if us_has ip; then
  echo; echo '# ip'
  us_l=$(ip -o -force -batch - 2>/dev/null <<'END'
link
addr
route show default
END
  ) || us_l=
  if [ -n "$us_l" ]; then printf '%s\n' "$us_l"
  else
    # The ip of busybox knows no batches.
    ip -o link 2>/dev/null; ip -o addr 2>/dev/null; ip -4 route show default 2>/dev/null
  fi
fi
:`,
  read: (output, subjects) => {
    const reading = readFacts(output)
    return new Map(subjects.map((subject) => [subject, reading]))
  },
}

function readFacts(output: string): Facts {
  const [words = '', ...sections] = output.split(/^# (?=(?:kernel|boot|ip)$)/m)
  const one = (word: string): string => new RegExp(`^${word} (.*)$`, 'm').exec(words)?.[1]?.trim() ?? ''
  const under = (heading: string): readonly string[] =>
    sections
      .find((text) => text.startsWith(`${heading}\n`))
      ?.split('\n')
      .slice(1) ?? []
  // What the kernel says of itself, the identity of a boot, passwd(5) and os-release(5), where they can be read.
  const [told, boot] = ofKernel(under('kernel')) ?? [one('uname').split(' '), under('boot')]
  const [hostname = '', kernel = '', architecture = ''] = told
  const release = readOsRelease(boot)
  const network = under('ip')
  const route = /^default via (\S+) dev (\S+)/m.exec(network.join('\n'))
  const manager = one('packages')
  const [time = '', offset = '+0000', zone = 'UTC'] = one('time').split(' ')
  const environment = Object.fromEntries(
    [...words.matchAll(/^env (\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  )
  return {
    hostname,
    os: {
      id: release.get('ID') ?? 'linux',
      version: release.get('VERSION_ID') ?? '',
      codename: release.get('VERSION_CODENAME') ?? '',
      name: release.get('PRETTY_NAME') ?? release.get('NAME') ?? 'Linux',
      family: familyOf(`${release.get('ID') ?? ''} ${release.get('ID_LIKE') ?? ''}`),
    },
    kernel,
    architecture,
    init: one('init') === 'systemd' ? 'systemd' : 'other',
    packageManager: manager === 'apt' || manager === 'dnf' || manager === 'yum' ? manager : 'none',
    interfaces: readInterfaces(network),
    ...(route?.[1] && route[2] ? { defaultRoute: { gateway: route[1], interface: route[2] } } : {}),
    memoryMiB: mebibytes(boot, 'MemTotal'),
    memory: {
      free: mebibytes(boot, 'MemFree'),
      swap: mebibytes(boot, 'SwapTotal'),
      swapFree: mebibytes(boot, 'SwapFree'),
    },
    ...readOpenFiles(boot),
    cpus: countOf(one('cpus')),
    ...readAccount(one('user'), environment),
    homes: readHomes(boot),
    environment,
    dns: { nameServers: wordsAfter(boot, 'nameserver'), search: wordsAfter(boot, 'search').slice(-6) },
    selinux: selinuxModes[one('selinux')] ?? 'absent',
    ...readPrograms(words),
    ssh: { ...sshKey('hostKey', one('hostkey')), ...sshKey('rootKey', one('rootkey')) },
    handovers: [...words.matchAll(/^handover (.+)$/gm)].map(([, instance = '']) => instance),
    mangledHandovers: [...words.matchAll(/^mangled (.+)$/gm)].map(([, instance = '']) => instance),
    bootId: boot.find((line) => /^[0-9a-f-]{36}$/.test(line)) ?? '',
    time: Number(time),
    zone: { offset, name: zone },
  }
}

/** Three lines that the kernel says of itself, and what stands behind them; undefined where it does not say them. */
function ofKernel(lines: readonly string[]): [readonly string[], readonly string[]] | undefined {
  return lines.length > 0 ? [lines.slice(0, 3), lines.slice(3)] : undefined
}

/** The first number of what a program says of itself. */
function readPrograms(words: string): Pick<Facts, 'programs'> {
  const programs = Object.fromEntries(
    [...words.matchAll(/^program (haproxy|nginx) \D*(\d+(?:\.\d+)*)/gm)].map(
      ([, name = '', version = '']) => [name, version],
    ),
  )
  return Object.keys(programs).length > 0 ? { programs } : {}
}

/** The line of nr_open, which stands before all that could look like it. */
function readOpenFiles(lines: readonly string[]): Pick<Facts, 'openFiles'> {
  const [, count] = /^(\d{3,10})$/.exec(lines.slice(0, 2).find((line) => /^\d+$/.test(line)) ?? '') ?? []
  return count === undefined ? {} : { openFiles: Number(count) }
}

/** A line of /proc/meminfo. */
function mebibytes(lines: readonly string[], name: string): number {
  const [, kibibytes = 0] = lines.map((line) => line.match(`^${name}: +(\\d+) kB`)).find(Boolean) ?? []
  return Math.floor(Number(kibibytes) / 1024)
}

function readHomes(lines: readonly string[]): Facts['homes'] {
  const homes: Record<string, string> = Object.create(null)
  for (const line of lines) {
    const [, name, home] = /^([^:\s]+):[^:]*:\d+:\d+:[^:]*:(\/[^:]*):[^:]*$/.exec(line) ?? []
    // The first of two is the one that counts.
    if (name && home) homes[name] ??= home
  }
  return homes
}

function wordsAfter(lines: readonly string[], name: string): readonly string[] {
  return lines.flatMap((line) => {
    const [first, ...words] = line.trim().split(/\s+/)
    return first === name ? words : []
  })
}

/** By what id(1) prints: `uid=0(root) gid=0(root) groups=…`; an account without a name goes by its number. */
function readAccount(
  identity: string,
  { HOME = '', SHELL = '' }: Readonly<Record<string, string>>,
): Pick<Facts, 'user' | 'account'> {
  const [, uid = '', name = uid] = /^uid=(\d+)(?:\(([^)]*)\))?/.exec(identity) ?? []
  const [, gid = ''] = / gid=(\d+)/.exec(identity) ?? []
  return { user: name, account: { uid: Number(uid), gid: Number(gid), home: HOME, shell: SHELL } }
}

/** How many are in a list of the kernel, such as `0-3,6`; 1 where it cannot be read. */
function countOf(list: string): number {
  const ranges = list.split(',').map((range) => range.split('-').map(Number))
  const count = ranges.reduce((sum, [from = Number.NaN, to = from]) => sum + to - from + 1, 0)
  return count || 1
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

/** The one-line forms of links and addresses by ip(8), iproute2's and busybox's. */
function readInterfaces(lines: readonly string[]): Readonly<Record<string, Interface>> {
  const interfaces: Record<string, Interface> = Object.create(null)
  for (const text of lines) {
    const [, name, flags = ''] = /^\d+: ([^:@]+)[^:]*: <([^>]*)>/.exec(text) ?? []
    if (!name) continue
    const words = flags.split(',')
    interfaces[name] = {
      name,
      mac: /link\/\S+ ([0-9a-f:]+)/.exec(text)?.[1] ?? '',
      mtu: Number(/ mtu (\d+)/.exec(text)?.[1] ?? 0),
      up: words.includes('UP') && !words.includes('NO-CARRIER'),
      addresses: lines.flatMap((line) => readAddress(name, line)),
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
