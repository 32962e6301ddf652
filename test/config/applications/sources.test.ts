import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync, gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { type Entry, settled, sumOf } from '../../../src/config/applications/entry.ts'
import { readSource } from '../../../src/config/applications/source.ts'
import { entriesOfTar, tarOf } from '../../../src/config/applications/tar.ts'
import { entriesOfZip } from '../../../src/config/applications/zip.ts'

const room = mkdtempSync(join(tmpdir(), 'understudy-sources-'))
afterAll(() => rmSync(room, { recursive: true, force: true }))

const file = (path: string, text = path, executable = false): Entry => ({
  is: 'file',
  path,
  content: Buffer.from(text),
  executable,
  changed: 1_700_000_000,
})
const link = (path: string, target: string): Entry => ({ is: 'link', path, target })
const long = `${'deep/'.repeat(40)}page.html`

/** A zip archive of texts, as programs write them that know no more than names. */
function zipOf(files: Readonly<Record<string, string>>, spoil: (bytes: Buffer) => void = () => {}): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const [name, text] of Object.entries(files)) {
    const packed = deflateRawSync(text)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50)
    local.writeUInt16LE(8, 8)
    local.writeUInt16LE(Buffer.byteLength(name), 26)
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50)
    central.writeUInt16LE(8, 10)
    central.writeUInt16LE(0x5821, 14)
    central.writeUInt32LE(sumFor(text), 16)
    central.writeUInt32LE(packed.length, 20)
    central.writeUInt32LE(Buffer.byteLength(text), 24)
    central.writeUInt16LE(Buffer.byteLength(name), 28)
    central.writeUInt32LE(at, 42)
    parts.push(local, Buffer.from(name), packed)
    directory.push(central, Buffer.from(name))
    at += 30 + Buffer.byteLength(name) + packed.length
  }
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50)
  end.writeUInt16LE(Object.keys(files).length, 10)
  end.writeUInt32LE(at, 16)
  const bytes = Buffer.concat([...parts, ...directory, end])
  spoil(bytes)
  return bytes
}

/** The last four bytes but four of gzip are the sum that zip has, too. */
const sumFor = (text: string) => gzipSync(text).readUInt32LE(gzipSync(text).length - 8)

describe('the source of an application', () => {
  const all = [file('bin/run', '#!/bin/sh\n', true), link('bin/again', 'run'), file(long), file('ä ö.html')]

  it('is the same after it was packed and read, long names and links included', () => {
    const read = settled(entriesOfTar(tarOf(all)))
    expect(read.map(({ path }) => path)).toEqual(['bin/again', 'bin/run', long, 'ä ö.html'].toSorted())
    expect(sumOf(read)).toBe(sumOf(settled(all)))
    expect(read.find(({ path }) => path === 'bin/run')).toMatchObject({
      executable: true,
      changed: 1_700_000_000,
    })
  })

  it('is summed up by what it holds, not by when that was written', () => {
    const older = all.map((one) => (one.is === 'file' ? { ...one, changed: 1 } : one))
    expect(sumOf(settled(older))).toBe(sumOf(settled(all)))
    expect(sumOf(settled([file('a', 'b')]))).not.toBe(sumOf(settled([file('a', 'c')])))
  })

  it('may be one directory of an archive, whose name says nothing', () => {
    const inner = settled([file('./app-1.0/index.html'), file('app-1.0/css/a.css')], 'app-1.0')
    expect(inner.map(({ path }) => path)).toEqual(['css/a.css', 'index.html'])
    expect(() => settled([file('other/a')], 'dist')).toThrow('there is no directory "dist" in it')
  })

  it.each([
    ['climbs', [file('../etc/passwd')], 'climbs out'],
    ['climbs in the middle', [file('a/../../b')], 'climbs out'],
    ['is absolute', [file('/etc/passwd')], 'climbs out'],
    ['climbs as Windows writes it', [file('..\\..\\a')], 'climbs out'],
    ['names a drive', [file('C:/a')], 'climbs out'],
    ['links outwards', [file('a'), link('b/c', '../../etc')], 'points out'],
    ['links to an absolute path', [file('a'), link('b', '/etc/passwd')], 'points out'],
    ['lies behind a link', [link('a', 'b'), file('a/passwd'), file('b/c')], 'behind "a"'],
    ['lies behind a file', [file('a'), file('a/b')], 'behind "a"'],
    ['is two things', [file('a'), link('a', 'b'), file('b')], 'twice'],
    ['holds nothing', [{ is: 'directory', path: 'a' }], 'no file'],
  ] satisfies readonly (readonly [string, readonly Entry[], string])[])(
    'is refused where something in it %s',
    (_, entries, message) => {
      expect(() => settled(entries)).toThrow(message)
    },
  )

  it('may link to what is in it', () => {
    expect(settled([file('a/b/c'), link('a/d/e', '../b/c'), link('f', './a')]).length).toBe(3)
  })

  it('is refused where a tar archive is broken, anywhere', () => {
    const tar = tarOf([file('a', 'x'.repeat(2000))])
    for (const end of [100, 600, 1500, tar.length - 1024])
      expect(() => [...entriesOfTar(tar.subarray(0, end))]).toThrow('broken')
    const other = Buffer.from(tar)
    other[3] = 1
    expect(() => [...entriesOfTar(other)]).toThrow('broken')
    expect(() => [...entriesOfTar(Buffer.from('<html>not found</html>'.repeat(50)))]).toThrow('broken')
  })

  it('is read from zip archives, each file held to its sum', () => {
    const files = { 'WEB-INF/web.xml': '<web-app/>', 'index.jsp': 'x'.repeat(5000) }
    const read = settled(entriesOfZip(zipOf(files)))
    expect(read.map(({ path }) => path)).toEqual(['WEB-INF/web.xml', 'index.jsp'])
    const spoiled = zipOf(files, (bytes) => bytes.writeUInt8(bytes.readUInt8(50) ^ 1, 50))
    expect(() => [...entriesOfZip(spoiled)]).toThrow('broken')
    expect(() => [...entriesOfZip(zipOf(files).subarray(0, 200))]).toThrow('broken')
    expect(() => settled(entriesOfZip(zipOf({ '../../x.jsp': 'a' })))).toThrow('climbs out')
  })

  it('is read from directories, without what git keeps there', () => {
    mkdirSync(join(room, 'site/.git'), { recursive: true })
    mkdirSync(join(room, 'site/empty'))
    writeFileSync(join(room, 'site/index.html'), 'page')
    writeFileSync(join(room, 'site/.git/config'), 'secret')
    symlinkSync('index.html', join(room, 'site/home.html'))
    const { entries, version, sum } = readSource({ directory: 'site' }, room)
    expect(entries.map(({ path }) => path)).toEqual(['empty', 'home.html', 'index.html'])
    expect(sum.startsWith(version)).toBe(true)
    symlinkSync('/etc', join(room, 'site/etc'))
    expect(() => readSource({ directory: 'site' }, room)).toThrow('points out')
    expect(() => readSource({ directory: 'missing' }, room)).toThrow('no such file or directory')
  })

  it('is read from archives by what they are, not by their names', () => {
    writeFileSync(join(room, 'one.bin'), gzipSync(tarOf(settled(all))))
    writeFileSync(join(room, 'two.bin'), tarOf(settled(all)))
    const [one, two] = ['one.bin', 'two.bin'].map((archive) => readSource({ archive }, room).sum)
    expect(one).toBe(two)
    writeFileSync(join(room, 'cut.tgz'), gzipSync(tarOf(settled(all))).subarray(0, -60))
    expect(() => readSource({ archive: 'cut.tgz' }, room)).toThrow('broken')
  })
})
