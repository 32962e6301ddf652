import { bracketed } from '../model/endpoint.ts'
import type { Script } from '../model/script.ts'
import type { Query, Sensor } from '../model/sensor.ts'
import { lines, sh } from '../shell/quote.ts'
import { readSections } from './sections.ts'

/** What came of asking somebody by HTTP/3. */
export type QuicReading =
  /** 0: nobody answered by HTTP/3; then `why` is what curl said. */
  | { readonly status: number; readonly why: string }
  /** The host has no curl that speaks it. */
  | undefined

/** Whom to ask by HTTP/3, and for what. */
export interface QuicQuestion {
  readonly address: string
  readonly port: number
  /** The name that is asked for; absent: the address. */
  readonly name?: string
  readonly path: string
}

/**
 * Asks by HTTP/3 alone, where curl can (that of Debian 13 does). Nobody answers by UDP what he does not speak, so each question that
 * fails takes its 5 s.
 */
export const quic: Sensor<QuicReading> = {
  name: 'quic',
  ask: (subjects) =>
    lines(
      sh`us_quic() {
  printf '\n# %s\n' "$1"
  curl -sS -g -k -m 5 --http3-only -o /dev/null -w '%{http_version} %{http_code}\n' --connect-to "::$2" "$3" 2>&1 || :
}
case $(curl -V 2>/dev/null) in *HTTP3*) ;; *) echo none; exit 0 ;; esac`,
      ...subjects.map(askOne),
    ),
  read: (output, subjects) =>
    readSections<QuicReading>(output, subjects, (text) => {
      if (text === '') return undefined
      const [, status] = /^3 (\d{3})$/m.exec(text) ?? []
      return { status: Number(status ?? 0), why: text.trim().split('\n')[0] ?? '' }
    }),
}

function askOne(subject: string, index: number): Script {
  const { address, port, name, path } = JSON.parse(subject) as QuicQuestion
  const host = bracketed(address)
  return sh`us_quic ${index} ${`${host}:${port}`} ${`https://${name ?? host}:${port}${path}`}`
}

/** Asks for a page by HTTP/3. */
export function askedByQuic(question: QuicQuestion): Query<QuicReading> {
  const { address, port, name, path } = question
  return {
    sensor: quic,
    subject: JSON.stringify({ address, port, ...(name === undefined ? {} : { name }), path }),
    about: [],
  }
}
