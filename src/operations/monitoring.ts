import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { alertsOf, dashboardOf, jobsOf } from '../cluster/index.ts'
import { loadMachines } from '../config/index.ts'
import { Failure } from '../model/failure.ts'
import { makeFolder } from './folders.ts'
import { type InventoryOptions, secretTeller } from './options.ts'

/** Whose monitoring is written, and where. */
export type MonitoringOptions = InventoryOptions & {
  /** Directory, which is made where it is not there; what was written there before is replaced. */
  readonly directory: string
}

/** What was written. */
export interface MonitoringResult {
  /** Paths. */
  readonly files: readonly string[]
  /** Addresses and ports that Prometheus asks. */
  readonly targets: number
  readonly alerts: number
}

/**
 * Writes what Prometheus and Grafana are told of the clusters of an inventory: whom to ask, what to warn of, what to show. The same
 * inventory gives the same files. Asks no machine. Throws INVALID_INPUT where nobody may watch any of the clusters.
 */
export async function monitoring(options: MonitoringOptions): Promise<MonitoringResult> {
  const { inventory, limit, extraVars = [], vaultPasswords, settings, directory } = options
  const { clusters } = await loadMachines({
    ...{ inventory, limit, extraVars, vaultPasswords, settings },
    onSecret: secretTeller(options),
  })
  const watched = clusters.filter((cluster) => cluster.monitoring !== undefined)
  if (watched.length === 0)
    throw new Failure('INVALID_INPUT', 'nobody may watch any cluster of the inventory', {
      next: 'add to cluster: monitoring: { scrapers: [ADDRESS OF PROMETHEUS] }; docs/monitoring.md explains it',
    })
  const jobs = jobsOf(watched)
  const groups = watched.map(alertsOf)
  const texts = [
    ['prometheus.yaml', yaml(prometheus, { ...common, scrape_configs: jobs })],
    ['rules.yaml', yaml(rules, { groups })],
    ...watched.map((cluster) => [
      `dashboard-${cluster.name}.json`,
      `${JSON.stringify(dashboardOf(cluster), null, 2)}\n`,
    ]),
  ] as const
  await makeFolder(directory)
  const files: string[] = []
  for (const [name = '', text = ''] of texts) {
    const path = join(directory, name)
    await writeFile(path, text)
    files.push(path)
  }
  return {
    files,
    targets: jobs.flatMap(({ static_configs: all }) => all).length,
    alerts: groups.flatMap((group) => group.rules).length,
  }
}

const common = {
  global: { scrape_interval: '15s', evaluation_interval: '15s' },
  rule_files: ['rules.yaml'],
}

const prometheus = ` Written by understudy monitoring from the inventory: write it anew when that changes.
 A whole configuration for a Prometheus of its own. One that watches others, too, takes scrape_configs from here.`

const rules = ` Written by understudy monitoring from the inventory: write it anew when that changes.`

function yaml(comment: string, content: unknown): string {
  return `${comment.replaceAll(/^/gm, '#')}\n${stringify(content, { lineWidth: 0 })}`
}
