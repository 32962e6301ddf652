import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { apply, formerRuns, rollback } from '../../src/operations/index.ts'
import { needs } from '../needs.ts'
import { thorough } from '../thorough.ts'
import { openSshLab, type SshLab } from '../transport/sshd.ts'
import { inventoryOf, type OwnRun, startOwnRun } from './own-run.ts'

needs('root', 'worlds', 'sshd', 'dash', 'busybox')

let lab: SshLab
let machines: Readonly<Record<'one' | 'two', OwnRun>>
let inventory: string

beforeAll(async () => {
  lab = openSshLab()
  machines = { one: await startOwnRun(lab), two: await startOwnRun(lab, 'busybox') }
  inventory = inventoryOf(lab, 'both', { all_of_them: { hosts: machines } })
})
afterAll(() => lab[Symbol.dispose]())

const at = (host: string, path = '') => join(lab.directory, `tree of ${host}`, path)

/** Machines as they were brought up by hand: some of what the playbook wants is there, some is in its way. */
beforeEach(() => {
  for (const host of Object.keys(machines)) {
    rmSync(at(host), { recursive: true, force: true })
    mkdirSync(at(host, 'conf.d'), { recursive: true })
    const put = (path: string, text: string, mode: number) => {
      writeFileSync(at(host, path), text)
      chmodSync(at(host, path), mode)
    }
    put('old.conf', 'password = before\n', 0o640)
    put('lines.conf', 'one\ntwo', 0o600)
    put('stale.conf', 'to go\n', 0o604)
    put("it's; (odd) *.conf", '\0 binary \xff', 0o644)
    symlinkSync('old.conf', at(host, 'current'))
  }
})

/** All of a machine's tree: kinds, modes, owners, contents and where links lead, as programs other than ours see it. */
function seen(host: string): string {
  return execFileSync(
    'sh',
    [
      '-euc',
      'find . -printf "%y %m %U:%G %p -> %l\\n" | sort; find . -type f | sort | xargs -d "\\n" sha256sum',
    ],
    { cwd: at(host), encoding: 'utf8' },
  )
}

const root = '{{ here }}/tree of {{ inventory_hostname }}'
const changes = [
  { copy: { dest: `${root}/old.conf`, content: 'password = after\n', mode: '0600' } },
  { copy: { dest: `${root}/it's; (odd) *.conf`, content: 'plain\n' } },
  { file: { path: `${root}/sites/enabled/deep`, state: 'directory', mode: '0750' } },
  { copy: { dest: `${root}/sites/enabled/deep/new.conf`, content: 'new\n' } },
  { lineinfile: { path: `${root}/lines.conf`, line: 'three' } },
  { file: { path: `${root}/stale.conf`, state: 'absent' } },
  { file: { path: `${root}/current`, src: 'sites', state: 'link' } },
  { file: { path: `${root}/conf.d`, state: 'directory', mode: '0700', owner: 'nobody' } },
  { copy: { dest: `${root}/old.conf`, content: 'password = twice\n', mode: '0644' } },
]

/** A playbook in which the second machine fails behind so many changes. */
function failingBehind(done: number): string {
  const fails = { command: 'false', when: "inventory_hostname == 'two'" }
  const tasks = [...changes.slice(0, done), fails, ...changes.slice(done)]
  return lab.file('site.yaml', JSON.stringify([{ hosts: 'all', tasks }]))
}

const given = () => ({
  inventory: [inventory],
  sshConfig: 'none',
  extraVars: [`here=${lab.directory}`],
})
const stateOf = (host: 'one' | 'two') => `/proc/${machines[host].server.pid}/root/var/lib/understudy/before`

/** How many changes a run may have made when it fails: each number, or behind all and every third before. */
const placesIn = ({ length }: { readonly length: number }) =>
  Array.from({ length: length + 1 }, (_, done) => done).filter(
    (done) => thorough || (length - done) % 3 === 0,
  )

describe('a run that fails and is to be taken back', () => {
  it.each(placesIn(changes))(
    'leaves both machines as they were, whichever shell they have, when it fails behind %i changes',
    async (done) => {
      const before = [seen('one'), seen('two')]
      const result = await apply({ ...given(), playbook: failingBehind(done), rollback: true })
      const failed = result.failures.find(({ host }) => host === 'two')
      expect(failed?.failure.where.resource).toMatch(/^command/)
      expect([seen('one'), seen('two')]).toEqual(before)
      expect((result.takenBack ?? []).flatMap(({ amiss }) => amiss)).toEqual([])
      if (done > 0)
        expect(result.takenBack?.find(({ host }) => host === 'two')?.back.length).toBeGreaterThan(0)
    },
  )

  it('names what nobody can take back, and leaves no state behind', async () => {
    const result = await apply({ ...given(), playbook: failingBehind(2), rollback: true })
    expect(result.takenBack?.find(({ host }) => host === 'two')?.stays).toEqual([
      expect.stringMatching(/^command/),
    ])
    expect(() => execFileSync('test', ['-e', stateOf('two')])).toThrow()
  })

  it('is not begun where a machine cannot be reached', async () => {
    const before = [seen('one'), seen('two')]
    const gone = lab.file('gone.yaml', 'all: {hosts: {gone: {ansible_host: 127.0.0.1, ansible_port: 1}}}')
    const options = { ...given(), inventory: [inventory, gone], playbook: failingBehind(9), rollback: true }
    const { failures } = await apply(options)
    expect(failures.map(({ host }) => host)).toEqual(['gone'])
    expect([seen('one'), seen('two')]).toEqual(before)
  })
})

describe('a run that changes another machine than the one whose turn it is', () => {
  const there = '{{ here }}/tree of one'
  const steps = [
    {
      copy: { dest: `${there}/old.conf`, content: 'password = delegated\n', mode: '0600' },
      delegate_to: 'one',
    },
    { copy: { dest: `${root}/old.conf`, content: 'its own\n' } },
    { file: { path: `${there}/stale.conf`, state: 'absent' }, delegate_to: 'one' },
    { lineinfile: { path: `${there}/lines.conf`, line: '{{ inventory_hostname }}' }, delegate_to: 'one' },
    { file: { path: `${there}/made/deep`, state: 'directory' }, delegate_to: 'one' },
    { copy: { dest: `${there}/made/deep/new.conf`, content: 'new\n' }, delegate_to: 'one' },
  ]

  it.each(placesIn(steps))('leaves both as they were when it fails behind %i changes', async (done) => {
    const before = [seen('one'), seen('two')]
    const tasks = [...steps.slice(0, done), { command: 'false' }, ...steps.slice(done)]
    const playbook = lab.file('elsewhere.yaml', JSON.stringify([{ hosts: 'two', tasks }]))
    const result = await apply({ ...given(), playbook, rollback: true })
    expect(result.failures.map(({ host }) => host)).toEqual(['two'])
    expect([seen('one'), seen('two')]).toEqual(before)
    expect((result.takenBack ?? []).flatMap(({ amiss }) => amiss)).toEqual([])
    if (done > 0) expect(result.takenBack?.find(({ host }) => host === 'one')?.back.length).toBeGreaterThan(0)
  })

  it('can be taken back by another command later, on both', async () => {
    const before = [seen('one'), seen('two')]
    const tasks = [...steps, { command: 'false' }]
    const playbook = lab.file('elsewhere.yaml', JSON.stringify([{ hosts: 'two', tasks }]))
    await apply({ ...given(), playbook, verify: false })
    expect(seen('one')).not.toEqual(before[0])
    const back = await rollback({ ...given(), hosts: 'all' })
    expect(back.failures).toEqual([])
    expect([seen('one'), seen('two')]).toEqual(before)
  })
})

describe('a run that was not taken back', () => {
  it('can be by another command later, and nobody but root can read what is kept until then', async () => {
    const before = [seen('one'), seen('two')]
    const { failures } = await apply({ ...given(), playbook: failingBehind(6), verify: false })
    expect(failures.map(({ host }) => host)).toEqual(['two'])
    expect([seen('one'), seen('two')]).not.toEqual(before)
    expect(execFileSync('stat', ['-c', '%a %U', stateOf('two')], { encoding: 'utf8' })).toBe('700 root\n')
    const { runs } = await formerRuns({ ...given(), hosts: 'all' })
    expect(runs.map(({ hosts }) => [...hosts].toSorted())).toEqual([['one', 'two']])
    const back = await rollback({ ...given(), hosts: 'all' })
    expect(back.failures).toEqual([])
    expect([seen('one'), seen('two')]).toEqual(before)
    await expect(rollback({ ...given(), hosts: 'all' })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })

  it('is what a machine is taken back to, and not what an earlier run found', async () => {
    await apply({ ...given(), playbook: failingBehind(2), limit: 'one', verify: false })
    const between = seen('one')
    const next = lab.file(
      'next.yaml',
      JSON.stringify([{ hosts: 'one', tasks: [{ copy: { dest: `${root}/old.conf`, content: 'next\n' } }] }]),
    )
    await apply({ ...given(), playbook: next, limit: 'one', verify: false })
    await rollback({ ...given(), hosts: 'one' })
    expect(seen('one')).toEqual(between)
  })
})
