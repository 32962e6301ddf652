import type { Change } from '../../src/model/change.ts'
import type { Facts } from '../../src/model/facts.ts'
import type { Step } from '../../src/model/plan.ts'
import { keep, type PlannedHost } from '../../src/plans/keep.ts'
import type { KeptPlan } from '../../src/plans/kept.ts'
import { sh } from '../../src/shell/quote.ts'

/** A change of a file, as kinds make them. */
export function changeOfFile(more: Partial<Change> = {}): Change {
  return {
    summary: 'update',
    differences: [{ is: 'text', path: '/etc/app.conf', before: 'one\ntwo\n', after: 'one\nthree\n' }],
    script: sh`write`,
    impact: 'none',
    disturbs: ['file:/etc/app.conf'],
    ...more,
  }
}

/** A step that is to be made. */
export function stepOf(change: Change = changeOfFile(), more: Partial<Step> = {}): Step {
  return {
    key: '0.1.0',
    id: 'template[/etc/app.conf]',
    title: 'The configuration',
    play: 'All',
    origin: { file: 'site.yaml', line: 7, col: 3 },
    verdict: { is: 'change', change },
    resource: {
      id: 'template[/etc/app.conf]',
      title: 'The configuration',
      queries: {},
      converge: () => change,
      options: { noLog: false, ignoreErrors: false, environment: {}, always: false },
    },
    ...more,
  }
}

/** A host with these steps. */
export function hostOf(steps: readonly Step[] = [stepOf()], more: Partial<PlannedHost> = {}): PlannedHost {
  const facts = {
    os: { name: 'Debian GNU/Linux 12 (bookworm)' },
    kernel: '6.1',
    architecture: 'x86_64',
    ssh: { hostKey: 'ssh-ed25519 AAAA' },
  } as unknown as Facts
  return { host: 'web1', address: '192.0.2.1', facts, holds: [], steps, ...more }
}

/** A plan of these hosts. */
export function planOf(
  hosts: readonly PlannedHost[] = [hostOf()],
  { files = { 'hosts.yaml': 'all:' }, secret }: { files?: Record<string, string>; secret?: string } = {},
): KeptPlan {
  const bytes = Object.entries(files).map(([path, text]) => [path, Buffer.from(text)] as const)
  return keep(
    {
      made: { at: '2026-01-01T00:00:00.000Z', by: 'me@here', understudy: '1.2.3' },
      asked: {
        inventory: ['hosts.yaml'],
        tags: [],
        skipTags: [],
        become: false,
        foreignModules: false,
        extraVars: [],
      },
      files: new Map(bytes),
      plays: ['All'],
      hosts,
    },
    {
      salt: '0'.repeat(32),
      redact: (text) => (secret === undefined ? text : text.replaceAll(secret, '«secret»')),
    },
  )
}
