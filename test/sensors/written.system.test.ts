import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keepalivedTold } from '../../src/sensors/keepalived-told.ts'
import { writtenAt } from '../../src/sensors/written.ts'
import { needs } from '../needs.ts'
import { ask, shells } from './ask.ts'

needs('dash', 'busybox', 'keepalived')

let directory = ''
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'written-'))
  mkdirSync(join(directory, 'with blank'))
})
afterAll(() => rmSync(directory, { recursive: true }))

const { sensor: written } = writtenAt('')

describe.each(shells)('files by their patterns under %s', (...shell) => {
  it('come in the order of their names, through links, blanks in them or not', async () => {
    writeFileSync(join(directory, 'with blank', 'b.conf'), 'b\n')
    writeFileSync(join(directory, 'with blank', 'c.conf'), Uint8Array.of(0, 1))
    rmSync(join(directory, 'with blank', 'a.conf'), { force: true })
    symlinkSync(join(directory, 'with blank', 'b.conf'), join(directory, 'with blank', 'a.conf'))
    writeFileSync(join(directory, 'large'), 'x'.repeat(256 * 1024 + 1))
    const patterns = ['with blank/*.conf', 'large', 'none/*', '$(reboot) `reboot` * [a'].map((name) =>
      join(directory, name),
    )
    expect(await ask(shell[0], written, patterns)).toEqual([
      [
        { path: join(directory, 'with blank/a.conf'), text: 'b\n' },
        { path: join(directory, 'with blank/b.conf'), text: 'b\n' },
        { path: join(directory, 'with blank/c.conf') },
      ],
      [{ path: join(directory, 'large') }],
      [],
      [],
    ])
  })

  it('are those of a keepalived where one runs', async () => {
    const [told] = await ask(shell[0], keepalivedTold.sensor, [''])
    expect(told).toMatchObject({ configuration: expect.stringContaining('/'), unknown: [], deprecated: [] })
  })
})

describe('what keepalived says of a configuration', () => {
  it('is read by files and lines', () => {
    const said = `runs
conf /etc/keepalived/other.conf
id blue
said (/etc/keepalived/other.conf: Line 24) Unknown keyword 'nat_mask'
said (/etc/keepalived/vrrp/a.conf: Line 33) nb_get_retry is deprecated - please use 'retry'
said (/etc/keepalived/other.conf: Line 40) Unknown keyword '}'
said WARNING - interface eth9 for vrrp_instance VI_2 doesn't exist
said Virtual server [10.33.100.11]:udp:80: no scheduler set, setting default 'wlc'
`
    expect(keepalivedTold.sensor.read(said, ['']).get('')).toEqual({
      runs: true,
      configuration: '/etc/keepalived/other.conf',
      configId: 'blue',
      unknown: [{ file: '/etc/keepalived/other.conf', line: 24 }],
      complaints: ["WARNING - interface eth9 for vrrp_instance VI_2 doesn't exist"],
      deprecated: [{ file: '/etc/keepalived/vrrp/a.conf', line: 33, instead: 'retry' }],
    })
  })
})
