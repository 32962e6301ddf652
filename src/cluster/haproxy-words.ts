/**
 * Words of haproxy.cfg: all that any version from 2.4 to 3.5 knows, as its sources have them, whatever it was built with. What HAProxy
 * knew long before, such as `reqrep`, and refuses now, is none of them.
 */

function setOf(words: string): ReadonlySet<string> {
  return new Set(words.trim().split(/\s+/))
}

/** Sections of haproxy.cfg, of HAProxy 2.4 to 3.5. */
export const sections: ReadonlySet<string> = setOf(`
    acme backend cache crt-store defaults fcgi-app frontend global healthcheck http-errors listen log-forward
    log-profile mailers peers program resolvers ring traces userlist`)

/** What may begin a line of `global`: what any version from 2.4 on knows, as its sources have it, whatever it was built with. */
const ofGlobal = setOf(`
    51degrees-allow-unmatched 51degrees-cache-size 51degrees-data-file 51degrees-difference 51degrees-drift
    51degrees-property-name-list 51degrees-property-separator 51degrees-use-performance-graph
    51degrees-use-predictive-graph acme.scheduler anonkey busy-polling ca-base chroot close-spread-time cluster-secret
    cpu-affinity cpu-map cpu-policy cpu-set crt-base daemon debug debug.counters default-path description
    deviceatlas-cache-size deviceatlas-json-file deviceatlas-log-level deviceatlas-properties-cookie
    deviceatlas-property-separator dns-accept-family expose-deprecated-directives expose-experimental-directives
    external-check fd-hard-limit force-cfg-parser-pause gid grace group h1-accept-payload-with-any-method
    h1-case-adjust h1-case-adjust-file h1-do-not-close-on-insecure-transfer-encoding
    h2-workaround-bogus-websocket-clients hard-stop-after harden.reject-privileged-ports.quic
    harden.reject-privileged-ports.tcp http-err-codes http-fail-codes httpclient.resolvers.disabled
    httpclient.resolvers.id httpclient.resolvers.prefer httpclient.retries httpclient.ssl.ca-file
    httpclient.ssl.verify httpclient.timeout.connect insecure-fork-wanted insecure-setuid-wanted issuers-chain-path
    jwt.decrypt_alg_list jwt.decrypt_enc_list key-base limited-quic localpeer log log-send-hostname log-tag lua-load
    lua-load-per-thread lua-prepend-path master-worker max-spread-checks max-threads-per-group maxcompcpuusage
    maxcomprate maxconn maxconnrate maxpipes maxsessrate maxsslconn maxsslrate maxzlibmem mworker-max-reloads nbproc
    nbthread no-memory-trimming no-quic node noepoll noevports nogetaddrinfo nokqueue noktls nopoll noreuseport
    nosplice numa-cpu-mapping ocsp-update.disable ocsp-update.httpproxy ocsp-update.maxdelay ocsp-update.mindelay
    ocsp-update.mode pidfile pp2-never-send-local prealloc-fd presetenv profiling.memory profiling.tasks quick-exit
    quiet resetenv server-state-base server-state-file set-dumpable set-var set-var-fmt setcap setenv shm-stats-file
    shm-stats-file-max-objects spread-checks ssl-default-bind-ciphers ssl-default-bind-ciphersuites
    ssl-default-bind-client-sigalgs ssl-default-bind-curves ssl-default-bind-options ssl-default-bind-sigalgs
    ssl-default-server-ciphers ssl-default-server-ciphersuites ssl-default-server-client-sigalgs
    ssl-default-server-curves ssl-default-server-options ssl-default-server-sigalgs ssl-dh-param-file ssl-engine
    ssl-load-extra-del-ext ssl-load-extra-files ssl-mode-async ssl-passphrase-cmd ssl-propquery ssl-provider
    ssl-provider-path ssl-security-level ssl-server-verify ssl-skip-self-issued-ca stats stats-file stress-level
    strict-limits thread-group thread-groups thread-hard-limit trace tune.applet.zero-copy-forwarding
    tune.buffers.limit tune.buffers.reserve tune.bufsize tune.bufsize.large tune.bufsize.small tune.chksize
    tune.cli.max-payload-size tune.comp.maxlevel tune.defaults.purge tune.disable-fast-forward
    tune.disable-zero-copy-forwarding tune.epoll.mask-events tune.events.max-events-at-once tune.fail-alloc
    tune.fast-forward tune.fd.edge-triggered tune.fd.tables tune.glitches.kill.cpu-usage tune.h1.be.glitches-threshold
    tune.h1.fe.glitches-threshold tune.h1.zero-copy-fwd-recv tune.h1.zero-copy-fwd-send tune.h2.be.glitches-threshold
    tune.h2.be.initial-window-size tune.h2.be.max-concurrent-streams tune.h2.be.max-frames-at-once tune.h2.be.rxbuf
    tune.h2.fe.glitches-threshold tune.h2.fe.initial-window-size tune.h2.fe.max-concurrent-streams
    tune.h2.fe.max-frames-at-once tune.h2.fe.max-rst-at-once tune.h2.fe.max-total-streams tune.h2.fe.rxbuf
    tune.h2.header-table-size tune.h2.initial-window-size tune.h2.log-errors tune.h2.max-concurrent-streams
    tune.h2.max-frame-size tune.h2.zero-copy-fwd-send tune.http.cookielen tune.http.logurilen tune.http.maxhdr
    tune.idle-pool.shared tune.idletimer tune.listener.default-shards tune.listener.multi-queue
    tune.lua.bool-sample-conversion tune.lua.burst-timeout tune.lua.forced-yield tune.lua.log.loggers
    tune.lua.log.stderr tune.lua.maxmem tune.lua.openlibs tune.lua.service-timeout tune.lua.session-timeout
    tune.lua.task-timeout tune.max-checks-per-thread tune.max-rules-at-once tune.maxaccept tune.maxpollevents
    tune.maxrewrite tune.memory.hot-size tune.notsent-lowat.client tune.notsent-lowat.server tune.pattern.cache-size
    tune.peers.max-updates-at-once tune.pipesize tune.pool-high-fd-ratio tune.pool-low-fd-ratio
    tune.pt.zero-copy-forwarding tune.quic.be.cc.cubic-min-losses tune.quic.be.cc.hystart
    tune.quic.be.cc.max-frame-loss tune.quic.be.cc.max-win-size tune.quic.be.cc.reorder-ratio
    tune.quic.be.max-idle-timeout tune.quic.be.sec.glitches-threshold tune.quic.be.stream.data-ratio
    tune.quic.be.stream.max-concurrent tune.quic.be.stream.rxbuf tune.quic.be.tx.pacing tune.quic.be.tx.udp-gso
    tune.quic.cc-hystart tune.quic.cc.cubic.min-losses tune.quic.disable-tx-pacing tune.quic.disable-udp-gso
    tune.quic.fe.cc.cubic-min-losses tune.quic.fe.cc.hystart tune.quic.fe.cc.max-frame-loss
    tune.quic.fe.cc.max-win-size tune.quic.fe.cc.reorder-ratio tune.quic.fe.max-idle-timeout
    tune.quic.fe.sec.glitches-threshold tune.quic.fe.sec.retry-threshold tune.quic.fe.sock-per-conn
    tune.quic.fe.stream.data-ratio tune.quic.fe.stream.max-concurrent tune.quic.fe.stream.max-total
    tune.quic.fe.stream.rxbuf tune.quic.fe.tx.pacing tune.quic.fe.tx.udp-gso tune.quic.frontend.conn-tx-buffers.limit
    tune.quic.frontend.default-max-window-size tune.quic.frontend.glitches-threshold tune.quic.frontend.max-data-size
    tune.quic.frontend.max-idle-timeout tune.quic.frontend.max-streams-bidi tune.quic.frontend.max-tx-mem
    tune.quic.frontend.stream-data-ratio tune.quic.listen tune.quic.max-frame-loss tune.quic.mem.tx-max
    tune.quic.reorder-ratio tune.quic.retry-threshold tune.quic.socket-owner tune.quic.zero-copy-fwd-send
    tune.rcvbuf.backend tune.rcvbuf.client tune.rcvbuf.frontend tune.rcvbuf.server tune.recv_enough
    tune.renice.runtime tune.renice.startup tune.ring.queues tune.runqueue-depth tune.sched.low-latency
    tune.sndbuf.backend tune.sndbuf.client tune.sndbuf.frontend tune.sndbuf.server tune.ssl.cachesize
    tune.ssl.capture-buffer-size tune.ssl.capture-cipherlist-size tune.ssl.certificate-compression
    tune.ssl.default-dh-param tune.ssl.force-private-cache tune.ssl.hard-maxrecord tune.ssl.keylog
    tune.ssl.keyupdate-rate-limit tune.ssl.lifetime tune.ssl.maxrecord tune.ssl.ocsp-update.maxdelay
    tune.ssl.ocsp-update.mindelay tune.ssl.ssl-ctx-cache-size tune.stick-counters tune.streams-elasticity
    tune.takeover-other-tg-connections tune.vars.check-max-size tune.vars.global-max-size tune.vars.proc-max-size
    tune.vars.reqres-max-size tune.vars.sess-max-size tune.vars.txn-max-size tune.zlib.memlevel tune.zlib.windowsize
    uid ulimit-n unix-bind unsetenv user warn-blocked-traffic-after wurfl-cache-size wurfl-data-file wurfl-engine-mode
    wurfl-information-list wurfl-information-list-separator wurfl-patch-file wurfl-useragent-priority zero-warning`)

/** What may begin one of `defaults`, `frontend`, `backend` or `listen`. */
const ofProxies = setOf(`
    acl backlog balance be-unpublished bind bind-process capture clitcpka-cnt clitcpka-idle clitcpka-intvl compression
    cookie declare default-server default_backend description disabled dispatch dynamic-cookie-key email-alert enabled
    error-log-format errorfile errorfiles errorloc errorloc302 errorloc303 external-check filter filter-sequence
    force-be-switch force-persist fullconn grace guid hash-balance-factor hash-preserve-affinity hash-type
    http-after-response http-check http-error http-request http-response http-reuse http-send-name-header id
    ignore-persist load-server-state-from-file log log-balance log-format log-format-sd log-steps log-tag
    max-keep-alive-queue max-session-srv-conns maxconn mode monitor monitor-net monitor-uri option persist
    quic-initial rate-limit redirect retries retry-on server server-state-file-name server-template source
    srvtcpka-cnt srvtcpka-idle srvtcpka-intvl ssl-f-use stats stick stick-table tcp-check tcp-request tcp-response
    timeout transparent unique-id-format unique-id-header use-fcgi-app use-server use_backend`)

/** What stands behind words that say nothing alone. */
const behind: Readonly<Record<string, ReadonlySet<string>>> = {
  option: setOf(`
    abortonclose accept-invalid-http-request accept-invalid-http-response accept-unsafe-violations-in-http-request
    accept-unsafe-violations-in-http-response allbackups checkcache clitcpka contstats disable-h2-upgrade
    dontlog-normal dontlognull external-check forwarded forwardfor h1-case-adjust-bogus-client
    h1-case-adjust-bogus-server http-buffer-request http-drop-request-trailers http-drop-response-trailers
    http-ignore-probes http-keep-alive http-no-delay http-pretend-keepalive http-restrict-req-hdr-names
    http-server-close http-use-htx http-use-proxy-header httpchk httpclose httplog httpslog idle-close-on-response
    independent-streams ldap-check log-health-checks log-separate-errors logasap mysql-check nolinger originalto
    persist pgsql-check prefer-last-server redis-check redispatch smtpchk socket-stats splice-auto splice-request
    splice-response spop-check srvtcpka ssl-hello-chk start-on-reload tcp-check tcp-smart-accept tcp-smart-connect
    tcpka tcplog transparent use-small-buffers forceclose http-tunnel http_proxy`),
  timeout: setOf(
    'check client client-fin client-hs connect http-keep-alive http-request queue server server-fin tarpit tunnel',
  ),
  stats: setOf(`
    admin auth enable hide-version http-request realm refresh scope show-desc show-legends show-modules show-node uri`),
  balance: setOf(
    'first hash hdr leastconn log-hash log-sticky random rdp-cookie roundrobin source static-rr sticky uri url_param',
  ),
  compression: setOf(
    'algo algo-req algo-res direction minsize-req minsize-res offload type type-req type-res',
  ),
  'email-alert': setOf('from level mailers myhostname to'),
  'http-check': setOf('comment connect disable-on-404 expect send send-state set-var set-var-fmt unset-var'),
  stick: setOf('match on store-request store-response'),
  'tcp-check': setOf(
    'comment connect expect send send-binary send-binary-lf send-lf set-var set-var-fmt unset-var',
  ),
  mode: setOf('haproxy health http log spop tcp'),
}

/** What is done to requests, answers and connections. */
const actions = setOf(`
    accept add-acl add-header add-headers-bin allow attach-srv auth cache-store cache-use capture close connection
    content del-acl del-header del-headers-bin del-map deny disable-l7-retry do-log do-resolve early-hint
    expect-netscaler-cip expect-proxy inspect-delay normalize-uri pause redirect reject replace-header replace-path
    replace-pathq replace-uri replace-value return sc-add-gpc sc-inc-gpc sc-set-gpt send-spoe-group session
    set-bandwidth-limit set-bc-mark set-bc-tos set-dst set-dst-port set-fc-mark set-fc-tos set-header set-headers-bin
    set-log-level set-map set-mark set-method set-nice set-path set-pathq set-priority-class set-priority-offset
    set-query set-retries set-src set-src-port set-status set-timeout set-tos set-uri set-var set-var-fmt silent-drop
    strict-mode switch-mode tarpit track-sc unset-var use-service wait-for-body wait-for-handshake`)
const withActions = /^(?:http-(?:request|response|after-response)|tcp-(?:request|response))$/
/** Which of them a rule of TCP is asked in stands before. */
const phases = /^(?:connection|content|session)$/

/** What may stand behind the address of a `server`, with one value or without. */
const ofServers = {
  plain: setOf(`
    agent-check allow-0rtt backup check check-reuse-pool check-send-proxy check-sni-auto check-ssl check-via-socks4
    disabled enabled force-sslv3 force-tlsv10 force-tlsv11 force-tlsv12 force-tlsv13 no-agent-check no-backup no-check
    no-check-reuse-pool no-check-send-proxy no-check-sni-auto no-check-ssl no-renegotiate no-send-proxy
    no-send-proxy-v2 no-send-proxy-v2-ssl no-send-proxy-v2-ssl-cn no-sni-auto no-ssl no-ssl-reuse no-sslv3 no-tfo
    no-tls-tickets no-tlsv10 no-tlsv11 no-tlsv12 no-tlsv13 non-stick renegotiate send-proxy send-proxy-v2
    send-proxy-v2-ssl send-proxy-v2-ssl-cn sni-auto ssl ssl-reuse stick strict-maxconn tfo tls-tickets`),
  valued: setOf(`
    addr agent-addr agent-inter agent-port agent-send alpn ca-file cc check-alpn check-pool-conn-name check-proto
    check-sni ciphers ciphersuites client-sigalgs cookie crl-file crt curves downinter error-limit fall fastinter from guid
    hash-key healthcheck id idle-ping init-addr init-state inter interface ktls log-bufsize log-proto max-reuse
    maxconn maxqueue minconn name namespace npn observe on-error on-marked-down on-marked-up pool-conn-name pool-low-conn
    pool-max-conn pool-purge-delay port proto proxy-v2-options quic-cc-algo redir resolve-net resolve-opts
    resolve-prefer resolvers rise set-proxy-v2-tlv-fmt shard sigalgs slowstart sni socks4 source ssl-max-ver
    ssl-min-ver tcp-md5sig tcp-ut track usesrc verify verifyhost weight ws`),
}

/** What may stand behind that of a `bind`. */
const ofBinds = {
  plain: setOf(`
    accept-proxy allow-0rtt defer-accept force-sslv3 force-tlsv10 force-tlsv11 force-tlsv12 force-tlsv13
    generate-certificates no-alpn no-ca-names no-sslv3 no-strict-sni no-tls-tickets no-tlsv10 no-tlsv11 no-tlsv12
    no-tlsv13 prefer-client-ciphers quic-force-retry ssl strict-sni tfo tls-tickets transparent v4v6 v6only`),
  valued: setOf(`
    accept-netscaler-cip alpn backlog ca-file ca-ignore-err ca-sign-file ca-sign-pass ca-verify-file cc ciphers
    ciphersuites client-sigalgs crl-file crt crt-ignore-err crt-list curves default-crt ecdhe ech expose-fd gid group
    guid-prefix id idle-ping interface ktls label level maxconn mode mss name namespace nbconn nice npn process proto
    quic-cc-algo quic-socket severity-output shards sigalgs ssl-max-ver ssl-min-ver tcp-md5sig tcp-ut thread
    tls-ticket-keys uid user verify`),
}

/** A word that no version knows, and what could stand there instead. */
export interface Unknown {
  readonly word: string
  /** Behind what it stands, or in what part. */
  readonly where: string
  readonly known: Iterable<string>
}

/** The first word of a line that HAProxy does not know in a section of this kind; of kinds that are not looked at, and of what an expression writes, nothing. */
export function unknownWord(words: readonly string[], kind: string): Unknown | undefined {
  const [first = '', ...others] = words
  const isGlobal = kind === 'global'
  if (!isGlobal && !isProxy.test(kind)) return undefined
  // Conditions of the parser itself, and what turns a word off.
  if (first === '' || first.startsWith('.') || isWritten(first)) return undefined
  if (/^(no|default)$/.test(first)) return unknownWord(others, kind)
  const known = isGlobal ? ofGlobal : ofProxies
  if (!known.has(first)) return { word: first, where: kind, known }
  return isGlobal ? undefined : unknownBehind(first, others)
}

/** The first that is none of what may stand behind an address of a `server` of ours. */
export function unknownOfServer(words: readonly string[]): Unknown | undefined {
  return unknownOption(words, ofServers, 'server')
}

const isProxy = /^(?:defaults|frontend|backend|listen)$/
const isWritten = (word: string) => /\{\{|\{%|\{#|^["'$]/.test(word)

function unknownBehind(first: string, others: readonly string[]): Unknown | undefined {
  if (first === 'bind') return unknownOption(others.slice(1), ofBinds, first)
  if (first === 'server') return unknownOption(others.slice(2), ofServers, first)
  if (first === 'server-template') return unknownOption(others.slice(3), ofServers, first)
  if (first === 'default-server') return unknownOption(others, ofServers, first)
  const rest = withActions.test(first) && phases.test(others[0] ?? '') ? others.slice(1) : others
  const known = withActions.test(first) ? actions : Object.hasOwn(behind, first) ? behind[first] : undefined
  const [written] = rest
  if (!known || written === undefined || isWritten(written) || written.startsWith('lua.')) return undefined
  const word = written.replace(/\(.*$/, '')
  return known.has(word) || known.has(word.replace(/\d+$/, '')) ? undefined : { word, where: first, known }
}

function unknownOption(
  words: readonly string[],
  { plain, valued }: { readonly plain: ReadonlySet<string>; readonly valued: ReadonlySet<string> },
  where: string,
): Unknown | undefined {
  const left = [...words]
  while (left.length > 0) {
    const [written = ''] = left
    if (isWritten(written)) return undefined
    const word = written.replace(/\(.*$/, '')
    if (plain.has(word)) left.splice(0, 1)
    else if (valued.has(word)) left.splice(0, 2)
    else return { word, where, known: [...plain, ...valued] }
  }
  return undefined
}
