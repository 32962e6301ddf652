import { JinjaError } from '../failure.ts'
import { textGiven } from '../given.ts'
import { maySlow, regexOf, replacement } from '../regex.ts'
import type { Runtime } from '../runtime.ts'
import { str } from '../text.ts'
import { present, truth, tupleOf } from '../values.ts'
import type { Filters } from './filter.ts'

/** Every match of an expression in a text; ends what would take too long. */
export function matches(text: string, regex: RegExp, run: Runtime): readonly RegExpExecArray[] {
  const find = () => {
    const found: RegExpExecArray[] = []
    for (const match of text.matchAll(regex)) {
      run.work.list(found.length + 1)
      if (!isWithinSign(text, match)) found.push(match)
    }
    return found
  }
  return maySlow(regex) ? run.outside.inTime(find) : find()
}

/** The first match. */
export function firstMatch(text: string, regex: RegExp, run: Runtime): RegExpExecArray | undefined {
  const find = () => {
    for (const match of text.matchAll(regex)) if (!isWithinSign(text, match)) return match
    return undefined
  }
  return maySlow(regex) ? run.outside.inTime(find) : find()
}

/** JavaScript finds the end of a text between the halves of a sign, too. */
function isWithinSign(text: string, { index, 0: whole }: RegExpExecArray): boolean {
  return whole === '' && (text.codePointAt(index - 1) ?? 0) > 0xffff
}

const flagsOf = (ignoreCase: unknown, multiline: unknown) => ({
  ignoreCase: truth(ignoreCase ?? false),
  multiline: truth(multiline ?? false),
})

/** Filters by regular expressions, which are Python's. */
export const regexes: Filters = {
  regex_replace: {
    parameters: 'pattern replacement ignorecase multiline count mandatory_count',
    call: (value, [pattern = '', to = '', ignoreCase, multiline, count, mandatory], run) => {
      const text = str(present(value), run.work)
      const made = replacement(textGiven(to, 'regex_replace'))
      let result = ''
      let at = 0
      const all = matches(
        text,
        regexOf(textGiven(pattern, 'regex_replace'), flagsOf(ignoreCase, multiline)),
        run,
      )
      const most = Number(count ?? 0)
      if (all.length < Number(mandatory ?? 0))
        throw new JinjaError(`regex_replace found ${all.length} matches, and ${Number(mandatory)} must be`)
      for (const match of most > 0 ? all.slice(0, most) : all) {
        result += text.slice(at, match.index) + made(match, match.groups)
        at = match.index + match[0].length
        run.work.text(result.length)
      }
      return result + text.slice(at)
    },
  },
  regex_search: {
    parameters: 'regex! *groups **',
    call: (value, [pattern = '', groups, named], run) => {
      const options = named as ReadonlyMap<string, unknown>
      const regex = regexOf(
        textGiven(pattern, 'regex_search'),
        flagsOf(options.get('ignorecase'), options.get('multiline')),
      )
      const match = firstMatch(str(present(value), run.work), regex, run)
      if (!match) return null
      const wanted = groups as readonly unknown[]
      if (wanted.length === 0) return match[0]
      return wanted.map((one) => {
        const [, name] = /^\\g?<?([^>]+)>?$/.exec(textGiven(one, 'regex_search')) ?? []
        if (name === undefined) throw new JinjaError("regex_search takes groups as '\\\\1' or '\\\\g<name>'")
        const found = /^\d+$/.test(name)
          ? Number(name) < match.length
            ? (match[Number(name)] ?? null)
            : undefined
          : match.groups && name in match.groups
            ? (match.groups[name] ?? null)
            : undefined
        if (found === undefined)
          throw new JinjaError(`there is no group "${name}" in this regular expression`)
        return found
      })
    },
  },
  regex_findall: {
    parameters: 'regex! multiline ignorecase',
    call: (value, [pattern = '', multiline, ignoreCase], run) =>
      matches(
        str(present(value), run.work),
        regexOf(textGiven(pattern, 'regex_findall'), flagsOf(ignoreCase, multiline)),
        run,
      ).map((match) => {
        if (match.length === 1) return match[0]
        return match.length === 2 ? (match[1] ?? '') : tupleOf(match.slice(1).map((part) => part ?? ''))
      }),
  },
  regex_escape: {
    parameters: 're_type',
    call: (value, [type = 'python'], run) => {
      const text = str(present(value), run.work)
      if (type === 'python') return text.replaceAll(/[-[\]{}()*+?.\\^$|#\s&~]/g, (sign) => `\\${sign}`)
      if (type === 'posix_basic') return text.replaceAll(/[\].[^$*\\]/g, (sign) => `\\${sign}`)
      throw new JinjaError('regex_escape knows python and posix_basic')
    },
  },
}
