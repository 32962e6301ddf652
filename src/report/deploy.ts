import type { DeployEvent, DeployOutcome, VersionChange } from '../model/deployment.ts'

const words = {
  staged: 'brought',
  drained: 'out of the pools',
  'not-drained': 'not taken out of the pools',
  changed: 'changed',
  back: 'in the pools again',
  'left-out': 'stays out of the pools',
  'went-back': 'went back',
  failed: 'failed',
} as const

const signs = { 'went-back': '✘', failed: '✘', 'left-out': '✘' } as const

/** What a deployment tells, as lines for people. */
export function deployLines(event: DeployEvent): readonly string[] {
  switch (event.is) {
    case 'deploy-warning':
      return [`! ${event.message}`]
    case 'deploy-planned':
      if (event.hosts.length === 0)
        return [`Nothing to do: every realserver of ${event.cluster} has that version.`]
      return [
        event.cluster,
        ...event.hosts.map(
          ({ host, changes }) => `  ~ ${host.padEnd(10)} ${changes.map(asWords).join(', ')}`,
        ),
        '',
      ]
    case 'deploy-step': {
      const { host, step, seconds, told } = event
      const sign = step in signs ? '✘' : '✔'
      const said = told === '' ? words[step] : `${words[step]}: ${told}`
      return [`  ${sign} ${host.padEnd(10)} ${said}${seconds > 0 ? `  ${seconds.toFixed(1)} s` : ''}`]
    }
    case 'deploy-finished':
      return []
  }
}

/** What stands at the end, where not every realserver was changed. */
export function deployRecap(
  hosts: readonly {
    readonly host: string
    readonly changes: readonly VersionChange[]
    readonly outcome: DeployOutcome
  }[],
): readonly string[] {
  const is: Readonly<Record<DeployOutcome, string>> = {
    changed: 'changed',
    unchanged: 'as it was',
    'went-back': 'went back to the version before',
    failed: 'failed',
    'not-begun': 'as it was',
  }
  return ['', ...hosts.map(({ host, outcome }) => `  ${host.padEnd(10)} ${is[outcome]}`)]
}

function asWords({ application, from, to }: VersionChange): string {
  return `${application} ${from || '(none)'} → ${to}`
}

/** The same for programs: an object in one line (docs/json.md). */
export function deployJson(event: DeployEvent): string {
  const { is, ...rest } = event
  return JSON.stringify({ event: is, version: 1, ...rest })
}
