import { join } from 'node:path'
import type { Failure } from '../model/failure.ts'
import type { IntentRequest } from './intent-request.ts'
import type { Inventory } from './inventory/inventory.ts'
import { problem } from './problem.ts'

/** Is this a playbook that comes along? What it does is told by the variable `cluster` alone. */
export function isPackaged({
  playbook,
  packageRoot,
}: Pick<IntentRequest, 'playbook' | 'packageRoot'>): boolean {
  return playbook.startsWith(join(packageRoot, 'playbooks/'))
}

/** An inventory of which no host belongs to a cluster, for a playbook that makes clusters. */
export function noCluster({ hosts }: Inventory): Failure {
  const all = [...hosts.values()]
  const empty = all.flatMap(({ variables }) => variables.get('cluster')?.winner.key ?? [])[0]
  const place = empty ?? all[0]?.origin ?? { file: '', line: 1, col: 1 }
  return problem(
    'inventory-no-cluster',
    empty
      ? 'the variable cluster is empty: no host belongs to a cluster'
      : 'no host has the variable cluster, and the playbook that comes with understudy makes clusters',
    place,
    'Write cluster with its vips and services, as docs/inventory.md says; understudy init begins one. Or name a playbook of your own.',
  )
}
