import { expect, it } from 'vitest'
import { project, wanted } from './project.ts'

const package_ = (name: string) => `- package: { name: ${name} }\n`

it('finds roles of the collection in whose checkout a playbook stands, by its galaxy.yml', async () => {
  using here = project({
    'galaxy.yml': 'namespace: acme\nname: web\n',
    'roles/shared/tasks/main.yml': package_('shared'),
    'roles/shared/tasks/more.yml': package_('more'),
    'roles/site/tasks/main.yml':
      '- include_role: { name: acme.web.shared, tasks_from: more.yml }\n- import_role: { name: shared }\n',
    'playbooks/deep/site.yaml': '- hosts: a\n  roles: [acme.web.site]\n',
  })
  const intent = await here.load({ playbook: `${here.directory}/playbooks/deep/site.yaml` })
  expect(wanted(intent, 'a')).toEqual(['tasks', 'package[shared]'])
})

it('and does not take one collection for another', async () => {
  using here = project({
    'galaxy.yml': 'namespace: acme\nname: other\n',
    'roles/site/tasks/main.yml': package_('x'),
    'site.yaml': '- hosts: a\n  roles: [acme.web.site]\n',
  })
  expect(await here.problems()).toEqual([
    expect.stringContaining('site.yaml:2:11: there is no role "acme.web.site"'),
  ])
})

it('looks for short names of roles in the collections that are named, before others', async () => {
  using here = project({
    'collections/ansible_collections/acme/web/roles/site/tasks/main.yml': package_('ours'),
    'collections/ansible_collections/acme/web/roles/site/meta/main.yml': 'dependencies: [base]\n',
    'collections/ansible_collections/acme/web/roles/base/tasks/main.yml': package_('base'),
    'roles/site/tasks/main.yml': package_('theirs'),
    'site.yaml':
      '- hosts: a\n  collections: [acme.none, acme.web]\n  roles: [site]\n- hosts: b\n  roles: [site]\n',
  })
  const intent = await here.load()
  expect(wanted(intent, 'a')).toEqual(['package[base]', 'package[ours]'])
  expect(wanted(intent, 'b')).toEqual(['package[theirs]'])
})

it('looks for files that handlers of a role import among its tasks, too', async () => {
  using here = project({
    'roles/site/tasks/main.yml': '- package: { name: x }\n  notify: again\n',
    'roles/site/tasks/late.yml': '- name: again\n  command: { command: "true", always: true }\n',
    'roles/site/handlers/main.yml': '- import_tasks: late.yml\n',
    'site.yaml': '- hosts: a\n  roles: [site]\n',
  })
  const { plays } = await here.load()
  expect(plays[0]?.handlers?.get('a')?.map(({ names }) => names[0])).toEqual(['again'])
})
