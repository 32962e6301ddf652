import { expect, it } from 'vitest'
import { packageCandidates, packages } from '../../src/sensors/packages.ts'

it.each([
  ['installed nginx amd64 1.22.1', 'nginx', { installed: '1.22.1', broken: false }],
  ['config-files nginx amd64 1.22.1', 'nginx', { broken: false }],
  ['half-configured nginx amd64 1.22.1', 'nginx', { broken: true }],
  ['installed libc6 amd64 2.36', 'libc6:i386', { broken: false }],
  [
    'installed libc6 amd64 2.36\ninstalled libc6 i386 2.35',
    'libc6:i386',
    { installed: '2.35', broken: false },
  ],
  ['provides installed 8.1 , mta (= 1), mail-agent', 'mail-agent', { installed: '8.1', broken: false }],
  ['provides installed 8.1 , mta (= 1), mail-agent,\nown mail-agent', 'mail-agent', { broken: false }],
  ['provides not-installed  , mail-agent', 'mail-agent', { broken: false }],
])('reads %j', (line, name, expected) => {
  expect(packages.read(`apt\n${line}\n`, [name]).get(name)).toEqual({ manager: 'apt', ...expected })
})

it('reads newer versions of apt and of dnf', () => {
  const apt =
    'stale\nnginx:\n  Installed: 1.22\n  Candidate: 1.24\n  Version table:\n     1.24 500\ned:\n  Installed: 1\n  Candidate: 1\n'
  const readings = packageCandidates.read(apt, ['nginx', 'ed', 'nothing'])
  expect([...readings.values()]).toEqual([{ newer: '1.24', stale: true }, { stale: true }, { stale: true }])
  const dnf = packageCandidates.read('newer nginx 1:1.26-1.el9\n', ['nginx', 'ed'])
  expect([...dnf.values()]).toEqual([{ newer: '1:1.26-1.el9', stale: false }, { stale: false }])
})
