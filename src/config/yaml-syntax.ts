import { type Document, visit, type YAMLError } from 'yaml'
import type { Failure } from '../model/failure.ts'
import type { Origin } from '../model/origin.ts'
import { problemInText } from './problem.ts'
import type { InputRule } from './rules/index.ts'

/** What the YAML parser complains about, in plain words, at the place where a person must look. */
export function syntaxProblem(
  error: YAMLError,
  text: string,
  document: Document.Parsed,
  originOf: (offset: number) => Origin,
): Failure {
  const at = originOf(startOf(error, text, document))
  const [line = '', below = ''] = text.split('\n').slice(at.line - 1, at.line + 1)
  const [rule, message, next] = explanation(error, line, below)
  return problemInText(rule, text, at, message, next)
}

/** An unclosed quote is noticed only at the end of the file, wrong indentation at the start of its line. */
function startOf(error: YAMLError, text: string, document: Document.Parsed): number {
  if (error.code === 'BAD_INDENT')
    return error.pos[0] + (/^ */.exec(text.slice(error.pos[0]))?.[0].length ?? 0)
  if (error.code !== 'MISSING_CHAR') return error.pos[0]
  let start = error.pos[0]
  visit(document, {
    Scalar: (_, node) => {
      const quoted = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE'
      if (quoted && node.range && node.range[1] === error.pos[0]) start = node.range[0]
    },
  })
  return start
}

type Explanation = readonly [rule: InputRule, message: string, next: string]

const tabbed: Explanation = [
  'yaml-indent',
  'a tab is used for indentation, which YAML forbids',
  'replace the tab by spaces',
]

function explanation(error: YAMLError, line: string, below: string): Explanation {
  if (/(^|[:-])\s+\{\{/.test(line))
    return [
      'yaml-braces',
      'a value that starts with {{ must be quoted',
      'write "{{ … }}" with quotes around the whole value',
    ]
  // The parser takes one call for each level, and reports where it came to the end of them.
  if (/call stack/i.test(error.message))
    return [
      'yaml-too-deep',
      'values are nested more deeply here than can be read',
      'write fewer brackets or levels inside each other',
    ]
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return tabbed
    case 'BAD_INDENT':
      if (/^flow/i.test(error.message))
        return [
          'yaml-indent',
          'a bracket is still open where this line starts',
          'close it, or indent this line',
        ]
      return ['yaml-indent', lower(error.message), 'align this line with the others of its mapping or list']
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      if (/^ *\t/.test(line) || /^ *\t/.test(below)) return tabbed
      if (/^\s*-[^\s-]/.test(line))
        return [
          'yaml-indent',
          'what stands right behind a dash is no item of a list',
          'write a blank behind the dash',
        ]
      if (/^\s*(- )?[\w.-]+:(?!\/\/)\S/.test(line))
        return [
          'yaml-indent',
          'what stands right behind a colon is no value',
          'write a blank behind the colon',
        ]
      return [
        'yaml-indent',
        'a mapping cannot start inside this value',
        'put quotes around a value that contains ": ", or correct the indentation of the next line',
      ]
    case 'BAD_SCALAR_START':
      return ['yaml-quotes', lower(error.message), 'put quotes around the value']
    case 'BAD_DQ_ESCAPE':
      return ['yaml-quotes', lower(error.message), 'use single quotes, or write each backslash twice']
    case 'MISSING_CHAR':
      return [
        'yaml-quotes',
        lower(error.message).replace('closing "quote', 'closing double quote'),
        'close it on the same line',
      ]
    case 'MULTIPLE_DOCS':
      return [
        'yaml-several-documents',
        'a second document starts here',
        'keep one document in a file: remove this "---"',
      ]
    case 'TAG_RESOLVE_FAILED':
      return tagExplanation(error.message)
    default:
      return [
        'yaml-syntax',
        `not valid YAML: ${lower(error.message)}`,
        'check indentation and quotes here and on the line above',
      ]
  }
}

function tagExplanation(message: string): Explanation {
  const tag = /^Unresolved tag: (.*)$/.exec(message)?.[1]
  if (tag?.startsWith('tag:yaml.org,2002:'))
    return ['yaml-tag', `the value does not fit its tag !!${tag.slice(18)}`, 'remove the tag']
  return ['yaml-tag', tag ? `unknown tag ${tag}` : lower(message), 'remove the tag']
}

function lower(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1)
}
