import { describe, expect, it } from 'vitest'
import { parseTopology } from '../../src/lab/index.ts'
import { InvalidInput } from '../../src/model/failure.ts'

function problems(text: string): readonly string[] {
  try {
    parseTopology(text, 'lab.yaml')
    return []
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    return error.problems.map(({ message, where: { origin } }) => `${origin?.line}:${origin?.col} ${message}`)
  }
}

describe('a topology', () => {
  it('has defaults for everything but machines', () => {
    expect(parseTopology('machines: { d1: { address: 10.77.0.11 } }', 'my lab.yaml')).toEqual({
      name: 'my-lab',
      networks: [{ name: 'lan', ranges: ['10.77.0.0/24'], gateways: ['10.77.0.1'], routed: true }],
      machines: [
        {
          name: 'd1',
          address: '10.77.0.11',
          interfaces: [{ network: 'lan', device: 'vec0', cable: 'd1', addresses: ['10.77.0.11'] }],
          memoryMiB: 384,
          image: 'bookworm',
          packages: [],
        },
      ],
    })
  })

  it('says of each machine what it wants otherwise', () => {
    const { machines, name } = parseTopology(
      'name: x\nimage: trixie\nmemory: 1G\nmachines:\n  a: { address: 10.77.0.11, memory: 256M, image: bookworm }\n  b: { address: 10.77.0.12 }\n',
      'lab.yaml',
      'y',
    )
    expect(name).toBe('y')
    expect(machines.map(({ memoryMiB, image }) => [memoryMiB, image])).toEqual([
      [256, 'bookworm'],
      [1024, 'trixie'],
    ])
  })

  it.each([
    ['machines: {}\n', ['1:11 machines: a lab needs at least one machine']],
    ['machines: { d1: { adress: 10.77.0.1 } }\n', ['1:27 machines.d1.adress: this key is not known here']],
    [
      'machines:\n  a: { address: 10.77.0.11 }\n  b: { address: 10.77.0.11 }\n',
      ['3:17 machines.b.address: 10.77.0.11 is already the address of a'],
    ],
    [
      'machines: { a: { address: 10.78.0.11 } }\n',
      ['1:27 machines.a.address: 10.78.0.11 is not a host address of 10.77.0.0/24'],
    ],
    [
      'machines: { a: { address: 10.77.0.1 } }\n',
      ['1:27 machines.a.address: 10.77.0.1 is already the address of the gateway, which is this computer'],
    ],
    ['machines: { lo: { address: 10.77.0.11 } }\n', ['1:17 machines.lo: this machine name is reserved']],
    ['machines: { a: { address: 10.77.0.11, memory: 12 } }\n', [expect.stringMatching(/^1:47 /)]],
  ])('%j is told what is wrong, and where', (text, expected) => {
    const found = problems(text)
    for (const one of expected) expect(found).toContainEqual(one)
  })

  const several = (machines: string, more = '') =>
    `networks:
  outside: 192.0.2.0/28
  inside: { network: [10.9.0.0/22, fd00:9::/64], gateway: 10.9.3.254, mtu: 1400, routed: false }
  six: fd00:6::/64
${more}machines:
  d1: { addresses: [192.0.2.3, 10.9.1.3, 'fd00:9::3'] }
${machines}`

  it('has several networks, with an interface of each machine in those of its addresses', () => {
    const { networks, machines } = parseTopology(several("  rs1: { address: 'FD00:6::0:7' }\n"), 'lab.yaml')
    expect(networks).toEqual([
      { name: 'outside', ranges: ['192.0.2.0/28'], gateways: ['192.0.2.1'], routed: true },
      {
        name: 'inside',
        ranges: ['10.9.0.0/22', 'fd00:9::/64'],
        gateways: ['10.9.3.254', 'fd00:9::1'],
        mtu: 1400,
        routed: false,
      },
      { name: 'six', ranges: ['fd00:6::/64'], gateways: ['fd00:6::1'], routed: true },
    ])
    expect(machines.map(({ address, interfaces }) => [address, interfaces])).toEqual([
      [
        '192.0.2.3',
        [
          { network: 'outside', device: 'vec0', cable: 'd1', addresses: ['192.0.2.3'] },
          { network: 'inside', device: 'vec1', cable: 'd1.1', addresses: ['10.9.1.3', 'fd00:9::3'] },
        ],
      ],
      ['fd00:6::7', [{ network: 'six', device: 'vec0', cable: 'rs1', addresses: ['fd00:6::7'] }]],
    ])
  })

  it('has the controller in one of its networks, from which machines are reached through gateways', () => {
    const { controller, machines } = parseTopology(
      several('  rs1: { address: 192.0.2.4 }\n', '  office: 198.51.100.0/24\ncontroller: office\n'),
      'lab.yaml',
    )
    expect([controller, ...machines.map(({ address }) => address)]).toEqual([
      'office',
      '192.0.2.3',
      '192.0.2.4',
    ])
  })

  it.each([
    [
      several('  a: { address: 10.8.0.1 }\n'),
      '7:17 machines.a.address: 10.8.0.1 is in no network: outside 192.0.2.0/28, inside 10.9.0.0/22 fd00:9::/64, six fd00:6::/64',
    ],
    [
      several('  a: { addresses: [192.0.2.4, 10.9.3.255] }\n'),
      '7:31 machines.a.addresses.1: 10.9.3.255 is not a host address of 10.9.0.0/22',
    ],
    [
      several("  a: { addresses: [192.0.2.4, 'fd00:9:0::3'] }\n"),
      '7:31 machines.a.addresses.1: fd00:9::3 is already the address of d1',
    ],
    [
      several('  a: { address: 10.9.3.254 }\n'),
      '7:17 machines.a.address: 10.9.3.254 is already the address of the gateway of inside, which is this computer',
    ],
    [
      several('', '  more: 10.9.2.0/24\n'),
      '5:9 networks.more: 10.9.2.0/24 overlaps 10.9.0.0/22 of the network inside',
    ],
    [
      several('', '  more: [10.3.0.0/24, 10.4.0.0/24]\n'),
      '5:9 networks.more: a network has one range of each family, IPv4 and IPv6',
    ],
    [several('', '  more: { network: 10.3.0.0/33 }\n'), '5:20 networks.more.network: not a network such as'],
    [
      several('', '  more: { network: 10.3.0.0/24, gateway: 10.4.0.1 }\n'),
      '5:42 networks.more.gateway: 10.4.0.1 is not a host address of 10.3.0.0/24',
    ],
    [
      several('', "  more: { network: 'fd00:3::/64', mtu: 1000 }\n"),
      '5:40 networks.more.mtu: IPv6 needs an MTU of 1280 at least',
    ],
    [several('', '  more: { network: 10.3.0.0/24, mtu: 90000 }\n'), '5:38 networks.more.mtu: Too big'],
    [several('', 'network: 10.3.0.0/24\n'), '5:10 network: networks tells of all of them: leave this out'],
    [several('', 'controller: inner\n'), '5:13 controller: no network has this name: outside, inside, six'],
    [
      several('  a: { address: 10.9.0.2 }\n', 'controller: outside\n'),
      '8:17 machines.a.address: this computer cannot reach it from the network outside: give it an address there, or of IPv4 in a network that is routed: outside, six',
    ],
    [
      several("  a: { address: 'fd00:6::2' }\n", 'controller: inside\n'),
      '8:17 machines.a.address: this computer cannot reach it from the network inside, which is not routed',
    ],
    [several('  six: { address: 192.0.2.4 }\n'), '7:8 machines.six: a network has this name, too'],
    [
      several('  a: { address: 192.0.2.4, addresses: [192.0.2.5] }\n'),
      '7:39 machines.a.addresses: say all addresses here, and leave out address',
    ],
    [several('  a: {}\n'), '7:6 machines.a: say its address, or its addresses'],
    [
      several('  as-long-as-this: { addresses: [192.0.2.4, 10.9.0.4] }\n'),
      '7:20 machines.as-long-as-this: the name of a machine in several networks has 13 characters at most',
    ],
  ])('with several networks %# is told what is wrong, and where', (text, expected) => {
    expect(problems(text).map((one) => one.slice(0, expected.length))).toEqual([expected])
  })
})
