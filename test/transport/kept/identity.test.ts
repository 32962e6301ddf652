import { describe, expect, it } from 'vitest'
import type { Destination } from '../../../src/transport/destination.ts'
import { identityOf, stationsOf, withoutPasswords } from '../../../src/transport/kept/identity.ts'

const web: Destination = {
  name: 'web1',
  hostname: '192.0.2.1',
  port: 22,
  user: 'root',
  identities: { files: ['/keys/one'], only: true },
  hostKey: {
    userFiles: ['/known'],
    globalFiles: [],
    revokedFiles: [],
    acceptNew: false,
    hashNames: false,
  },
  algorithms: { kex: ['a'], cipher: ['b'], hmac: ['c'], serverHostKey: ['d'], compress: ['none'] },
  untried: [],
  timeoutSeconds: 15,
  route: { is: 'direct' },
}

describe('who must be the same', () => {
  it.each<[string, Partial<Destination>]>([
    ['another host', { hostname: '192.0.2.2' }],
    ['another name in ssh_config', { name: 'web2' }],
    ['another port', { port: 2222 }],
    ['another user', { user: 'ops' }],
    ['another key', { identities: { files: ['/keys/two'], only: true } }],
    ['keys of an agent as well', { identities: { files: ['/keys/one'], only: false } }],
    ['another agent', { identities: { files: ['/keys/one'], only: true, agentSocket: '/agent' } }],
    ['another known_hosts', { hostKey: { ...web.hostKey, userFiles: ['/others'] } }],
    ['keys that are revoked', { hostKey: { ...web.hostKey, revokedFiles: ['/revoked'] } }],
    ['another name in known_hosts', { hostKey: { ...web.hostKey, alias: 'web' } }],
    ['hosts that need not be known', { hostKey: { ...web.hostKey, acceptNew: true } }],
    ['other algorithms', { algorithms: { ...web.algorithms, cipher: ['e'] } }],
    ['a password', { password: 'secret' }],
    ['a command that leads there', { route: { is: 'command', command: 'nc 192.0.2.1 22' } }],
    ['a machine in between', { route: { is: 'jump', through: { ...web, name: 'gate' } } }],
  ])('does not serve for %s', (_, other) => {
    expect(identityOf({ ...web, ...other })).not.toBe(identityOf(web))
  })

  it('does not serve behind another machine in between', () => {
    const behind = (user: string) => identityOf({ ...web, route: { is: 'jump', through: { ...web, user } } })
    expect(behind('one')).not.toBe(behind('two'))
  })

  it('serves whoever waits for another time', () => {
    expect(identityOf({ ...web, timeoutSeconds: 5 })).toBe(identityOf(web))
  })

  it('holds no password, nor does what the other process is told', () => {
    const hop = { ...web, password: 'of the hop' }
    const target: Destination = { ...web, password: 'of the host', route: { is: 'jump', through: hop } }
    expect(identityOf(target)).not.toContain('of the')
    expect(JSON.stringify(withoutPasswords(target))).not.toContain('of the')
    expect(stationsOf(target)).toEqual([target, hop])
  })
})
