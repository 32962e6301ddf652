import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'
import { type Marked, markOf, type NftablesReading, readNftables } from './nftables-text.ts'

/** The rules of iptables or ip6tables, the user's own or those ufw made. */
export interface IptablesReading {
  readonly family: 'ipv4' | 'ipv6'
  /** Where our entries go; absent where nothing is turned away there. */
  readonly chains: { readonly input?: string; readonly forward?: string }
  readonly live: readonly Marked[]
  /** The file that is loaded at boot, where one filters, and our entries in it. */
  readonly boot?: { readonly file: string; readonly marked: readonly Marked[] }
}

/** A zone of firewalld, as it is now or as it is kept. */
export interface Zone {
  readonly name: string
  readonly target: string
  readonly interfaces: readonly string[]
  readonly sources: readonly string[]
  /** Packets may pass from one interface of the zone to another. */
  readonly forwards: boolean
  readonly richRules: readonly string[]
}

/** firewalld, while it runs. */
export interface FirewalldReading {
  readonly defaultZone: string
  readonly live: readonly Zone[]
  readonly kept: readonly Zone[]
}

/** Every firewall at work on a host; a packet must pass all of them. */
export interface FirewallReading {
  readonly firewalld?: FirewalldReading
  readonly iptables: readonly IptablesReading[]
  readonly nftables: NftablesReading
}

/** Where nftables finds our entries at boot. */
export const bootDirectory = '/etc/understudy/firewall'

/**
 * All firewalls in one fragment, which costs next to nothing where none is installed. The old iptables would load
 * its modules when asked, so it is asked only where its table is there. Sets of nftables are left out: they can be long.
 */
const firewalls: Sensor<FirewallReading> = {
  name: 'firewalls',
  ask: () => sh`
us_rules() {
  command -v "$2" >/dev/null 2>&1 || return 0
  case $("$2" --version 2>/dev/null) in
    *nf_tables*) ;;
    *) grep -qsx filter "/proc/net/$3" || return 0 ;;
  esac
  "$2" -w 5 -S 2>/dev/null | sed "s/^/$1 live /"
  for us_f in /etc/iptables/"$4" /etc/sysconfig/"$2" /etc/ufw/"$5"; do
    if [ -f "$us_f" ] && grep -qs '^\*filter' "$us_f"; then
      printf '%s file %s\n' "$1" "$us_f"
      sed -n "s,^-A.*--comment \"understudy .*,$1 boot $us_f &,p" "$us_f"
    fi
  done
}
if command -v firewall-cmd >/dev/null 2>&1 && [ "$(firewall-cmd --state 2>/dev/null)" = running ]; then
  printf 'firewalld default %s\n' "$(firewall-cmd --get-default-zone)"
  firewall-cmd --list-all-zones | sed 's/^/firewalld live /'
  firewall-cmd --permanent --list-all-zones | sed 's/^/firewalld kept /'
fi
us_rules ipv4 iptables ip_tables_names rules.v4 before.rules
us_rules ipv6 ip6tables ip6_tables_names rules.v6 before6.rules
if command -v nft >/dev/null 2>&1; then
  { nft -a -s -t list ruleset 2>/dev/null || nft -a list ruleset 2>/dev/null || :; } | sed 's/^/nft live /'
  for us_u in /etc/systemd/system/*.wants/nftables.service; do
    if [ -e "$us_u" ]; then
      us_f=/etc/nftables.conf
      if [ -e /etc/sysconfig/nftables.conf ]; then us_f=/etc/sysconfig/nftables.conf; fi
      printf 'nft file %s\n' "$us_f"
      if [ -f "$us_f" ] && grep -Fqsx ${`include "${bootDirectory}/*.nft"`} "$us_f"; then echo 'nft includes'; fi
      break
    fi
  done
  for us_f in ${bootDirectory}/*.nft; do
    if [ -f "$us_f" ]; then printf 'nft ours %s\n' "$us_f"; sed 's/^/nft text /' "$us_f"; fi
  done
fi`,
  read: (output, subjects) => {
    const lines = output.split('\n')
    const after = (word: string) =>
      lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []))
    const firewalld = readFirewalld(after('firewalld'))
    const reading: FirewallReading = {
      ...(firewalld ? { firewalld } : {}),
      iptables: [
        // The old backend of firewalld fills tables of iptables, which are its own business.
        ...(firewalld ? [] : readIptables('ipv4', after('ipv4'))),
        ...(firewalld ? [] : readIptables('ipv6', after('ipv6'))),
      ],
      nftables: readNftables(after('nft')),
    }
    return new Map(subjects.map((subject) => [subject, reading]))
  },
}

/** Asks which firewalls are at work, and what stands open in them, by a name whose entries are meant. */
export function firewallsFor(name: string): Query<FirewallReading> {
  const files = ['nftables.conf', 'sysconfig', 'iptables', 'ufw', 'firewalld'].map(
    (one) => `file:/etc/${one}`,
  )
  const services = ['firewalld', 'ufw', 'nftables', 'netfilter-persistent', 'iptables', 'ip6tables']
  const units = services.map((one) => `unit:${one}.service`)
  return { sensor: firewalls, subject: 'all', about: [`firewall:${name}`, ...files, ...units] }
}

function readIptables(family: 'ipv4' | 'ipv6', lines: readonly string[]): readonly IptablesReading[] {
  const after = (word: string) =>
    lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []))
  const live = after('live')
  if (live.length === 0) return []
  const ufw = family === 'ipv4' ? 'ufw-before' : 'ufw6-before'
  const byUfw = live.includes(`-N ${ufw}-input`)
  const chainFor = (base: 'INPUT' | 'FORWARD', of: string) =>
    filters(live, base) ? (byUfw ? `${ufw}-${of}` : base) : undefined
  const [input, forward] = [chainFor('INPUT', 'input'), chainFor('FORWARD', 'forward')]
  const file = after('file').find((path) => path.startsWith('/etc/ufw/') === byUfw)
  const marked = (rules: readonly string[]) => rules.flatMap((rule) => markOf(rule) ?? [])
  return [
    {
      family,
      chains: { ...(input ? { input } : {}), ...(forward ? { forward } : {}) },
      live: marked(live),
      ...(file
        ? { boot: { file, marked: marked(after('boot').filter((line) => line.startsWith(`${file} `))) } }
        : {}),
    },
  ]
}

/**
 * Does a chain turn packets away? By its policy, or by a rule of its own or of chains it leads to. Bans of single
 * sources do not count: what is not banned is open.
 */
function filters(rules: readonly string[], base: string): boolean {
  if (rules.some((rule) => new RegExp(`^-P ${base} (?!ACCEPT)`).test(rule))) return true
  const seen = new Set([base])
  for (const chain of seen)
    for (const rule of rules.filter((one) => one.startsWith(`-A ${chain} `))) {
      const target = / -[jg] (\S+)/.exec(rule)?.[1]
      if ((target === 'DROP' || target === 'REJECT') && !/ (-s|--match-set) /.test(rule)) return true
      if (target) seen.add(target)
    }
  return false
}

function readFirewalld(lines: readonly string[]): FirewalldReading | undefined {
  const after = (word: string) =>
    lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []))
  const [defaultZone] = after('default')
  if (!defaultZone) return undefined
  return { defaultZone, live: readZones(after('live')), kept: readZones(after('kept')) }
}

/** `firewall-cmd --list-all-zones`: a heading for each zone, `key: words` below it, and rich rules one a line. */
function readZones(lines: readonly string[]): readonly Zone[] {
  const headings = lines.flatMap((line, at) => (/^\S/.test(line) ? [at] : []))
  return headings.map((start, index) => {
    const zone = lines.slice(start, headings[index + 1] ?? lines.length)
    const value = (key: string) =>
      zone
        .find((line) => line.trim().startsWith(`${key}:`))
        ?.replace(/^[^:]*:\s*/, '')
        .trim() ?? ''
    const words = (key: string) => value(key).split(/\s+/).filter(Boolean)
    return {
      name: zone[0]?.split(' ')[0] ?? '',
      target: value('target'),
      interfaces: words('interfaces'),
      sources: words('sources'),
      forwards: value('forward') === 'yes',
      richRules: zone.map((line) => line.trim()).filter((line) => line.startsWith('rule ')),
    }
  })
}
