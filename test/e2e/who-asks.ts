import { expect } from 'vitest'
import type { TestCluster } from './cluster.ts'
import { tellCluster } from './tls.ts'

/** A client that says it is somebody else is to the realservers who it is, in their logs. */
export async function clientsAreKnown(cluster: TestCluster, log: string): Promise<void> {
  const url = cluster.address('http://10.77.0.100/who-asks')
  const asking = `curl -s -m 20 -o /dev/null -H 'X-Forwarded-For: 192.0.2.66' -H 'Forwarded: for=192.0.2.66' ${url}`
  await cluster.on('client', `for _ in 1 2 3 4; do ${asking}; done`)
  // Tomcat writes its log every ten seconds.
  const written = `for _ in $(seq 15); do cat ${log} | grep -qF /who-asks && break; sleep 2; done`
  const logged = await Promise.all(
    ['rs1', 'rs2'].map((host) =>
      cluster.on(host, `${written}; cat ${log} | grep -F /who-asks | cut -d' ' -f1`),
    ),
  )
  expect([...new Set(logged.join('\n').split('\n').filter(Boolean))]).toEqual([cluster.address('10.77.0.31')])
}

const descriptor = `<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="5.0"><distributable/></web-app>`
const page = `<% Integer n = (Integer) session.getAttribute("n"); n = n == null ? 1 : n + 1; session.setAttribute("n", n); %>
<%= n %> <%= session.getId() %>`

/** A session goes on where its realserver is killed, and its client stays with who took over. */
export async function sessionsOutlive(cluster: TestCluster): Promise<void> {
  const folder = '/var/lib/tomcat10/webapps/counter'
  for (const host of ['rs1', 'rs2'])
    await cluster.on(
      host,
      `mkdir -p ${folder}/WEB-INF && printf '%s' '${descriptor}' >${folder}/WEB-INF/web.xml && printf '%s' '${page}' >${folder}/index.jsp`,
    )
  tellCluster(cluster, {
    sessions: { key: '00112233445566778899aabbccddeeff' },
    services: [{ port: 80, check: { type: 'http' }, sticky: { cookie: 'JSESSIONID', by: 'application' } }],
  })
  const applied = await cluster.run(['apply', '--json'])
  expect(applied.status, applied.stdout).toBe(0)
  const url = cluster.address('http://10.77.0.100/counter/')
  const ask = async (times: number) => {
    const said = await cluster.on(
      'client',
      `for _ in $(seq ${times}); do curl -s -m 30 -b /tmp/jar -c /tmp/jar ${url}; echo; done`,
    )
    return [...said.matchAll(/^(\d+) [0-9A-F]+\.(rs\d)$/gm)].map(([, count, host]) => [Number(count), host])
  }
  const [first, ...others] = await ask(3)
  const [, host = 'rs1'] = first ?? []
  expect([first, ...others]).toEqual([1, 2, 3].map((count) => [count, host]))
  await cluster.on(String(host), 'systemctl kill -s KILL tomcat10; systemctl stop tomcat10')
  const heir = host === 'rs1' ? 'rs2' : 'rs1'
  expect(await ask(3)).toEqual([4, 5, 6].map((count) => [count, heir]))
  await cluster.on(String(host), 'systemctl start tomcat10')
  const verified = await cluster.run(['verify', '--json', '--wait', '120'])
  expect(verified.status, verified.stdout).toBe(0)
}
