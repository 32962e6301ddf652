import { describe, expect, it } from 'vitest'
import { createEngine } from '../../src/jinja/engine.ts'
import { JinjaError } from '../../src/jinja/failure.ts'
import { withVariables } from './surroundings.ts'

const files = {
  'base.j2': '<{% block title %}base{% endblock %}|{% block body %}{% endblock %}>',
  'middle.j2': "{% extends 'base.j2' %}{% block body %}middle {{ n }}{% endblock %}",
  'macros.j2': '{% macro twice(x) %}{{ x }}{{ x }}{% endmacro %}{% set version = 3 %}',
  'uses.j2': '{% macro m() %}{{ n }}{% endmacro %}',
  'part.j2': 'part of {{ n }} {{ local | default("none") }}\n',
  'wrong.j2': 'one\n{{ n | uper }}\n',
}
const engine = createEngine()
const render = (text: string) =>
  engine
    .template(text, withVariables({ n: 7 }, files))
    .map((piece) => piece.text)
    .join('')

describe('templates beside the one that is rendered', () => {
  it.each([
    ["{% include 'part.j2' %}!", 'part of 7 none!'],
    ["{% set local = 'x' %}{% include 'part.j2' %}!", 'part of 7 x!'],
    ["{% include ['nope.j2', 'part.j2'] %}", 'part of 7 none'],
    ["{% include 'nope.j2' ignore missing %}rest", 'rest'],
    ["{% extends 'base.j2' %}ignored{% block title %}mine{% endblock %}", '<mine|>'],
    ["{% extends 'middle.j2' %}{% block title %}{{ super() }}+{% endblock %}", '<base+|middle 7>'],
    ["{% extends 'middle.j2' %}{% block body %}[{{ super() }}]{% endblock %}", '<base|[middle 7]>'],
    ["{% import 'macros.j2' as m %}{{ m.twice('ab') }}{{ m.version }}", 'abab3'],
    ["{% from 'macros.j2' import twice as t, version %}{{ t(n) }}{{ version }}", '773'],
    ["{% from 'uses.j2' import m with context %}{{ m() }}", '7'],
    ['{{\u00a0n\u00a0}}{% if\u00a0n %}!{% endif %}', '7!'],
  ])('%s gives %j', (text, wanted) => {
    expect(render(text)).toBe(wanted)
  })

  it('tell of their own errors by their own name and place', () => {
    try {
      render("x\n{% include 'wrong.j2' %}")
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(JinjaError)
      const { template, offset, message } = error as JinjaError
      expect(template?.name).toBe('wrong.j2')
      expect(template?.text.slice(offset)).toMatch(/^uper/)
      expect(message).toBe('there is no filter called "uper"')
    }
  })

  it('leave the variables of a playbook as they are, whatever they do with them', () => {
    const variables = { l: [1], d: { a: 1 } }
    const around = withVariables(variables)
    const text = '{% set _ = l.append(2) %}{% set _ = d.update({"b": 2}) %}{{ l }}{{ d }}'
    const made = engine.template(text, around).map((piece) => piece.text)
    expect(made.join('')).toBe("[1, 2]{'a': 1, 'b': 2}")
    expect(variables).toEqual({ l: [1], d: { a: 1 } })
  })
})
