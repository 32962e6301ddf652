import { linesOf } from './user-lines.ts'

/** Words of keepalived that stand outside of all blocks though they open none: keepalived.conf(5), and `install_keyword_root` of its sources. */
const outside =
  /^(?:include\w*|instance|net_namespace(?:_ipvs)?|namespace_with_ipsets|use_pid_dir|linkbeat_use_polling|child_wait_time|static_\w+|global_defs)(?:\s|$)/

/**
 * Tells lines of `global_defs` from what stands outside of it, in what a user writes of keepalived.conf: blocks, files that
 * are read in, definitions of parameters and of sequences. Comments go with what follows them.
 */
export function globalLines(text: string): { readonly globals: string; readonly outside: string } {
  const lines = text.split('\n')
  const parts: { globals: string[]; outside: string[] } = { globals: [], outside: [] }
  let waiting: string[] = []
  for (const [index, { code: said, depth }] of linesOf({ text, program: 'keepalived' }).entries()) {
    const line = lines[index] ?? ''
    const code = said.trim()
    if (code === '' && depth === 0) {
      waiting.push(line)
      continue
    }
    const isOutside = depth > 0 || standsOutside(code, lines.slice(index + 1))
    const part = isOutside ? parts.outside : parts.globals
    part.push(...waiting, line)
    waiting = []
  }
  parts.outside.push(...waiting)
  return { globals: trimmed(parts.globals), outside: trimmed(parts.outside) }
}

/** A block may open on the line behind its name. */
function standsOutside(code: string, following: readonly string[]): boolean {
  // Conditions (`@host`, `@^host`) stand before what they are about.
  const statement = code.replace(/^@\S*\s+/, '')
  const next = following.find((line) => line.trim() !== '')?.trim() ?? ''
  return /[{}]/.test(statement) || next.startsWith('{') || /^[$~]/.test(statement) || outside.test(statement)
}

function trimmed(lines: readonly string[]): string {
  return lines
    .join('\n')
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd()
}
