import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { marksIn } from '../../src/model/packet-marks.ts'
import { packetScript } from '../../src/resources/packet-script.ts'
import { preferences } from '../../src/sensors/packet-rules.ts'
import { needs } from '../needs.ts'

needs('shellcheck', 'busybox')

const marks = [
  { mark: 770_001, address: '198.51.100.100', protocol: 'tcp' as const, ports: ['80', '443', '30000-30009'] },
  { mark: 775_001, address: '2001:db8::100', protocol: 'udp' as const, ports: ['53'] },
]
const masquerade = {
  from: ['10.9.1.21', '10.9.1.22', '2001:db8:1::/64'],
  except_from: ['198.51.100.100'],
  except_to: ['10.9.1.21', '10.9.1.21', '2001:db8:1::11'],
}
const whole = packetScript('web', { marks, masquerade })
const rulesOf = (program: string) => program.match(/^ {2}(mark|as_it_is|masquerade|answers) .*$/gm) ?? []

it('is a program of POSIX sh that nobody has anything against', () => {
  const check = (command: string, ...words: readonly string[]) =>
    execFileSync(command, words, { input: whole, encoding: 'utf8' })
  expect(check('shellcheck', '-s', 'sh', '-')).toBe('')
  for (const shell of [['dash'], ['busybox', 'sh']] as const)
    expect(() => check(shell[0], ...shell.slice(1), '-n')).not.toThrow()
})

it('gives the marks that it is read to give', () => {
  expect(marksIn(whole)).toEqual(marks)
  expect(marksIn(packetScript('web', { marks: [] }))).toEqual([])
})

it('says everything once, each with a number of its own', () => {
  const rules = rulesOf(whole)
  expect(rules.filter((one) => one.includes('10.9.1.21')).length).toBe(2)
  const numbers = rules.map((one) => Number(one.split(' ')[3]))
  expect(new Set(numbers).size).toBe(rules.length)
  expect(numbers.every((one) => one > 0 && one < 2 ** 31)).toBe(true)
})

it('leaves what stands with its number, whatever comes and goes beside it, and whatever mark it gives', () => {
  const [first] = marks
  const other = {
    ...marks[0],
    mark: 880_001,
    address: first?.address ?? '',
    protocol: 'tcp' as const,
    ports: ['443'],
  }
  const numberOf = (program: string) => / {2}mark (\d+) ip \S+ tcp 443 /.exec(program)?.[1]
  expect(numberOf(packetScript('web', { marks: [other] }))).toBe(numberOf(whole))
})

it('has preferences of its own for each cluster', () => {
  const first = (name: string) => Number(/^us_first=(\d+)$/m.exec(packetScript(name, { marks }))?.[1])
  const all = ['web', 'mail', 'files', 'a', 'A'].map(first)
  expect(new Set(all).size).toBe(5)
  for (const one of all) {
    expect((one - preferences.from) % preferences.each).toBe(0)
    expect(one).toBeGreaterThanOrEqual(preferences.from)
    expect(one + preferences.each).toBeLessThanOrEqual(40_000)
  }
})
