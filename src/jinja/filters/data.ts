import { createHash, getHashes } from 'node:crypto'
import { passwordScheme, saltLetters } from '../crypt.ts'
import { JinjaError } from '../failure.ts'
import { fromJson } from '../from-json.ts'
import { fromYaml } from '../from-yaml.ts'
import { textGiven, wholeGiven } from '../given.ts'
import { jsonOf } from '../json-dump.ts'
import type { Runtime } from '../runtime.ts'
import { str } from '../text.ts'
import { present, truth } from '../values.ts'
import { yamlOf } from '../yaml-dump.ts'
import type { Filter, Filters } from './filter.ts'

type Options = ReadonlyMap<string, unknown>

/** Filters between values and how they are written: JSON, YAML, base64, hashes. */
export const data: Filters = {
  to_json: {
    parameters: '**',
    call: (value, [options], { work }) => jsonOf(value, jsonStyle(options as Options, { sort: false }), work),
  },
  to_nice_json: {
    parameters: 'indent sort_keys **',
    call: (value, [indent = 4, sort = true, options], { work }) =>
      jsonOf(
        value,
        jsonStyle(new Map([...(options as Options), ['indent', indent], ['sort_keys', sort]]), {
          sort: true,
          nice: true,
        }),
        work,
      ),
  },
  tojson: {
    parameters: 'indent',
    call: (value, [indent], { work }) =>
      jsonOf(value, jsonStyle(new Map([['indent', indent ?? null]]), { sort: true }), work).replaceAll(
        /[<>&']/g,
        (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
      ),
  },
  from_json: { parameters: '', call: (value, _, { work }) => fromJson(textGiven(value, 'from_json'), work) },
  to_yaml: {
    parameters: '**',
    differs: 'without anchors',
    call: (value, [options], { work }) => yamlOf(value, yamlStyle(options as Options, 2, undefined), work),
  },
  to_nice_yaml: {
    parameters: 'indent **',
    differs: 'without anchors',
    call: (value, [indent = 4, options], { work }) =>
      yamlOf(value, yamlStyle(options as Options, wholeGiven(indent, 'to_nice_yaml'), false), work),
  },
  from_yaml: {
    parameters: '',
    call: (value) => (typeof present(value) === 'string' ? (fromYaml(String(value))[0] ?? null) : value),
  },
  from_yaml_all: {
    parameters: '',
    call: (value) => (typeof present(value) === 'string' ? fromYaml(String(value)) : value),
  },
  b64encode: {
    parameters: 'encoding',
    call: (value, [encoding], { work }) =>
      Buffer.from(str(present(value), work), encodingOf(encoding)).toString('base64'),
  },
  b64decode: {
    parameters: 'encoding',
    call: (value, [encoding]) => {
      const text = textGiven(value, 'b64decode')
      if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text)) throw new JinjaError('this text is no base64')
      const bytes = Buffer.from(text, 'base64')
      const kind = encodingOf(encoding)
      if (kind !== 'utf8') return bytes.toString(kind)
      try {
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
      } catch {
        throw new JinjaError('what this base64 stands for is no text')
      }
    },
  },
  hash: {
    parameters: 'hashtype',
    call: (value, [type = 'sha1'], { work }) => {
      const name = String(type)
      if (!getHashes().includes(name.replaceAll('_', '-')) && !getHashes().includes(name))
        throw new JinjaError(`there is no hash called "${name}"`, {
          next: 'known: md5, sha1, sha224, sha256, sha384, sha512',
        })
      return createHash(name.replaceAll('_', '-'))
        .update(str(present(value), work))
        .digest('hex')
    },
  },
  md5: hashed('md5'),
  sha1: hashed('sha1'),
  checksum: hashed('sha1'),
  password_hash: {
    parameters: 'hashtype salt salt_size rounds ident',
    differs: 'sha512, sha256 and md5; blowfish is refused',
    call: (value, [type = 'sha512', salt, size, rounds], run) => {
      const scheme = passwordScheme(String(type))
      if (!scheme)
        throw new JinjaError(`password_hash('${String(type)}') is not supported`, {
          next: "write password_hash('sha512')",
        })
      const count = wholeGiven(rounds, 'password_hash', 5000)
      if (count < 1000 || count > 1_000_000)
        throw new JinjaError('password_hash takes from 1000 to 1000000 rounds')
      const used =
        salt === undefined || salt === null
          ? saltBy(wholeGiven(size, 'password_hash', scheme.salt), run)
          : textGiven(salt, 'the salt')
      if (!/^[./\dA-Za-z]*$/.test(used) || used.length > scheme.salt)
        throw new JinjaError(`a salt has at most ${scheme.salt} letters, digits, dots and slashes`)
      return scheme.hash(str(present(value), run.work), used, count)
    },
  },
  to_uuid: {
    parameters: 'namespace',
    call: (value, [namespace = '361e6d51-faec-444a-9079-341386da8e2e'], { work }) => {
      const space = String(namespace).replaceAll(/[{}-]|urn:uuid:/g, '')
      if (!/^[\da-f]{32}$/i.test(space)) throw new JinjaError('the namespace is no UUID')
      const bytes = createHash('sha1')
        .update(Buffer.from(space, 'hex'))
        .update(str(present(value), work))
        .digest()
        .subarray(0, 16)
      bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50
      bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
      return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    },
  },
}

function hashed(kind: string): Filter {
  return {
    parameters: '',
    call: (value, _, { work }) =>
      createHash(kind)
        .update(str(present(value), work))
        .digest('hex'),
  }
}

function saltBy(size: number, run: Runtime): string {
  return Array.from(
    { length: Math.min(Math.max(size, 0), 16) },
    () => saltLetters[run.outside.chance(64)],
  ).join('')
}

function encodingOf(encoding: unknown): BufferEncoding {
  const known: Readonly<Record<string, BufferEncoding>> = {
    'utf-8': 'utf8',
    utf8: 'utf8',
    'utf-16-le': 'utf16le',
    'utf-16le': 'utf16le',
    ascii: 'ascii',
    latin1: 'latin1',
    'latin-1': 'latin1',
  }
  const found = known[String(encoding ?? 'utf-8').toLowerCase()]
  if (!found)
    throw new JinjaError(`the encoding "${String(encoding)}" is not known here`, {
      next: 'known: utf-8, utf-16-le, latin-1',
    })
  return found
}

function refuseOthers(options: Options, known: readonly string[]): void {
  for (const name of options.keys())
    if (!known.includes(name))
      throw new JinjaError(`"${name}" is not known here`, { next: `known: ${known.join(', ')}` })
}

function jsonStyle(
  options: Options,
  { sort, nice = false }: { readonly sort: boolean; readonly nice?: boolean },
) {
  refuseOthers(options, [
    'indent',
    'sort_keys',
    'ensure_ascii',
    'separators',
    'vault_to_text',
    'preprocess_unsafe',
  ])
  const given = options.get('indent')
  const indent =
    given === undefined || given === null
      ? undefined
      : typeof given === 'string'
        ? given
        : wholeGiven(given, 'indent')
  const separators = options.get('separators')
  const [between, colon] = Array.isArray(separators)
    ? separators.map(String)
    : [nice || indent !== undefined ? ',' : ', ', ': ']
  return {
    indent,
    sortKeys: truth(options.get('sort_keys') ?? sort),
    ascii: truth(options.get('ensure_ascii') ?? true),
    between: between ?? ', ',
    colon: colon ?? ': ',
  }
}

function yamlStyle(options: Options, indentGiven: number, flow: boolean | undefined) {
  refuseOthers(options, [
    'indent',
    'width',
    'sort_keys',
    'default_flow_style',
    'explicit_start',
    'explicit_end',
    'allow_unicode',
  ])
  const indent = wholeGiven(options.get('indent'), 'indent', indentGiven)
  const width = wholeGiven(options.get('width'), 'width', 80)
  const style = options.get('default_flow_style')
  return {
    indent: indent > 1 && indent < 10 ? indent : 2,
    width: width > indent * 2 ? width : 80,
    sortKeys: truth(options.get('sort_keys') ?? true),
    flow: style === undefined ? flow : style === null ? undefined : truth(style),
    explicitStart: truth(options.get('explicit_start') ?? false),
    explicitEnd: truth(options.get('explicit_end') ?? false),
  }
}
