import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { apply, resume, rollback } from '../../src/operations/index.ts'
import { needs } from '../needs.ts'
import { thorough } from '../thorough.ts'
import { openSshLab, type SshLab } from '../transport/sshd.ts'
import { appears, inventoryOf, type OwnRun, startOwnRun } from './own-run.ts'

needs('root', 'worlds', 'sshd', 'dash', 'busybox', 'build')

const main = resolve(import.meta.dirname, '../../dist/cli/main.js')
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
const stateOf = (host: 'one' | 'two', path: string) =>
  `/proc/${machines[host].server.pid}/root/var/lib/understudy/${path}`

beforeEach(() => {
  for (const host of ['one', 'two'] as const) {
    rmSync(at(host), { recursive: true, force: true })
    mkdirSync(at(host))
    for (const kept of ['progress', 'before', 'notified'])
      rmSync(stateOf(host, kept), { recursive: true, force: true })
  }
  rmSync(join(lab.directory, 'gate'), { force: true })
})

const root = `'{{ here }}/tree of {{ inventory_hostname }}'`
const gate = `'{{ here }}/gate'`
/** Notes that it ran, which nothing of ours looks at. */
const deed = (name: string, more: object = {}) => ({
  name,
  shell: `echo ${name} >>${root}/log`,
  ...more,
})
/** Says that it is there, and stays until the gate is open. */
const halt = (where: 'one' | 'two') => ({
  name: 'halt',
  shell: `echo halt >>${root}/log; touch ${root}/halted; until [ -e ${gate} ]; do sleep 0.1; done; echo halted`,
  register: 'halted',
  when: `inventory_hostname == '${where}'`,
})

const playbook = (...plays: readonly object[]) => lab.file('site.yaml', JSON.stringify(plays))
const given = () => ({
  inventory: [inventory],
  sshConfig: 'none',
  extraVars: [`here=${lab.directory}`],
})
const did = (host: string) =>
  existsSync(at(host, 'log')) ? readFileSync(at(host, 'log'), 'utf8').trim().split('\n') : []

/** Begins an apply by a controller of its own, and kills it as soon as a file is there. */
async function killedAt(path: string, file: string): Promise<void> {
  const words = ['apply', file, '-i', inventory, '-F', 'none', '-e', `here=${lab.directory}`, '--no-verify']
  const child = spawn(process.execPath, [main, ...words], { stdio: 'ignore' })
  const ended = new Promise((done) => child.once('exit', done))
  await appears(path)
  child.kill('SIGKILL')
  await ended
}

/** Until programs that the killed run left on a machine have come to their end. */
async function quiet(host: 'one' | 'two'): Promise<void> {
  const lock = `/proc/${machines[host].server.pid}/root/run/understudy.lock`
  for (let left = 200; left > 0 && existsSync(lock); left--) await new Promise((done) => setTimeout(done, 50))
}

const everywhere = [
  { name: 'ask', stat: { path: `{{ here }}/tree of {{ inventory_hostname }}/marker` }, register: 'marker' },
  deed('first', { register: 'first' }),
  {
    name: 'conf',
    copy: { dest: '{{ here }}/tree of {{ inventory_hostname }}/conf', content: 'new\n' },
    notify: 'reload',
    register: 'conf',
  },
  deed('mark', { when: 'not marker.stat.exists' }),
  { file: { path: '{{ here }}/tree of {{ inventory_hostname }}/marker', state: 'touch' } },
]
const afterwards = [
  deed('second', { when: 'not marker.stat.exists and conf is changed' }),
  deed('third', { when: 'first.rc == 0 and first is changed' }),
]
const handlers = [deed('reload')]
const whole = ['first', 'mark', 'halt', 'second', 'third', 'reload']

const opened = () => writeFileSync(join(lab.directory, 'gate'), '')
const goOn = (more: object = {}) => resume({ ...given(), verify: false, ...more })
const tree = '{{ here }}/tree of {{ inventory_hostname }}'

describe('an apply whose controller was killed', () => {
  it('in the middle of a step goes on behind that one, which is not made twice', async () => {
    const file = playbook({ hosts: 'all', tasks: [...everywhere, halt('two'), ...afterwards], handlers })
    await killedAt(at('two', 'halted'), file)
    opened()
    await quiet('two')
    expect(statSync(stateOf('two', 'progress')).mode & 0o777).toBe(0o700)
    const result = await goOn()
    expect(result.failures).toEqual([])
    expect(did('two')).toEqual(whole)
    expect(did('one')).toEqual(whole.filter((name) => name !== 'halt'))
    await expect(goOn()).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })

  it('and its step with it, makes that one again', async () => {
    const file = playbook({ hosts: 'all', tasks: [...everywhere, halt('two'), ...afterwards], handlers })
    await killedAt(at('two', 'halted'), file)
    const lock = `/proc/${machines.two.server.pid}/root/run/understudy.lock`
    process.kill(Number(readFileSync(join(lock, 'pid'), 'utf8')), 'SIGKILL')
    opened()
    const { failures } = await goOn()
    expect(failures).toEqual([])
    expect(did('two')).toEqual(whole.flatMap((name) => (name === 'halt' ? ['halt', 'halt'] : [name])))
  })

  it.each(thorough ? (['one', 'two'] as const) : (['two'] as const))(
    'between two handlers runs the second, and the first no more (%s)',
    async (where) => {
      const tasks = [...everywhere, { meta: 'flush_handlers' }, deed('last', { notify: 'again' })]
      const both = [deed('reload'), halt(where), deed('again')]
      const last = { ...halt(where), name: 'halt' }
      const file = playbook({
        hosts: 'all',
        tasks: tasks.map((task) => ('notify' in task ? { ...task, notify: [task.notify, 'halt'] } : task)),
        handlers: [both[0], last, both[2]].map((one) => one ?? {}),
      })
      await killedAt(at(where, 'halted'), file)
      opened()
      await quiet(where)
      expect((await goOn()).failures).toEqual([])
      expect(did(where)).toEqual(['first', 'mark', 'reload', 'halt', 'last', 'halt', 'again'])
      expect(did(where === 'one' ? 'two' : 'one')).toEqual(['first', 'mark', 'reload', 'last', 'again'])
    },
  )

  it('between two waves begins with the second', async () => {
    const tasks = [...everywhere, ...afterwards, halt('two')]
    const file = playbook({ hosts: 'all', serial: 1, tasks: [halt('one'), ...tasks], handlers })
    await killedAt(at('one', 'halted'), file)
    opened()
    await quiet('one')
    expect(did('two')).toEqual([])
    expect((await goOn()).failures).toEqual([])
    const all = ['first', 'mark', 'second', 'third']
    expect(did('one')).toEqual(['halt', ...all, 'reload'])
    expect(did('two')).toEqual([...all, 'halt', 'reload'])
  })

  it('does not do again what its block did about a failure', async () => {
    const fails = { name: 'fails', command: `test -e ${gate}`, register: 'failed' }
    const block = {
      block: [deed('before'), fails, deed('never')],
      rescue: [deed('rescued'), halt('two'), deed('mended', { when: 'ansible_failed_result.rc == 1' })],
      always: [deed('always')],
    }
    await killedAt(at('two', 'halted'), playbook({ hosts: 'two', tasks: [block, deed('end')] }))
    opened()
    await quiet('two')
    expect((await goOn()).failures).toEqual([])
    expect(did('two')).toEqual(['before', 'rescued', 'halt', 'mended', 'always', 'end'])
  })
})

describe('an apply that failed', () => {
  /** Fails on the second machine until the gate is open. */
  const fails = { name: 'fails', command: `test -e ${gate}`, when: "inventory_hostname == 'two'" }

  it('goes on with what failed, and knows what came before it', async () => {
    const words = `it's "quoted" \\ ü $HOME`
    const tasks = [
      { shell: "printf '%s\\n' \"$WORDS\" ''", environment: { WORDS: words }, register: 'said' },
      { command: 'echo {{ item }}', loop: ['a', 'b'], register: 'each' },
      deed('ignored', { shell: `echo ignored >>${root}/log; exit 3`, ignore_errors: true, register: 'bad' }),
      deed('tried', {
        shell: `echo tried >>${root}/log; test $(grep -c tried ${root}/log) -ge 2`,
        register: 'tries',
        until: 'tries.rc == 0',
        delay: 0,
      }),
      deed('elsewhere', { delegate_to: 'one', shell: `echo elsewhere >>'${tree}/log'; hostname` }),
      deed('once', { run_once: true }),
      { set_fact: { sum: '{{ said.stdout }} {{ each.results | map(attribute="stdout") | join("+") }}' } },
      fails,
      { copy: { dest: `${tree}/sum`, content: '{{ sum }} {{ bad.rc }}' } },
      deed('hidden', { no_log: true }),
    ]
    const { failures } = await apply({
      ...given(),
      playbook: playbook({ hosts: 'all', tasks }),
      verify: false,
    })
    expect(failures.map(({ host }) => host)).toEqual(['two'])
    opened()
    expect((await goOn()).failures).toEqual([])
    const elsewhere = ['ignored', 'tried', 'tried', 'elsewhere']
    expect(did('one')).toEqual([...elsewhere, 'once', 'hidden'])
    expect(did('two')).toEqual([...elsewhere, 'hidden'])
    for (const host of ['one', 'two']) expect(readFileSync(at(host, 'sum'), 'utf8')).toBe(`${words} a+b 3`)
  })

  const simple = [
    { copy: { dest: `${tree}/conf`, content: 'new\n' }, notify: 'reload' },
    deed('first'),
    fails,
    deed('last'),
  ]
  const failed = (more: object = {}) =>
    apply({
      ...given(),
      playbook: playbook({ hosts: 'all', tasks: simple, handlers, ...more }),
      verify: false,
    })

  it('is not gone on with where something that it rests on has moved, and names it', async () => {
    await failed()
    const before = [did('one'), did('two')]
    opened()
    playbook({ hosts: 'all', tasks: [deed('other'), ...simple], handlers })
    await expect(goOn()).rejects.toMatchObject({
      code: 'PLAN_STALE',
      problems: expect.arrayContaining([
        expect.objectContaining({ message: expect.stringMatching(/site\.yaml was changed since run/) }),
      ]),
    })
    playbook({ hosts: 'all', tasks: simple, handlers })
    await expect(goOn({ extraVars: ['here=/nowhere'] })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(goOn({ playbook: 'other.yaml' })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(goOn({ tags: ['other'] })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    expect([did('one'), did('two')]).toEqual(before)
    expect((await goOn()).failures).toEqual([])
    expect(did('two')).toEqual(['first', 'last', 'reload'])
    expect(did('one')).toEqual(['first', 'last', 'reload'])
  })

  it('is none to go on with once another one has come to its end there', async () => {
    await failed()
    const next = lab.file('next.yaml', JSON.stringify([{ hosts: 'all', tasks: [deed('next')] }]))
    await apply({ ...given(), playbook: next, verify: false })
    await expect(goOn()).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('came to its end'),
    })
  })

  it('can be gone on with more than once, and taken back as one', async () => {
    await failed()
    await goOn()
    opened()
    expect(did('two')).toEqual(['first'])
    expect((await goOn()).failures).toEqual([])
    expect(did('two')).toEqual(['first', 'last', 'reload'])
    await rollback({ ...given(), hosts: 'all' })
    expect([existsSync(at('one', 'conf')), existsSync(at('two', 'conf'))]).toEqual([false, false])
    await expect(goOn()).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })

  it('leaves no output of a machine where nobody needs it', async () => {
    await failed({
      tasks: [{ command: 'echo of-no-use' }, { command: 'echo needed', register: 'x' }, ...simple],
    })
    const kept = readdirSync(stateOf('two', 'progress'))
    const texts = kept.map((name) => readFileSync(join(stateOf('two', 'progress'), name), 'utf8'))
    expect(texts.some((text) => text.includes('needed\n'))).toBe(true)
    expect(texts.some((text) => text.includes('of-no-use'))).toBe(false)
  })
})
