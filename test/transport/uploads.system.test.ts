import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { launchCommand, readStored } from '../../src/transport/launcher.ts'
import { needs } from '../needs.ts'

needs('root', 'dash', 'busybox')

const upload = launchCommand('upload', undefined, 'nonce')

/** Stores a content on a machine with little room in /var/tmp, where this was done before; what it printed, and what lies there then. */
function stored(
  content: Buffer,
  before = ':',
): { readonly printed: string; readonly left: readonly string[] } {
  const machine = `mount -t tmpfs -o size=64k none /var/tmp; ${before}; (sh -c "$1"); echo; ls /var/tmp`
  const words = ['--mount', 'sh', '-uc', machine, 'sh', upload]
  const all = execFileSync('unshare', words, {
    input: content,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const [printed = '', left = ''] = all.split('\n\n')
  return { printed: `${printed}\n`, left: left.split('\n').filter((name) => name !== '') }
}

it('leaves nothing of what finds no room', () => {
  const { printed, left } = stored(Buffer.alloc(200_000, 'x'))
  expect(readStored(printed, 'nonce')).toBeUndefined()
  expect(left).toEqual([])
})

it('goes where a run was killed, once nobody can want it any more', () => {
  const { printed, left } = stored(
    Buffer.from('content'),
    'touch -d -25hours /var/tmp/understudy.oldold12 /var/tmp/understudy.of-somebody /var/tmp/another; touch /var/tmp/understudy.newnew12',
  )
  const path = readStored(printed, 'nonce')?.path ?? ''
  expect(left.map((name) => `/var/tmp/${name}`).toSorted()).toEqual(
    ['/var/tmp/another', '/var/tmp/understudy.newnew12', '/var/tmp/understudy.of-somebody', path].toSorted(),
  )
})
