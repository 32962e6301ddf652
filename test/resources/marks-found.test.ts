import { expect, it } from 'vitest'
import { moduleKinds } from '../../src/modules/index.ts'
import { readMarks } from '../../src/resources/marks-found.ts'

it('reads what each path carries', () => {
  const answer = `selinux
levels
chattr
path
there
label system_u:object_r:etc_t:s0:c1,c2
default <<none>>
flags ----i---------e-------
path
there
special
label ?
default system_u:object_r:var_t:s0
path
`
  expect(readMarks(answer)).toEqual({
    isLabelling: true,
    hasLevels: true,
    knowsDefaults: true,
    canMark: true,
    at: [
      {
        isThere: true,
        isSpecial: false,
        labels: [['system_u', 'object_r', 'etc_t', 's0:c1,c2']],
        usual: undefined,
        attributes: ['ie'],
      },
      {
        isThere: true,
        isSpecial: true,
        labels: [],
        usual: ['system_u', 'object_r', 'var_t', 's0'],
        attributes: [],
      },
      { isThere: false, isSpecial: false, labels: [], usual: undefined, attributes: [] },
    ],
  })
})

it.each([
  ['file', { path: '/a', setype: 'a;b' }, 'must be a type of SELinux'],
  ['file', { path: '/a', attributes: '+i -R' }, 'must be letters of chattr'],
  ['file', { path: '/a', state: 'link', src: '/b', seuser: 'x_u' }, 'what the link points to'],
  ['file', { path: '/a', state: 'directory', recurse: true, selevel: '_default' }, 'restorecon -R'],
  ['unarchive', { src: '/a.tgz', dest: '/b', remote_src: true, setype: 'x_t' }, 'of what was unpacked'],
])('%s refuses %o', (module, parameters, words) => {
  const { error } = moduleKinds.get(module)?.schema.safeParse(parameters) ?? {}
  expect(error?.issues.map(({ message }) => message).join()).toContain(words)
})

it.each([
  ['file', { path: '/a', state: 'absent', setype: 'x_t' }],
  ['template', { src: 'a.j2', dest: '/a', setype: 'x_t', serole: '_default', attr: 'i' }],
  ['ini_file', { path: '/a', section: 's', option: 'o', value: 1, selevel: 's0-s0:c0.c1023' }],
  ['get_url', { url: 'http://a/b', dest: '/a/', setype: 'x_t' }],
])('%s takes %o', (module, parameters) => {
  expect(moduleKinds.get(module)?.schema.safeParse(parameters).error).toBeUndefined()
})
