import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { make } from './run.ts'

const prefix = '/run/built'
const installed = `${prefix}/sbin/arguments`
const sumOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const build = (fields: object) => make('source_build', { prefix, creates: installed, ...fields })
describe('source_build', () => {
  const content = new Uint8Array([1, 2, 3])
  const sha256 = sumOf(content)

  it('refuses another archive of the controller before any host is changed, and names both sums', () => {
    const asked = 'a'.repeat(64)
    const wrong = () => build({ src: 'program.tar.gz', content, sha256: asked })
    expect(wrong).toThrow(
      `program.tar.gz is not the archive that is asked for: its sha256 is ${sha256}, and ${asked}`,
    )
  })

  it.each([
    ['no sum', { sha256: undefined }, 'sha256'],
    ['a sum of another kind', { sha256: 'abc' }, '64 hexadecimal'],
    ['a prefix with blanks', { prefix: '/opt/my programs' }, 'plain letters'],
    ['a second prefix', { configure: ['--prefix=/usr'] }, 'a field of its own'],
    ['no archive', { content: undefined }, '`src` is missing'],
  ])('refuses %s', (_, fields, message) => {
    expect(() => build({ content, sha256, ...fields })).toThrow(message)
  })

  it('says what it disturbs, so that a service of another file is not foretold to reload', () => {
    const nothing = { stamp: { is: 'absent' }, creates: { type: 'absent' } }
    const wanted = build({
      content,
      sha256,
      configure: ['--conf-path=/etc/nginx/nginx.conf', '--user=nginx'],
    })
    expect(wanted.converge(nothing, { touches: () => false })?.disturbs).toEqual([
      `file:${prefix}`,
      `file:${installed}`,
      'file:/etc/nginx/nginx.conf',
    ])
  })
})
