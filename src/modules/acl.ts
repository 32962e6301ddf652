import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, done, path, refused, str } from './option.ts'

/** What `d:u:joe:rw` says. */
function readEntry(entry: string) {
  const all = entry.split(':')
  const isDefault = /^d/i.test(entry)
  const [type = '', who = '', permissions] = isDefault ? all.slice(1) : all
  const known = { u: 'user', g: 'group', m: 'mask', o: 'other' }[type.slice(0, 1).toLowerCase()]
  return { isDefault, type: known, who, permissions, parts: all.length }
}

/** ansible.posix.acl. */
export const aclModule = module({
  name: 'acl',
  collection: 'ansible.posix',
  summary: 'Who beside owner and group may do what with a file: plans ask setfacl.',
  options: {
    path: done(path({ aliases: ['name'], required: true })),
    state: done(str({ choices: ['absent', 'present', 'query'], default: 'query' })),
    follow: done(bool(true)),
    default: done(bool(false)),
    entity: done(str({ default: '' })),
    etype: done(str({ choices: ['group', 'mask', 'other', 'user'] })),
    permissions: done(str()),
    entry: done(str()),
    recursive: done(bool(false, { aliases: ['recurse'] })),
    use_nfsv4_acls: refused('file systems of this kind are not known', bool(false)),
    recalculate_mask: done(str({ choices: ['default', 'mask', 'no_mask'], default: 'default' })),
  },
  means: (given) => {
    const { state, entity, etype, permissions, entry, follow } = given
    const common = { path: given.path, follow }
    if (state === 'query') {
      if (entry !== undefined) return { option: 'entry', refused: 'is for "state: present" or "absent"' }
      if (given.recursive) return { option: 'recursive', refused: 'is for "state: present" or "absent"' }
      return { kind: 'access_list', fields: { ...common, future: given.default } }
    }
    const said = entry === undefined ? undefined : readEntry(entry)
    if (said && (etype !== undefined || entity !== '' || permissions !== undefined))
      return { option: 'entry', refused: 'says all that "etype", "entity" and "permissions" say' }
    const type = said ? said.type : etype
    const who = said ? said.who : entity
    const rights = said ? said.permissions : permissions
    if (type === undefined)
      return said
        ? { option: 'entry', refused: 'must begin with user, group, mask or other' }
        : { refused: 'say "etype", or "entry"' }
    if (state === 'absent' && !said && (who === '' || rights !== undefined))
      return who === ''
        ? { refused: 'say whose entry is to go: "entity"' }
        : { option: 'permissions', refused: 'an entry goes as a whole' }
    if (state === 'present' && (rights ?? '') === '')
      return said
        ? { option: 'entry', refused: 'must be such as user:joe:rw' }
        : { refused: 'say what they may do: "permissions"' }
    return {
      kind: 'access_list',
      fields: fields({
        ...common,
        entry: `${type}:${who}${state === 'present' ? `:${rights}` : ''}`,
        state,
        future: given.default || said?.isDefault === true,
        recurse: given.recursive,
        mask: given.recalculate_mask,
      }),
    }
  },
})
