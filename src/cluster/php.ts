import type { Facts } from '../model/facts.ts'
import type { Cluster } from './cluster.ts'
import { backendHosts } from './own-servers.ts'
import type { FactProblem } from './rules/facts.ts'

/** PHP as a machine's distribution has it. */
export interface Php {
  readonly packages: readonly string[]
  /** What runs it. */
  readonly unit: string
  /** Where that is spoken with. */
  readonly socket: string
}

/** The version of PHP that a release brings; units and folders bear its name there. */
const versions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  debian: { 11: '7.4', 12: '8.2', 13: '8.4' },
  ubuntu: { '20.04': '7.4', '22.04': '8.1', '24.04': '8.3', '25.04': '8.4' },
}

/** All units that run PHP somewhere. */
export const phpUnits: readonly string[] = [
  'php-fpm',
  ...new Set(
    Object.values(versions).flatMap((of) => Object.values(of).map((version) => `php${version}-fpm`)),
  ),
]

/** How PHP is run on a machine; nothing where nobody knows. */
export function phpOn({ php }: Pick<Cluster, 'php'>, { os }: Pick<Facts, 'os'>): Php | undefined {
  if (!php) return undefined
  const packages = ['php-fpm', ...php.packages]
  if (os.family === 'redhat') return { packages, unit: 'php-fpm', socket: '/run/php-fpm/www.sock' }
  const version = versions[os.id]?.[os.version]
  return version === undefined
    ? undefined
    : { packages, unit: `php${version}-fpm`, socket: `/run/php/php${version}-fpm.sock` }
}

/** Machines that are to run PHP and bring one that is not known. */
export function phpProblems(cluster: Cluster, facts: ReadonlyMap<string, Facts>): readonly FactProblem[] {
  if (!cluster.php) return []
  return backendHosts(cluster).flatMap(({ host }): readonly FactProblem[] => {
    const known = facts.get(host)
    if (!known) return []
    if (cluster.source.nginx && cluster.backend === 'nginx' && known.os.family === 'debian')
      return [
        {
          rule: 'facts-php',
          severity: 'error',
          message: `the nginx that is built runs as nginx, and the PHP of ${known.os.name} on ${host} lets www-data in alone`,
          next: 'Take the nginx of the distribution: leave source.nginx out.',
          host,
          path: ['cluster', 'php'],
        },
      ]
    if (phpOn(cluster, known)) return []
    return [
      {
        rule: 'facts-php',
        severity: 'error',
        message: `nobody here knows which PHP ${known.os.name} of ${host} brings, nor what its unit is called`,
        next: 'Leave php out, install it by a task of your own, and write the location in extra.realservers.',
        host,
        path: ['cluster', 'php'],
      },
    ]
  })
}
