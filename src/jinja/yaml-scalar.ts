/** In which ways a text can be written as a scalar of YAML. */
export interface Allowed {
  readonly flowPlain: boolean
  readonly blockPlain: boolean
  readonly single: boolean
  readonly isMultiline: boolean
}

const breaks = /[\n\x85\u2028\u2029]/
const special = /[^\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u

/** Looks at a text as PyYAML does before it chooses a style. */
export function allowedOf(text: string): Allowed {
  if (text === '') return { flowPlain: false, blockPlain: true, single: true, isMultiline: false }
  const isMultiline = breaks.test(text)
  const atEnds = /^[ \n\x85\u2028\u2029]|[ \n\x85\u2028\u2029]$/.test(text)
  const breakSpace = /[\n\x85\u2028\u2029] /.test(text)
  const unsafe = / [\n\x85\u2028\u2029]/.test(text) || special.test(text)
  const document = text.startsWith('---') || text.startsWith('...')
  const block =
    document ||
    /^[#,[\]{}&*!|>'"%@`]/.test(text) ||
    /^[-?:](?:[\s]|$)/.test(text) ||
    /:(?:\s|$)|\s#/.test(text.slice(1)) ||
    /^:(?:\s|$)/.test(text)
  const flow = block || /^[?:]/.test(text) || /[,?[\]{}:]/.test(text.slice(1))
  const plain = !isMultiline && !atEnds && !breakSpace && !unsafe
  return {
    flowPlain: plain && !flow,
    blockPlain: plain && !block,
    single: !breakSpace && !unsafe,
    isMultiline,
  }
}

const notText = [
  /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
  /^(?:[-+]?\d[\d_]*\.[\d_]*(?:[eE][-+]\d+)?|\.\d[\d_]*(?:[eE][-+]\d+)?|[-+]?\d[\d_]*(?::[0-5]?\d)+\.[\d_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
  /^(?:[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][\d_]*)|[-+]?0x[\da-fA-F_]+|[-+]?[1-9][\d_]*(?::[0-5]?\d)+)$/,
  /^(?:~|null|Null|NULL|)$/,
  /^(?:\d{4}-\d\d-\d\d|\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)$/,
  /^(?:<<|=)$/,
]

/** Would YAML 1.1 read this text as one if it stood there without quotes? */
export function readsAsText(text: string): boolean {
  return !notText.some((pattern) => pattern.test(text))
}

/** The first style in which a text can stand here: plain, single or double quotes. */
export function styleOf(
  text: string,
  allowed: Allowed,
  inFlow: boolean,
  isKey: boolean,
): 'plain' | 'single' | 'double' {
  const plain = inFlow ? allowed.flowPlain : allowed.blockPlain
  if (plain && readsAsText(text) && !(isKey && (allowed.isMultiline || text === ''))) return 'plain'
  return allowed.single && !(isKey && allowed.isMultiline) ? 'single' : 'double'
}

const escapes: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\x85': '\\N',
  '\u2028': '\\L',
  '\u2029': '\\P',
}

/** A sign as it stands between double quotes. */
export function escapedSign(sign: string): string {
  const known = escapes[sign]
  if (known !== undefined) return known
  const code = sign.codePointAt(0) ?? 0
  if ((code >= 0x20 && code <= 0x7e) || (code >= 0xa0 && code <= 0xfffd && code !== 0xfeff)) return sign
  if (code <= 0xff) return `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`
  if (code <= 0xffff) return `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`
  return `\\U${code.toString(16).toUpperCase().padStart(8, '0')}`
}
