import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { validate } from '../../src/config/validate.ts'
import { InvalidInput } from '../../src/model/failure.ts'
import type { Resource } from '../../src/model/resource.ts'
import type { Sourced } from '../../src/model/sourced.ts'
import { kinds } from '../../src/resources/index.ts'
import { needs } from '../needs.ts'
import { thorough } from '../thorough.ts'
import { type Applied, apply, applyAll, make } from './run.ts'
import { openWorld, shells, type World } from './world.ts'

needs('worlds', 'busybox')

type Name = keyof typeof kinds
type Parameters = Readonly<Record<string, unknown>>

/** A file that only a value that was run as shell can make; each world has its own /run. */
const canary = '/run/p'

const hostile: Readonly<Record<string, string>> = {
  // Short, because some settings of the kernel take 64 bytes at most; balanced, so that wrong quoting still parses.
  everything: `'"$(touch ${canary})\`touch ${canary}\`"'; touch ${canary}&|*?\\%s$IFS#`,
  'no blanks': `$(>${canary})\`>${canary}\``,
  dashes: `--help; touch ${canary}`,
  'line breaks': `a\ntouch ${canary}\n; touch ${canary}\n@@nonce done\n`,
  unicode: '-n ünïcode – 漢字\u2028 \u202e',
  blanks: '  a  b\t',
}

/** A way to use each kind that works in a world without systemd, or fails there with plain words; `n` tells uses apart. */
const uses: Readonly<Record<Name, (n: number, directory: string) => Parameters>> = {
  archive: (n, d) => ({ dest: `${d}/archive${n}`, content: 'no archive' }),
  block: (n, d) => ({ path: `${d}/block${n}`, block: 'text', create: true }),
  command: (n) => ({ command: ['true', String(n)], always: true }),
  copy: (n, d) => ({ dest: `${d}/copy${n}`, content: 'text' }),
  cron: (n) => ({ name: `job${n}`, schedule: '@daily', command: 'true' }),
  directory: (n, d) => ({ path: `${d}/directory${n}` }),
  file: (n, d) => ({ path: `${d}/file${n}`, state: 'touch' }),
  firewall: (n) => ({ name: `web${n}`, allow: [{ ports: [80] }] }),
  former_boot_units: (n) => ({ of: 'vip', cluster: `cluster${n}` }),
  former_setting: () => ({ name: 'net.ipv4.no_such', otherwise: 0 }),
  former_service: (n) => ({ name: `no-such-unit-${n}`, cluster: 'web' }),
  group: (n) => ({ name: `group${n}` }),
  host_route: (n) => ({ to: `192.0.2.${n % 250}`, dev: 'lo' }),
  hostname: () => ({ name: 'another' }),
  hosts_entry: (n) => ({ address: '192.0.2.1', names: `name${n}` }),
  haproxy_servers: (n, d) => ({ socket: `${d}/socket${n}`, backends: [] }),
  ipvs_table: (n) => ({ name: `table${n}` }),
  kernel_module: (n) => ({ name: `no_such_module_${n}` }),
  line: (n, d) => ({ path: `${d}/line${n}`, line: 'text', create: true }),
  link: (n, d) => ({ path: `${d}/link${n}`, target: 'text' }),
  loopback_vip: (n) => ({ address: `192.0.2.${n % 250}` }),
  mount: (_, d) => ({ path: `${d}/mounted`, src: 'none', fstype: 'no-such-fs' }),
  nfs_export: (n, d) => ({ path: `${d.replaceAll(' ', '')}/exported${n}`, clients: ['192.0.2.1'] }),
  packet_rules: (n) => ({ name: `packets${n}` }),
  owned_service: (n) => ({ name: `owned${n}`, cluster: 'web' }),
  package: () => ({ name: 'no-such-package', state: 'absent' }),
  pause: () => ({ seconds: 0 }),
  reachable: (_, d) => ({ path: `${d}/way/page`, by: 'nobody' }),
  release: (n) => ({
    name: `application${n}`,
    release: '1',
    src: '0'.repeat(64),
    port: 80,
    content: 'no archive',
  }),
  selinux_boolean: (n) => ({ name: `no_such_boolean${n}` }),
  service: (n) => ({ name: `no-such-unit-${n}` }),
  shell: (n) => ({ command: `true ${n}`, always: true }),
  source_build: (n, d) => ({
    content: 'no archive',
    sha256: '7275b9d1e6c0314c52bfca6c77534b8eaa3a8454a5c74b20e3e5f983e32c6877',
    prefix: `${d}/source_build${n}`,
    creates: `${d}/source_build${n}/program`,
  }),
  // A setting that takes any text, and is private to the world.
  stray_vip: (n) => ({ address: `192.0.2.${n % 250}` }),
  sysctl: () => ({ name: 'kernel.domainname', value: 'text' }),
  template: (n, d) => ({ dest: `${d}/template${n}`, content: 'text' }),
  wait_for: (_, d) => ({ path: `${d}/awaited`, timeout: 0 }),
  tls_certificate: (n, d) => ({
    path: `${d}/certificate${n}`,
    chain: '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----',
  }),
  user: (n) => ({ name: `user${n}`, system: true }),
}

/** Fields that are shell by what they mean. */
const shellFields = ['shell.command', 'shell.unless', 'shell.onlyif', 'command.unless', 'command.onlyif']

/** Where a text must be found, byte for byte, once it was accepted. */
const lands: Readonly<Record<string, (w: World, use: Parameters, value: string) => void>> = {
  'block.block': (w, { path }, value) => expect(read(w, path)).toContain(value.replace(/\n+$/, '')),
  'copy.content': (w, { dest }, value) => expect(read(w, dest)).toBe(value),
  'template.content': (w, { dest }, value) => expect(read(w, dest)).toBe(value),
  'line.line': (w, { path }, value) => expect(read(w, path)).toBe(`${value}\n`),
  'cron.command': (w, { name }, value) =>
    expect(read(w, `/etc/cron.d/${name}`)).toContain(`root ${value.replaceAll(/(?<!\\)%/g, '\\%')}\n`),
  'user.comment': (w, _, value) => expect(read(w, '/etc/passwd')).toContain(`:${value}:`),
}

const properties = (kind: Name): readonly string[] => {
  const { schema } = kinds[kind]
  const inner = 'shape' in schema ? schema : 'in' in schema ? schema.in : undefined
  if (typeof inner !== 'object' || inner === null || !('shape' in inner))
    throw new Error(`${kind} has no fields`)
  return Object.keys(inner.shape as object)
}

/** All ways in which a text may stand in a field: alone or as a path, in a list, in a mapping. */
const places = (text: string): readonly (readonly unknown[])[] => [
  [text, `/run/${text}`],
  [[text]],
  [{ a: text }],
  [{ [text]: 'a' }],
]

interface Case {
  readonly about: string
  readonly field: string
  readonly value: unknown
  readonly use: Parameters
  readonly resource: Resource
}

/** Kinds of which all uses change the same file, or the same setting: these are tried one after another. */
const oneAtATime: readonly Name[] = ['hostname', 'hosts_entry', 'mount', 'nfs_export', 'sysctl']

/** Cases that may be tried by one program: none of them is about what another is about. */
function batches(kind: Name, cases: readonly Case[]): readonly (readonly Case[])[] {
  if (oneAtATime.includes(kind)) return cases.map((one) => [one])
  const made: Case[][] = []
  for (const one of cases) {
    const free = made.find((batch) => batch.every(({ resource }) => resource.id !== one.resource.id))
    if (free) free.push(one)
    else made.push([one])
  }
  return made
}

/**
 * Every text in every place of every field, as far as it is accepted; the others must be refused with plain words. Of
 * two ways to write the same, one is enough, unless every combination is asked for.
 */
function accepted(kind: Name): readonly Case[] {
  let n = 0
  const cases: Case[] = []
  const add = (field: string, which: string, value: unknown): boolean => {
    n += 1
    const use = { ...uses[kind](n, '/run'), [field]: value }
    const about = `${kind}.${field}, ${which}`
    const complaint = refusal(kind, use)
    if (complaint === undefined) cases.push({ about, field, value, use, resource: make(kind, use) })
    else {
      expect(complaint, about).toMatch(/^\S.{5,}$/s)
      expect(complaint, about).not.toMatch(/of the form|Invalid|(?<!_)regex\b|undefined|\[object/)
    }
    return complaint === undefined
  }
  for (const field of properties(kind).filter((name) => !shellFields.includes(`${kind}.${name}`)))
    for (const [which, text] of Object.entries(hostile))
      for (const ways of places(text))
        for (const value of ways) if (add(field, which, value) && !thorough) break
  return cases
}

const minimal = shells.filter(({ name }) => name !== 'bash')

describe.each(minimal)('$name', (shell) => {
  it.each(Object.keys(kinds) as Name[])(
    'takes every text of %s literally, or it is refused',
    async (kind) => {
      using world = openWorld(shell)
      expect(refusal(kind, uses[kind](0, '/run'))).toBeUndefined()
      // Each case under one shell, unless every combination is asked for: both get the same program.
      const turn = minimal.indexOf(shell)
      const cases = accepted(kind).filter((_, index) => thorough || index % minimal.length === turn)
      for (const batch of batches(kind, cases)) {
        const all = batch.map(({ about }) => about).join('; ')
        const applied = await applyAll(
          world,
          batch.map(({ resource }) => resource),
        )
        for (const [index, { about, field, value, use }] of batch.entries()) {
          const { status, stderr, again } = applied[index] as Applied
          if (status === 0 && !use.always && again?.changesNothing !== true)
            expect(again, about).toBeUndefined()
          else if (status !== 0) expect(stderr, about).not.toBe('')
          if (status === 0) lands[`${kind}.${field}`]?.(world, use, String(value))
        }
        const gone = batch
          .map(({ use }) => ({ ...use, state: 'absent' }))
          .filter((use) => properties(kind).includes('state') && refusal(kind, use) === undefined)
        if (gone.length > 0)
          await applyAll(
            world,
            gone.map((use) => make(kind, use)),
          )
        expect(existsSync(world.outside(canary)), `a text ran as shell, of: ${all}`).toBe(false)
      }
    },
  )

  it('would notice a text that runs', async () => {
    using world = openWorld(shell)
    await apply(world, make('shell', { command: hostile['line breaks'], always: true }))
    expect(existsSync(world.outside(canary))).toBe(true)
  })
})

function read(world: World, path: unknown): string {
  return readFileSync(world.outside(String(path)), 'utf8')
}

/** What a user is told of these parameters, or `undefined` where nothing is wrong with them. */
function refusal(kind: Name, parameters: Parameters): string | undefined {
  try {
    validate(kinds[kind].schema, sourced(parameters), kind)
    return undefined
  } catch (error) {
    if (error instanceof InvalidInput) return error.problems.map(({ message }) => message).join('\n')
    throw error
  }
}

function sourced(value: unknown): Sourced {
  const origin = { file: 'site.yaml', line: 1, col: 1 }
  if (Array.isArray(value)) return { origin, items: value.map(sourced) }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(
      ([key, one]) => [key, { key: origin, value: sourced(one) }] as const,
    )
    return { origin, entries: new Map(entries) }
  }
  return { origin, scalar: value as string | number | boolean }
}
