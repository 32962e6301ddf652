import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inProcess } from './in-process.ts'

// Its machines are nowhere: had one been asked, the status would be another.
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-protection-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const inventory = (protection: string) => {
  const file = join(folder, 'inventory.yaml')
  const host = (name: string, port: number) => `${name}: {ansible_host: 127.0.0.1, ansible_port: ${port}}`
  writeFileSync(
    file,
    `all:
  vars:
    cluster:
      name: shop
      vips: [{address: 198.51.100.9, vrid: 9}]
      services: [{port: 80}]
      ${protection}
  children:
    directors: {hosts: {${host('d1', 1)}, ${host('d2', 2)}}}
    realservers: {hosts: {${host('rs1', 3)}, ${host('rs2', 4)}}}
`,
  )
  return file
}

describe('a protected cluster, where nobody sits at a terminal', () => {
  it.each([
    ['drill', 'protected: true', ['drill', 'cable-pulled']],
    ['drill that says --yes', 'protected: true', ['drill', 'cable-pulled', '--yes']],
    ['drill of a cluster that asks', 'drills: ask', ['drill', 'cable-pulled', '--yes']],
    ['drill that names another one', 'protected: true', ['drill', '--yes', '--may-disrupt', 'shops']],
    ['apply with drills', 'protected: true', ['apply', '--drill', 'cable-pulled']],
    ['handover', 'protected: true', ['handover', 'd2', '--yes']],
  ])('refuses a %s, and says what protects it and how to go on', async (_, protection, words) => {
    const file = inventory(protection)
    const { status, stdout, stderr } = await inProcess([...words, '-i', file, '-F', 'none'])
    expect([status, stdout]).toEqual([5, ''])
    expect(stderr).toContain(`${file}:7:`)
    expect(stderr).toContain('the cluster shop is protected here, and this would disrupt it:')
    expect(stderr).toContain('--may-disrupt shop')
  })

  it.each([
    ['drills: never', 'which is never to be drilled'],
    ['drill_windows: [02:00-02:01, 03:00-03:01 Asia/Tokyo]', 'begin at other times only: 02:00-02:01'],
    ['max_outage: 2 s', 'and 2 s are allowed'],
  ])('refuses drills under %s whatever the flags say', async (protection, words) => {
    const file = inventory(protection)
    const given = ['-i', file, '-F', 'none', '--may-disrupt', 'shop']
    for (const command of [
      ['drill', 'cable-pulled', '--yes'],
      ['apply', '--drill', 'cable-pulled'],
    ]) {
      const { status, stderr } = await inProcess([...command, ...given])
      expect([status, stderr]).toEqual([5, expect.stringContaining(`${file}:7:`)])
      expect(stderr).toContain(words)
      expect(stderr).toContain('shop')
    }
  })

  it('goes on where its name is given', async () => {
    const file = inventory('protected: true')
    const given = ['-i', file, '-F', 'none', '--may-disrupt', 'shop', '--json', '--timeout', '1']
    const { status, stdout } = await inProcess(['apply', '--drill', 'cable-pulled', ...given])
    // It went to the machines, which are not there.
    expect(status).toBe(4)
    expect(stdout).toContain('UNREACHABLE')
  })

  it('is looked through by lint', async () => {
    const file = inventory('drills: never\n      drill_windows: [Sat 02:00-02:00]')
    const { status, stderr } = await inProcess(['lint', '-i', file])
    expect(status).toBe(5)
    expect(stderr).toContain(`${file}:8:23: drills can never begin in Sat 02:00-02:00`)
    expect(stderr).toContain(`${file}:8:22: drill_windows contradicts drills: never`)
  })
})
