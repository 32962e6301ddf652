import { expect, it } from 'vitest'
import { askedByQuic, quic } from '../../src/sensors/quic.ts'

const subjects = ['10.0.0.1', 'fd00::1'].map(
  (address) => askedByQuic({ address, port: 443, name: 'a.example.org', path: '/up' }).subject,
)
const read = (output: string) => subjects.map((subject) => quic.read(output, subjects).get(subject))

it('tells who answered by HTTP/3, and what curl said of who did not', () => {
  const refused = 'curl: (7) QUIC: connection to 10.0.0.1 port 443 refused'
  expect(read(`\n# 0\n3 204\n\n# 1\n${refused}\n0 000\n`)).toEqual([
    { status: 204, why: '3 204' },
    { status: 0, why: refused },
  ])
})

it('knows nothing where curl speaks none', () => {
  expect(read('none\n')).toEqual([undefined, undefined])
})

it('asks an address by a name', () => {
  const script = quic.ask(subjects)
  expect(script).toContain('10.0.0.1:443')
  expect(script).toContain('[fd00::1]:443')
  expect(script).toContain('https://a.example.org:443/up')
})
