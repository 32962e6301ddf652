import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openWorld, type ShellUnderTest, type World } from './world.ts'

/** A world with a PostgreSQL of its own, reached over its socket. */
export interface PostgresWorld extends World {
  /** What the server answers, a line for each row. */
  sql(statement: string, database?: string): string
}

/** Opens one; dispose of it to end the server, too. */
export function openPostgres(shell: ShellUnderTest): PostgresWorld {
  const world = openWorld(shell)
  const bin = `/usr/lib/postgresql/${readdirSync('/usr/lib/postgresql').toSorted().at(-1)}/bin`
  const data = join(world.directory, 'data')
  const answer = join(world.directory, 'answer')
  const by = (line: string) => `su -s /bin/sh postgres -c ${quoted(`cd / && ${line}`)}`
  world.run(`mkdir -p /run/postgresql ${quoted(data)}; chown postgres /run/postgresql ${quoted(data)}
${by(`${bin}/initdb -D ${quoted(data)} -A peer --no-sync >/dev/null`)}
${by(`${bin}/pg_ctl -D ${quoted(data)} -o "-F -k /run/postgresql -c listen_addresses=" -l ${quoted(`${data}/log`)} -w start >/dev/null`)}`)
  return {
    ...world,
    sql: (statement, database = 'postgres') => {
      world.run(
        `${by(`psql -h /run/postgresql -X -q -A -t -v ON_ERROR_STOP=1 -d ${database} -c ${quoted(statement)}`)} >${quoted(answer)}`,
      )
      return readFileSync(answer, 'utf8').trim()
    },
    [Symbol.dispose]: () => {
      world.run(by(`${bin}/pg_ctl -D ${quoted(data)} -m immediate stop >/dev/null`))
      world[Symbol.dispose]()
    },
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
