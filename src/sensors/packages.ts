import type { Query, Sensor } from '../model/sensor.ts'
import { lines, sh } from '../shell/quote.ts'

/** What a host's package manager knows of one package. */
export interface PackageReading {
  readonly manager: 'apt' | 'dnf' | 'yum' | 'none'
  /** Its version, or that of one that provides it where no package has the name; absent where it is not installed. */
  readonly installed?: string
  /** Unpacked, but its set-up was broken off. */
  readonly broken: boolean
}

/** What could be installed, as far as the host's lists of packages tell. */
export interface CandidateReading {
  /** The newest version on offer; absent where it is the installed one or nothing is known. */
  readonly newer?: string
  /** The lists are missing or older than a day, so that they do not tell. */
  readonly stale: boolean
}

/** Names the package manager in `$us_pm`. */
export const findPackageManager = sh`if command -v apt-get >/dev/null 2>&1; then us_pm=apt
elif command -v dnf >/dev/null 2>&1; then us_pm=dnf
elif command -v yum >/dev/null 2>&1; then us_pm=yum
else us_pm=none; fi`

/**
 * Is `us_lists_fresh` true, apt has lists not older than a day. Downloaded lists carry their server's time, so
 * the folder they pass through tells when they were fetched.
 */
export const aptListsFresh = sh`us_lists_fresh() {
  ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1 || return 1
  [ -n "$(find /var/lib/apt/lists/partial /var/lib/understudy/apt-updated -maxdepth 0 -mmin -1440 2>/dev/null)" ]
}`

/** Installed versions: one process for all names, another one only where a name may be a provided one. */
export const packages: Sensor<PackageReading> = {
  name: 'packages',
  ask: (names) =>
    lines(
      findPackageManager,
      sh`echo "$us_pm"
case $us_pm in
  apt)
    us_format='\${db:Status-Status} \${Package} \${Architecture} \${Version}\n'
    us_found=$(dpkg-query -W -f "$us_format" -- ${names} 2>/dev/null) || us_missing=1
    printf '%s\n' "$us_found"
    case "\${us_missing:-} $us_found" in 1* | *not-installed*)
      us_offers=$(dpkg-query -W -f 'provides \${db:Status-Status} \${Version} , \${Provides},\n' | grep ' , [^,]') || :
      printf '%s\n' "$us_offers"
      # A name that is a package of its own to apt is not satisfied by another that provides it.
      for us_p in ${names}; do
        case $us_offers in *" \${us_p%%:*}"[\ ,]*)
          if apt-cache policy -- "$us_p" 2>/dev/null | grep -q '^  Candidate: [^(]'; then printf 'own %s\n' "$us_p"; fi ;;
        esac
      done ;;
    esac ;;
  dnf | yum)
    for us_p in ${names}; do
      us_q='%{VERSION}-%{RELEASE}\n'
      # A pattern; what is provided; a name with a version.
      case $us_p in
        *[*?]*) us_v=$(rpm -qa --qf "$us_q" -- "$us_p"); [ -n "$us_v" ] || continue ;;
        *)
          us_v=$(rpm -q --whatprovides --qf "$us_q" -- "$us_p" 2>/dev/null) ||
            us_v=$(rpm -q --qf "$us_q" -- "$us_p" 2>/dev/null) || continue ;;
      esac
      printf 'installed %s - %s\n' "$us_p" "$(printf '%s\n' "$us_v" | tail -n 1)"
    done ;;
esac`,
    ),
  read: (output, names) => {
    const [manager = '', ...rest] = output.split('\n')
    return new Map(names.map((name) => [name, readPackage(managers[manager] ?? 'none', name, rest)]))
  },
}

/** Newer versions, for packages that are to be the latest. dnf and yum fetch their lists by themselves. */
export const packageCandidates: Sensor<CandidateReading> = {
  name: 'package-candidates',
  ask: (names) =>
    lines(
      findPackageManager,
      aptListsFresh,
      sh`case $us_pm in
  apt)
    us_lists_fresh || echo stale
    apt-cache policy -- ${names} 2>/dev/null || : ;;
  dnf | yum)
    "$us_pm" -q check-update ${names} 2>/dev/null | sed -n 's/^\([^ ]*\)\.[^. ]*  *\([^ ]*\)  *[^ ]*$/newer \1 \2/p' ;;
esac`,
    ),
  read: (output, names) => new Map(names.map((name) => [name, readCandidate(name, output)])),
}

/** Asks whether a package is installed. */
export function packageNamed(name: string): Query<PackageReading> {
  return { sensor: packages, subject: name, about: [`package:${name}`] }
}

/** Asks for a newer version of a package. */
export function candidateFor(name: string): Query<CandidateReading> {
  return { sensor: packageCandidates, subject: name, about: [`package:${name}`] }
}

const managers: Readonly<Record<string, PackageReading['manager']>> = { apt: 'apt', dnf: 'dnf', yum: 'yum' }
const working = new Set(['installed', 'triggers-pending', 'triggers-awaited'])
const halfway = new Set(['unpacked', 'half-configured', 'half-installed'])

function readPackage(
  manager: PackageReading['manager'],
  wanted: string,
  output: readonly string[],
): PackageReading {
  const [name, architecture] = wanted.split(':')
  let broken = false
  const isOwn = output.includes(`own ${wanted}`)
  for (const line of output) {
    const [status = '', first, second, version] = line.split(' ')
    if (status === 'provides') {
      if (isOwn) continue
      const offered = line
        .slice(line.indexOf(' , ') + 3)
        .split(',')
        .map((offer) => offer.trim().split(' ')[0])
      if (working.has(first ?? '') && second && offered.includes(name))
        return { manager, installed: second, broken: false }
      continue
    }
    const matches = first === wanted || (first === name && (!architecture || second === architecture))
    if (!matches) continue
    if (working.has(status) && version) return { manager, installed: version, broken: false }
    if (halfway.has(status)) broken = true
  }
  return { manager, broken }
}

function readCandidate(wanted: string, output: string): CandidateReading {
  const stale = /^stale$/m.test(output)
  const [, ...blocks] = `\n${output}`.split(/^(?=\S+:$)/m)
  const block = blocks.find((text) => text.startsWith(`${wanted}:\n`)) ?? ''
  const installed = /^ {2}Installed: (.*)$/m.exec(block)?.[1]
  const candidate = /^ {2}Candidate: (.*)$/m.exec(block)?.[1]
  const ofDnf = output.split('\n').find((line) => line.startsWith(`newer ${wanted} `))
  const newer = ofDnf?.split(' ')[2] ?? (candidate === installed ? undefined : candidate)
  return { ...(newer && newer !== '(none)' ? { newer } : {}), stale }
}
