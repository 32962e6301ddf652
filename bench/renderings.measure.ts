import { it } from 'vitest'
import { createEngine } from '../src/jinja/engine.ts'
import { withVariables } from '../test/jinja/surroundings.ts'

const times = 100_000
const hosts = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`h${index}`, { port: index }]))
const around = withVariables({ name: 'web', port: 80, list: [1, 2, 3], hostvars: hosts })

it.each([
  ['a bare variable', '{{ name }}'],
  ['text around two', 'listen {{ name }}:{{ port }};'],
  ['filters and a test', "{{ (list | map('string') | join(',')) if list is defined else '' }}"],
  ['a loop of three', '{% for one in list %}{{ one }} {% endfor %}'],
  ['one host of 2000', "{{ hostvars['h7'].port + 1 }}"],
])('%s, 100,000 times', (what, text) => {
  const engine = createEngine()
  const began = performance.now()
  for (let time = 0; time < times; time++) engine.value(text, around)
  const took = performance.now() - began
  console.log(`${what}: ${Math.round(took)} ms, ${((took / times) * 1000).toFixed(1)} µs each`)
})
