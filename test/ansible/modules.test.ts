import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { modules } from '../../src/modules/index.ts'
import { cases, modulesAlone } from './differential/cases.ts'
import { modulesUsedIn } from './used-modules.ts'

const folder = join(import.meta.dirname, 'playbooks')
const used = new Set(cases.flatMap(({ playbook }) => [...modulesUsedIn(join(folder, playbook))]))

describe('modules that Ansible and we run on the same machine', () => {
  it('are all that are done, but those of which is said why not', () => {
    const left = modules.map(({ name }) => name).filter((name) => !used.has(name))
    expect(left).toEqual(Object.keys(modulesAlone).toSorted())
  })

  it('are found in roles, in blocks, in files that are included, and by their full names', () => {
    expect(modulesUsedIn(join(folder, 'full-names.yaml'))).toContain('timezone')
    expect(modulesUsedIn(join(folder, 'role-of-a-service.yaml'))).toContain('template')
    expect(modulesUsedIn(join(folder, 'includes.yaml'))).toContain('include_vars')
    // An option of a module that is called as a module is.
    expect(modulesUsedIn(join(folder, 'assembled.yaml'))).not.toContain('group')
  })
})
