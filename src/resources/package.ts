import { z } from 'zod'
import type { Change, Difference } from '../model/change.ts'
import type { ResourceKind } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import {
  type CandidateReading,
  candidateFor,
  findPackageManager,
  type PackageReading,
  packageNamed,
} from '../sensors/packages.ts'
import { lines, sh } from '../shell/quote.ts'
import { awaitPackageLock } from './package-lock.ts'
import {
  aptOptions,
  dpkgOptions,
  forced,
  installScript,
  type PackageOptions,
  pinScript,
  rpmOptions,
} from './package-script.ts'
import { refuse } from './refuse.ts'

const packageName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9+._:-]*$/, 'must be the name of a package, without a version')

/** What dnf and yum know beside names: a pattern, what a package provides such as `perl(Foo)`, and a file that it brings. */
const rpmName = z
  .string()
  .regex(
    /^([A-Za-z0-9*][A-Za-z0-9+._:*?-]*(\([A-Za-z0-9+._:/-]*\)(\(64bit\))?)?|\/[A-Za-z0-9+._/-]+)$/,
    'must be the name of a package, a pattern, what a package provides, or a file that it brings',
  )

const packageVersion = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9+.~^:_-]*\*?$/, 'must be a version as apt or dnf show it, in quotes')

const repository = z.string().regex(/^[A-Za-z0-9*][A-Za-z0-9*._:-]*$/, 'must be the name of a repository')

const fields = z.strictObject({
  name: z
    .union([rpmName, z.array(rpmName).min(1)])
    .transform((name) => (typeof name === 'string' ? [name] : name))
    .describe(
      'One package or a list, installed in one go. What a package recommends comes as its distribution has it.',
    ),
  version: packageVersion
    .optional()
    .describe(
      'This version and no other, of the one package named; a newer one is taken back to it. `1.22.1` means any release of it by the distribution, `1.22*` whatever begins so, `1.22.1-9` that one. What else upgrades packages on the host is not kept from it.',
    ),
  versions: z
    .record(packageName, packageVersion)
    .default({})
    .describe('The same of several of the packages named, by their names.'),
  purge: z.boolean().default(false).describe('With `absent`: its configuration goes, too.'),
  autoremove: z.boolean().default(false).describe('With `absent`: what only came along goes, too.'),
  only_upgrade: z.boolean().default(false).describe('What is not installed is left so.'),
  recommends: z
    .boolean()
    .optional()
    .describe('Whether what it recommends comes, too; absent: as its distribution has it.'),
  start_services: z
    .boolean()
    .default(false)
    .describe(
      'Services that it brings start at once, as their distribution has it, unconfigured as they are.',
    ),
  release: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._/=-]*$/, 'must be the name of a release such as bookworm-backports')
    .optional()
    .describe('The release of the distribution that it is taken from; apt only.'),
  enable_repositories: z
    .array(repository)
    .default([])
    .describe('Repositories switched on for this; dnf and yum only.'),
  disable_repositories: z
    .array(repository)
    .default([])
    .describe('Repositories switched off for this; dnf and yum only.'),
  apt_options: aptOptions,
  dpkg_options: dpkgOptions,
  rpm_options: rpmOptions,
  state: z
    .enum(['present', 'latest', 'absent'])
    .default('present')
    .describe(
      '`present`: any version. `latest`: the newest on offer, by lists not older than a day. `absent`: removed; its configuration is kept, by rpm as `.rpmsave` and only where it was edited.',
    ),
})

const schema = fields
  .refine(({ version, name }) => version === undefined || name.length === 1, {
    path: ['version'],
    message: 'is of one package: give each a task of its own',
  })
  .refine(
    ({ version, versions, state }) => state === 'present' || !(version || Object.keys(versions).length > 0),
    {
      path: ['version'],
      message: 'goes with state: present only',
    },
  )

type Package = z.infer<typeof schema>
type Asked = Readonly<Record<string, Query<PackageReading | CandidateReading>>>

/**
 * Packages of apt, dnf or yum. A service that a package brings is not started by its installation unless that is
 * asked for, because its configuration is not written yet; `service` starts it.
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
  converge: (wanted, found) => {
    const { name, state, version, versions } = wanted
    const known: Known = {
      installed: (one) => found[`installed ${one}`] as PackageReading,
      candidate: (one) => found[`candidate ${one}`] as CandidateReading | undefined,
    }
    const unknown = name.filter((one) => known.installed(one).manager === 'apt' && isOfRpm(one))
    if (unknown.length > 0) return refuse(`apt knows no ${unknown.join(', ')}: name the packages`)
    if (state === 'absent') return remove(name, known, wanted)
    const [only = ''] = name
    const pins = new Map([
      ...Object.entries(versions),
      ...(version === undefined ? [] : [[only, version] as const]),
    ])
    return pins.size > 0 ? pin(pins, known, wanted) : install(name, known, wanted)
  },
}

interface Known {
  readonly installed: (name: string) => PackageReading
  readonly candidate: (name: string) => CandidateReading | undefined
}

function install(
  names: readonly string[],
  { installed, candidate }: Known,
  wanted: Package,
): Change | undefined {
  const missing = wanted.only_upgrade ? [] : names.filter((one) => !installed(one).installed)
  const older = names.filter(
    (one) => installed(one).installed && !missing.includes(one) && candidate(one)?.newer,
  )
  const stale = names.some(
    (one) => candidate(one)?.stale && (installed(one).installed || !wanted.only_upgrade),
  )
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
    script: installScript(stale ? names : [...missing, ...older], older, optionsOf(wanted)),
    impact: older.length > 0 || stale ? 'restart' : 'none',
    disturbs: 'everything',
    takesLong: true,
  }
}

function pin(pins: ReadonlyMap<string, string>, { installed }: Known, wanted: Package): Change | undefined {
  const has = (name: string) => installed(name).installed
  const isOther = (name: string, version: string) => {
    const before = has(name)
    return before === undefined || !isVersion(before, version)
  }
  const wrong = [...pins].filter(([name, version]) => isOther(name, version))
  const missing = wanted.name.filter((name) => !pins.has(name) && has(name) === undefined)
  if (wrong.length + missing.length === 0) return undefined
  const words = wrong.map(([name, version]) => {
    const before = has(name)
    return before === undefined ? `install ${name} ${version}` : `${name} ${before} becomes ${version}`
  })
  return {
    summary: [...words, ...(missing.length > 0 ? [`install ${missing.join(', ')}`] : [])].join('; '),
    differences: [...wrong, ...missing.map((name) => [name, 'installed'] as const)].map(
      ([name, after]): Difference => ({ is: 'attribute', name, before: has(name), after }),
    ),
    // Those that are right already stay so: what one is taken back to may need the others as they are.
    script: pinScript(pins, missing, optionsOf(wanted)),
    impact: wrong.some(([name]) => has(name) !== undefined) ? 'restart' : 'none',
    disturbs: 'everything',
    takesLong: true,
  }
}

/** Is it something that only dnf and yum know? */
function isOfRpm(name: string): boolean {
  return !packageName.safeParse(name).success
}

/** Epochs are left out of account where only one of the two has one: rpm does not show them. */
function isVersion(installed: string, wanted: string): boolean {
  const bare = (version: string) => version.replace(/^\d+:/, '')
  const [has = '', wants = ''] =
    installed.includes(':') && wanted.includes(':') ? [installed, wanted] : [bare(installed), bare(wanted)]
  if (wants.endsWith('*')) return has.startsWith(wants.slice(0, -1))
  return has === wants || has.startsWith(`${wants}-`)
}

/** How the package managers are told how it is to be done. */
function optionsOf({
  recommends,
  release,
  enable_repositories,
  disable_repositories,
  start_services,
  apt_options,
  dpkg_options,
  rpm_options,
}: Package): PackageOptions {
  return {
    starting: start_services,
    dpkg: dpkg_options,
    apt: [
      ...apt_options,
      ...(recommends === undefined ? [] : ['-o', `APT::Install-Recommends=${recommends}`]),
      ...(release === undefined ? [] : ['-t', release]),
    ],
    dnf: [
      ...rpm_options,
      ...(recommends === undefined ? [] : [`--setopt=install_weak_deps=${recommends ? 'True' : 'False'}`]),
      ...enable_repositories.map((one) => `--enablerepo=${one}`),
      ...disable_repositories.map((one) => `--disablerepo=${one}`),
    ],
  }
}

function remove(names: readonly string[], { installed }: Known, wanted: Package): Change | undefined {
  const { purge, autoremove } = wanted
  const { apt_options, dpkg_options, rpm_options } = wanted
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
  apt) apt-get -q -y -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 ${[...forced(dpkg_options), ...apt_options, purge ? 'purge' : 'remove', ...(autoremove ? ['--auto-remove'] : [])]} -- ${present} ;;
  # Like apt, they leave alone what only came along.
  dnf | yum) "$us_pm" -q -y --setopt=clean_requirements_on_remove=${autoremove ? 1 : 0} ${rpm_options} remove ${present} ;;
esac`,
    ),
    impact: 'restart',
    takesLong: true,
    disturbs: 'everything',
  }
}
