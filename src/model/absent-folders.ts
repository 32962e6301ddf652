/**
 * The folders that have to be made for one to be there, the outermost first, itself included. They are made one by one: below a folder that
 * takes none, such as /proc, Node's own `recursive` asks again and again, and never ends (Node 20).
 */
export function absentFolders(path: string, isThere: (path: string) => boolean): readonly string[] {
  const names = path.split('/').filter((name) => name !== '')
  const root = path.startsWith('/') ? '/' : ''
  return names.map((_, index) => root + names.slice(0, index + 1).join('/')).filter((one) => !isThere(one))
}
