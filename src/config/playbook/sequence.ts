/** The texts of `with_sequence`: `start=1 end=9 stride=2 format=web%02x`, `count=3`, `4-8/2` or a number alone. */
export function sequence(
  value: unknown,
  most: number,
  wrong: (message: string, next?: string) => Error,
): readonly string[] {
  const { start, end, count, stride: given, format } = wordsOf(value, wrong)
  const from = start ?? 1
  const until = end ?? (count === undefined ? undefined : from + (count - 1) * (given ?? 1))
  if (until === undefined) throw wrong('with_sequence needs "end" or "count"')
  if (count === 0) return []
  const stride = given ?? 1
  if (stride === 0) return []
  const length = Math.floor((until - from) / stride) + 1
  if (length > most) throw wrong(`this has more than ${most} items`)
  return Array.from({ length: Math.max(0, length) }, (_, at) => formatted(format, from + at * stride))
}

interface Words {
  readonly start?: number
  readonly end?: number
  readonly count?: number
  readonly stride?: number
  readonly format?: string
}

function wordsOf(value: unknown, wrong: (message: string, next?: string) => Error): Words {
  const one = Array.isArray(value) && value.length === 1 ? value[0] : value
  const number = (text: unknown) => {
    const found = Number(text)
    if (Number.isSafeInteger(found) && String(text).trim() !== '') return found
    throw wrong(`"${String(text)}" is no whole number`, 'write start=1 end=5')
  }
  if (typeof one === 'object' && one !== null) return words(Object.entries(one), number)
  const text = String(one ?? '').trim()
  const [, start, end, stride, format] = /^(?:(-?\w+)-)?(-?\w+)(?:\/(-?\w+))?(?::(.+))?$/.exec(text) ?? []
  if (end !== undefined)
    return {
      ...(start === undefined ? {} : { start: number(start) }),
      end: number(end),
      ...(stride === undefined ? {} : { stride: number(stride) }),
      ...(format === undefined ? {} : { format }),
    }
  return words(
    [...text.matchAll(/(\w+)=(\S+)/g)].map(([, name = '', word = '']) => [name, word]),
    number,
  )
}

function words(pairs: readonly (readonly [string, unknown])[], number: (text: unknown) => number): Words {
  const found: Record<string, number | string> = {}
  for (const [name, word] of pairs) found[name] = name === 'format' ? String(word) : number(word)
  return found
}

/** As printf(3) writes one number: `%d`, `%02x`, `web%03d`. */
function formatted(format: string | undefined, number: number): string {
  if (format === undefined) return String(number)
  return format.replace(/%%|%(0?)(\d*)([dixXo])/, (whole, zero: string, width: string, as: string) => {
    if (whole === '%%') return '%'
    const text = as === 'o' ? number.toString(8) : /x/i.test(as) ? number.toString(16) : String(number)
    const padded = text.padStart(Number(width || 0), zero === '0' ? '0' : ' ')
    return as === 'X' ? padded.toUpperCase() : padded
  })
}
