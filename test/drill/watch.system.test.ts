import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { endWatch, startListening, startWatch, whatWasNoted } from '../../src/drill/watch.ts'
import { needs } from '../needs.ts'

needs('shellcheck')

it.each([
  ['noting on a director', startWatch('abc', { devices: ['eth0', 'eth0.9'], routes: true }, 60)],
  ['listening on the machine that asks', startListening('abc', '10.0.0.100', 60)],
  ['ending', endWatch('abc')],
  ['asking', whatWasNoted('abc').sensor.ask(['abc'])],
])('%s is clean for shellcheck', (_, script) => {
  // SC2016: what runs later stands in quotes. SC2164: the script ends where there is no folder.
  const found = () =>
    execFileSync('shellcheck', ['-s', 'sh', '-e', 'SC2016', '-f', 'gcc', '-'], {
      input: script,
      encoding: 'utf8',
    })
  expect(found).not.toThrow()
})
