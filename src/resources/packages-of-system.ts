import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Script } from '../model/script.ts'
import type { Query } from '../model/sensor.ts'
import { aptListsFresh, findPackageManager } from '../sensors/packages.ts'
import { sha256 } from '../sensors/sha256.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { fetchScript } from './fetch-script.ts'
import { awaitPackageLock } from './package-lock.ts'
import { withoutStarting } from './package-policy.ts'
import { aptOptions, dpkgOptions, forced, rpmOptions } from './package-script.ts'
import { type Answer, probed } from './probed.ts'
import { stateDirectory } from './state-directory.ts'

type ProbedKind<Desired> = ResourceKind<Desired, { answer: Query<Answer> }>

const tools = lines(findPackageManager, awaitPackageLock, withoutStarting)
function getting(dpkg: readonly string[]): Script {
  return sh`us_get() { us_await_lock; apt-get -q -y -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 ${forced(dpkg)} "$@"; }`
}
const get = getting(['force-confdef', 'force-confold'])

const lists = z.strictObject({
  max_age: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('Seconds that lists may be old; 0: they are fetched in every run.'),
})

/** Lists of packages that are not too old. */
export const packageLists: ProbedKind<z.infer<typeof lists>> = probed({
  name: 'package_lists',
  summary: 'Lists of packages that are not too old.',
  schema: lists,
  subject: () => 'lists',
  about: () => ['file:/etc/apt', 'file:/etc/yum.repos.d', 'package-lists'],
  ask: ({ max_age }) =>
    lines(
      findPackageManager,
      sh`case $us_pm in
  apt) [ -n "$(find /var/lib/apt/lists/partial /var/lib/understudy/apt-updated -maxdepth 0 -mmin -${Math.ceil(max_age / 60)} 2>/dev/null)" ] || echo old ;;
  *) : ;;
esac`,
    ),
  change: (_, { stdout }) =>
    stdout.includes('old')
      ? {
          summary: 'fetch lists of packages',
          script: lines(
            tools,
            get,
            sh`us_get update; mkdir -p /var/lib/understudy; : >/var/lib/understudy/apt-updated`,
          ),
          takesLong: true,
          disturbs: ['package-lists'],
        }
      : undefined,
})

const startServices = z
  .boolean()
  .default(false)
  .describe('Services that packages bring start at once, as their distribution has it.')

/** Whether services that packages bring start at once. */
function policy(starting: boolean): Script {
  return starting ? sh`us_policy_off` : sh`us_policy_on`
}

const upgrade = z.strictObject({
  how: z.enum(['safe', 'full']).describe('`safe`: nothing is removed for it.'),
  refresh: z.boolean().default(false).describe('Lists older than a day are fetched first.'),
  autoremove: z
    .boolean()
    .default(false)
    .describe('What only came along and is needed no more goes; apt only.'),
  apt_options: aptOptions,
  dpkg_options: dpkgOptions,
  rpm_options: rpmOptions,
  start_services: startServices,
})

/** All packages in their newest versions. */
export const packageUpgrade: ProbedKind<z.infer<typeof upgrade>> = probed({
  name: 'package_upgrade',
  summary: 'All packages in their newest versions.',
  schema: upgrade,
  subject: () => 'all',
  ask: ({ how, refresh, autoremove, apt_options, rpm_options }) =>
    lines(
      findPackageManager,
      aptListsFresh,
      refresh ? sh`if [ "$us_pm" = apt ] && ! us_lists_fresh; then echo lists; fi` : sh``,
      sh`case $us_pm in
  apt) apt-get -q -s ${[...apt_options, ...aptVerb(how, autoremove)]} 2>/dev/null | sed -n 's/^\(Inst\|Remv\) \([^ ]*\).*/\1 \2/p' ;;
  dnf | yum) "$us_pm" -q ${rpm_options} check-update 2>/dev/null | sed -n 's/^\([^ ]*\)\.[^. ]*  *[^ ]*  *[^ ]*$/Inst \1/p' ;;
esac`,
    ),
  change: (wanted, { stdout }) => {
    const { how, refresh, autoremove, start_services, apt_options, rpm_options, dpkg_options } = wanted
    const said = stdout.split('\n').filter((line) => line !== '')
    const names = said.flatMap((line) => (line.startsWith('Remv ') ? [] : [line.replace('Inst ', '')]))
    const gone = said.flatMap((line) => (line.startsWith('Remv ') ? [line.slice(5)] : []))
    if (said.length === 0) return undefined
    const words = [
      ...(names.length > 0 ? [`upgrade ${names.join(', ')}`] : []),
      ...(gone.length > 0 ? [`remove ${gone.join(', ')}`] : []),
    ]
    return {
      summary: words.join('; '),
      differences: [
        ...names.map((name) => ({ is: 'attribute', name, before: undefined, after: 'the newest' }) as const),
        ...gone.map((name) => ({ is: 'attribute', name, before: 'installed', after: undefined }) as const),
      ],
      script: lines(
        tools,
        aptListsFresh,
        getting(dpkg_options),
        sh`case $us_pm in
  apt)
    ${embed(policy(start_services))}
    if ${embed(refresh ? sh`! us_lists_fresh` : sh`false`)}; then us_get update; mkdir -p /var/lib/understudy; : >/var/lib/understudy/apt-updated; fi
    us_get ${[...apt_options, ...aptVerb(how, autoremove)]} ;;
  *) us_await_lock; "$us_pm" -q -y ${rpm_options} upgrade ;;
esac`,
      ),
      impact: 'restart',
      takesLong: true,
    }
  },
})

function aptVerb(how: 'safe' | 'full', autoremove: boolean): readonly string[] {
  const words = how === 'full' ? ['dist-upgrade'] : ['--with-new-pkgs', 'upgrade']
  return [...(autoremove ? ['--auto-remove'] : []), ...words]
}

const leftovers = z.strictObject({
  packages: z.boolean().default(true).describe('Packages that only came along with others which are gone.'),
  archives: z
    .enum(['none', 'old', 'all'])
    .default('none')
    .describe('Files of packages that were fetched: those that are no more on offer, or all.'),
})

/** No packages that only came along with others. */
export const packageLeftovers: ProbedKind<z.infer<typeof leftovers>> = probed({
  name: 'package_leftovers',
  summary:
    'Nothing that packages left behind: others that only came along with them, files that were fetched.',
  schema: leftovers,
  subject: () => 'all',
  ask: ({ packages, archives }) =>
    lines(
      findPackageManager,
      packages
        ? sh`case $us_pm in
  apt) apt-get -q -s autoremove 2>/dev/null | sed -n 's/^Remv \([^ ]*\).*/\1/p' ;;
  dnf) dnf -q repoquery --unneeded --qf '%{name}' 2>/dev/null ;;
esac`
        : sh``,
      archives === 'old'
        ? sh`case $us_pm in apt) apt-get -q -s autoclean 2>/dev/null | sed -n 's/^Del /Del /p' ;; esac`
        : archives === 'all'
          ? sh`case $us_pm in
  apt) find /var/cache/apt/archives -name '*.deb' | sed -n 's/^.*\//Del /p' ;;
  *) find /var/cache/dnf /var/cache/yum -name '*.rpm' 2>/dev/null | sed -n 's/^.*\//Del /p' ;;
esac`
          : sh``,
    ),
  change: ({ archives }, { stdout }) => {
    const found = stdout.split('\n').filter((name) => name !== '')
    const files = found.filter((line) => line.startsWith('Del '))
    const names = found.filter((line) => !line.startsWith('Del '))
    if (found.length === 0) return undefined
    const words = [
      ...(names.length > 0 ? [`remove ${names.join(', ')}`] : []),
      ...(files.length > 0
        ? [`delete ${files.length} fetched ${files.length === 1 ? 'file' : 'files'}`]
        : []),
    ]
    return {
      summary: words.join('; '),
      script: lines(
        tools,
        get,
        names.length === 0
          ? sh``
          : sh`case $us_pm in apt) us_get autoremove ;; *) "$us_pm" -q -y autoremove ;; esac`,
        files.length === 0
          ? sh``
          : sh`case $us_pm in apt) us_get ${archives === 'all' ? 'clean' : 'autoclean'} ;; *) "$us_pm" -q clean packages ;; esac`,
      ),
      impact: names.length > 0 ? 'restart' : 'none',
      takesLong: true,
    }
  },
})

const file = z.strictObject({
  file: z
    .string()
    .regex(
      /^(\/|[a-z]+:\/\/)[^\s\0]+\.(deb|rpm)([?#].*)?$/i,
      'must be a path or URL that ends in .deb or .rpm',
    )
    .describe('The package: a file of the machine, or a URL.'),
  start_services: startServices,
  apt_options: aptOptions,
  dpkg_options: dpkgOptions,
  rpm_options: rpmOptions,
})

/** A package from a file of its own. What came from a URL is known again by its name and version, which are noted. */
export const packageFile: ProbedKind<z.infer<typeof file>> = probed({
  name: 'package_file',
  summary: 'A package from a file of its own.',
  schema: file,
  subject: ({ file }) => file,
  ask: ({ file }) =>
    lines(
      findPackageManager,
      sh`us_id=$(cat ${noteOf(file)} 2>/dev/null) || us_id=
if [ -f ${file} ]; then
  case $us_pm in
    apt) us_id=$(dpkg-deb -W --showformat '\${Package} \${Version}' ${file}) ;;
    *) us_id=$(rpm -qp --qf '%{NAME} %{VERSION}-%{RELEASE}' ${file} 2>/dev/null) ;;
  esac
fi
[ -n "$us_id" ] || { echo unknown; exit 0; }
case $us_pm in
  apt) us_is=$(dpkg-query -W -f '\${db:Status-Status} \${Version}' -- "\${us_id%% *}" 2>/dev/null) || us_is= ; us_is=\${us_is#installed } ;;
  *) us_is=$(rpm -q --qf '%{VERSION}-%{RELEASE}' "\${us_id%% *}" 2>/dev/null) || us_is= ;;
esac
if [ "$us_is" = "\${us_id#* }" ]; then echo there; else printf '%s\n' "$us_id"; fi`,
    ),
  change: ({ file, start_services, apt_options, dpkg_options, rpm_options }, { stdout }) => {
    const said = stdout.trim()
    if (said === 'there') return undefined
    const isUrl = file.includes('://')
    const suffix = /\.rpm([?#].*)?$/i.test(file) ? '.rpm' : '.deb'
    return {
      summary: `install ${said === 'unknown' || said === '' ? file : said}`,
      script: lines(
        tools,
        getting(dpkg_options),
        isUrl
          ? lines(sh`us_got=$us_tmp/package${suffix}`, fetchScript({ url: file }))
          : sh`us_got=${file}; if [ ! -f "$us_got" ]; then echo ${`there is no ${file}`} >&2; exit 1; fi`,
        sh`case $us_pm in
  apt) ${embed(policy(start_services))}; us_get ${apt_options} install "$us_got"; us_id=$(dpkg-deb -W --showformat '\${Package} \${Version}' "$us_got") ;;
  *) us_await_lock; "$us_pm" -q -y ${rpm_options} install "$us_got"; us_id=$(rpm -qp --qf '%{NAME} %{VERSION}-%{RELEASE}' "$us_got" 2>/dev/null) ;;
esac
(umask 077; mkdir -p ${`${stateDirectory}/packages`}; printf '%s' "$us_id" >${noteOf(file)})`,
      ),
      takesLong: true,
    }
  },
})

function noteOf(file: string): string {
  return `${stateDirectory}/packages/${sha256(new TextEncoder().encode(file))}`
}
