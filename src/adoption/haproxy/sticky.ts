import type { No } from '../proxy.ts'
import type { HaproxyLine } from './sections.ts'

/** How clients come back to the realserver that they have met, in the words of the inventory. */
export interface Stickiness {
  readonly sticky?: { readonly cookie?: string }
  /** The line that says it, which needs no other place then. */
  readonly line?: HaproxyLine
  readonly remarks: readonly string[]
}

/** What ours says of its cookie, or makes no difference to a client that has one. */
const usual = /^(insert|indirect|nocache|httponly|secure|attr|"?SameSite=Lax"?|SameSite)$/

/** A cookie that HAProxy sets itself with the name of the server; one of the application that it writes into has no word. */
export function stickyOf(
  lines: readonly HaproxyLine[],
  cookies: ReadonlyMap<string, HaproxyLine>,
  mode: string,
): Stickiness | No {
  const line = lines.findLast(({ words }) => words[0] === 'cookie')
  const [server] = cookies.values()
  if (!server) return { remarks: [] }
  if (!line || mode !== 'http') return { no: 'cookie of a server has no word', at: server.at }
  const [, name = '', ...options] = line.words
  const odd = options.find((option) => !usual.test(option))
  if (odd !== undefined || !options.includes('insert'))
    return { no: `cookie … ${odd ?? 'without insert'} has no word`, at: line.at }
  return {
    sticky: name === 'SERVERID' ? {} : { cookie: name },
    line,
    remarks: [
      `the cookie ${name} holds names of realservers as the inventory has them: who has another value in it is given a realserver anew, once`,
    ],
  }
}
