/**
 * Every circle that a walk along the imports runs into, as the files on it; the first stands at both ends. Empty
 * exactly where the graph has no circle.
 */
export function circlesIn(imports: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const circles: (readonly string[])[] = []
  const done = new Set<string>()
  const path: string[] = []
  const walk = (file: string): void => {
    const start = path.indexOf(file)
    if (start >= 0) circles.push([...path.slice(start), file])
    if (start >= 0 || done.has(file)) return
    path.push(file)
    for (const next of imports.get(file) ?? []) walk(next)
    path.pop()
    done.add(file)
  }
  for (const file of imports.keys()) walk(file)
  return circles
}
