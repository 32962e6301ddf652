import { type Markup, markup } from '../report/drill/markup.ts'
import { visible } from '../report/redaction.ts'

/** What machines and people wrote, without anything that moves a cursor. */
export const clean = visible

/** A moment; the page that is open says how long ago that is, and without its script it says when. */
export function moment(at: string): Markup {
  const shown = at.slice(0, 16).replace('T', ' ')
  return markup`<time datetime="${at}">${shown} UTC</time>`
}

/** How good something is: shown by a sign and a word, never by colour alone. */
export type Grade = 'good' | 'bad' | 'odd' | 'busy' | 'plain'

const signs: Readonly<Record<Grade, string>> = { good: '✔', bad: '✘', odd: '!', busy: '▸', plain: '–' }

/** A word with its sign. */
export function verdict(grade: Grade, text: string): Markup {
  return markup`<span class="verdict ${grade}"><span aria-hidden="true">${signs[grade]}</span> ${clean(text)}</span>`
}

/** How a cluster fares. */
export function healthGrade(health: 'well' | 'ill' | 'unreachable' | 'unknown'): Grade {
  return health === 'well' ? 'good' : health === 'unknown' ? 'plain' : 'bad'
}

/** How an operation ended. */
export function statusGrade(status: string): Grade {
  if (status === 'fine' || status === 'changed') return 'good'
  if (status === 'changes-pending' || status === 'drifted' || status === 'withdrawn') return 'odd'
  if (status === 'under way') return 'busy'
  return status === 'waiting' ? 'plain' : 'bad'
}

/** Of a certificate: days from which somebody should care, as alerts have it. */
export function daysGrade(days: number, alertDays: number): Grade {
  return days <= 0 ? 'bad' : days <= alertDays ? 'odd' : 'good'
}

/** The same in words. */
export function daysWords(days: number): string {
  if (days < 0) return 'has ended'
  return days === 0 ? 'ends today' : `${counted(days, 'day')} left`
}

/** Lines of a diff, each a block of its own: a line break between them would be shown, too. What comes and what goes is marked beside its sign. */
export function diffMarkup(diff: string): Markup {
  const lines = diff
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => {
      const kind = /^\+(?!\+\+)/.test(line) ? 'ins' : /^-(?!--)/.test(line) ? 'del' : undefined
      const text = clean(line)
      return kind === undefined
        ? markup`<span>${text}</span>`
        : markup`<${{ markup: kind as Markup }}>${text}</${{ markup: kind as Markup }}>`
    })
  return markup`<pre class="diff" tabindex="0" role="group" aria-label="Diff">${{ markup: lines.join('') as Markup }}</pre>`
}

/** So many of something. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
