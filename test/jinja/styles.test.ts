import { describe, expect, it } from 'vitest'
import { createEngine } from '../../src/jinja/engine.ts'
import type { Style } from '../../src/jinja/style.ts'
import { withVariables } from './surroundings.ts'

const engine = createEngine()
const variables = { n: 7, t: 'p\nq', l: [1, 2] }
const render = (text: string, style: Style) =>
  engine
    .template(text, withVariables(variables, { 'part.j2': '[[ n ]] {{ n }}\n' }), style)
    .map((piece) => piece.text)
    .join('')

describe('a template in a style of its own', () => {
  // What ansible-core 2.14 made of them.
  const cases: readonly (readonly [text: string, style: Style, result: string])[] = [
    ['{% if n %}\n  a\n{% endif %}\nb\n', { trim_blocks: 'no' }, '\n  a\n\nb\n'],
    ['x\n  {% if n %}\n  a\n  {% endif %}\nb\n', { lstrip_blocks: 'yes' }, 'x\n  a\nb\n'],
    [
      'x\n  {%+ if n %}\n  a\n  {# c #}\n  {% endif -%}\nb\n',
      { lstrip_blocks: 'yes', trim_blocks: 'no' },
      'x\n  \n  a\n\nb\n',
    ],
    [
      '[[ n ]] {{ n }} [[ l[0] ]] [%- if n %] y[% endif %]',
      {
        variable_start_string: '[[',
        variable_end_string: ']]',
        block_start_string: '[%',
        block_end_string: '%]',
      },
      '7 {{ n }} 1 y',
    ],
    [
      '<% if n -%>\n  <$ n + 1 $> <# gone #>x<% endif %>\n{{ x }} {% y %}\n',
      {
        variable_start_string: '<$',
        variable_end_string: '$>',
        block_start_string: '<%',
        block_end_string: '%>',
        comment_start_string: '<#',
        comment_end_string: '#>',
      },
      '8 x{{ x }} {% y %}\n',
    ],
    ['a\r\nb {{ n }}\rc\n{{ t }}\n', { newline_sequence: '\\r\\n' }, 'a\r\nb 7\r\nc\r\np\nq\r\n'],
    ['a\nb {{ n }}\n\n\n', { newline_sequence: '\r\n' }, 'a\r\nb 7\r\n\r\n\r\n\r\n'],
    [
      '<% raw %>{{ n }}<% n %><% endraw %>\n<< n >>',
      {
        variable_start_string: '<<',
        variable_end_string: '>>',
        block_start_string: '<%',
        block_end_string: '%>',
      },
      '{{ n }}<% n %>7',
    ],
    [
      "#jinja2: variable_start_string:'@{', variable_end_string:'}@', trim_blocks:False\n{% if n %}\n@{ {'a': n}['a'] }@{{ n }}{% endif %}\n",
      {},
      '\n7{{ n }}\n',
    ],
    ['#jinja2: lstrip_blocks: False\n  {% if n %}x{% endif %}\n', { lstrip_blocks: 'yes' }, '  x\n'],
    ["a \\n {{ 'b\\tc' }}", {}, 'a \\n b\tc'],
  ]

  it.each(cases)('%j, %o', (text, style, result) => {
    expect(render(text, style)).toBe(result)
  })

  it('brings in others in the same style', () => {
    const style = { variable_start_string: '[[', variable_end_string: ']]' }
    expect(render("{% include 'part.j2' %}", style)).toBe('7 {{ n }}')
    expect(render("{% include 'part.j2' %}", {})).toBe('[[ n ]] 7')
  })

  it.each([
    [{ variable_start_string: '{%' }, 'marks of their own'],
    [{ block_end_string: '' }, 'marks of their own'],
  ])('%o is refused', (style, message) => {
    expect(() => render('x', style)).toThrow(message)
  })

  it('must not be of a setting that nobody knows', () => {
    expect(() => render('#jinja2: extensions: x\nx', {})).toThrow('is not supported')
  })
})
