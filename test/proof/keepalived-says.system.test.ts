import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lintKeepalived } from '../../src/operations/lint-keepalived.ts'
import { needs } from '../needs.ts'
import { everyMistake } from './every-mistake.ts'
import { HandWritten } from './hand-written.ts'
import { type Mistake, mistaken } from './mistakes.ts'

needs('keepalived')

/** Where Debian and its like put the configurations that keepalived brings along. */
const samples = '/usr/share/doc/keepalived/samples'

/** What is wrong with those, or only says a part of a whole. */
const known = [
  'keepalived-server-unheld: their virtual_servers stand without the instance that holds the address',
  'keepalived-group-form: one group is written as keepalived 1.1 took it',
  'keepalived-no-password: one has an authentication beside vrrp_strict',
  'keepalived-rule-preference: one has rules without any, of which keepalived itself says that it is probably not what is wanted',
  'keepalived-route-address: one has a network without its last number, which keepalived refuses itself',
].map((one) => one.split(':')[0])

/** What keepalived prints when it only looks at a configuration. */
function said(file: string): string {
  const { stdout, stderr } = spawnSync('keepalived', ['-t', '-l', '-n', '-f', file], { encoding: 'utf8' })
  return stdout + stderr
}

const heard = everyMistake.filter((mistake): mistake is Required<Mistake> => mistake[2] !== undefined)

describe('keepalived itself', () => {
  it.each(heard)('complains where %s is tripped: %j', (_rule, edits, says) => {
    using hand = new HandWritten(mistaken(edits))
    expect(said(hand.files[0] ?? '')).toMatch(says)
  })

  it('brings along configurations of which nothing else is told', () => {
    const files = readdirSync(samples).filter((name) => name.startsWith('keepalived.conf'))
    expect(files.length).toBeGreaterThan(10)
    const told = files.flatMap((name) => {
      using hand = new HandWritten([readFileSync(join(samples, name), 'utf8')])
      return lintKeepalived(hand)
        .findings.filter(({ rule }) => !known.includes(rule))
        .map(({ rule, message }) => `${name} ${rule}: ${message}`)
    })
    expect(told).toEqual([])
  })
})
