import { describe, expect, it } from 'vitest'
import { createEngine } from '../../src/jinja/engine.ts'
import { JinjaError } from '../../src/jinja/failure.ts'
import { needs } from '../needs.ts'
import { withVariables } from './surroundings.ts'

// Nothing but time: each of them takes as long as anything may.
needs()

const engine = createEngine()
const many = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`h${index}`, { port: index }]))

describe('a template that would take for ever, or all memory', () => {
  it.each([
    '{{ range(10**9) | list }}',
    '{{ range(999999) | list + range(999999) | list }}',
    "{{ 'x' * 10**9 }}",
    '{{ [0] * 10**9 }}',
    '{{ 10 ** (10 ** 9) }}',
    '{{ 2 ** 1000000 }}',
    "{{ '%1000000000d' % 1 }}",
    "{{ '%.1000000000d' % 1 }}",
    "{{ '{:1000000000}'.format(1) }}",
    "{{ 'x'.ljust(10**9) }}",
    "{{ 'x'.zfill(10**9) }}",
    "{{ 'x' | center(10**9) }}",
    "{{ 'x' | indent(10**9) }}",
    "{{ ('x' * 10**6).replace('', 'y' * 1000) }}",
    "{{ ['x' * 10**6] * 100 | join }}",
    '{% for a in range(3000) %}{% for b in range(3000) %}{% endfor %}{% endfor %}',
    "{% for a in range(100000) %}{{ 'x' * 1000 }}{% endfor %}",
    '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}',
    '{% macro m(n) %}{{ m(n + 1) }}{{ m(n + 1) }}{% endmacro %}{{ m(0) }}',
    '{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}',
    "{% set x = 'xxxxxxxxxx' %}{% for i in range(100) %}{% set x = x %}{% endfor %}{% set ns = namespace(x='x') %}{% for i in range(64) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    '{% set ns = namespace(x=[1]) %}{% for i in range(64) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}',
    '{% set l = [] %}{% set _ = l.append(l) %}{{ l }}',
    '{% set l = [] %}{% set _ = l.append(l) %}{{ l | to_json }}',
    '{% set l = [] %}{% set _ = l.append(l) %}{{ l | to_nice_yaml }}',
    '{% set l = [] %}{% set _ = l.append(l) %}{{ l | flatten }}',
    '{{ range(100) | permutations | list }}',
    '{{ range(1000) | combinations(5) | list }}',
    '{{ range(1000) | product(range(1000), range(1000)) | list }}',
    "{{ query('sequence', 'end=999999999') }}",
    "{{ '[' * 10000 }}{{ ('[' * 10000) | from_json }}",
    `{{ ${'('.repeat(500)}1${')'.repeat(500)} }}`,
    `{{ ${'not '.repeat(500)}1 }}`,
    `{{ ${'-'.repeat(500)}1 }}`,
    `{{ ${'['.repeat(5000)} }}`,
    "{{ 'a' | password_hash('sha512', 'x', rounds=999999999) }}",
    "{% include 'itself' %}",
    "{% extends 'itself' %}",
  ])('%s is refused', (text) => {
    const around = withVariables({}, { itself: "{% include 'itself' %}" })
    expect(() => engine.value(text, around)).toThrow(JinjaError)
  })

  it('leaves what is large and sensible alone', () => {
    const around = withVariables({ hostvars: many })
    const text = '{% for h in hostvars %}{{ hostvars[h].port }} {% endfor %}'
    const found = engine.value(text, around)
    expect(found.is === 'text' && found.pieces.length).toBe(4000)
  })
})
