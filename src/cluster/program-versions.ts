import type { Facts } from '../model/facts.ts'
import type { Cluster } from './cluster.ts'
import type { Proxy as Program } from './proxies.ts'

/** What releases bring among their own packages; those of the Red Hat family by the first number of their version. */
const brought: Readonly<Record<Program, Readonly<Record<string, Readonly<Record<string, string>>>>>> = {
  haproxy: {
    debian: { 11: '2.2', 12: '2.6', 13: '3.0' },
    ubuntu: { '20.04': '2.0', '22.04': '2.4', '24.04': '2.8', '25.04': '3.0' },
    redhat: { 8: '1.8', 9: '2.4', 10: '3.0' },
  },
  nginx: {
    debian: { 11: '1.18', 12: '1.22', 13: '1.26' },
    ubuntu: { '20.04': '1.18', '22.04': '1.18', '24.04': '1.24', '25.04': '1.26' },
    redhat: { 8: '1.14', 9: '1.20', 10: '1.26' },
  },
}

/** A version, and whether the program said so itself. */
export interface KnownVersion {
  readonly version: string
  readonly installed: boolean
}

/** The version that a machine has of a balancer, or is going to have; nothing where nobody knows. */
export function versionOn(
  program: Program,
  { source }: Pick<Cluster, 'source'>,
  { os, programs }: Pick<Facts, 'os' | 'programs'>,
): KnownVersion | undefined {
  if (program === 'nginx' && source.nginx) {
    const [, built] = /nginx-(\d+(?:\.\d+)+)/.exec(source.nginx.archive) ?? []
    return built === undefined ? undefined : { version: built, installed: false }
  }
  const told = programs?.[program]
  if (told !== undefined) return { version: told, installed: true }
  const isRebuilt = os.family === 'redhat' && os.id !== 'fedora'
  const releases = brought[program][isRebuilt ? 'redhat' : os.id]
  const version = releases?.[isRebuilt ? (os.version.split('.')[0] ?? '') : os.version]
  return version === undefined ? undefined : { version, installed: false }
}

/** Is a version as late as that one, such as 1.25.1? What it leaves open is taken as 0. */
export function isAsLateAs(version: string, first: string): boolean {
  const [own, wanted] = [version, first].map((text) => text.split('.').map(Number)) as [number[], number[]]
  for (const [index, part] of wanted.entries()) {
    const difference = (own[index] ?? 0) - part
    if (difference !== 0) return difference > 0
  }
  return true
}

/**
 * The versions that can be told to end an idle connection of a client with its next answer only: `option idle-close-on-response` and
 * `keepalive_min_timeout`. Otherwise a reload ends them at once, just as a client may be asking: HAProxy from 2.4 on, whose
 * corrections brought the word, which from 2.6 on is there; nginx always.
 */
const endIdleByAnswer = { haproxy: '2.6', nginx: '1.27.4' } satisfies Record<Program, string>

export function endsIdleByAnswer(program: Program, cluster: Cluster, facts: Facts): boolean {
  const { version = '0' } = versionOn(program, cluster, facts) ?? {}
  return isAsLateAs(version, endIdleByAnswer[program])
}
