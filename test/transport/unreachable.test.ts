import { describe, expect, it } from 'vitest'
import type { Destination } from '../../src/transport/destination.ts'
import { timedOut, unreachable } from '../../src/transport/unreachable.ts'

const to = (hostname: string) =>
  ({ hostname, port: 22, route: { is: 'direct' }, timeoutSeconds: 15 }) as unknown as Destination

describe('a destination that cannot be reached', () => {
  it.each([
    ['10.77.0.11', '10.77.0.11:22'],
    ['fd00::11', '[fd00::11]:22'],
    ['web1.example.org', 'web1.example.org:22'],
  ])('%s is named with its port as other programs name it', (hostname, named) => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
    expect(unreachable(refused, to(hostname)).message).toBe(`cannot reach ${named}: connection refused`)
    expect(timedOut(to(hostname), 'connecting').message).toBe(
      `cannot reach ${named}: no answer within 15 s while connecting`,
    )
  })
})
