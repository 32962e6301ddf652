import { expect, it } from 'vitest'
import { askAll, type ProbePlan, type Probing } from '../../../src/drill/client/probing.ts'

const plan = (port: number): ProbePlan => ({
  ...{ address: '192.0.2.1', port, path: '/', tls: false, saysFirst: false },
  ...{ interval: 10, timeout: 100, atMost: 10 },
})

it('asks by all plans, or goes on asking by none', async () => {
  const stopped: number[] = []
  const ask = async ({ port }: ProbePlan): Promise<Probing> => {
    if (port === 2) throw new Error('no more channels')
    return {
      ...{ records: [], late: 0, clockDoubt: 0, broken: false },
      stop: async () => {
        stopped.push(port)
        return []
      },
    }
  }
  expect(await askAll([plan(1), plan(3)], ask)).toHaveLength(2)
  expect(stopped).toEqual([])
  await expect(askAll([1, 2, 3].map(plan), ask)).rejects.toThrow('no more channels')
  expect(stopped.toSorted()).toEqual([1, 3])
})

it('lets datagrams and echoes have their programs first, and answers in the order of the plans', async () => {
  const begun: number[] = []
  const ask = async ({ port }: ProbePlan): Promise<Probing> => {
    begun.push(port)
    return { ...{ records: [], late: port, clockDoubt: 0, broken: false }, stop: async () => [] }
  }
  const datagram = { sent: '00', mask: '', value: '' }
  const plans = [plan(1), { ...plan(2), datagram }, plan(3), { ...plan(4), echo: true as const }]
  const probings = await askAll(plans, ask)
  expect(begun).toEqual([2, 4, 1, 3])
  expect(probings.map(({ late }) => late)).toEqual([1, 2, 3, 4])
})
