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
