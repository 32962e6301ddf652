import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'vitest'
import { parseDocument } from 'yaml'
import type { TestCluster } from '../e2e/cluster.ts'
import { proofsOf, wantedOf } from '../e2e/events.ts'
import type { Ran } from '../e2e/understudy.ts'
import type { Damage, Place } from './damage.ts'
import { snapshot } from './snapshot.ts'

/** A cluster of the inventory lvs-dr, and who plays which part in it. */
export interface Stage {
  readonly cluster: TestCluster
  readonly parts: Readonly<Record<Place, string>>
}

/** Milliseconds in which a cluster is as it was: a director takes its VIP back, checks find a realserver again. */
const patience = 180_000

/** Has a cluster use all that can be damaged. */
export function describeMore({ scratch, address }: TestCluster): void {
  const path = join(scratch, 'inventory/inventory.yaml')
  const inventory = parseDocument(readFileSync(path, 'utf8'))
  const cluster = ['all', 'vars', 'cluster']
  inventory.setIn([...cluster, 'services', 0, 'sorry_page'], true)
  inventory.setIn([...cluster, 'connection_sync'], true)
  inventory.setIn([...cluster, 'hosts_entries'], true)
  inventory.setIn([...cluster, 'time'], {})
  inventory.setIn([...cluster, 'notify'], { mail: ['ops@client'], smtp: address('10.77.0.31:25') })
  writeFileSync(path, inventory.toString())
}

/** What machines are like at run time, line by line. */
export type Snapshots = ReadonlyMap<string, readonly string[]>

/** That of all machines but those that only look. */
export async function snapshots(cluster: TestCluster): Promise<Snapshots> {
  const machines = cluster.lab.machines.map(({ name }) => name).filter((name) => name !== 'client')
  const all = await Promise.all(
    machines.map(async (machine) => [machine, (await cluster.on(machine, snapshot)).split('\n')] as const),
  )
  return new Map(all)
}

/** Lines of snapshots that are not in others, with the machine before them. */
function differences(before: Snapshots, after: Snapshots): readonly string[] {
  return [...before].flatMap(([machine, was]) => {
    const is = after.get(machine) ?? []
    return [
      ...was.filter((line) => !is.includes(line)).map((line) => `${machine} - ${line}`),
      ...is.filter((line) => !was.includes(line)).map((line) => `${machine} + ${line}`),
    ]
  })
}

/** Where keepalived of the master was hit before that of the backup, this one may have taken the VIP, and lost its keepalived then. */
function mayHaveBeenElected(damages: readonly Damage[]): boolean {
  const isOfKeepalived = (place: Damage['on']) =>
    damages.some(({ on, plan }) => on === place && plan.includes('service[keepalived]'))
  return isOfKeepalived('master') && isOfKeepalived('backup')
}

/** Does a damage, and throws unless plan, verify and apply do with it what is said of it. */
export async function suffer(damages: readonly Damage[], stage: Stage, whole: Snapshots): Promise<void> {
  const { cluster } = stage
  for (const damage of damages) await command(damage, damage.by, stage)
  const planned = await cluster.run(['plan', '--json'])
  const verified = await cluster.run(['verify', '--json', '--wait', '0'])
  const applied = await cluster.run(['apply', '--json'])
  const refusals = damages.flatMap(({ refused }) => refused ?? [])
  const told = {
    plan: Object.fromEntries(Object.values(stage.parts).map((host) => [host, wantedOf(planned, host)])),
    verify: proofsOf(verified).some(({ verdict }) => verdict !== 'pass') ? 'fails' : 'holds',
  }
  const said = {
    plan: Object.fromEntries(
      Object.entries(stage.parts).map(([part, host]) => [
        host,
        expect.toSatisfy(
          (steps: readonly string[]) =>
            matches(
              part === 'backup' && mayHaveBeenElected(damages)
                ? steps.filter((step) => !step.startsWith('stray_vip['))
                : steps,
              damages.filter(({ on }) => on === part).flatMap(({ plan }) => plan),
            ),
          `steps ${damages.filter(({ on }) => on === part).flatMap(({ plan }) => plan)}`,
        ),
      ]),
    ),
    verify: damages.some(({ verify }) => verify === 'fails') ? 'fails' : 'holds',
  }
  expect.soft(told).toEqual(said)
  if (refusals.length === 0) expect.soft(applied.status, troubleOf(applied)).toBe(0)
  else {
    for (const { words } of refusals) {
      expect.soft(planned.stdout).toContain(words)
      expect.soft(applied.stdout).toContain(words)
    }
    expect.soft(applied.status).not.toBe(0)
    for (const damage of damages) if (damage.refused) await command(damage, damage.refused.remedy, stage)
    const again = await cluster.run(['apply', '--json'])
    expect.soft(again.status, troubleOf(again)).toBe(0)
  }
  for (const damage of damages) if (damage.leaves) await command(damage, damage.leaves, stage)
  await becomes(whole, cluster)
}

/** Throws unless the machines are as they were, now or soon. */
export async function becomes(whole: Snapshots, cluster: TestCluster): Promise<void> {
  for (const deadline = Date.now() + patience; ; await pause(3000)) {
    const left = differences(whole, await snapshots(cluster))
    if (left.length > 0 && Date.now() < deadline) continue
    expect(left).toEqual([])
    return
  }
}

/** Runs a script on the machine of a damage, with the cluster's addresses in variables. */
function command({ on }: Damage, script: string, { cluster, parts }: Stage): Promise<string> {
  const known = {
    VIP: cluster.address('10.77.0.100'),
    OTHER: cluster.address('10.77.0.22'),
    STRANGER: cluster.address('10.77.0.31'),
    DEV: 'vec0',
  }
  const variables = Object.entries(known).map(([name, value]) => `${name}=${value}`)
  return cluster.on(parts[on], `${variables.join(' ')}\n${script}`)
}

function matches(steps: readonly string[], patterns: readonly string[]): boolean {
  const match = (step: string, pattern: string) =>
    new RegExp(`^${pattern.split('*').map(escaped).join('.*')}$`).test(step)
  return (
    steps.every((step) => patterns.some((pattern) => match(step, pattern))) &&
    patterns.every((pattern) => steps.some((step) => match(step, pattern)))
  )
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** What went wrong, without everything that went well. */
export function troubleOf({ stdout, stderr }: Ran): string {
  const lines = stdout.split('\n').filter((line) => /"(failed|fail|refused|unknown|run-failed)"/.test(line))
  return [...lines.map((line) => line.slice(0, 600)), stderr].join('\n')
}
