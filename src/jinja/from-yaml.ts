import { type Document, isDocument, parseAllDocuments, visit } from 'yaml'
import { JinjaError } from './failure.ts'
import { float, int } from './values.ts'

/** What each document of a YAML text says, as YAML 1.1, which is Ansible's. */
export function fromYaml(text: string): readonly unknown[] {
  const parsed = parseAllDocuments(text, {
    version: '1.1',
    intAsBigInt: true,
    merge: true,
    logLevel: 'silent',
    customTags: (tags) =>
      tags.filter((tag) => typeof tag !== 'object' || tag.tag !== 'tag:yaml.org,2002:timestamp'),
  })
  const documents = Array.isArray(parsed)
    ? parsed.filter((one): one is Document.Parsed => isDocument(one))
    : []
  return documents.map((document) => {
    const [error] = document.errors
    if (error) throw new JinjaError(`this text is no YAML, at its line ${error.linePos?.[0].line ?? 1}`)
    visit(document, {
      Scalar: (_, node) => {
        if (typeof node.value === 'bigint') node.value = int(node.value)
        else if (typeof node.value === 'number') node.value = float(node.value)
      },
    })
    try {
      return document.toJS({ mapAsMap: true, maxAliasCount: 1000 })
    } catch {
      throw new JinjaError('this text of YAML refers to itself, or grows beyond measure')
    }
  })
}
