import { describe, expect, it } from 'vitest'
import { clusterVariables } from '../../src/cluster/index.ts'
import { complaint, complaints } from './complaints.ts'
import { clusterOf, healthy, knowing, machines, type Words } from './inventory.ts'
import { render } from './rendered.ts'

const key = '00112233445566778899aabbccddeeff'
const told = (words: Words) =>
  machines({ ...healthy, balancer: 'haproxy', backend: 'tomcat', sessions: { key }, ...words })
const variables = (words: Words, host: string) =>
  Object.assign(clusterVariables([clusterOf(told(words))], knowing({}), host), { inventory_hostname: host })

describe('sessions', () => {
  it('are told to the other realservers, by the same names everywhere', () => {
    const of = (host: string) => {
      const text = render('tomcat-server.xml.hbs', variables({}, host))
      return [
        ...text.matchAll(
          /<(LocalMember|Member|Receiver) .*?(?:host|address)="([^"]*)" port="(\d+)"(?: uniqueId="([^"]*)")?/g,
        ),
      ].map(([, ...said]) => said)
    }
    const id = (number: number) => `{0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,${number}}`
    expect(of('rs1')).toEqual([
      ['LocalMember', '10.77.0.21', '4000', id(0)],
      ['Member', '10.77.0.22', '4000', id(1)],
      ['Receiver', '10.77.0.21', '4000', undefined],
    ])
    expect(of('rs2').slice(0, 2)).toEqual([
      ['LocalMember', '10.77.0.22', '4000', id(1)],
      ['Member', '10.77.0.21', '4000', id(0)],
    ])
  })

  it('come through firewalls from the other realservers alone', () => {
    const { openings } = variables({ sessions: { key, port: 4100 } }, 'rs1') as unknown as {
      openings: readonly { ports: readonly unknown[]; from: readonly string[] }[]
    }
    expect(openings.filter(({ ports }) => ports.includes(4100))).toMatchObject([{ from: ['10.77.0.22'] }])
  })

  it('are nothing to write where nobody asked for them', () => {
    const text = render('tomcat-server.xml.hbs', variables({ sessions: undefined }, 'rs1'))
    expect(text).not.toContain('<Cluster')
    expect(text).toContain('jvmRoute="rs1"')
  })

  it.each<[Words, string, RegExp]>([
    [{ backend: 'nginx' }, 'sessions', /only our Tomcat/],
    [{ backend: 'none' }, 'sessions', /only our Tomcat/],
    [{ sessions: { key, port: 8080 } }, 'sessions.port', /that of a service/],
  ])('are refused of whom nobody can tell: %j', (words, at, message) => {
    expect(complaint(told(words))).toMatchObject({
      severity: 'error',
      at: `d1 cluster.${at}`,
      message: expect.stringMatching(message),
    })
    expect(complaints(told({}))).toEqual([])
  })
})
