import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lintFindings } from '../../src/operations/lint.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-hostile-'))
  mkdirSync(join(folder, 'templates'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const quiet = '- hosts: all\n  gather_facts: false\n  tasks: []\n'
const plain = 'all: { hosts: { a: { note: x } } }\n'

/** Rules that find something in an inventory and a playbook, however often. */
async function rulesOf(...files: Parameters<typeof findingsOf>) {
  return [...new Set((await findingsOf(...files)).map(({ rule }) => rule))]
}

async function findingsOf(
  inventory: string | Uint8Array,
  playbook = quiet,
  templates: Record<string, string> = {},
) {
  writeFileSync(join(folder, 'hosts.yaml'), inventory)
  writeFileSync(join(folder, 'site.yaml'), playbook)
  for (const [name, text] of Object.entries(templates)) writeFileSync(join(folder, 'templates', name), text)
  const { findings } = await lintFindings({
    inventory: [join(folder, 'hosts.yaml')],
    playbook: join(folder, 'site.yaml'),
    extraVars: [],
  })
  expect(findings.length).toBeLessThan(200)
  return findings
}

const levels = (count: number, line: (level: number) => string) =>
  Array.from({ length: count }, (_, n) => line(n))
const aliases = ['a: &l0 [x, x, x, x, x, x, x, x, x]']
  .concat(levels(9, (n) => `k${n}: &l${n + 1} [${Array(9).fill(`*l${n}`).join(', ')}]`))
  .join('\n')

describe('an inventory that nobody wrote by hand is told of, soon', () => {
  it.each([
    ['ten megabytes', `all:\n  hosts:\n${'    host: {}\n'.repeat(800_000)}`, 'file-too-long'],
    [
      'a key twenty thousand times',
      `all:\n  hosts:\n${'    host: {}\n'.repeat(20_000)}`,
      'yaml-duplicate-key',
    ],
    ['brackets in brackets', '['.repeat(20_000), 'yaml-too-deep'],
    ['mappings in mappings', '{a: '.repeat(20_000), 'yaml-too-deep'],
    ['lists in lists', `${'- '.repeat(10_000)}x`, 'yaml-too-deep'],
    ['two thousand levels', levels(2000, (n) => `${' '.repeat(n)}a:`).join('\n'), 'yaml-too-deep'],
    ['aliases of aliases', aliases, 'yaml-alias-explosion'],
    ['a value in itself', 'all: &x { hosts: *x }', 'yaml-alias-circle'],
    ['a quote that never ends', `all: "${'x\n'.repeat(100_000)}`, 'yaml-quotes'],
    ['two documents', `${plain}---\n${plain}`, 'yaml-several-documents'],
    ['DER', Buffer.concat([Buffer.from([0x30, 0x82, 0x01, 0x00]), Buffer.alloc(256, 0xc3)]), 'file-not-text'],
    ['UTF-16 with its mark', Buffer.from(`\ufeff${plain}`, 'utf16le'), 'file-not-text'],
    ['UTF-16 the other way round', Buffer.from(`\ufeff${plain}`, 'utf16le').swap16(), 'file-not-text'],
    ['UTF-16 without a mark', Buffer.from(plain, 'utf16le'), 'file-not-text'],
    ['Latin-1', Buffer.from(plain.replace('x', 'grün'), 'latin1'), 'file-not-text'],
  ])('%s', async (_, text, rule) => {
    expect(await rulesOf(text)).toEqual([rule])
  })

  it('says where it stops to be text', async () => {
    const found = await findingsOf(Buffer.from('all:\n  hosts:\n    größe: {}\n', 'latin1'))
    expect(found).toMatchObject([{ rule: 'file-not-text', origin: { line: 3, col: 7 } }])
  })

  it.each([
    ['a byte order mark of UTF-8', `\ufeff${plain}`],
    ['ends of lines of DOS', 'all:\r\n  hosts:\r\n    a: {}\r\n'],
    ['other scripts', plain.replace('x', '負載均衡 🙂')],
  ])('but not what only looks unusual: %s', async (_, text) => {
    expect(await rulesOf(text)).toEqual([])
  })
})

describe('what has no end is told of, soon', () => {
  const task = (words: string) => `- hosts: all\n  gather_facts: false\n  tasks:\n    - ${words}\n`
  const template = (name: string) => task(`template: { src: ${name}, dest: /x }`)

  it.each([
    [
      'a template that brings in itself',
      template('r.j2'),
      { 'r.j2': '{% include "r.j2" %}' },
      'template-too-much',
    ],
    [
      'a macro that calls itself',
      template('m.j2'),
      { 'm.j2': '{% macro m(x) %}{{ m(x) }}{% endmacro %}{{ m(1) }}' },
      'template-too-much',
    ],
    ['the same of Handlebars', template('r.hbs'), { 'r.hbs': 'a\n{{> r}}' }, 'template-too-much'],
    [
      'two variables of each other',
      task('copy: { content: "{{ a }}", dest: /x }').replace(
        '  tasks',
        '  vars: { a: "{{ b }}", b: "{{ a }}" }\n  tasks',
      ),
      {},
      'expression-circle',
    ],
    ['a playbook that brings in itself', '- import_playbook: site.yaml\n', {}, 'file-circle'],
  ])('%s', async (_, playbook, templates, rule) => {
    expect(await rulesOf(plain, playbook, templates)).toEqual([rule])
  })
})
