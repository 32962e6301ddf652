import { expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { Playground } from './playing.ts'

needs('dash')

it('finds files with their sums, whatever their names, and directories without', async () => {
  using here = new Playground({
    'tree/a b.txt': 'a\n',
    'tree/sub/b.txt': 'b\n',
    'tree/c.log': 'c\n',
    'site.yaml': `- hosts: a
  tasks:
    - find: { paths: "{{ here }}/tree", patterns: "*.txt,nothing", recurse: yes, get_checksum: yes }
      register: texts
    - debug: { msg: "{{ texts.files | map(attribute='checksum') | sort | join(' ') }} {{ texts.matched }}" }
    - find: { paths: "{{ here }}/tree", file_type: any, get_checksum: yes, use_regex: yes, patterns: '^(sub|c.*)$' }
      register: all
    - debug: { msg: "{{ all.files | map(attribute='checksum', default='none') | sort | join(' ') }}" }
    - find: { paths: "{{ here }}/tree" }
      register: plain
    - debug: { msg: "{{ plain.files | selectattr('checksum', 'defined') | length }} of {{ plain.matched }}" }
`,
  })
  const { failures, said } = await here.play()
  expect({ failures, said }).toEqual({
    failures: [],
    said: [
      '3f786850e387550fdab836ed7e6dc881de23001b 89e6c98d92887913cadf06b2adb97f26cde4849b 2',
      '2b66fd261ee5c6cfc8de7fa466bab600bcfe4f69 none',
      '0 of 2',
    ],
  })
})
