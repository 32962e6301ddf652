import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Failure } from '../../src/model/failure.ts'
import { readRevoked } from '../../src/transport/revoked-keys.ts'

let path = ''
beforeAll(() => {
  path = join(mkdtempSync(join(tmpdir(), 'understudy-krl-')), 'krl')
})
afterAll(() => rmSync(join(path, '..'), { recursive: true }))

const number = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
const string = (content: Uint8Array) => Buffer.concat([number(content.length), content])
const header = (version = 1) =>
  Buffer.concat([
    ...[Buffer.from('SSHKRL\n\0', 'latin1'), number(version), Buffer.alloc(24)],
    ...[string(Buffer.alloc(0)), string(Buffer.from('a comment'))],
  ])
const section = (kind: number, content: Uint8Array) => Buffer.concat([Buffer.from([kind]), string(content)])

/** What is read of a list of these bytes, or why it is not. */
async function read(bytes: Uint8Array): Promise<readonly string[] | string> {
  writeFileSync(path, bytes)
  try {
    return (await readRevoked(path)).map(({ hash = 'key', key }) => `${hash} ${key}`)
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'HOST_KEY_REFUSED') throw error
    return error.message.replace(/^.*: /, '')
  }
}

it('has the keys of a binary list, and none of one that is cut off anywhere', async () => {
  const keys = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(
      keys,
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.nat(),
      async (some, sum, at) => {
        const parts = [
          header(),
          section(2, Buffer.concat(some.map(string))),
          section(1, sum),
          section(5, string(sum)),
        ]
        const whole = Buffer.concat(parts)
        expect(await read(whole)).toEqual([
          ...some.map((key) => `key ${Buffer.from(key).toString('base64')}`),
          `sha256 ${Buffer.from(sum).toString('base64')}`,
        ])
        // Where a section ends a list may end as well.
        const ends = parts.map((_, index) => Buffer.concat(parts.slice(0, index + 1)).length)
        const length = 8 + (at % (whole.length - 8))
        if (!ends.includes(length)) expect(await read(whole.subarray(0, length))).toBe('it is cut off')
      },
    ),
    { numRuns: 200 },
  )
})

it.each([
  ['another version', header(2), 'it is of version 2, and 1 is known'],
  ['another beginning', Buffer.from('SSHKRL\n1 and more'), 'it begins as none does'],
  ['a section of later times', Buffer.concat([header(), section(6, Buffer.alloc(4))]), 'it has a section 6'],
  [
    'a signature',
    Buffer.concat([header(), section(4, Buffer.alloc(4))]),
    'it is signed, which cannot be checked here',
  ],
  [
    'a short checksum',
    Buffer.concat([header(), section(3, string(Buffer.alloc(19)))]),
    'a checksum in it is no sha1',
  ],
  [
    'an extension that must be known',
    Buffer.concat([header(), section(255, Buffer.concat([string(Buffer.from('x')), Buffer.from([1])]))]),
    'it has the extension "x"',
  ],
])('lets nobody be trusted by a list with %s', async (_, bytes, why) => expect(await read(bytes)).toBe(why))

it('reads over an extension that need not be known', async () => {
  const extension = Buffer.concat([string(Buffer.from('x')), Buffer.from([0]), string(Buffer.alloc(3))])
  expect(await read(Buffer.concat([header(), section(255, extension)]))).toEqual([])
})
