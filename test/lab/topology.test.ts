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
      network: '10.77.0.0/24',
      gateway: '10.77.0.1',
      machines: [{ name: 'd1', address: '10.77.0.11', memoryMiB: 384, image: 'bookworm', packages: [] }],
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
})
