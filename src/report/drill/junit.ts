import type { DrillReport } from '../../model/drill.ts'

/** The results as JUnit XML, one test case for each drill; times are seconds. */
export function junit({ cluster, results }: DrillReport): string {
  const cases = results.map(({ name, summary, passed, reasons, startedAt, endedAt, services }) => {
    const longest = Math.max(0, ...services.map(({ felt }) => felt.longest))
    const attributes = `classname="${escaped(cluster)}" name="${escaped(name)}" time="${((endedAt - startedAt) / 1000).toFixed(3)}"`
    const failure = passed
      ? ''
      : `\n      <failure message="${escaped(reasons[0] ?? '')}">${escaped(reasons.join('\n'))}</failure>`
    return `    <testcase ${attributes}>${failure}
      <system-out>${escaped(`${summary}: ${Math.round(longest)} ms without an answer`)}</system-out>
    </testcase>`
  })
  const failures = results.filter(({ passed }) => !passed).length
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="understudy drill" tests="${results.length}" failures="${failures}">
${cases.join('\n')}
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
