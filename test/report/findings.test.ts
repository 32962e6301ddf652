import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import type { Finding } from '../../src/model/rule.ts'
import { lintRules } from '../../src/operations/rules.ts'
import { findingsForGithub } from '../../src/report/findings/github.ts'
import { findingsAsJson } from '../../src/report/findings/json.ts'
import { findingsAsSarif } from '../../src/report/findings/sarif.ts'

const findings: readonly Finding[] = [
  {
    rule: 'vip-twice',
    severity: 'error',
    message: 'the VIP 10.0.0.100 is listed twice:\n100 % sure',
    next: 'Remove one.',
    origin: { file: '/work/a b/hosts,1:2.yaml', line: 3, col: 7 },
  },
  {
    rule: 'service-weightless',
    severity: 'warning',
    message: 'no client would get an answer',
    origin: { file: 'group_vars/all.yaml', line: 1, col: 1 },
    ignored: 'not yet',
  },
  { severity: 'error', message: 'of no rule and of no place' },
]

/** What SARIF 2.1.0 asks for of what is written here (sections 3.13 to 3.35). */
const asked = {
  type: 'object',
  required: ['$schema', 'version', 'runs'],
  properties: {
    version: { const: '2.1.0' },
    runs: {
      type: 'array',
      items: {
        type: 'object',
        required: ['tool', 'results', 'columnKind'],
        properties: {
          columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
          originalUriBaseIds: {
            additionalProperties: { type: 'object', properties: { uri: { pattern: '^file:///.*/$' } } },
          },
          tool: {
            type: 'object',
            required: ['driver'],
            properties: {
              driver: {
                type: 'object',
                required: ['name'],
                properties: {
                  rules: {
                    type: 'array',
                    uniqueItems: true,
                    items: {
                      type: 'object',
                      required: ['id', 'shortDescription', 'help'],
                      properties: {
                        shortDescription: { type: 'object', required: ['text'] },
                        help: { type: 'object', required: ['text'] },
                        defaultConfiguration: { properties: { level: { enum: ['warning', 'error'] } } },
                      },
                    },
                  },
                },
              },
            },
          },
          results: {
            type: 'array',
            items: {
              type: 'object',
              required: ['message', 'level'],
              properties: {
                ruleId: { type: 'string' },
                ruleIndex: { type: 'integer', minimum: 0 },
                level: { enum: ['warning', 'error'] },
                message: { type: 'object', required: ['text'] },
                suppressions: {
                  items: { required: ['kind'], properties: { kind: { enum: ['inSource', 'external'] } } },
                },
                locations: {
                  items: {
                    required: ['physicalLocation'],
                    properties: {
                      physicalLocation: {
                        required: ['artifactLocation', 'region'],
                        properties: {
                          artifactLocation: {
                            required: ['uri'],
                            properties: { uri: { type: 'string', pattern: "^[\\w%/:.~!*'()-]+$" } },
                          },
                          region: {
                            required: ['startLine', 'startColumn'],
                            properties: {
                              startLine: { type: 'integer', minimum: 1 },
                              startColumn: { type: 'integer', minimum: 1 },
                            },
                          },
                        },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
}

describe('what lint found', () => {
  const sarif = (all: readonly Finding[]) =>
    JSON.parse(findingsAsSarif(all, { version: '1.2.3', directory: '/work', rules: lintRules() }))

  it('is a log of SARIF 2.1.0, also where it is nothing', () => {
    const judge = new Ajv({ strict: false }).compile(asked)
    for (const log of [sarif(findings), sarif([])]) expect([judge(log), judge.errors]).toEqual([true, null])
  })

  it('names in it the rules that found anything, places below the directory, and what is meant', () => {
    const [run] = sarif(findings).runs
    expect(run.tool.driver.rules.map(({ id }: { id: string }) => id).toSorted()).toEqual([
      'service-weightless',
      'vip-twice',
    ])
    const [first, second, third] = run.results
    expect(first.locations[0].physicalLocation.artifactLocation).toEqual({
      uri: 'a%20b/hosts%2C1%3A2.yaml',
      uriBaseId: 'SRCROOT',
    })
    expect(run.tool.driver.rules[second.ruleIndex].id).toBe(second.ruleId)
    expect(second.suppressions).toEqual([{ kind: 'inSource', justification: 'not yet' }])
    expect(third).toEqual({ level: 'error', message: { text: 'of no rule and of no place' } })
  })

  it('is told to GitHub in commands that nothing in them can break', () => {
    expect(findingsForGithub(findings, '/work')).toBe(
      '::error file=a b/hosts%2C1%3A2.yaml,line=3,col=7,title=vip-twice::the VIP 10.0.0.100 is listed twice:%0A100 %25 sure → Remove one.\n' +
        '::error ::of no rule and of no place\n',
    )
  })

  it('is one JSON object', () => {
    const told = JSON.parse(findingsAsJson(findings, { hosts: 4, clusters: 1, plays: 2, tasks: 9 }))
    expect(told).toMatchObject({ version: 1, hosts: 4, clusters: 1, plays: 2, tasks: 9 })
    expect(told.findings[1]).toEqual({
      rule: 'service-weightless',
      severity: 'warning',
      message: 'no client would get an answer',
      file: 'group_vars/all.yaml',
      line: 1,
      col: 1,
      ignored: 'not yet',
    })
  })
})
