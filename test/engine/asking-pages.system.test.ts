import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { Playground } from './playing.ts'

needs('dash')

let server: Server
let base = ''
const asked: string[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    const headers = { 'Content-Type': 'application/json', 'X-Two-Words': 'a: b' }
    if (request.url === '/moved') response.writeHead(302, { Location: '/page', 'X-Old': 'yes' }).end('moved')
    else if (request.url === '/none') response.writeHead(404, headers).end('{"why": "none"}')
    else if (request.url === '/text')
      response.writeHead(200, { 'Content-Type': 'text/plain' }).end('[1]\n\n2')
    else
      response
        .writeHead(request.method === 'POST' ? 201 : 200, {
          ...headers,
          'Set-Cookie': ['a=1; Path=/', 'b=2'],
          'Content-Length': 16,
        })
        .end('{"key": "value"}')
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  base = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
})
afterAll(() => server.close())

const told = async (tasks: string) => {
  using here = new Playground({ 'site.yaml': `- hosts: a\n  tasks:\n${tasks.replaceAll('BASE', base)}` })
  const ran = await here.play()
  return { ...ran, steps: ran.steps.map((step) => step.split(' ')[0]) }
}

const say = (text: string) => `    - assert: { that: ["${text}"] }\n`

describe('a page that is asked for', () => {
  it('tells its headers, its cookies, where it came from, and what is in it', async () => {
    const { failures, steps } = await told(
      `    - uri: { url: BASE/moved }
      register: page
${[
  'page.status == 200 and not page.changed and not page.failed',
  "page.content_type == 'application/json' and page.x_two_words == 'a: b' and page.x_old is not defined",
  'page.json.key == \'value\' and page.content == \'{\\"key\\": \\"value\\"}\'',
  "page.redirected and page.url == 'BASE/page' and page.elapsed == 0",
  "page.cookies == {'a': '1', 'b': '2'} and page.cookies_string == 'a=1; b=2' and page.msg == 'OK (16 bytes)'",
]
  .map(say)
  .join('')}    - uri: { url: BASE/text }
      register: text
${say("text.json is not defined and text.content == '[1]\\n\\n2' and not text.redirected")}`,
    )
    expect({ failures, steps }).toEqual({ failures: [], steps: [] })
  })

  it('is sent to in every run, and tells the same', async () => {
    asked.length = 0
    const { failures, recaps } = await told(
      `    - uri: { url: BASE/things, method: POST, body: { a: 1 }, body_format: json, status_code: [201] }
      register: made
${say("made.status == 201 and made.json.key == 'value' and made.x_two_words == 'a: b' and not made.changed")}`,
    )
    expect(failures).toEqual([])
    expect(recaps[0]).toMatchObject({ changed: 0 })
    expect(asked).toEqual(['POST /things'])
  })

  it('is no failure where it was asked already', async () => {
    asked.length = 0
    const { failures } = await told(
      `    - uri: { url: BASE/things, method: POST, body: x, creates: /etc/passwd }
      register: page
      changed_when: false
${say('not page.failed and not page.changed')}`,
    )
    expect({ failures, asked }).toEqual({ failures: [], asked: [] })
  })

  it.each(['GET', 'POST'])('may answer otherwise than it should: %s', async (method) => {
    const { failures } = await told(
      `    - uri: { url: BASE/none, method: ${method}${method === 'POST' ? ', body: x' : ''} }
      register: page
      ignore_errors: true
${say("page.failed and page.status == 404 and page.json.why == 'none'")}    - uri: { url: BASE/none, method: ${method} }
      register: page
      failed_when: page.status != 404
    - uri: { url: BASE/none, method: ${method} }
`,
    )
    expect(failures).toEqual([expect.stringContaining('/none answered with 404')])
  })
})
