import { type Family, type Subject, type Wrong, wrong } from './subject.ts'

/** Rules about PHP. */
export const phpRules = {
  'php-no-server': {
    severity: 'error',
    reason: 'PHP-FPM speaks no HTTP: a web server of ours has to hand it what is asked for.',
    source: 'PHP, FastCGI Process Manager; nginx, ngx_http_fastcgi_module',
    find: aServerHandsItOver,
  },
} satisfies Family<'php'>

/** Only nginx and Apache hand pages to it. */
function aServerHandsItOver(subject: Subject): readonly Wrong[] {
  const { cluster } = subject
  if (!cluster.php || cluster.backend === 'nginx' || cluster.backend === 'apache') return []
  return [
    wrong(
      subject,
      ['php'],
      cluster.behind
        ? `the realservers of ${cluster.name} serve no pages: they balance for ${cluster.behind.name}`
        : `PHP is run for nginx or Apache, and the backend is ${cluster.backend}`,
      cluster.behind
        ? `Write it in the variable cluster of ${cluster.behind.name}.`
        : 'Leave it out, or set backend: nginx or apache.',
    ),
  ]
}
