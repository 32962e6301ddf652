import { expect, it } from 'vitest'
import { inProcess } from './in-process.ts'

it.each([
  ['keepalived-kiled', 'did you mean "keepalived-killed"?'],
  ['keepalived-killed, nfs-gone', 'an NFS server with the pages'],
])('refuses the drills %s before anything is applied', async (names, words) => {
  // Its machines are nowhere: had one been asked, the status would be another.
  const ran = await inProcess(['apply', '-i', 'inventories/lvs-dr', '-F', 'none', '--drill', names])
  expect([ran.status, ran.stdout, ran.stderr]).toEqual([5, '', expect.stringContaining(words)])
})

it.each([
  ...['plan', 'apply', 'verify', 'status'].map((command) => [command]),
  ['drill', 'keepalived-killed'],
  ['handover', 'd2'],
  ['exec', 'd1', '-a', 'true'],
])('%s asks nobody with an ssh configuration that is not there', async (...command) => {
  const given = ['-i', 'inventories/lvs-dr', '-F', '/nowhere/config']
  const { status, stdout, stderr } = await inProcess([...command, ...given])
  expect([status, stdout]).toEqual([5, ''])
  expect(stderr).toBe(
    'the ssh configuration /nowhere/config cannot be read\n  → check the path given with -F; "none" stands for no file\n',
  )
})
