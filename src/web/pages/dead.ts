import type { DeadMessage } from '../../fleet/event.ts'
import { type Markup, markup } from '../../report/drill/markup.ts'
import { cell, row, table } from '../table.ts'
import { clean, counted, moment, verdict } from '../words.ts'
import { runPath } from './runs.ts'

/** Messages that are shown. */
const most = 200

/** Jobs that were given up and messages that are none, the newest first. */
export function deadMain(messages: readonly DeadMessage[]): Markup {
  const newest = messages.toSorted((a, b) => (a.at < b.at ? 1 : -1))
  const rows = newest.slice(0, most).map(messageRow)
  const none =
    messages.length === 0
      ? markup`<p>None: every job came to an end, and every message was one.</p>`
      : markup`<p class="faint">Nobody tries them again. What a job was about is begun anew by <code>understudy fleet apply</code> and the like.</p>`
  const more =
    newest.length > most
      ? markup`<p class="faint">${counted(newest.length - most, 'older one')}: understudy fleet dead.</p>`
      : markup``
  return markup`<h1>Given up</h1>${{ markup: none }}${{ markup: table('Given up', ['When', 'Site', 'Which', 'Is', 'Why'], rows) }}${{ markup: more }}`
}

function messageRow({ at, site, is, why, attempts, job, subject }: DeadMessage): Markup {
  const how = is === 'failed' ? `failed ${counted(attempts, 'time')}` : is
  return row(moment(at), [
    cell('Site', markup`${clean(site)}`),
    cell('Which', job === undefined ? markup`<code>${clean(subject)}</code>` : jobLinks(job)),
    cell('Is', verdict(is === 'failed' ? 'bad' : 'odd', how)),
    cell('Why', markup`${clean(why)}`),
  ])
}

/** The name of a job is that of its run and that of its cluster. */
function jobLinks(job: string): Markup {
  const [run = '', cluster] = job.split('.')
  return cluster === undefined
    ? markup`${clean(job)}`
    : markup`<a href="/clusters/${encodeURIComponent(cluster)}">${clean(cluster)}</a>, run <a href="${runPath(run)}">${clean(run)}</a>`
}
