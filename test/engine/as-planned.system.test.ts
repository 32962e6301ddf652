import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changeOf } from '../../src/model/plan.ts'
import { isRefusal } from '../../src/resources/refuse.ts'
import { needs } from '../needs.ts'
import { type Played, Playground } from './playing.ts'
import { anyCase, type Case, type Found } from './random-playbook.ts'

needs('dash')

const { UNDERSTUDY_PLAN_ROUNDS: rounds, UNDERSTUDY_PLAN_SEED: seed } = process.env

/** A machine in this state, and its playbook; machines remember handlers by their names, and other tests share this computer. */
function playgroundOf({ found, tasks }: Case): Playground {
  const ours = new Playground({
    'site.yaml': `- hosts: a
  vars: { pages: 3 }
  tasks:
${tasks.map((task) => `    - ${task}\n`).join('')}
  handlers:
    - name: as planned
      command: { cmd: "sh -c 'echo told >>{{ here }}/told'" }
`,
    'templates/page.j2':
      '{% for n in range(pages) %}\npage {{ n }} of {{ inventory_hostname }}\n{% endfor %}\n',
  })
  for (const [place, state] of Object.entries(found)) put(ours.at(`machine/${place}`), state)
  mkdirSync(ours.at('machine'), { recursive: true })
  return ours
}

function put(path: string, state: Found): void {
  mkdirSync(dirname(path), { recursive: true })
  if (state.is === 'link') symlinkSync(state.to, path)
  else {
    if (state.is === 'file') writeFileSync(path, state.text)
    else mkdirSync(path)
    if (state.is === 'directory' && state.child) writeFileSync(join(path, 'child'), 'of somebody\n')
    chmodSync(path, state.mode)
  }
}

/** Everything on the machine, by its path: kind, mode and content. */
function machine(ours: Playground): ReadonlyMap<string, string> {
  const all = readdirSync(ours.at('machine'), { recursive: true, encoding: 'utf8' }).toSorted()
  return new Map(
    all.map((name) => {
      const path = ours.at(`machine/${name}`)
      const stat = lstatSync(path)
      const bits = (stat.mode & 0o7777).toString(8)
      if (stat.isSymbolicLink()) return [name, `link to ${readlinkSync(path)}`]
      return [name, stat.isDirectory() ? `directory ${bits}` : `file ${bits} ${readFileSync(path, 'utf8')}`]
    }),
  )
}

/** What a run notes of itself on a host, and a later one takes away, is no work of the playbook's. */
const isNote = (step: string) => step.includes(' handler[')
const changed = ({ steps }: Played) =>
  steps
    .flatMap((step) => (step.startsWith('changed ') && !isNote(step) ? [step.slice('changed '.length)] : []))
    .toSorted()
const planned = (signs: string, { planned: steps }: Played) =>
  steps.flatMap((step) => (signs.includes(step[0] ?? '') && !isNote(step) ? [step.slice(2)] : [])).toSorted()

/** What the plan says of texts: that of a file when all is done, by its path. */
function foretold(ours: Playground, { plan }: Played): ReadonlyMap<string, string | undefined> {
  const texts = new Map<string, string | undefined>()
  for (const step of plan.hosts.flatMap(({ steps }) => steps))
    for (const difference of changeOf(step)?.differences ?? [])
      if (difference.is === 'text')
        texts.set(difference.path.replace(`${ours.at('machine')}/`, ''), difference.after)
  return texts
}

/** What the plan says of the first thing that cannot be done. */
function refused(ours: Playground, { plan }: Played): string | undefined {
  const all = plan.hosts.flatMap(({ steps }) => steps.flatMap((step) => changeOf(step) ?? []))
  return all.find(isRefusal)?.summary.replaceAll(dirname(ours.at('machine')), '.')
}

describe('whatever a machine is like and whatever is wanted of it', () => {
  it('is changed as was planned, and needs nothing more afterwards', { timeout: 3_600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(anyCase, async (one) => {
        using ours = playgroundOf(one)
        const before = machine(ours)
        const looked = await ours.play({ apply: false })
        expect(machine(ours)).toEqual(before)
        const applied = await ours.play()
        expect(applied.planned).toEqual(looked.planned)
        const after = machine(ours)
        const cannot = refused(ours, looked)
        if (cannot) {
          // What cannot be done is told before, and what comes before it is done.
          expect(applied.failures.join()).toContain(cannot)
          const wanted = planned('+?', looked)
          expect(changed(applied).filter((step) => !wanted.includes(step))).toEqual([])
          return
        }
        expect(applied.failures).toEqual([])
        expect(changed(applied)).toEqual(planned('+?', looked))
        for (const [path, text] of foretold(ours, looked))
          expect(after.get(path)?.replace(/^file \d+ /, ''), path).toBe(text)
        expect((await ours.play({ apply: false })).planned).toEqual([])
      }),
      { numRuns: Number(rounds ?? 10), seed: Number(seed ?? 1), endOnFailure: false },
    )
  })
})
