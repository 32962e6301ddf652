import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createEngine } from '../../src/jinja/engine.ts'
import { fromJson } from '../../src/jinja/from-json.ts'
import { quotedText, repr } from '../../src/jinja/text.ts'
import { truth } from '../../src/jinja/values.ts'
import { newWork } from '../../src/jinja/work.ts'
import { withVariables } from './surroundings.ts'

type Cases = Readonly<
  Record<'value' | 'template' | 'condition', readonly (readonly [string, string | null])[]>
>

const read = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8')
const recorded: Cases = JSON.parse(read('recorded.json'))
const { variables } = Object.fromEntries(fromJson(read('cases.json'), newWork()) as Map<string, unknown>) as {
  variables: Map<string, unknown>
}
const surroundings = withVariables(Object.fromEntries(variables))
const engine = createEngine()

/** What we make of a case, as Python would write it; nothing where it is refused. */
function made(kind: string, text: string): string | null {
  try {
    if (kind === 'condition') return truth(engine.evaluate(text, surroundings)) ? "'True'" : "'False'"
    if (kind === 'template')
      return quotedText(
        engine
          .template(text, surroundings)
          .map((piece) => piece.text)
          .join(''),
      )
    const found = engine.value(text, surroundings)
    return found.is === 'value'
      ? repr(found.value, newWork())
      : quotedText(found.pieces.map((piece) => piece.text).join(''))
  } catch (error) {
    if (process.env.WHY) console.log(text, String(error))
    return null
  }
}

describe('what ansible-core and jinja2 make of', () => {
  for (const [kind, cases] of Object.entries(recorded))
    it(`every ${kind} is what we make of it`, () => {
      const all = Object.fromEntries(cases.map(([text, wanted]) => [text, wanted]))
      const ours = Object.fromEntries(cases.map(([text]) => [text, made(kind, text)]))
      expect(ours).toEqual(all)
    })
})
