import { embed, sh } from '../../shell/quote.ts'
import type { Fault } from '../fault.ts'
import { startServer, stopServer } from './serving.ts'

const unit = 'understudy-drill-errors.service'
const program = '/run/understudy-drill-errors.pl'

/**
 * Answers every request on some ports with status 500, in Perl, with nothing beyond its standard modules. It waits for
 * the ports while somebody else has them, and goes into the background once it has all of them.
 */
export const responder = String.raw`
use strict;
use warnings;
use Errno qw(EADDRINUSE);
use Socket qw(AF_INET AF_INET6 INADDR_ANY IN6ADDR_ANY IPPROTO_IPV6 IPV6_V6ONLY SOCK_STREAM SOL_SOCKET SO_REUSEADDR
  SOMAXCONN pack_sockaddr_in pack_sockaddr_in6);

my $answer = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
my $patience = time + 60;
$SIG{PIPE} = 'IGNORE';

sub tried {
  my ($port) = @_;
  my $six = socket(my $handle, AF_INET6, SOCK_STREAM, 0);
  $six or socket($handle, AF_INET, SOCK_STREAM, 0) or die "no socket: $!\n";
  setsockopt($handle, SOL_SOCKET, SO_REUSEADDR, 1);
  setsockopt($handle, IPPROTO_IPV6, IPV6_V6ONLY, 0) if $six;
  my $place = $six ? pack_sockaddr_in6($port, IN6ADDR_ANY) : pack_sockaddr_in($port, INADDR_ANY);
  return bind($handle, $place) && listen($handle, SOMAXCONN) ? $handle : undef;
}

sub listener {
  my ($port) = @_;
  while (1) {
    my $handle = tried($port);
    return $handle if $handle;
    die "port $port: $!\n" unless $! == EADDRINUSE and time < $patience;
    select undef, undef, undef, 0.01;
  }
}

my @listeners = map { listener($_) } @ARGV;
defined(my $child = fork) or die "no process: $!\n";
exit 0 if $child;

my (%open, %asked);
while (1) {
  my $wanted = '';
  vec($wanted, fileno $_, 1) = 1 for @listeners, values %open;
  next if select($wanted, undef, undef, undef) < 1;
  for my $listener (@listeners) {
    next unless vec $wanted, fileno $listener, 1;
    next unless accept(my $client, $listener);
    $open{fileno $client} = $client;
    $asked{fileno $client} = '';
  }
  for my $number (keys %open) {
    next unless vec $wanted, $number, 1;
    my $more = sysread $open{$number}, $asked{$number}, 4096, length $asked{$number};
    next if $more and $asked{$number} !~ /\r?\n\r?\n/ and length $asked{$number} < 65536;
    syswrite $open{$number}, $answer if $more;
    close delete $open{$number};
    delete $asked{$number};
  }
}
`

/**
 * In place of the web server, on its own ports: neither its configuration nor any firewall has to know. Between the end
 * of the one and the beginning of the other nobody answers.
 */
export const errorFaults: readonly Fault[] = [
  {
    name: 'realserver-errors',
    summary: 'one realserver answers every request with an error, status 500; needs Perl there',
    strikes: 'a-realserver',
    toll: 'check',
    answersErrors: true,
    needs: {
      what: 'a service that is checked by http',
      met: ({ vips }) =>
        vips.some(({ services }) =>
          services.some(({ protocol, check }) => protocol === 'tcp' && check.type === 'http'),
        ),
    },
    inject: ({ ports, ...server }) => sh`if ! command -v perl >/dev/null 2>&1; then
  echo 'perl is not installed: nobody could answer in place of the web server' >&2; exit 1
fi
printf '%s' ${responder} >${program}
systemd-run --quiet --collect --unit=${unit} --service-type=forking "$(command -v perl)" ${program} ${ports} &
us_answering=$!
${embed(stopServer(server))}
wait "$us_answering"`,
    undo: (server) => sh`systemctl stop ${unit} 2>/dev/null || :
rm -f ${program}
${embed(startServer(server))}`,
  },
]
