import type { Finding } from '../../model/rule.ts'

/** What `lint` found as commands of GitHub's workflows, which show each at its line of a change. What is meant is left out. */
export function findingsForGithub(findings: readonly Finding[], directory: string): string {
  return findings
    .filter(({ ignored }) => ignored === undefined)
    .map(({ severity, rule, message, next, origin }) => {
      const place = origin
        ? { file: relativeTo(directory, origin.file), line: String(origin.line), col: String(origin.col) }
        : {}
      const properties = Object.entries({ ...place, ...(rule === undefined ? {} : { title: rule }) })
        .map(([name, value]) => `${name}=${escapedProperty(value)}`)
        .join(',')
      return `::${severity} ${properties}::${escaped(next === undefined ? message : `${message} → ${next}`)}\n`
    })
    .join('')
}

/** GitHub knows files by their paths in the repository, in which the command is run. */
function relativeTo(directory: string, file: string): string {
  const inside = `${directory.replace(/\/$/, '')}/`
  return file.startsWith(inside) ? file.slice(inside.length) : file
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapedProperty(text: string): string {
  return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
