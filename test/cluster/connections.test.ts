import { describe, expect, it } from 'vitest'
import { connectionsOf } from '../../src/cluster/connections.ts'
import { problemsWithFacts } from '../../src/cluster/index.ts'
import { clusterOf, factsWith, healthy, machines, type Words } from './inventory.ts'

const told = (balancer: string, words: Words = {}) => clusterOf(machines({ ...healthy, balancer, ...words }))
const machine = (openFiles?: number, memoryMiB = 384) => ({
  ...factsWith('eth0 10.77.0.11/24'),
  memoryMiB,
  ...(openFiles === undefined ? {} : { openFiles }),
})
const problems = (facts: ReturnType<typeof machine>, balancer: string, words: Words = {}) =>
  problemsWithFacts(told(balancer, words), new Map([['d1', facts]])).map(({ severity, message }) => [
    severity,
    message,
  ])

describe('connections of a balancer', () => {
  it('are no more than the kernel lets it have files open', () => {
    const clients = (balancer: string, openFiles: number) =>
      connectionsOf(told(balancer), machine(openFiles, 8192)).clients
    expect(clients('haproxy', 1_048_576)).toBe(65_500)
    expect(clients('haproxy', 20_000)).toBe(9500)
    expect(clients('nginx', 21_000)).toBe(5000)
    for (const balancer of ['haproxy', 'nginx']) expect(problems(machine(20_000, 8192), balancer)).toEqual([])
  })

  it('are refused where the inventory wants more of them than that', () => {
    expect(problems(machine(8000), 'haproxy', { max_connections: 5000 })).toEqual([
      [
        'error',
        '5000 clients at once take 11000 open files of haproxy on d1, whose kernel lets a program have 8000',
      ],
    ])
    expect(problems(machine(8000), 'nginx', { max_connections: 2000 })).toEqual([])
    expect(problems(machine(8000), 'nginx', { max_connections: 2001 })).toHaveLength(1)
    expect(problems(machine(), 'haproxy', { max_connections: 5000 })).toEqual([])
  })

  it('are doubted where memory does not hold them', () => {
    expect(problems(machine(1_048_576), 'nginx', { max_connections: 6200 })).toEqual([
      ['warning', '6200 clients at once take about 388 MiB of memory, and d1 has 384'],
    ])
  })

  it('are of no concern where packets are passed on', () => {
    expect(problems(machine(100), 'ipvs')).toEqual([])
  })
})
