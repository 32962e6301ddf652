import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Machine, MountedFileSystem, Python } from '../../src/model/details.ts'
import { detailOf } from '../../src/sensors/details.ts'
import { needs } from '../needs.ts'
import { ask, shells } from './ask.ts'

needs('dash', 'busybox', 'root')

const detailNames = ['machine', 'mounts', 'python', 'local'] as const
const folder = '/etc/ansible/facts.d'
const files = ['json', 'ini', 'program', 'failing', 'nonsense'].map(
  (name) => `${folder}/understudy-${name}.fact`,
)
beforeAll(() => {
  mkdirSync(folder, { recursive: true })
  const [json = '', ini = '', program = '', failing = '', nonsense = ''] = files
  writeFileSync(json, '{"a": {"b": [1, true, null]}}\n')
  writeFileSync(ini, '# said\n[General]\nName = of: it\nlong = one\n  two\n[other]\nx: 1\n')
  writeFileSync(program, '#!/bin/sh\necho "{\\"from\\": \\"a program\\"}"\n')
  writeFileSync(failing, '#!/bin/sh\nexit 3\n')
  writeFileSync(nonsense, 'neither\n')
  for (const path of [program, failing]) chmodSync(path, 0o755)
})
afterAll(() => {
  for (const path of files) rmSync(path)
})

it.each(shells)('tells what few ask for, by %s', async (shell) => {
  const { sensor } = detailOf('machine')
  const answers = new Map((await ask(shell, sensor, detailNames)).map((one, at) => [detailNames[at], one]))
  const machine = answers.get('machine') as Machine
  const { sockets, cores, threadsPerCore, all } = machine.processors
  expect(sockets * cores * threadsPerCore).toBe(availableParallelism())
  expect(all.length).toBeGreaterThan(2)
  expect(machine.virtualization).toEqual({ type: expect.any(String), role: expect.any(String) })
  expect(machine.uptime).toBeGreaterThan(0)
  expect(machine.load).toHaveLength(3)
  expect(machine.commandLine).not.toBe('')
  const mounts = answers.get('mounts') as readonly MountedFileSystem[]
  expect(mounts.find(({ path }) => path === '/')).toMatchObject({
    type: expect.any(String),
    sizes: { blocks: expect.any(Number), unit: expect.any(Number) },
  })
  expect((answers.get('python') as Python | undefined)?.version[0] ?? 3).toBe(3)
  expect(answers.get('local')).toMatchObject({
    'understudy-json': { a: { b: [1, true, null] } },
    'understudy-ini': { General: { name: 'of: it', long: 'one\ntwo' }, other: { x: '1' } },
    'understudy-program': { from: 'a program' },
    'understudy-failing': expect.stringContaining('rc: 3'),
    'understudy-nonsense': expect.stringContaining('as JSON or ini'),
  })
})
