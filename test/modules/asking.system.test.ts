import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Query } from '../../src/model/sensor.ts'
import { needs } from '../needs.ts'
import { ofModule } from '../resources/run.ts'

needs('ansible', 'python3', 'dpkg-query')

/** What a module of ours tells of this computer, whose questions are run as a host runs them. */
function told(name: string, parameters: unknown): unknown {
  const resource = ofModule(name, parameters)
  const { answer } = resource.queries as Readonly<Record<string, Query<unknown>>>
  if (!resource.result || !answer) throw new Error(`${name} only asks`)
  const stdout = execFileSync('sh', ['-c', `LC_ALL=C; export LC_ALL\n${answer.subject}`], {
    encoding: 'utf8',
    maxBuffer: 1e8,
  })
  return resource.result({ answer: { rc: 0, stdout, stderr: '' } }).found?.ansible_facts
}

/** What Ansible's own module tells. */
function real(name: string, parameters: unknown): unknown {
  const printed = execFileSync(
    '/usr/bin/python3',
    [join(import.meta.dirname, 'real_module.py'), `ansible.builtin.${name}`],
    {
      input: JSON.stringify(parameters),
      encoding: 'utf8',
      maxBuffer: 1e8,
    },
  )
  return (JSON.parse(printed) as { readonly ansible_facts?: unknown }).ansible_facts
}

it.each([
  { database: 'passwd' },
  { database: 'passwd', key: 'root' },
  { database: 'group', service: 'files' },
  { database: 'hosts' },
  { database: 'services' },
  { database: 'services', key: 'domain' },
  { database: 'networks' },
  { database: 'protocols', key: 'tcp' },
  { database: 'passwd', key: 'root', split: 'o' },
])('getent of %j is what Ansible finds', (parameters) => {
  const found = real('getent', parameters)
  expect(Object.keys(found as object)).toHaveLength(1)
  expect(told('getent', parameters)).toEqual(found)
})

it('the services of this computer are those that Ansible finds', () => {
  expect(told('service_facts', {})).toEqual(real('service_facts', {}))
})
