import { describe, expect, it } from 'vitest'
import { argumentsFor } from '../../../src/config/foreign/arguments.ts'
import {
  type Answered,
  type Built,
  buildModules,
  NotBuilt,
  type Unbuilt,
  type Wanted,
} from '../../../src/config/foreign/controller.ts'
import { ForeignModules, type ForeignUse } from '../../../src/config/foreign/foreign-modules.ts'
import { type Failure, InvalidInput } from '../../../src/model/failure.ts'
import type { ResourceOptions } from '../../../src/model/resource.ts'
import { resourceOf } from '../../../src/resources/bind.ts'
import { project } from '../playbook/project.ts'

const origin = { file: 'site.yaml', line: 3, col: 7 }
const built: Built = {
  content: Buffer.from('print(1)').toString('base64'),
  style: 'new',
  python: true,
  interpreter: '/usr/bin/python3',
  checks: true,
  facts: false,
  local: [],
}

/** Modules of which a table says what becomes of them, and what was asked for. */
function modules(table: Readonly<Record<string, Built | Unbuilt>>, use: ForeignUse = 'run') {
  const asked: Wanted[] = []
  const build = (wanted: Wanted): Answered => {
    asked.push(wanted)
    const answers = wanted.modules.map(({ name }) => table[name] ?? { refused: 'missing' as const, near: [] })
    return {
      version: '2.14.18',
      python: '/usr/bin/python3',
      internals: { _ansible_verbosity: 0 },
      modules: answers,
    }
  }
  return { asked, foreign: new ForeignModules(use, build) }
}

const uses = (name: string, more: { options?: readonly string[]; isCertain?: boolean } = {}) => ({
  name,
  collections: [],
  origin,
  options: [],
  isCertain: true,
  ...more,
})
const words = ({ message, next }: Failure) => `${message} → ${next}`

describe('modules that are none of ours', () => {
  it('are built all at once, each once, and what turns up later when it does', () => {
    const { asked, foreign } = modules({ one: built, two: built, late: built })
    foreign.place('/play')
    foreign.place('/play/roles/x')
    foreign.place('/play')
    for (const name of ['one', 'two', 'one']) {
      foreign.kind({ name, collections: [] })
      foreign.use(uses(name))
    }
    expect(asked).toEqual([])
    const problems: Failure[] = []
    foreign.settle(problems, () => {})
    expect(problems).toEqual([])
    expect(asked).toEqual([
      {
        modules: [
          { name: 'one', collections: [] },
          { name: 'two', collections: [] },
        ],
        places: ['/play', '/play/roles/x'],
      },
    ])
    resourceOf(
      foreign.kind({ name: 'late', collections: ['a.b'] }),
      {},
      { title: 'x', origin, options: nothing },
    )
    expect(asked.slice(1).map((wanted) => wanted.modules)).toEqual([[{ name: 'late', collections: ['a.b'] }]])
  })

  it.each<[Unbuilt, string]>([
    [
      { refused: 'missing', near: ['xy'] },
      'there is no module called "x", here or for ansible-core 2.14.18 → did you mean "xy"?',
    ],
    [
      { refused: 'uninstalled', collection: 'a.b' },
      'the module "x" is of a collection that is not installed: a.b → ansible-galaxy collection install a.b',
    ],
    [
      { refused: 'action' },
      'the module "x" cannot be run here: Ansible does its work, or a part of it, on this computer → use copy',
    ],
    [{ refused: 'powershell' }, 'the module "x" is for Windows → leave its hosts to Ansible'],
    [
      { refused: 'failed', words: 'no such import', path: '/x.py' },
      'ansible-core 2.14.18 cannot build the module "x": no such import → see /x.py',
    ],
  ])('are refused with what to do', (why, expected) => {
    const { foreign } = modules({ x: why })
    foreign.kind({ name: 'x', collections: [], instead: 'use copy' })
    foreign.use(uses('x'))
    foreign.use(uses('x', { isCertain: false }))
    const problems: Failure[] = []
    const warnings: string[] = []
    foreign.settle(problems, (_rule, message) => warnings.push(message))
    expect(problems.map(words)).toEqual([expected])
    expect(problems[0]?.where).toEqual({ origin })
    expect(warnings).toEqual([expect.stringContaining('so the task fails where its condition holds')])
  })

  it('are refused with options that name a file of this computer', () => {
    const { foreign } = modules({ k8s: { ...built, local: ['src'] } })
    const kind = foreign.kind({ name: 'k8s', collections: [] })
    foreign.use(uses('k8s', { options: ['state'] }))
    foreign.use(uses('k8s', { options: ['state', 'src'] }))
    const problems: Failure[] = []
    foreign.settle(problems, () => {})
    expect(problems.map(({ message }) => message)).toEqual([
      'the module "k8s" cannot be run here with "src", a file of this computer that Ansible brings there by itself',
    ])
    const make = () => resourceOf(kind, { src: 'x' }, { title: 'x', origin, options: nothing })
    expect(make).toThrow(InvalidInput)
  })

  it('cannot be left alone', () => {
    const { foreign } = modules({ x: built })
    const kind = foreign.kind({ name: 'x', collections: [] })
    const make = () => resourceOf(kind, {}, { title: 'x', origin, options: { ...nothing, left: 60 } })
    expect(make).toThrow('cannot be left alone')
  })

  it('are all refused where there is no ansible-core', () => {
    const none = () => buildModules({ modules: [], places: [] }, { PATH: '/nowhere' })
    expect(none).toThrow(NotBuilt)
    expect(none).toThrow('ansible-core is not on this computer')
    const foreign = new ForeignModules('run', none)
    foreign.kind({ name: 'x', collections: [] })
    foreign.use(uses('x'))
    const problems: Failure[] = []
    foreign.settle(problems, () => {})
    expect(problems.map(words)).toEqual([
      'the module "x" cannot be run here: ansible-core is not on this computer → install ansible-core, and the collections that are used',
    ])
  })
})

const nothing: ResourceOptions = { noLog: false, ignoreErrors: false, environment: {}, always: false }
const never = { touches: () => false }

describe('a module that is none of ours, on a host', () => {
  const made = (use: ForeignUse, more: Partial<Built> = {}, name = 'thing') => {
    const { foreign } = modules({ [name]: { ...built, ...more } }, use)
    const kind = foreign.kind({ name, collections: [] })
    return resourceOf(kind, { name: 'x' }, { title: 't', origin, options: nothing })
  }
  const answer = (stdout: string, rc = 0, stderr = '') => ({ answer: { rc, stdout, stderr } })

  it('is asked nothing by a run, and is run once', () => {
    const resource = made('run')
    expect(resource.queries).toEqual({})
    expect(resource.options.onceInARun).toBe(true)
    const change = resource.converge({}, never)
    expect(change?.script).toContain('_ansible_check_mode":false')
    expect(change?.disturbs).toBe('everything')
    expect(change?.uploads).toEqual([{ name: 'module', content: expect.any(Uint8Array), kept: true }])
  })

  it('is asked by a plan what it would change, in its check mode', () => {
    const { queries } = made('asked')
    expect(queries.answer?.subject).toContain('_ansible_check_mode":true')
    expect(queries.answer?.about).toEqual(['*'])
  })

  it.each([
    [answer('{"changed": true}'), 'run this foreign module, which says that it would change something'],
    [answer('{"changed": false}'), 'run this foreign module, which says that it changes nothing'],
    [answer('{"failed": true, "msg": "no"}'), 'run this foreign module, which says that it would fail: no'],
    [
      answer('{"skipped": true, "msg": "does not support check mode"}'),
      'run this foreign module: it has no check mode, so what it changes is unknown until apply',
    ],
    [answer('', 124), 'run this foreign module: it did not say in time what it would change'],
    [
      answer('', 127, 'there is no Python on this host: install python3\n'),
      'cannot: there is no Python on this host: install python3',
    ],
  ])('is planned by what it answers', (found, summary) => {
    expect(made('asked').converge(found, never)?.summary).toBe(summary)
  })

  it('is only told of where it says that it changes nothing, and its answer is known', () => {
    const resource = made('asked')
    const found = answer('{"changed": false, "n": 1}')
    expect(resource.converge(found, never)?.onlyTold).toBe(true)
    expect(resource.result?.(found)).toMatchObject({ changed: false, skipped: false, found: { n: 1 } })
    expect(resource.result?.(answer('{"changed": true}'))).toMatchObject({ skipped: true })
  })

  it('that only looks has nothing to do in a plan', () => {
    expect(made('asked', {}, 'thing_info').converge(answer('{"things": []}'), never)).toBe(undefined)
    expect(made('run', {}, 'thing_info').converge({}, never)).toMatchObject({
      changesNothing: true,
      disturbs: [],
    })
  })

  it('without a check mode is not asked', () => {
    const resource = made('asked', { checks: false })
    expect(Object.keys(resource.queries)).toEqual(['python'])
    expect(resource.converge({ python: { rc: 0, stdout: '', stderr: '' } }, never)?.summary).toContain(
      'unknown until apply',
    )
    const shell = made('asked', { checks: false, python: false, interpreter: '/bin/sh', style: 'old' })
    expect(shell.queries).toEqual({})
  })
})

describe('arguments', () => {
  const given = { text: "it's ä", yes: true, none: null, list: [1, 'x', { y: false }] }

  it('are JSON with nothing beyond ASCII', () => {
    const inner = `{"text":"it's \\u00e4","yes":true,"none":null,"list":[1,"x",{"y":false}]}`
    expect(argumentsFor({ style: 'new' }, given)).toBe(`{"ANSIBLE_MODULE_ARGS":${inner}}`)
    expect(argumentsFor({ style: 'binary' }, given)).toBe(inner)
    expect(argumentsFor({ style: 'non_native_want_json' }, given)).toBe(inner)
  })

  it('of the old style are words as Python and a shell write them', () => {
    expect(argumentsFor({ style: 'old' }, given)).toBe(
      `text='it'"'"'s ä' yes=True none=None list='[1, '"'"'x'"'"', {'"'"'y'"'"': False}]' `,
    )
  })
})

describe('a playbook without leave for them', () => {
  it('is told of it where that would help', async () => {
    using one = project({
      'library/mine.py': '#!/usr/bin/python\n',
      'site.yaml': `- hosts: a
  tasks:
    - mine: {}
    - docker_container: {}
    - strange_thing: {}
    - patch: {}
    - win_ping: {}
`,
    })
    const problems = await one.problems()
    const hinted = (name: string) =>
      problems.find((text) => text.includes(`"${name}"`))?.includes('--foreign-modules')
    expect(problems).toHaveLength(5)
    for (const name of ['mine', 'docker_container', 'strange_thing']) expect(hinted(name)).toBe(true)
    for (const name of ['patch', 'win_ping']) expect(hinted(name)).toBe(false)
  })
})
