import type { DrillReport } from '../../model/drill.ts'
import { outageWords, unaskedWords } from './doubts.ts'
import { titleOf } from './title.ts'

/**
 * The results as JUnit XML, one test case for each drill; times are seconds. A drill that was not carried out is an
 * error: nobody knows what it would have shown.
 */
export function junit({ cluster, results, notRun }: DrillReport): string {
  const named = (title: string) => `classname="${escaped(cluster)}" name="${escaped(title)}"`
  const cases = results.map((result) => {
    const { summary, passed, reasons, startedAt, endedAt, services } = result
    const felt = [`${summary}: ${outageWords(services)} without an answer`, ...unaskedWords(result)]
    const failure = passed
      ? ''
      : `\n      <failure message="${escaped(reasons[0] ?? '')}">${escaped(reasons.join('\n'))}</failure>`
    return `    <testcase ${named(titleOf(result))} time="${((endedAt - startedAt) / 1000).toFixed(3)}">${failure}
      <system-out>${escaped(felt.join('\n'))}</system-out>
    </testcase>`
  })
  const missing = notRun.map(
    ({ reason, ...drill }) => `    <testcase ${named(titleOf(drill))} time="0">
      <error message="not carried out: ${escaped(reason.split('\n')[0] ?? '')}">${escaped(reason)}</error>
    </testcase>`,
  )
  const failures = results.filter(({ passed }) => !passed).length
  const counts = `tests="${results.length + notRun.length}" failures="${failures}" errors="${notRun.length}"`
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="understudy drill" ${counts}>
${[...cases, ...missing].join('\n')}
  </testsuite>
</testsuites>
`
}

function escaped(text: string): string {
  const safe: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  // XML 1.0 has no way to write most control characters.
  return text
    .replace(/\p{Cc}/gu, (sign) => (/[\t\n\r]/.test(sign) ? sign : ''))
    .replace(/[&<>"]/g, (sign) => safe[sign] ?? sign)
}
