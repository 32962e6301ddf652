import { jsonLine } from './json-line.ts'
import { pgName, pgText } from './postgres-login.ts'

/** Where the server keeps who may do what with things of a sort. */
interface Catalogue {
  readonly from: string
  readonly name: string
  readonly owner: string
  readonly acl: string
  /** How `acldefault` calls the sort. */
  readonly letter: string
  /** They lie in schemas: how that is told, and how one is found without. */
  readonly inSchema?: { readonly of: string; readonly visible: string }
}

const relations = (letter: string, kinds: string): Catalogue => ({
  from: `pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND c.relkind IN (${kinds})`,
  name: 'c.relname',
  owner: 'c.relowner',
  acl: 'c.relacl',
  letter,
  inSchema: { of: 'n.nspname', visible: 'pg_catalog.pg_table_is_visible(c.oid)' },
})

// Servers before the eleventh tell a procedure from a function by no column.
const routines: Catalogue = {
  from: 'pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace',
  name: `p.proname || '(' || pg_catalog.oidvectortypes(p.proargtypes) || ')'`,
  owner: 'p.proowner',
  acl: 'p.proacl',
  letter: 'f',
  inSchema: { of: 'n.nspname', visible: 'pg_catalog.pg_function_is_visible(p.oid)' },
}

const plain = (table: string, prefix: string, letter: string, owner = `${prefix}owner`): Catalogue => ({
  from: `pg_catalog.${table}`,
  name: table === 'pg_database' ? 'datname' : `${prefix}name`,
  owner,
  acl: `${prefix}acl`,
  letter,
})

const catalogues = {
  table: relations('r', "'r','p','v','m','f'"),
  sequence: relations('s', "'S'"),
  function: routines,
  procedure: routines,
  database: plain('pg_database', 'dat', 'd', 'datdba'),
  schema: plain('pg_namespace', 'nsp', 'n'),
  language: plain('pg_language', 'lan', 'l'),
  tablespace: plain('pg_tablespace', 'spc', 't'),
  foreign_data_wrapper: plain('pg_foreign_data_wrapper', 'fdw', 'F'),
  foreign_server: plain('pg_foreign_server', 'srv', 'S'),
  type: {
    from: 'pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace',
    name: 't.typname',
    owner: 't.typowner',
    acl: 't.typacl',
    letter: 'T',
    inSchema: { of: 'n.nspname', visible: 'pg_catalog.pg_type_is_visible(t.oid)' },
  },
} satisfies Readonly<Record<string, Catalogue>>

/** Sorts of things that somebody may be allowed to do something with. */
export type SortOfThing = keyof typeof catalogues

/** What will be made later, by the letters of pg_default_acl and of `acldefault`. */
const later = {
  TABLES: ['r', 'r'],
  SEQUENCES: ['S', 's'],
  FUNCTIONS: ['f', 'f'],
  TYPES: ['T', 'T'],
  SCHEMAS: ['n', 'n'],
} as const

/** Sorts of things that will be made later. */
export type SortMadeLater = keyof typeof later

/** Names of one privilege. */
export const sameRight: Readonly<Record<string, string>> = { TEMP: 'TEMPORARY' }

const list = (words: readonly string[]) => words.map(pgText).join(', ')

/** Asks who of `roles` may do what; each line of the answer is JSON. */
function asking(things: string, roles: readonly string[], rights: string): string {
  const isPublic = roles.some((one) => one === 'PUBLIC')
  return `WITH who(name, oid) AS (SELECT rolname::text, oid FROM pg_catalog.pg_roles WHERE rolname IN (${list(roles)})${isPublic ? ` UNION ALL SELECT 'PUBLIC', 0::oid` : ''}),
thing(name, owner, acl) AS (${things})
SELECT json_build_array('role', name)::text FROM who
UNION ALL SELECT json_build_array('thing', name)::text FROM thing
UNION ALL ${rights}
UNION ALL SELECT json_build_array('has', t.name, w.name, a.privilege_type, a.is_grantable, a.grantor = t.owner OR pg_catalog.pg_get_userbyid(a.grantor) = current_user)::text FROM thing t CROSS JOIN LATERAL pg_catalog.aclexplode(t.acl) a JOIN who w ON w.oid = a.grantee;`
}

/** All rights there are for a sort, as the server knows them: its owner has each. */
function allRights(of: string, letter: string): string {
  return `SELECT json_build_array('all', ${pgText(of)}, privilege_type)::text FROM pg_catalog.aclexplode(pg_catalog.acldefault(${pgText(letter)}, 10::oid)) WHERE grantee = 10`
}

/** Asks about things by their names; about all of a schema where there are none. */
export function askThings(
  sort: SortOfThing,
  objects: readonly string[] | undefined,
  schema: string | undefined,
  roles: readonly string[],
): string {
  const { from, name, owner, acl, letter, inSchema }: Catalogue = catalogues[sort]
  const isRoutine = letter === 'f'
  const within = schema === undefined ? inSchema?.visible : `${inSchema?.of} = ${pgText(schema)}`
  const kind = sort === 'procedure' ? `p.prokind = 'p'` : `p.prokind IN ('f','w')`
  const named = (objects ?? []).map((one) => `(${pgText(one)}, ${pgText(nameOfThing(sort, one, schema))})`)
  const columns = `${owner}, coalesce(${acl}, pg_catalog.acldefault(${pgText(letter)}, ${owner}))`
  const things =
    isRoutine && objects
      ? `SELECT v.name, ${columns} FROM (VALUES ${named.join(', ')}) v(name, id) JOIN pg_catalog.pg_proc p ON p.oid = pg_catalog.to_regprocedure(v.id)`
      : `SELECT (${name})::text, ${columns} FROM ${from} WHERE ${[
          inSchema === undefined ? 'true' : within,
          ...(objects ? [`${name} IN (${list(objects)})`] : []),
          ...(isRoutine ? [kind] : []),
        ].join(' AND ')}`
  return asking(things, roles, allRights('', letter))
}

/** A thing as GRANT takes it. */
export function nameOfThing(sort: SortOfThing, name: string, schema: string | undefined): string {
  const before = schema === undefined || !('inSchema' in catalogues[sort]) ? '' : `${pgName(schema)}.`
  const [, routine = '', rest = ''] = /^([^(]*)(\(.*)$/s.exec(name) ?? []
  return rest !== '' && catalogues[sort].letter === 'f'
    ? `${before}${pgName(routine.trim().replace(/^"(.*)"$/, '$1'))}${rest}`
    : `${before}${pgName(name)}`
}

/** Asks what `roles` may do with what `makers` will make; without these, who is logged in. */
export function askLater(
  sorts: readonly SortMadeLater[],
  schema: string | undefined,
  makers: readonly string[],
  roles: readonly string[],
): string {
  const rows = sorts.map((one) => `('${one}', '${later[one][0]}'::"char", '${later[one][1]}'::"char")`)
  const usual = schema === undefined ? 'pg_catalog.acldefault(o.letter, r.oid)' : 'NULL::pg_catalog.aclitem[]'
  const place =
    schema === undefined ? '0' : `(SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = ${pgText(schema)})`
  const things = `SELECT o.kind || ' ' || r.rolname, r.oid, coalesce(d.defaclacl, ${usual}) FROM (VALUES ${rows.join(', ')}) o(kind, stored, letter) CROSS JOIN pg_catalog.pg_roles r LEFT JOIN pg_catalog.pg_default_acl d ON d.defaclrole = r.oid AND d.defaclobjtype = o.stored AND d.defaclnamespace = ${place} WHERE r.rolname ${makers.length === 0 ? '= current_user' : `IN (${list(makers)})`}`
  const rights = sorts.map((one) => allRights(one, later[one][1])).join(' UNION ALL ')
  return asking(things, roles, rights)
}

/** Asks which of `roles` are members of which groups. */
export function askMembers(groups: readonly string[], roles: readonly string[]): string {
  return `SELECT json_build_array('role', rolname)::text FROM pg_catalog.pg_roles WHERE rolname IN (${list(roles)})
UNION ALL SELECT json_build_array('thing', rolname)::text FROM pg_catalog.pg_roles WHERE rolname IN (${list(groups)})
UNION ALL SELECT json_build_array('has', g.rolname, r.rolname, 'MEMBER', m.admin_option, true)::text FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles g ON g.oid = m.roleid JOIN pg_catalog.pg_roles r ON r.oid = m.member WHERE g.rolname IN (${list(groups)}) AND r.rolname IN (${list(roles)});`
}

/** What the server answers. */
export interface RightsFound {
  readonly roles: readonly string[]
  readonly things: readonly string[]
  /** All rights there are, by sorts of what is made later; those of things under an empty name. */
  readonly all: Readonly<Record<string, readonly string[]>>
  readonly has: readonly {
    readonly thing: string
    readonly role: string
    readonly right: string
    /** He may pass it on. */
    readonly passesOn: boolean
    /** It was given by its owner or by who is logged in, and can be taken away by them. */
    readonly ours: boolean
  }[]
}

/** Reads the lines of an answer; those of other questions are passed over. */
export function readRights(answer: string): RightsFound {
  const roles: string[] = []
  const things: string[] = []
  const all: Record<string, string[]> = {}
  const has: RightsFound['has'][number][] = []
  for (const line of answer.split('\n')) {
    const read = line.startsWith('["') ? jsonLine(line) : undefined
    if (!Array.isArray(read)) continue
    const [word, first = '', second = '', right = '', passesOn = false, ours = false] = read as [
      word: string,
      first?: string,
      second?: string,
      right?: string,
      passesOn?: boolean,
      ours?: boolean,
    ]
    if (word === 'role') roles.push(first)
    else if (word === 'thing') things.push(first)
    else if (word === 'all') all[first] = [...(all[first] ?? []), second]
    else if (word === 'has') has.push({ thing: first, role: second, right, passesOn, ours })
  }
  return { roles, things, all, has }
}
