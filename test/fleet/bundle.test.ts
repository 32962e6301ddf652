import { createUser } from '@nats-io/nkeys'
import { describe, expect, it } from 'vitest'
import { bundleIn, bundleText, digestOf, knowsVersion, wouldTravelInClear } from '../../src/fleet/bundle.ts'

const file = (path: string, content = 'text') => ({
  path,
  executable: false,
  content: Buffer.from(content).toString('base64'),
})

describe('a bundle', () => {
  it('is the same whatever the order of its files', () => {
    const [a, b] = [file('a'), file('b')]
    expect(bundleText([a, b])).toBe(bundleText([b, a]))
    expect(digestOf(Buffer.from(bundleText([a])))).not.toBe(digestOf(Buffer.from(bundleText([b]))))
    expect(bundleIn(bundleText([b, a])).files.map(({ path }) => path)).toEqual(['a', 'b'])
  })

  it.each(['/etc/passwd', '../up', 'a/../../b', 'a//b', 'a/./b', '', 'a\0b', '..', 'dir/'])(
    'refuses the path %j',
    (path) => {
      expect(() => bundleIn(bundleText([file(path)]))).toThrow('the bundle is not of a known shape')
    },
  )

  it('refuses a path that stands twice, and another version', () => {
    expect(() => bundleIn(bundleText([file('a'), file('a')]))).toThrow('a path stands twice')
    expect(() => bundleIn('{"v":2,"files":[]}')).toThrow('v:')
    expect(() => bundleIn('no json')).toThrow('not of a known shape')
  })

  it('tells of private keys, but not of those in a vault', () => {
    // As OpenSSH and OpenSSL write them.
    const key = ['OPENSSH ', 'RSA ', ''].map((kind) => `-----BEGIN ${kind}PRIVATE KEY-----\nabc`)
    const seed = new TextDecoder().decode(createUser().getSeed())
    const found = wouldTravelInClear([
      file('seed', `# mine\n${seed}\n`),
      ...key.map((text, index) => file(`key${index}`, text)),
      file('vaulted', '$ANSIBLE_VAULT;1.1;AES256\n3132'),
      file('certificate', '-----BEGIN CERTIFICATE-----\nabc'),
    ])
    expect(found.map(({ path }) => path)).toEqual(['seed', 'key0', 'key1', 'key2'])
  })

  it.each([
    ['0.1.4', '0.1.4', true],
    ['0.1.4', '0.1.2', true],
    ['0.1.4', '0.1.5', false],
    ['0.1.4', '0.2.0', false],
    ['1.4.0', '1.2.9', true],
    ['1.4.0', '1.5.0', false],
    ['2.0.0', '1.9.9', false],
    ['1.0.0', 'nonsense', false],
  ])('a worker of %s and a bundle of %s: %s', (own, other, knows) => {
    expect(knowsVersion(own, other)).toBe(knows)
  })
})
