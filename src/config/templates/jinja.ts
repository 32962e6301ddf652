import type { Marked } from '../../model/marked.ts'
import type { Language } from '../expressions/language.ts'
import { markedPieces } from '../expressions/resolve.ts'
import type { Scope } from '../expressions/scope.ts'
import { textOfFile } from '../expressions/templates.ts'
import type { SecretReads } from '../secret-reads.ts'
import type { Manner, Templates } from './render.ts'

/** Is this file a template of Handlebars? All others are Jinja's, as Ansible has them. */
function isHandlebars(path: string): boolean {
  return path.endsWith('.hbs')
}

/** Templates of both languages, told apart by their names; each file is read once. */
export function templatesOf(language: Language, handlebars: Templates, reads: SecretReads): Templates {
  const texts = new Map<string, string>()
  return {
    render: (path: string, scope: Scope, manner: Manner = {}): Marked => {
      if (isHandlebars(path)) return handlebars.render(path, scope, manner)
      const text = texts.get(path) ?? textOfFile(path)
      texts.set(path, text)
      // What is read for conditions alone is not printed.
      return markedPieces(
        reads.watched(() => language.template(path, text, scope, manner.style)).value,
        reads,
      )
    },
  }
}
