import { describe, expect, it } from 'vitest'
import { pgText } from '../../src/resources/postgres-login.ts'
import { needs } from '../needs.ts'
import { isMade, made } from './made.ts'
import { openPostgres, type PostgresWorld } from './postgres-server.ts'
import { apply, inspect, ofModule, plan } from './run.ts'
import { shells } from './world.ts'

needs('worlds', 'busybox', 'pg_ctlcluster')

const dash = { name: 'dash', command: ['dash', '-s'] } as const
const nasty = `it's "x" \\ $(y)`

const refusal = async (world: PostgresWorld, module: string, parameters: object) =>
  (await plan(world, ofModule(module, parameters)))?.summary

// What is asked of it is no matter of the shell.
describe('a server of PostgreSQL', () => {
  it('lets roles do what they are to', async () => {
    using world = openPostgres(dash)
    const { sql } = world
    sql('CREATE DATABASE shop')
    for (const one of [
      'CREATE ROLE reader',
      'CREATE ROLE writer',
      'CREATE ROLE "odd ""role"""',
      'CREATE ROLE staff',
    ])
      sql(one)
    sql(
      `CREATE SCHEMA app; CREATE TABLE app.a (x int); CREATE TABLE app."${'B "b'.replace('"', '""')}" (x int); CREATE TABLE t (x int);
CREATE SEQUENCE app.s; CREATE TYPE app.mood AS ENUM ('ok'); CREATE FUNCTION app.f(int, text) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE app.p(int) LANGUAGE sql AS 'SELECT 1'; CREATE FOREIGN DATA WRAPPER w; CREATE SERVER srv FOREIGN DATA WRAPPER w`,
      'shop',
    )
    const may = (what: string) => sql(`SELECT has_${what}`, 'shop') === 't'
    const privs = (more: object) => made(world, 'postgresql_privs', { db: 'shop', ...more })
    const done = (more: object) => isMade(world, 'postgresql_privs', { db: 'shop', ...more })

    await privs({ privs: 'select,insert', objs: 'a,B "b', schema: 'app', roles: 'reader,odd "role"' })
    expect(may(`table_privilege('odd "role"', 'app."B ""b"', 'INSERT')`)).toBe(true)
    await done({ privs: 'SELECT', objs: 'a', schema: 'app', role: 'reader' })
    // A right that somebody has does not stand for one that he has not.
    await privs({ privs: 'SELECT,UPDATE', objs: 'a', schema: 'app', role: 'reader', grant_option: true })
    await done({ privs: 'SELECT,UPDATE', objs: 'a', schema: 'app', role: 'reader' })
    await privs({ privs: 'SELECT', objs: 'a', schema: 'app', role: 'reader', grant_option: false })
    expect(may(`table_privilege('reader', 'app.a', 'SELECT')`)).toBe(true)
    expect(may(`table_privilege('reader', 'app.a', 'SELECT WITH GRANT OPTION')`)).toBe(false)
    await privs({ privs: 'ALL', objs: 'ALL_IN_SCHEMA', schema: 'app', role: 'writer' })
    await done({ privs: 'ALL', objs: 'a', schema: 'app', role: 'writer' })
    await privs({ privs: 'ALL', objs: 'ALL_IN_SCHEMA', schema: 'app', role: 'reader', state: 'absent' })
    expect(may(`table_privilege('reader', 'app.a', 'UPDATE')`)).toBe(false)
    await done({ privs: 'ALL', objs: 'ALL_IN_SCHEMA', schema: 'app', role: 'reader', state: 'absent' })
    await privs({ privs: 'SELECT', objs: 't', role: 'PUBLIC' })
    await done({ privs: 'SELECT', objs: 't', role: 'public' })

    for (const more of [
      { type: 'sequence', objs: 's', schema: 'app', privs: 'USAGE,SELECT' },
      { type: 'sequence', objs: 'ALL_IN_SCHEMA', schema: 'app', privs: 'ALL' },
      { type: 'function', objs: 'f(int:text)', schema: 'app', privs: 'EXECUTE' },
      { type: 'procedure', objs: 'p(int)', schema: 'app', privs: 'ALL' },
      { type: 'function', objs: 'ALL_IN_SCHEMA', schema: 'app', privs: 'EXECUTE', grant_option: true },
      { type: 'type', objs: 'mood', schema: 'app', privs: 'USAGE' },
      { type: 'schema', objs: 'app', privs: 'CREATE,USAGE' },
      { type: 'database', privs: 'CONNECT,TEMP' },
      { type: 'language', objs: 'plpgsql', privs: 'USAGE' },
      { type: 'tablespace', objs: 'pg_default', privs: 'CREATE' },
      { type: 'foreign_data_wrapper', objs: 'w', privs: 'USAGE' },
      { type: 'foreign_server', objs: 'srv', privs: 'ALL' },
      { type: 'group', objs: 'staff' },
      { type: 'group', objs: 'staff', admin_option: true },
    ]) {
      await privs({ ...more, role: 'odd "role"' })
    }
    expect(may(`database_privilege('odd "role"', 'shop', 'TEMPORARY')`)).toBe(true)
    await privs({ type: 'database', privs: 'ALL', role: 'odd "role"', state: 'absent' })
    await privs({ type: 'group', objs: 'staff', role: 'odd "role"', state: 'absent' })
    expect(
      await refusal(world, 'postgresql_privs', { db: 'shop', privs: 'ALL', objs: 'none', role: 'reader' }),
    ).toBe('cannot: there is no table none in the schema public')
    expect(
      await refusal(world, 'postgresql_privs', { db: 'shop', privs: 'ALL', objs: 't', role: 'none' }),
    ).toBe('cannot: there is no role none')
    await done({ privs: 'ALL', objs: 't', role: 'none', fail_on_role: false })
    expect(
      await refusal(world, 'postgresql_privs', { db: 'none', privs: 'ALL', objs: 't', role: 'none' }),
    ).toContain('cannot: the server cannot be asked:')
  })

  it('lets roles do what they are to with what is made later', async () => {
    using world = openPostgres(dash)
    const { sql } = world
    for (const one of ['CREATE ROLE reader', 'CREATE ROLE maker', 'CREATE SCHEMA app']) sql(one)
    const privs = (more: object) =>
      made(world, 'postgresql_privs', { db: 'postgres', type: 'default_privs', role: 'reader', ...more })
    const done = (more: object) =>
      isMade(world, 'postgresql_privs', { db: 'postgres', type: 'default_privs', role: 'reader', ...more })
    const stored = () =>
      sql(
        `SELECT coalesce(nspname, '-'), defaclrole::regrole, defaclobjtype, (SELECT string_agg(privilege_type, ',' ORDER BY 1) FROM aclexplode(defaclacl) WHERE grantee = 'reader'::regrole) FROM pg_default_acl LEFT JOIN pg_namespace n ON n.oid = defaclnamespace ORDER BY 1, 2, 3`,
      ).split('\n')
    await privs({ objs: 'TABLES,SEQUENCES', privs: 'SELECT', schema: 'app' })
    expect(stored()).toEqual(['app|postgres|S|SELECT', 'app|postgres|T|USAGE', 'app|postgres|r|SELECT'])
    // What was granted before, and is not said, is taken away.
    await privs({ objs: 'TABLES', privs: 'INSERT', schema: 'app', usage_on_types: false })
    await done({ objs: 'SEQUENCES', privs: 'SELECT', schema: 'app' })
    expect(stored()[2]).toBe('app|postgres|r|INSERT')
    await privs({
      objs: 'ALL_DEFAULT',
      privs: 'ALL',
      schema: 'not-specified',
      target_roles: 'maker',
      grant_option: true,
    })
    await done({
      objs: 'TABLES',
      privs: 'ALL',
      schema: 'not-specified',
      target_roles: 'maker',
      grant_option: true,
    })
    expect(stored()).toContain('-|maker|f|EXECUTE')
    await privs({
      objs: 'ALL_DEFAULT',
      privs: 'ALL',
      schema: 'not-specified',
      target_roles: 'maker',
      state: 'absent',
    })
    expect(stored().filter((line) => line.startsWith('-') && !line.endsWith('|'))).toEqual([])
  })

  it('has users with all that is said of them', async () => {
    using world = openPostgres(dash)
    const { sql } = world
    for (const one of [
      'CREATE ROLE staff',
      'CREATE ROLE boss CREATEROLE',
      'CREATE TABLE t (x int)',
      'CREATE SCHEMA app',
    ])
      sql(one)
    sql('CREATE TABLE app.t (x int)')
    const user = {
      name: nasty,
      db: 'postgres',
      password: nasty,
      priv: 'CONNECT,TEMP/t:SELECT/app.t:ALL',
      groups: ['staff'],
      comment: `${nasty}\n2`,
    }
    await made(world, 'postgresql_user', user)
    expect(
      sql(`SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = ${pgText(nasty)}`),
    ).toBe(`${nasty}\n2`)
    await made(world, 'postgresql_user', { ...user, comment: '' })
    expect(sql(`SELECT has_table_privilege(${pgText(nasty)}, 'app.t', 'TRUNCATE')`)).toBe('t')
    sql('REVOKE ALL ON t FROM PUBLIC')
    expect(await refusal(world, 'postgresql_user', { ...user, priv: 'none:ALL' })).toBe(
      'cannot: there is no table none in the schema public',
    )
    await made(world, 'postgresql_user', { ...user, state: 'absent' })
    await made(world, 'postgresql_user', { name: 'one', session_role: 'boss' })
  })

  it('answers questions, and is told what to do', async () => {
    using world = openPostgres(dash)
    world.sql('CREATE TABLE t (x int, y text)')
    const query = (more: object) => ofModule('postgresql_query', { db: 'postgres', ...more })
    const asked = async (more: object) => {
      const resource = query(more)
      expect(resource.options.always).toBe(false)
      const found = await inspect(world, resource)
      expect(resource.converge(found, { touches: () => false })).toBeUndefined()
      return resource.result?.(found).found
    }
    const told = async (more: object) => {
      const { change, stdout, stderr, status } = await apply(world, query(more))
      expect(status, stderr).toBe(0)
      return [change?.didChange?.(stdout), change?.tells?.(stdout)] as const
    }
    const values = { query: 'INSERT INTO t VALUES (%s, %s), (2, NULL)', positional_args: [1, nasty] }
    expect(await told(values)).toMatchObject([true, { rowcount: 2, statusmessage: 'INSERT 0 2' }])
    expect(await asked({ query: 'SELECT * FROM t ORDER BY x; ' })).toMatchObject({
      query_result: [
        { x: 1, y: nasty },
        { x: 2, y: null },
      ],
      rowcount: 2,
    })
    expect(
      await asked({ query: ['SELECT 1 AS a', 'SELECT %(b)s AS b'], named_args: { b: ['x', 'y"'] } }),
    ).toMatchObject({
      query_all_results: [[{ a: 1 }], [{ b: '{"x","y\\""}' }]],
    })
    expect(await told({ query: 'DELETE FROM t WHERE x = 9' })).toMatchObject([
      false,
      { statusmessage: 'DELETE 0' },
    ])
    expect(await told({ query: ['CREATE SCHEMA s', 'CREATE TABLE s.u ()'] })).toMatchObject([true, {}])
    expect(await told({ query: 'VACUUM u', autocommit: true, search_path: 's' })).toMatchObject([true, {}])
    expect(query({ query: 'SELECT pg_reload_conf()' }).options.always).toBe(true)
    const failed = await apply(world, query({ query: ['INSERT INTO t VALUES (7)', 'nonsense'] }))
    expect(failed.status).not.toBe(0)
    expect(world.sql('SELECT count(*) FROM t WHERE x = 7')).toBe('0')
  })
})

describe.each(shells)('a server of PostgreSQL, under $name', (shell) => {
  it('has extensions', async () => {
    using world = openPostgres(shell)
    const { sql } = world
    sql('CREATE ROLE reader')
    const grant = { db: 'postgres', type: 'schema', objs: 'public', privs: 'CREATE', role: 'reader' }
    await made(world, 'postgresql_privs', grant)
    await made(world, 'postgresql_privs', { ...grant, state: 'absent' })
    const ext = { db: 'postgres', name: 'plpgsql' }
    await isMade(world, 'postgresql_ext', { ...ext, version: 'latest' })
    await made(world, 'postgresql_ext', { ...ext, state: 'absent' })
    await made(world, 'postgresql_ext', { ...ext, version: '1.0', session_role: 'postgres' })
    expect(sql("SELECT extversion FROM pg_extension WHERE extname = 'plpgsql'")).toBe('1.0')
    expect(await refusal(world, 'postgresql_ext', { ...ext, version: '9' })).toContain(
      'no way from version 1.0',
    )
    expect(await refusal(world, 'postgresql_ext', { ...ext, name: nasty })).toContain(
      'has no files of the extension',
    )
  })
})
