/** Modules in Python that use what Ansible gives them. */
const modern = (options: string, work: string, checks = true) => `#!/usr/bin/python
from ansible.module_utils.basic import AnsibleModule
import os, sys
module = AnsibleModule(dict(${options})${checks ? ', supports_check_mode=True' : ''})
params = module.params
${work}
`

/** Modules of a user, beside the playbook. */
export const library: Readonly<Record<string, string>> = {
  'library/greet.py': modern(
    "name=dict(required=True), changes=dict(type='bool', default=False), rc=dict(type='int')",
    `more = {} if params['rc'] is None else dict(rc=params['rc'])
module.exit_json(changed=params['changes'], greeting='hello ' + params['name'], ansible_facts=dict(greeted=params['name']), **more)`,
  ),
  'library/old': `#!/bin/sh
. "$1"
printf '{"changed": true, "said": "%s/%s/%s"}\\n' "$a" "$b" "$c"
`,
  'library/wants_json.py': `#!/usr/bin/python
# WANT_JSON
import json, sys
given = json.load(open(sys.argv[1]))
print(json.dumps(dict(changed=False, got=dict((key, given[key]) for key in given if not key.startswith('_')))))
`,
  'library/within': `#!/bin/sh
cat <<'END'
{"changed": false, "given": <<INCLUDE_ANSIBLE_MODULE_JSON_ARGS>>}
END
`,
  'library/garbage': `#!/bin/sh
echo 'this is no JSON {'
echo oops >&2
exit 3
`,
  'library/fails.py': modern(
    'secret=dict(no_log=True)',
    "module.fail_json(msg='it failed with ' + params['secret'], more=[1, 2])",
  ),
  'library/counted.py': modern(
    "path=dict(type='path')",
    `with open(params['path'], 'a') as file: file.write('x')
module.exit_json(changed=True, n=os.path.getsize(params['path']), stdout='one\\ntwo')`,
    false,
  ),
  'library/looks.py': modern(
    'word=dict()',
    `room = os.path.dirname(os.path.abspath(sys.argv[0])) if 'understudy' in sys.argv[0] else os.path.dirname(open('/proc/self/cmdline').read().split('\\0')[1])
line = open('/proc/self/cmdline').read().replace('\\0', ' ').strip()
mask = os.umask(0)
module.exit_json(room=room, mode=oct(os.stat(room).st_mode & 0o777), line=line, given=os.environ.get('GIVEN'), mask=oct(mask))`,
  ),
  'library/thing_info.py': modern('name=dict()', "module.exit_json(things=[params['name']])"),
  'library/writes.py': modern(
    "path=dict(type='path'), content=dict()",
    `before = open(params['path']).read() if os.path.exists(params['path']) else ''
changed = before != params['content']
if changed and not module.check_mode:
    with open(params['path'], 'w') as file: file.write(params['content'])
module.exit_json(changed=changed, diff=dict(before=before, after=params['content'], after_header=params['path']))`,
  ),
  'library/logs.py': modern(
    "path=dict(type='path'), text=dict()",
    `with open(params['path'], 'a') as file: file.write(params['text'])
module.exit_json(changed=True)`,
  ),
  // As the guide for developers has it: in check mode it says that nothing changes, whatever will.
  'library/says_nothing.py': modern(
    "path=dict(type='path')",
    `result = dict(changed=False)
if module.check_mode: module.exit_json(**result)
open(params['path'], 'w').close()
result['changed'] = True
module.exit_json(**result)`,
  ),
}

/** A role with a module of its own. */
export const role: Readonly<Record<string, string>> = {
  'roles/one/library/of_role.py': modern('x=dict()', "module.exit_json(where='role one')"),
  'roles/one/tasks/main.yaml': '- of_role: {}\n  register: of_role\n',
}

/** A collection beside the playbook, whose module needs a part of it. */
export const collection: Readonly<Record<string, string>> = {
  'collections/ansible_collections/my/own/galaxy.yml': 'namespace: my\nname: own\nversion: 1.0.0\n',
  'collections/ansible_collections/my/own/plugins/module_utils/doubling.py': 'def doubled(n): return 2 * n\n',
  'collections/ansible_collections/my/own/plugins/modules/deep.py': `#!/usr/bin/python
from ansible.module_utils.basic import AnsibleModule
from ansible_collections.my.own.plugins.module_utils.doubling import doubled
module = AnsibleModule(dict(number=dict(type='int')), supports_check_mode=True)
module.exit_json(changed=False, doubled=doubled(module.params['number']))
`,
}
