import { describe, expect, it } from 'vitest'
import { type Project, project, wanted } from './project.ts'

/** The files that a task asks for whose name is made of the item. */
async function named(loop: string, name = '{{ item }}', files: Readonly<Record<string, string>> = {}) {
  const text = `- hosts: a\n  vars: { numbers: [1, 2], deep: [[1, [2]], 3], people: [{ n: x, keys: [p, q] }, { n: y, keys: [r] }], d: { k: v, l: w } }\n  tasks:\n    - copy: { dest: "/${name}", content: x }\n${loop.replaceAll(/^/gm, '      ')}\n`
  using here: Project = project({ 'site.yaml': text, ...files })
  const ids = wanted(await here.load(), 'a')
  return ids.map((id) => id.replace(/^copy\[\/(.*)\]$/, '$1').replaceAll(`${here.directory}/`, ''))
}

describe('a loop', () => {
  it.each([
    ['loop: [a, b]', '{{ item }}', ['a', 'b']],
    ['with_items: [a, [b, c]]', '{{ item }}', ['a', 'b', 'c']],
    ['with_items: "{{ numbers }}"', 'n{{ item }}', ['n1', 'n2']],
    ['with_list: [a, b]', '{{ item }}', ['a', 'b']],
    ['with_flattened: "{{ deep }}"', 'n{{ item }}', ['n1', 'n2', 'n3']],
    ['with_community.general.flattened: "{{ deep }}"', 'n{{ item }}', ['n1', 'n2', 'n3']],
    ['with_ansible.builtin.items: [a, [b, c]]', '{{ item }}', ['a', 'b', 'c']],
    ['with_dict: "{{ d }}"', '{{ item.key }}-{{ item.value }}', ['k-v', 'l-w']],
    ['with_nested: [[a, b], [c, d]]', '{{ item[0] }}{{ item[1] }}', ['ac', 'ad', 'bc', 'bd']],
    ['with_cartesian: [[a], [b, c]]', '{{ item[0] }}{{ item[1] }}', ['ab', 'ac']],
    ['with_together: [[a, b], [c, d]]', '{{ item[0] }}{{ item[1] }}', ['ac', 'bd']],
    ['with_indexed_items: [a, b]', '{{ item[0] }}{{ item[1] }}', ['0a', '1b']],
    ['with_sequence: start=0 end=4 stride=2 format=web%02d', '{{ item }}', ['web00', 'web02', 'web04']],
    ['with_sequence: count=2', '{{ item }}', ['1', '2']],
    ['with_sequence: 4-8/2', '{{ item }}', ['4', '6', '8']],
    ['with_sequence: start=3 end=1 stride=-1', '{{ item }}', ['3', '2', '1']],
    ['with_subelements: ["{{ people }}", keys]', '{{ item[0].n }}{{ item[1] }}', ['xp', 'xq', 'yr']],
    ['with_varnames: [^numb, ^d$]', '{{ item }}', ['numbers', 'd']],
    // What a program prints may be a secret, as everywhere.
    ['with_lines: printf "a\\nb\\n"', '{{ item }}', ['«secret»', '«secret»']],
    ['with_inventory_hostnames: all:!b', '{{ item }}', ['a']],
    ['with_fileglob: "*.conf"', '{{ item }}', ['files/a.conf', 'files/b.conf']],
    ['with_first_found: [no.conf, b.conf]', '{{ item }}', ['files/b.conf']],
    ['with_first_found: [{ files: [no], paths: [x], skip: true }]', '{{ item }}', ['skipped']],
    ['loop: [a, b]\nloop_control: { loop_var: one, index_var: n }', '{{ one }}{{ n }}', ['a0', 'b1']],
    [
      'loop: [a, b]\nloop_control: { extended: yes }',
      '{{ ansible_loop.index }}{{ ansible_loop.last }}{{ ansible_loop.allitems[0] }}',
      ['1falsea', '2truea'],
    ],
  ] as const)('%s', async (loop, name, expected) => {
    const files = { 'files/a.conf': '', 'files/b.conf': '', 'files/.hidden.conf': '' }
    expect(
      (await named(loop, name, files)).map((id) => id.replace(/True|False/, (word) => word.toLowerCase())),
    ).toEqual(expected)
  })

  it('chooses at random once for a run', async () => {
    using here = project({
      'site.yaml':
        '- hosts: a\n  tasks:\n    - copy: { dest: "/{{ item }}", content: x }\n      with_random_choice: [a, b, c, d, e, f]\n',
    })
    const intent = await here.load()
    expect(new Set(Array.from({ length: 20 }, () => wanted(intent, 'a').join())).size).toBe(1)
  })

  it.each([
    ['with_itmes: [a]', 'site.yaml:5:7: unknown key "with_itmes" in a task → did you mean "with_items"?'],
    ['with_items: [a]\nloop: [b]', 'a task has one loop, and this one has with_items and loop'],
    ['with_sequence: start=1', 'a sequence needs an end or a count'],
    ['with_sequence: end=1000000', 'at most 100000 items, and this one 1000000'],
    ['with_dict: [a]', 'a mapping is needed here'],
    ['with_first_found: [no]', 'none of these files is there'],
    ['loop: [a]\nloop_control: { break_when: x }', '"break_when" is not supported in loop_control'],
    ['with_subelements: ["{{ people }}", nope]', 'an item has no "nope"'],
  ])('%s is wrong', async (loop, expected) => {
    const vars = '  vars: { people: [{ n: x }] }\n'
    using here = project({
      'site.yaml': `- hosts: a\n${vars}  tasks:\n    - copy: { dest: "/{{ item }}", content: x }\n${loop.replaceAll(/^/gm, '      ')}\n`,
    })
    const problems = await here.problems()
    expect(problems.join('\n')).toContain(expected)
    expect(problems).toHaveLength(1)
  })
})
