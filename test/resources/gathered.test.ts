import { describe, expect, it } from 'vitest'
import { ofModule } from './run.ts'

/** What becomes of what a host printed. */
function facts(name: string, stdout: string, parameters: unknown = {}): unknown {
  const resource = ofModule(name, parameters)
  return resource.result?.({ answer: { rc: 0, stdout, stderr: '' } }).found?.ansible_facts
}

describe('facts that modules gather', () => {
  it('have several packages of one name, as rpm may keep them', () => {
    const printed = 'rpm\tkernel\t5.14\tx86_64\t1.el9\t(none)\nrpm\tkernel\t5.15\tx86_64\t2.el9\t3\n'
    expect(facts('package_facts', printed)).toEqual({
      packages: {
        kernel: [
          { name: 'kernel', version: '5.14', arch: 'x86_64', release: '1.el9', epoch: null, source: 'rpm' },
          { name: 'kernel', version: '5.15', arch: 'x86_64', release: '2.el9', epoch: 3, source: 'rpm' },
        ],
      },
    })
  })

  it('say of a service whether it runs, whether it starts, and what is wrong with it', () => {
    const printed = [
      'unit a.service loaded active running A failed thing',
      'unit b.service loaded failed failed B',
      'unit gone.service not-found inactive dead gone.service',
      'unit c.service loaded active exited C',
      'file a.service enabled enabled',
      'file b.service enabled enabled',
      'file c.service static -',
      'file d@.service enabled enabled',
      'file e.service disabled enabled',
      'file f.service alias -',
      'alias f.service active',
      '',
    ].join('\n')
    const service = (name: string, state: string, status: string) => ({
      [name]: { name, state, status, source: 'systemd' },
    })
    expect(facts('service_facts', printed)).toEqual({
      services: {
        ...service('a.service', 'running', 'enabled'),
        ...service('b.service', 'stopped', 'failed'),
        ...service('gone.service', 'stopped', 'not-found'),
        ...service('c.service', 'stopped', 'static'),
        ...service('d@.service', 'unknown', 'enabled'),
        ...service('e.service', 'inactive', 'disabled'),
        ...service('f.service', 'active', 'alias'),
      },
    })
  })

  it('have entries of one name in a list of their own', () => {
    expect(facts('getent', 'a 1 2\na 3\nb\n', { database: 'services' })).toEqual({
      getent_services: { a: [['1', '2'], ['3']], b: [] },
    })
  })
})
