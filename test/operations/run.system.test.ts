import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { RunEvent } from '../../src/model/event.ts'
import { apply, drill, exec, handover, plan, status, verify } from '../../src/operations/index.ts'
import { projectRoot } from '../e2e/understudy.ts'
import { needs } from '../needs.ts'
import { thorough } from '../thorough.ts'
import { nobodyWorksHere } from './this-computer.ts'

needs('dash')

let folder = ''
let inventory: readonly string[] = []
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-operations-'))
  const file = join(folder, 'inventory.yaml')
  writeFileSync(
    file,
    `all:
  hosts:
    here: {ansible_connection: local, api_token: hush-hush}
    gone: {ansible_host: 127.0.0.1, ansible_port: 1, ansible_ssh_common_args: -F none}
`,
  )
  inventory = [file]
})
afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(nobodyWorksHere)

describe('an operation', () => {
  it('has what failed on one host in its result, and what others printed', async () => {
    const { failures, steps, hosts, interrupted } = await exec({
      inventory,
      hosts: 'all',
      fields: 'echo done',
    })
    expect(failures).toEqual([{ host: 'gone', failure: expect.objectContaining({ code: 'UNREACHABLE' }) }])
    expect(steps).toEqual([expect.objectContaining({ host: 'here', outcome: 'changed', output: 'done\n' })])
    expect(hosts.map(({ host, outcome }) => [host, outcome])).toEqual([
      ['here', 'ok'],
      ['gone', 'unreachable'],
    ])
    expect(interrupted).toBe(false)
  })

  it('says what is secret before it says anything else', async () => {
    const told: (string | ReadonlySet<string>)[] = []
    await exec({
      inventory,
      limit: 'here',
      hosts: 'here',
      fields: 'true',
      becomePassword: async () => 'asked for',
      onSecrets: (secrets) => told.push(secrets),
      onEvent: ({ is }) => told.push(is),
    })
    const before = told.slice(0, told.indexOf('run-started'))
    expect(new Set(before.flatMap((one) => [...one]))).toEqual(new Set(['hush-hush', 'asked for']))
    expect(told.at(-1)).toBe('run-finished')
  })

  it('hands on what a host echoes without what is secret in the step, and keeps what no_log prints to itself', async () => {
    const playbook = join(folder, 'echo.yaml')
    writeFileSync(
      playbook,
      JSON.stringify([
        {
          hosts: 'here',
          tasks: [
            {
              shell: { command: 'echo "pin is $PIN"; exit 3', always: true },
              environment: { PIN: '{{ pin }}' },
            },
          ].map((task) => ({ ...task, ignore_errors: true })),
        },
        {
          hosts: 'here',
          tasks: [
            { shell: { command: 'echo q1w2', always: true }, no_log: true, register: 'told' },
            { shell: { command: 'true # {{ told.stdout_lines[0] + "e3" }}', always: true } },
          ],
        },
      ]),
    )
    const pin = join(folder, 'pin')
    writeFileSync(pin, '417\n', { mode: 0o600 })
    const vars = join(folder, 'vars.yaml')
    writeFileSync(vars, 'pin: !file pin\n')
    const events: RunEvent[] = []
    const onEvent = (event: RunEvent) => events.push(event)
    await apply({ inventory, limit: 'here', playbook, extraVars: [`@${vars}`], verify: false, onEvent })
    // How long a step took may have any digits.
    const steps = events.filter(({ is }) => is.startsWith('step-'))
    const told = JSON.stringify(steps.map((event) => ({ ...event, milliseconds: undefined })))
    expect(told).toContain('pin is «secret»')
    expect(told).toContain('shell[true # «secret»]')
    expect(told).not.toMatch(/417|q1w2/)
  })

  it('begins nothing more once it is told to stop, and lets the step under way end', async () => {
    const playbook = join(folder, 'site.yaml')
    writeFileSync(
      playbook,
      `- hosts: here
  tasks:
    - shell: {command: "sleep 1; echo whole >${folder}/first", creates: ${folder}/first}
- hosts: here
  tasks:
    - shell: {command: "touch ${folder}/second", creates: ${folder}/second}
`,
    )
    const stop = new AbortController()
    const result = await apply({
      inventory,
      playbook,
      signal: stop.signal,
      onEvent: ({ is }) => {
        if (is === 'step-started') stop.abort()
      },
    })
    expect(result.interrupted).toBe(true)
    expect(result.clusters).toBe(undefined)
    const again = await plan({ inventory, playbook })
    expect(again.hosts).toEqual([expect.objectContaining({ pending: 1, converged: 1 })])
  })

  it('is interrupted where it has nothing to return yet', async () => {
    const clusters = join(projectRoot, 'inventories/lvs-dr')
    const options = { inventory: [clusters], sshConfig: 'none', signal: AbortSignal.abort() }
    for (const operation of [verify, status, drill])
      await expect(operation(options)).rejects.toMatchObject({ code: 'INTERRUPTED' })
    await expect(handover({ ...options, back: true })).rejects.toMatchObject({ code: 'INTERRUPTED' })
  })

  if (thorough)
    it('tells which drills were not carried out, and why, where a cluster is not whole', async () => {
      const clusters = join(folder, 'cluster.yaml')
      const host = (name: string, port: number) => `${name}: {ansible_host: 127.0.0.1, ansible_port: ${port}}`
      writeFileSync(
        clusters,
        `all:
  vars:
    ansible_ssh_common_args: -F none
    cluster: {vips: [{address: 198.51.100.9, vrid: 9}], services: [{port: 9}]}
  children:
    directors: {hosts: {${host('d1', 1)}, ${host('d2', 2)}}}
    realservers: {hosts: {${host('rs1', 3)}, ${host('rs2', 4)}}}
`,
      )
      const drills = ['realserver-hung', 'cable-pulled']
      const asked: string[] = []
      const result = await drill({
        inventory: [clusters],
        drills,
        on: ['rs2'],
        confirm: async ({ what }) => void asked.push(what),
      })
      const [failure] = result.failures
      expect(failure).toMatchObject({ code: 'VERIFICATION_FAILED' })
      expect(failure?.message).toContain('no drill on a degraded cluster')
      expect(failure?.output).toContain('d1')
      expect(result.notRun.map(({ name, on }) => [name, on])).toEqual([
        ['realserver-hung', 'rs2'],
        ['cable-pulled', undefined],
      ])
      expect([asked, result.results, result.interrupted]).toEqual([[], [], false])
    })

  it('throws what ends it, before any host was asked', async () => {
    await expect(plan({ inventory: ['/nowhere'] })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    for (const operation of [verify, status])
      await expect(operation({ inventory })).rejects.toThrow('the inventory describes no cluster')
  })
})

describe('what machines show to be wrong with a cluster', () => {
  const write = (name: string, text: string) => {
    const file = join(folder, name)
    writeFileSync(file, text)
    return file
  }
  const planWith = (task: string) =>
    plan({
      inventory: [
        write(
          'outside.yaml',
          `all:
  vars:
    cluster: { name: far, balancer: none, backend: none, vips: [{ address: 203.0.113.250, vrid: 7 }] }
  children:
    directors:
      hosts:
        here: { ansible_connection: local }
        there: { ansible_host: 127.0.0.1, ansible_port: 1 }
`,
        ),
      ],
      limit: 'here',
      playbook: write('own.yaml', `- hosts: directors\n  tasks:\n    - ${task}\n`),
    })

  it('refuses what rests on the cluster', async () => {
    await expect(planWith(`copy: { dest: ${folder}/note, content: '{{ cluster_name }}' }`)).rejects.toThrow(
      'the VIP 203.0.113.250 is outside the networks of here',
    )
  })

  it('lets a playbook of the user’s own make the network that is missing', async () => {
    const { hosts } = await planWith(`copy: { dest: ${folder}/note, content: an address }`)
    expect(hosts.map(({ host, outcome }) => [host, outcome])).toEqual([['here', 'ok']])
  })
})
