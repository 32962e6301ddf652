import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contents, readLimit } from '../../src/sensors/contents.ts'
import { sha256 } from '../../src/sensors/sha256.ts'
import { needs } from '../needs.ts'
import { ask, shells } from './ask.ts'

needs('dash', 'busybox')

let directory = ''
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'contents-'))
})
afterAll(() => rmSync(directory, { recursive: true }))

describe.each(shells)('contents under %s', (...shell) => {
  it('come back byte for byte, whatever they are and however their files are called', async () => {
    const samples = [
      new Uint8Array(),
      new TextEncoder().encode('ünïcode\n0 base64\n@@nonce done\n'),
      Uint8Array.from({ length: 1024 }, (_, index) => index % 256),
      new Uint8Array(readLimit).fill(10),
    ]
    const paths = samples.map((bytes, index) => {
      const path = join(directory, `-n $(reboot) 'x' * ${index}\n`)
      writeFileSync(path, bytes)
      return path
    })
    const readings = await ask(shell[0], contents, paths)
    expect(
      readings.map((reading) => ('bytes' in reading ? { ...reading, bytes: undefined } : reading)),
    ).toEqual(
      samples.map((bytes) => ({ is: 'read', bytes: undefined, size: bytes.length, sha256: sha256(bytes) })),
    )
  })

  it('come back whole where a file is longer than was said of it', async () => {
    const path = join(directory, 'plain')
    writeFileSync(path, 'plain')
    const readings = await ask(shell[0], contents, ['/proc/version', path])
    expect(
      readings.map((reading) => ('bytes' in reading ? Buffer.from(reading.bytes).toString() : '')),
    ).toEqual([readFileSync('/proc/version', 'utf8'), 'plain'])
  })

  it('of large files are told by checksum, of other things not at all', async () => {
    const large = join(directory, 'large')
    const bytes = new Uint8Array(readLimit + 1).fill(7)
    writeFileSync(large, bytes)
    const link = join(directory, `link ${shell[0][0]}`)
    symlinkSync(large, link)
    expect(await ask(shell[0], contents, [join(directory, 'none'), large, link, directory])).toEqual([
      { is: 'absent' },
      { is: 'large', size: bytes.length, sha256: sha256(bytes) },
      { is: 'other' },
      { is: 'other' },
    ])
  })
})
