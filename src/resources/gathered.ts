import { z } from 'zod'
import { type Registered, type ResourceKind, unchanged } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { findPackageManager } from '../sensors/packages.ts'
import { lines, sh } from '../shell/quote.ts'
import { type Answer, probed } from './probed.ts'

type ProbedKind<Desired> = ResourceKind<Desired, { answer: Query<Answer> }>

/** A result whose facts later tasks read by their names. */
function facts(values: Readonly<Record<string, unknown>>): Registered {
  return { ...unchanged, found: { ansible_facts: values } }
}

const nothing = z.strictObject({})

/** All packages of the host, as facts. */
export const packageFacts: ProbedKind<z.infer<typeof nothing>> = probed({
  name: 'package_facts',
  summary: 'All packages of the host, as facts.',
  schema: nothing,
  subject: () => 'packages',
  isList: true,
  ask: () =>
    lines(
      findPackageManager,
      sh`case $us_pm in
  apt) dpkg-query -W -f '\${db:Status-Status}\t\${Package}\t\${Version}\t\${Architecture}\t\${Section}\n' | sed -n 's/^installed\t/apt\t/p' ;;
  none) ;;
  *) rpm -qa --qf 'rpm\t%{NAME}\t%{VERSION}\t%{ARCH}\t%{RELEASE}\t%{EPOCH}\n' ;;
esac`,
    ),
  change: () => undefined,
  result: ({ stdout }) => {
    const packages: Record<string, unknown[]> = Object.create(null)
    for (const line of stdout.split('\n')) {
      const [source, name = '', version, arch, more = '', epoch = ''] = line.split('\t')
      if (name === '') continue
      const common = { name, version, arch: arch === '(none)' ? null : arch, source }
      const one =
        source === 'apt'
          ? { ...common, category: more }
          : { ...common, release: more, epoch: epoch === '(none)' ? null : Number(epoch) }
      packages[name] = [...(packages[name] ?? []), one]
    }
    return facts({ packages })
  },
})

/** All services of the host, as facts. */
export const serviceFacts: ProbedKind<z.infer<typeof nothing>> = probed({
  name: 'service_facts',
  summary: 'All services of the host, as facts.',
  schema: nothing,
  subject: () => 'services',
  isList: true,
  // Those of System V first: systemd counts where both know one. What is an alias has the state of what it stands for.
  ask: () => sh`if command -v service >/dev/null 2>&1 && ! command -v chkconfig >/dev/null 2>&1; then
  service --status-all 2>/dev/null | sed -n 's/^ *\[ \([-+]\) \] *\(.*\)$/sysv \2 \1/p'
fi
[ -d /run/systemd/system ] || exit 0
systemctl list-units --no-pager --no-legend --plain --type service --all | sed 's/^/unit /'
us_files=$(systemctl list-unit-files --no-pager --no-legend --type service --all)
printf '%s\n' "$us_files" | sed 's/^/file /'
us_aliases=$(printf '%s\n' "$us_files" | sed -n 's/^\([^ ]*[^@]\.service\) *alias.*/\1/p')
for us_f in $us_aliases; do
  printf 'alias %s ' "$us_f"; systemctl show -p ActiveState -- "$us_f" | sed 's/^ActiveState=//'
done`,
  change: () => undefined,
  result: ({ stdout }) => {
    const rows = stdout.split('\n').map((line) => line.split(/ +/))
    const those = (word: string) => rows.filter(([first]) => first === word).map((row) => row.slice(1))
    const services: Record<string, Readonly<Record<string, unknown>>> = Object.create(null)
    for (const [name = '', sign] of those('sysv'))
      services[name] = { name, state: sign === '+' ? 'running' : 'stopped', source: 'sysv' }
    const units = new Map(
      those('unit').map(([name = '', load = '', active = '', sub = '']) => {
        const bad = [load, active, sub].find((word) => badStates.has(word))
        return [name, { state: sub === 'running' ? 'running' : 'stopped', status: bad ?? active }]
      }),
    )
    for (const [name, unit] of units) services[name] = { name, ...unit, source: 'systemd' }
    const aliases = new Map(those('alias').map(([name = '', state]) => [name, state]))
    for (const [name = '', status = ''] of those('file')) {
      if (!name.endsWith('.service')) continue
      const unit = units.get(name)
      if (unit && badStates.has(unit.status)) continue
      const state = unit?.state ?? aliases.get(name) ?? (name.endsWith('@.service') ? 'unknown' : 'inactive')
      services[name] = { name, state, status, source: 'systemd' }
    }
    return facts({ services })
  },
})

/** States of units that count more than whether they are enabled. */
const badStates: ReadonlySet<string> = new Set(['not-found', 'masked', 'failed'])

const getentFields = z.strictObject({
  database: z
    .string()
    .regex(/^[A-Za-z0-9_]+$/, 'must be the name of a database, such as passwd')
    .describe('Which one.'),
  key: z.string().default('').describe('What is looked for; empty: all there is.'),
  service: z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/, 'must be the name of a service, such as files')
    .optional()
    .describe('Where it is looked for.'),
  split: z.string().min(1).optional().describe('What stands between the parts of an entry.'),
  fail_key: z.boolean().default(true).describe('It has failed where there is no such key.'),
})

const whys: Readonly<Record<number, string>> = {
  1: 'there is no such database',
  2: 'there is no such key in it',
  3: 'it cannot be read as a whole: name a key',
}

/** Entries of a database of the host's C library, as facts. */
export const getent: ProbedKind<z.infer<typeof getentFields>> = probed({
  name: 'getent',
  summary: "Entries of a database of the host's C library, as facts.",
  schema: getentFields,
  subject: ({ database, key }) => `${database} ${key}`.trim(),
  isList: true,
  ask: ({ database, key, service }) =>
    sh`command -v getent >/dev/null 2>&1 || exit 99
getent ${service === undefined ? [] : ['-s', service]} ${database} ${key === '' ? [] : [key]}`,
  change: ({ database, key, fail_key }, { rc }) => {
    if (rc === 0 || (rc === 2 && !fail_key)) return undefined
    if (rc === 99) return 'there is no getent on this host'
    return `${database} ${key}: ${whys[rc] ?? `getent failed with status ${rc}`}`.replace(' :', ':')
  },
  result: ({ rc, stdout }, { database, key, split }) => {
    const by = split ?? (['passwd', 'shadow', 'group', 'gshadow'].includes(database) ? ':' : /\s+/)
    const entries = new Map<string, unknown[]>()
    for (const line of stdout.split('\n')) {
      const [name = '', ...parts] = (typeof by === 'string' ? line : line.trim()).split(by)
      if (line !== '') entries.set(name, [...(entries.get(name) ?? []), parts])
    }
    // Several of one name are a list of these.
    const found = [...entries].map(([name, all]) => [name, all.length > 1 ? all : all[0]] as const)
    const missing = rc === 2 && key !== '' ? { [key]: null } : {}
    return facts({ [`getent_${database}`]: { ...Object.fromEntries(found), ...missing } })
  },
})
