import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { Playground } from './playing.ts'

needs('dash')

const site = (tasks: string) => ({ 'site.yaml': `- hosts: a\n  tasks:\n${tasks}` })

describe('a run waits', () => {
  it('for a while, which is no change', async () => {
    using here = new Playground(site('    - pause: { seconds: 0.2 }\n      register: waited\n'))
    const { steps, recaps, failures } = await here.play()
    expect({ steps, failures }).toEqual({ steps: ['unchanged pause[0.2 s]'], failures: [] })
    expect(recaps[0]).toMatchObject({ changed: 0, outcome: 'ok' })
  })

  it('for files, what is in them, and that they are gone', async () => {
    using here = new Playground(
      site(`    - shell: { command: "(sleep 0.5; echo 'it is ready' >{{ here }}/x; sleep 1; rm {{ here }}/x) >/dev/null 2>&1 &", always: true }
    - wait_for: { path: "{{ here }}/x", timeout: 5 }
    - wait_for: { path: "{{ here }}/x", search_regex: "^it.*ready$", timeout: 5 }
    - wait_for: { path: "{{ here }}/x", state: absent, timeout: 5 }
    - wait_for: { path: "{{ here }}/x", timeout: 0, msg: it never came }
`),
    )
    const { failures, steps } = await here.play()
    expect(failures).toEqual([expect.stringContaining('it never came')])
    expect(steps.map((step) => step.split(' ')[0])).toEqual([
      'changed',
      'unchanged',
      'unchanged',
      'unchanged',
      'failed',
    ])
  })

  it('for a port of the machine, and of another host', async () => {
    const server = createServer((socket) => socket.end())
    await new Promise<void>((listening) => server.listen(0, '0.0.0.0', listening))
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    try {
      using here = new Playground(
        site(`    - wait_for: { port: ${port}, timeout: 3 }
    - wait_for: { port: ${port}, host: 127.0.0.1, timeout: 3 }
    - wait_for: { port: ${port}, host: 127.0.0.2, timeout: 3 }
    - wait_for: { port: ${port}, state: stopped, timeout: 0 }
`),
      )
      const { failures, steps } = await here.play()
      expect(steps.map((step) => step.split(' ')[0])).toEqual([
        'unchanged',
        'unchanged',
        'unchanged',
        'failed',
      ])
      expect(failures).toEqual([expect.stringContaining('waited 0 s in vain')])
    } finally {
      server.close()
    }
  })
})
