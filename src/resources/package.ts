import { z } from 'zod'
import type { Change, Difference } from '../model/change.ts'
import type { ResourceKind } from '../model/resource.ts'
import type { Script } from '../model/script.ts'
import type { Query } from '../model/sensor.ts'
import {
  aptListsFresh,
  type CandidateReading,
  candidateFor,
  findPackageManager,
  type PackageReading,
  packageNamed,
} from '../sensors/packages.ts'
import { lines, sh } from '../shell/quote.ts'
import { awaitPackageLock } from './package-lock.ts'
import { withoutStarting } from './package-policy.ts'

const packageName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9+._:-]*$/, 'must be the name of a package, without a version')

const schema = z.strictObject({
  name: z
    .union([packageName, z.array(packageName).min(1)])
    .transform((name) => (typeof name === 'string' ? [name] : name))
    .describe(
      'One package or a list, installed in one go. What a package recommends comes as its distribution has it.',
    ),
  state: z
    .enum(['present', 'latest', 'absent'])
    .default('present')
    .describe(
      '`present`: any version. `latest`: the newest on offer, by lists not older than a day. `absent`: removed, its configuration kept.',
    ),
})

type Package = z.infer<typeof schema>
type Asked = Readonly<Record<string, Query<PackageReading | CandidateReading>>>

/**
 * Packages of apt, dnf or yum. A service that a package brings is not started by its installation, because its
 * configuration is not written yet; `service` starts it.
 */
export const packageKind: ResourceKind<Package, Asked> = {
  name: 'package',
  summary: 'Packages of the distribution; a service they bring is not started before it is configured.',
  schema,
  shorthand: 'name',
  subject: ({ name }) => name.join(','),
  inspect: ({ name, state }) => ({
    ...Object.fromEntries(name.map((one) => [`installed ${one}`, packageNamed(one)])),
    ...(state === 'latest'
      ? Object.fromEntries(name.map((one) => [`candidate ${one}`, candidateFor(one)]))
      : {}),
  }),
  converge: ({ name, state }, found) => {
    const known: Known = {
      installed: (one) => found[`installed ${one}`] as PackageReading,
      candidate: (one) => found[`candidate ${one}`] as CandidateReading | undefined,
    }
    return state === 'absent' ? remove(name, known) : install(name, known)
  },
}

interface Known {
  readonly installed: (name: string) => PackageReading
  readonly candidate: (name: string) => CandidateReading | undefined
}

function install(names: readonly string[], { installed, candidate }: Known): Change | undefined {
  const missing = names.filter((one) => !installed(one).installed)
  const older = names.filter((one) => !missing.includes(one) && candidate(one)?.newer)
  const stale = names.some((one) => candidate(one)?.stale)
  if (missing.length === 0 && older.length === 0 && !stale) return undefined
  const words = [
    ...(missing.length > 0 ? [`install ${missing.join(', ')}`] : []),
    ...(older.length > 0 ? [`upgrade ${older.join(', ')}`] : []),
    ...(stale ? ['refresh package lists older than a day and upgrade by them'] : []),
  ]
  const differences: Difference[] = [...missing, ...older].map((name) => {
    const { installed: version, broken } = installed(name)
    const before = version ?? (broken ? 'half installed' : undefined)
    return { is: 'attribute', name, before, after: candidate(name)?.newer ?? 'installed' }
  })
  return {
    summary: words.join('; '),
    differences,
    script: installScript(stale ? names : [...missing, ...older]),
    impact: older.length > 0 || stale ? 'restart' : 'none',
    disturbs: 'everything',
  }
}

function remove(names: readonly string[], { installed }: Known): Change | undefined {
  const present = names.filter((one) => installed(one).installed)
  if (present.length === 0) return undefined
  return {
    summary: `remove ${present.join(', ')}`,
    differences: present.map((name) => ({
      is: 'attribute',
      name,
      before: installed(name).installed,
      after: undefined,
    })),
    script: lines(
      findPackageManager,
      awaitPackageLock,
      sh`us_await_lock
case $us_pm in
  apt) apt-get -q -y -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 remove -- ${present} ;;
  dnf | yum) "$us_pm" -q -y remove ${present} ;;
esac`,
    ),
    impact: 'restart',
    disturbs: 'everything',
  }
}

/** Lists are fetched only where they are old or do not have the package; broken-off set-ups are completed. */
function installScript(names: readonly string[]): Script {
  return lines(
    findPackageManager,
    awaitPackageLock,
    aptListsFresh,
    withoutStarting,
    // needrestart would restart services of its own accord, and apt-listchanges would ask for a pager.
    sh`export NEEDRESTART_SUSPEND=1 APT_LISTCHANGES_FRONTEND=none
us_get() {
  apt-get -q -y -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 \
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"
}
us_update() {
  us_updated=1
  us_await_lock
  if us_get update; then
    mkdir -p /var/lib/understudy
    : >/var/lib/understudy/apt-updated
  else
    echo 'the package lists could not be refreshed; trying with those at hand' >&2
  fi
}
us_updated=
us_await_lock
case $us_pm in
  apt)
    us_policy_on
    if [ -n "$(dpkg --audit 2>/dev/null)" ] || ls /var/lib/dpkg/updates/[0-9]* >/dev/null 2>&1; then
      dpkg --configure -a --force-confdef --force-confold
    fi
    us_lists_fresh || us_update
    us_await_lock
    if [ -n "$us_updated" ]; then
      us_get install -- ${names}
    elif ! us_get install -- ${names} >"$us_tmp/apt" 2>&1; then
      # Lists name files that the mirror has replaced meanwhile, or do not know the package yet.
      us_update
      us_await_lock
      us_get install -- ${names}
    else
      cat "$us_tmp/apt"
    fi ;;
  dnf | yum)
    "$us_pm" -q -y install ${names}
    "$us_pm" -q -y upgrade ${names}
    rpm -q --whatprovides ${names} >"$us_tmp/rpm" || { cat "$us_tmp/rpm" >&2; exit 1; } ;;
  *) echo 'this host has neither apt-get nor dnf nor yum' >&2; exit 1 ;;
esac`,
  )
}
