import { z } from 'zod'
import type { Script } from '../model/script.ts'
import { aptListsFresh, findPackageManager } from '../sensors/packages.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { awaitPackageLock } from './package-lock.ts'
import { withoutStarting } from './package-policy.ts'

/** Words for the package managers before their verbs. */
export interface PackageOptions {
  readonly apt: readonly string[]
  readonly dnf: readonly string[]
  /** What dpkg is forced to do, in its words. */
  readonly dpkg: readonly string[]
  /** Whether services that packages bring start at once. */
  readonly starting: boolean
}

/** Installs what is missing, and brings up to date what is `older`. */
export function installScript(
  names: readonly string[],
  older: readonly string[],
  { apt, dnf, dpkg, starting }: PackageOptions,
): Script {
  return script(
    { starting, dpkg },
    sh`us_install() { us_get ${apt} install -- ${names}; }`,
    lines(
      sh`"$us_pm" -q -y ${dnf} install ${names}`,
      // Their `install` leaves alone what is there in an older version.
      older.length > 0 ? sh`"$us_pm" -q -y ${dnf} upgrade ${older}` : sh``,
      sh`rpm -q --whatprovides ${names} >"$us_tmp/rpm" || { cat "$us_tmp/rpm" >&2; exit 1; }`,
    ),
  )
}

/** Installs packages in their versions, newer or older than those that are there, and `others` in any, all in one go. */
export function pinScript(
  pins: ReadonlyMap<string, string>,
  others: readonly string[],
  { apt, dnf, dpkg, starting }: PackageOptions,
): Script {
  const words = [...pins].map(([name, version]) => `${name}-${version}`)
  const wanted = [...pins].map(([name, version]) => `version ${version} of ${name}`)
  return script(
    { starting, dpkg },
    sh`us_install() {
  set --
  ${embed(lines(...[...pins].map(([name, version]) => pickScript(name, version))))}
  us_get ${apt} install --allow-downgrades -- "$@" ${others}
}`,
    sh`if ! "$us_pm" -q -y ${dnf} install ${[...words, ...others]} >"$us_tmp/dnf" 2>&1; then
  cat "$us_tmp/dnf" >&2
  echo ${`there is no ${wanted.join(', or no ')} to be had; there is:`} >&2
  "$us_pm" -q list --showduplicates ${[...pins.keys()]} >&2 || :
  exit 1
fi
cat "$us_tmp/dnf"`,
  )
}

/** Adds the package in the version that is on offer to the positional parameters. */
function pickScript(name: string, version: string): Script {
  const begins = version.endsWith('*')
  const bare = begins ? version.slice(0, -1) : version
  // What follows is a pattern of the shell, and what stands before it is none.
  const fits = begins ? sh`${bare}* | *:${bare}*` : sh`${bare} | ${bare}-* | *:${bare} | *:${bare}-*`
  return sh`us_offered='' us_found=''
  for us_v in $(apt-cache madison ${name} | cut -d '|' -f 2); do
    us_offered="$us_offered $us_v"
    case $us_v in
      ${embed(fits)})
        us_found=$us_v
        break ;;
    esac
  done
  if [ -z "$us_found" ]; then
    echo ${`no version ${version} of ${name} is on offer; there is:`}"\${us_offered:- nothing of that name}" >&2
    return 1
  fi
  set -- "$@" ${name}="$us_found"`
}

/** What apt-get hands on to dpkg. */
export function forced(dpkg: readonly string[]): readonly string[] {
  return dpkg.flatMap((one) => ['-o', `Dpkg::Options::=--${one}`])
}

/** Files of configuration that were edited are kept, the others become those of the package. */
export const dpkgOptions = z
  .array(z.string().regex(/^force-[a-z-]+$/, 'must be options of dpkg such as force-confold'))
  .default(['force-confdef', 'force-confold'])
  .describe('What dpkg is forced to do; apt only.')

/** Options of apt-get, one to a word. */
export const aptOptions = z
  .array(z.string().regex(/^--[a-z][a-z-]*$/, 'must be an option of apt-get'))
  .default([])
  .describe('Further options of apt-get for this.')

/** Options of dnf and yum, one to a word. */
export const rpmOptions = z
  .array(z.string().regex(/^--[a-z][a-z-]*(=[^\s=][^\s]*)?$/, 'must be an option of dnf, without spaces'))
  .default([])
  .describe('Further options of dnf and yum for this.')

/** Lists are fetched only where they are old or do not have the package; broken-off set-ups are completed. */
function script(
  { starting, dpkg }: Pick<PackageOptions, 'starting' | 'dpkg'>,
  withApt: Script,
  withDnf: Script,
): Script {
  return lines(
    findPackageManager,
    awaitPackageLock,
    aptListsFresh,
    withoutStarting,
    // needrestart would restart services of its own accord, and apt-listchanges would ask for a pager.
    sh`export NEEDRESTART_SUSPEND=1 APT_LISTCHANGES_FRONTEND=none
us_get() {
  apt-get -q -y -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 \
    ${forced(dpkg)} "$@"
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
}`,
    withApt,
    sh`us_updated=
us_await_lock
case $us_pm in
  apt)
    ${embed(starting ? sh`us_policy_off` : sh`us_policy_on`)}
    if [ -n "$(dpkg --audit 2>/dev/null)" ] || ls /var/lib/dpkg/updates/[0-9]* >/dev/null 2>&1; then
      dpkg --configure -a ${dpkg.map((one) => `--${one}`)}
    fi
    us_lists_fresh || us_update
    us_await_lock
    if [ -n "$us_updated" ]; then
      us_install
    elif ! us_install >"$us_tmp/apt" 2>&1; then
      # Lists name files that the mirror has replaced meanwhile, or do not know the package yet.
      us_update
      us_await_lock
      us_install
    else
      cat "$us_tmp/apt"
    fi ;;
  dnf | yum)
    ${embed(withDnf)} ;;
  *) echo 'this host has neither apt-get nor dnf nor yum' >&2; exit 1 ;;
esac`,
  )
}
