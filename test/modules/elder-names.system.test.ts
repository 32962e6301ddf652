import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { moduleKinds } from '../../src/modules/index.ts'
import { needs } from '../needs.ts'

needs('ansible', 'python3')

const routes = `
import glob, json, os, yaml, ansible, ansible_collections
def routed(path, collection):
    told = yaml.safe_load(open(path)) or {}
    modules = (told.get('plugin_routing') or {}).get('modules') or {}
    return {collection + '.' + name: one['redirect'] for name, one in modules.items() if one and one.get('redirect')}
own = os.path.join(os.path.dirname(ansible.__file__), 'config', 'ansible_builtin_runtime.yml')
all = routed(own, 'ansible.builtin')
for path in glob.glob(os.path.join(list(ansible_collections.__path__)[0], '*', '*', 'meta', 'runtime.yml')):
    all.update(routed(path, '.'.join(path.split(os.sep)[-4:-2])))
print(json.dumps(all))
`

it('every name that leads Ansible to a module of ours leads here to the same', () => {
  const printed = execFileSync('/usr/bin/python3', ['-c', routes], { encoding: 'utf8' })
  const redirects = new Map(Object.entries(JSON.parse(printed) as Record<string, string>))
  const end = (name: string, most = 9): string => {
    const next = redirects.get(name)
    return next === undefined || most === 0 ? name : end(next, most - 1)
  }
  // One that is there for the tests of Ansible itself.
  const names = [...redirects.keys()].filter((name) => !name.endsWith('.uses_redirected_action'))
  const ours = names.filter((name) => moduleKinds.has(end(name)))
  expect(ours.length).toBeGreaterThan(70)
  expect(ours.filter((name) => moduleKinds.get(name) !== moduleKinds.get(end(name)))).toEqual([])
})
