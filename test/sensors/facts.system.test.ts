import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism, hostname, machine, release, totalmem, userInfo } from 'node:os'
import { expect, it } from 'vitest'
import { facts } from '../../src/sensors/facts.ts'
import { needs } from '../needs.ts'
import { ask, shells } from './ask.ts'

needs('dash', 'busybox')

it.each(shells)('tells what this computer is, by %s', async (shell) => {
  const [here] = await ask(shell, facts, [''])
  expect(here).toMatchObject({
    hostname: hostname(),
    kernel: release(),
    architecture: machine(),
    cpus: availableParallelism(),
    openFiles: Number(readFileSync('/proc/sys/fs/nr_open', 'utf8')),
    bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
  })
  expect(here).toMatchObject({
    user: userInfo().username,
    account: { uid: userInfo().uid, gid: userInfo().gid },
  })
  expect(here?.environment.HOME).toBe(process.env.HOME)
  expect(here?.memoryMiB).toBe(Math.floor(totalmem() / 1024 / 1024))
  // As its own library has it, which looks for that file first.
  if (!existsSync('/etc/selinux/config')) expect(here?.selinux).toBe('absent')
  expect(here?.interfaces.lo?.addresses).toContainEqual({
    address: '127.0.0.1',
    prefix: 8,
    family: 'ipv4',
    scope: 'host',
  })
  expect(Math.abs((here?.time ?? 0) - Date.now() / 1000)).toBeLessThan(10)
})
