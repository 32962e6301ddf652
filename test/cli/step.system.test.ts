import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { inventoryOf, type OwnRun, startOwnRun } from '../operations/own-run.ts'
import { openSshLab, type SshLab } from '../transport/sshd.ts'

needs('root', 'worlds', 'sshd', 'ssh', 'script', 'dash', 'build')

const main = resolve(import.meta.dirname, '../../dist/cli/main.js')
let lab: SshLab
let machines: Readonly<Record<'one' | 'two', OwnRun>>
let inventory: string

beforeAll(async () => {
  lab = openSshLab()
  machines = { one: await startOwnRun(lab), two: await startOwnRun(lab) }
  inventory = inventoryOf(lab, 'both', { all_of_them: { hosts: machines } })
})
afterAll(() => lab[Symbol.dispose]())

const at = (host: string, path = '') => join(lab.directory, `tree of ${host}`, path)
beforeEach(() => {
  for (const host of ['one', 'two'] as const) {
    rmSync(at(host), { recursive: true, force: true })
    mkdirSync(at(host))
    for (const kept of ['progress', 'before', 'notified'])
      rmSync(`/proc/${machines[host].server.pid}/root/var/lib/understudy/${kept}`, {
        recursive: true,
        force: true,
      })
  }
})

const tree = '{{ here }}/tree of {{ inventory_hostname }}'
const tasks = [
  { copy: { dest: `${tree}/first`, content: 'one\n{{ word }}\n' }, notify: 'told', register: 'made' },
  { command: `touch '${tree}/ran'`, when: 'made is changed' },
  { copy: { dest: `${tree}/last`, content: 'last\n' } },
]
const handlers = [{ name: 'told', command: `touch '${tree}/told'` }]
const words = (hosts: string) => {
  const playbook = lab.file('site.yaml', JSON.stringify([{ hosts, tasks, handlers, vars: { word: 'two' } }]))
  return [
    'apply',
    playbook,
    '-i',
    inventory,
    '-F',
    'none',
    '-e',
    `here=${lab.directory}`,
    '--no-verify',
    '--step',
  ]
}

/** What is typed once the terminal shows something: each part behind the last. */
type Typed = readonly (readonly [shown: RegExp, keys: string])[]

/** Runs it at a terminal of its own (script(1)), and types. */
async function typing(
  argv: readonly string[],
  typed: Typed,
): Promise<{ readonly status: number | null; readonly shown: string }> {
  const quoted = ['timeout', '--foreground', '40', process.execPath, main, ...argv]
    .map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
    .join(' ')
  const child = spawn('script', ['-qec', `stty cols 200 rows 50; exec ${quoted}`, '/dev/null'], {
    env: { ...process.env, TERM: 'xterm', SHELL: '/bin/sh' },
  })
  const left = [...typed]
  let [shown, from] = ['', 0]
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += stripVTControlCharacters(text)
    const [next] = left
    const found = next?.[0].exec(shown.slice(from))
    if (!next || !found) return
    from += found.index + found[0].length
    left.shift()
    // The question takes keys once it is drawn.
    setTimeout(() => child.stdin.write(next[1]), 200)
  })
  const status = await new Promise<number | null>((done) => child.once('close', done))
  expect(
    left.map(([pattern]) => String(pattern)),
    shown,
  ).toEqual([])
  return { status, shown }
}

describe('apply --step', () => {
  it('makes what is agreed to, leaves out the rest, and nothing follows from that', async () => {
    const { status } = await typing(words('one'), [
      [/copy\[.*first\][\s\S]*end here/, 'n'],
      [/copy\[.*last\][\s\S]*end here/, 'y'],
    ])
    expect(status).toBe(0)
    expect(readdirSync(at('one'))).toEqual(['last'])
  })

  it('shows what a change is, and asks again', async () => {
    const { status, shown } = await typing(words('one'), [
      [/copy\[.*first\][\s\S]*end here/, 'd'],
      [/\+two[\s\S]*copy\[.*first\][\s\S]*end here/, 'y'],
      [/command\[[\s\S]*end here/, 'y'],
      [/copy\[.*last\][\s\S]*end here/, 'n'],
      [/command\[[\s\S]*end here/, 'y'],
    ])
    expect(status).toBe(0)
    expect(shown).toContain('site.yaml:1:')
    expect(readdirSync(at('one')).toSorted()).toEqual(['first', 'ran', 'told'])
  })

  it('leads to a shell on the machine of the change', async () => {
    const { status } = await typing(words('two'), [
      [/copy\[.*first\][\s\S]*end here/, 's'],
      [
        /leave the shell[\s\S]*[#$] /,
        `touch '${at('two', 'by hand')}' && echo $SSH_CONNECTION >'${at('two', 'way')}'; exit\n`,
      ],
      [/copy\[.*first\][\s\S]*end here/, 'q'],
    ])
    expect(status).toBe(130)
    expect(readFileSync(at('two', 'way'), 'utf8')).toContain(String(machines.two.server.port))
    expect(readdirSync(at('two')).toSorted()).toEqual(['by hand', 'way'])
  })

  it('asks no more where all is agreed to, on whichever host', async () => {
    const { status } = await typing(words('all'), [[/copy\[.*first\][\s\S]*end here/, 'a']])
    expect(status).toBe(0)
    for (const host of ['one', 'two'])
      expect(readdirSync(at(host)).toSorted()).toEqual(['first', 'last', 'ran', 'told'])
  })

  it('keeps in mind a handler that was left out', async () => {
    await typing(words('one'), [
      [/copy\[.*first\][\s\S]*end here/, 'y'],
      [/command\[[\s\S]*end here/, 'n'],
      [/copy\[.*last\][\s\S]*end here/, 'y'],
      [/command\[[\s\S]*end here/, 'n'],
    ])
    expect(existsSync(at('one', 'told'))).toBe(false)
    await typing(words('one'), [[/command\[[\s\S]*end here/, 'y']])
    expect(readdirSync(at('one')).toSorted()).toEqual(['first', 'last', 'told'])
  })

  it('is refused where there is no terminal', async () => {
    const child = spawn(process.execPath, [main, ...words('all')], { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (text: Buffer) => {
      said += text.toString()
    })
    expect(await new Promise((done) => child.once('close', done))).toBe(5)
    expect(said).toContain('--step asks at a terminal')
    expect(readdirSync(at('one'))).toEqual([])
  })
})
