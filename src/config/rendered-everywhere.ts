import { tiersOf } from '../cluster/index.ts'
import type { Facts } from '../model/facts.ts'
import { Failure, InvalidInput } from '../model/failure.ts'
import type { Warning } from '../model/rule.ts'
import type { Expansion, Intent, Knowledge, Task } from '../model/task.ts'
import { assumedMachines } from './assumed-machines.ts'
import type { Machines } from './machines.ts'
import { likelyMachines } from './playbook/likely-machines.ts'

/** What only looks wrong because the machines that are assumed are not the user's: values that a machine tells of itself. */
const ofMachines = /\bansible_|\bfacts\b|hostvars|register/

const telling = [
  'template-undefined',
  'template-value',
  'template-call',
  'expression-undefined',
  'expression-value',
]

/**
 * What is wrong in tasks and templates that wait for what machines say of themselves, on machines as they are met most, one of
 * each family, with addresses that fit the inventory. What rests on results of earlier tasks stays unsaid.
 */
export function renderedEverywhere({ plays, clusters, machines }: Intent & Machines): readonly Warning[] {
  const found = new Map<string, Warning>()
  for (const { os, packageManager } of likelyMachines) {
    const assumed = clusters.flatMap(tiersOf).flatMap((cluster) => [...assumedMachines(cluster)])
    const known = new Map(assumed)
    const [likely] = likelyMachines
    for (const host of machines.keys())
      if (likely && !known.has(host)) known.set(host, { ...likely, hostname: host })
    const facts = new Map(
      [...known].map(([host, one]): [string, Facts] => [host, { ...one, os, packageManager }]),
    )
    for (const { tasks } of plays)
      for (const [host, all] of tasks) {
        const assigned = new Map<string, () => unknown>()
        for (const problem of problemsIn(all, { facts, registered: new Map(), assigned }, assigned)) {
          const { rule, message, next, where } = problem
          if (!telling.includes(rule ?? '') || ofMachines.test(message)) continue
          const key = JSON.stringify([message, where.origin])
          if (found.has(key)) continue
          found.set(key, {
            rule: 'template-render',
            message: `on ${host}, were it ${os.name}: ${message}`,
            next,
            ...(where.origin ? { origin: where.origin } : {}),
          })
        }
      }
  }
  return [...found.values()]
}

function problemsIn(
  tasks: readonly Task[],
  known: Knowledge,
  assigned: Map<string, () => unknown>,
): InvalidInput['problems'] {
  return tasks.flatMap((task) => {
    const made = expanded(task, known)
    if ('problems' in made) return made.problems
    if (made.is === 'tasks')
      return problemsIn([...made.tasks, ...(made.rescue ?? []), ...(made.always ?? [])], known, assigned)
    if (made.is === 'control')
      for (const control of made.controls)
        if (control.is === 'assign' && control.to === undefined)
          for (const [name, value] of control.values) assigned.set(name, value)
    return []
  })
}

function expanded(task: Task, known: Knowledge): Expansion | Pick<InvalidInput, 'problems'> {
  try {
    return task.expand(known)
  } catch (error) {
    if (error instanceof InvalidInput) return error
    // Such as facts of a machine that is no part of the run: a plan tells.
    if (error instanceof Failure) return { problems: [] }
    throw error
  }
}
