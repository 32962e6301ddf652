import { perlClock } from '../../shell/perl-clock.ts'
import { perlEcho } from './echo.ts'

/**
 * A client that asks at a fixed rate, in Perl: every Debian has it (perl-base is essential), and it needs nothing
 * beyond what that brings. It runs where the requests start, so that neither our way there nor our own machine
 * is part of what it measures.
 *
 * Arguments: address, port, path (empty: a connection that is made is an answer), milliseconds between requests, milliseconds a request may take, requests under way
 * at most, what is said before each request; bytes of a datagram that is sent instead, the bits of its answer that count and what these must be (digits, all empty
 * for TCP); milliseconds for which a connection that is all that is asked for has to stay where nothing is said over it (empty: it is enough that it is made); `echo`
 * where the address itself is asked for an echo, of no port; then lines of the request's head. It prints `ready`, then a line for each request once it is over:
 *
 *     r <due> <sent> <answered or -> <status or -> <X-Served-By or ->
 *
 * Times are milliseconds of CLOCK_MONOTONIC, which nobody sets. To `t` on its input it answers `t <now>`; `stop` has
 * it wait for what is under way, say `end`, and end. It also ends when its input does, and when nothing was asked of
 * it for half a minute: then nobody listens any more.
 */
export const prober = String.raw`
use strict;
use warnings;
use Errno qw(EAGAIN EINPROGRESS EINTR EWOULDBLOCK);
use Fcntl qw(F_GETFL F_SETFL O_NONBLOCK);
use Socket qw(getaddrinfo AI_NUMERICHOST SOCK_STREAM SOL_SOCKET SO_ERROR);
${perlClock}
${perlEcho}
my ($address, $port, $path, $interval, $timeout, $most, $first, $datagram, $mask, $value, $stays, $echo, @head) = @ARGV;
$_ = pack 'H*', $_ for $datagram, $mask, $value;
my $kind = $datagram eq '' ? SOCK_STREAM : SOCK_DGRAM;
my ($error, $peer) = getaddrinfo($address, $port, {flags => AI_NUMERICHOST, socktype => $kind});
die "$address: $error\n" if $error;
# How echoes may be sent here; without that nothing is.
my $way = $echo eq '' ? undef : echo_way($peer->{family});
my ($type, $protocol) = $way ? @$way : ($peer->{socktype}, $peer->{protocol});
my $number_of_echo = 0;
my $request = $datagram ne '' ? $datagram : $first . join "\r\n", "GET $path HTTP/1.1", @head, 'Connection: close', '', '';
my $bare = $path eq '' && $datagram eq '' && $echo eq '';
my $silence = 30_000;
# Who was the first to speak on that many connections is expected to on all: a greeting tells more than that nobody hung up.
my ($spoke, $habit) = (0, 5);

$SIG{PIPE} = 'IGNORE';
sub now { return 1000 * monotonic() }
sub unblocked { my ($handle) = @_; fcntl($handle, F_SETFL, fcntl($handle, F_GETFL, 0) | O_NONBLOCK); return $handle }
unblocked(\*STDIN);
unblocked(\*STDOUT);

# Requests under way by the number of their socket, and in the order in which they time out; what select waits for.
my (%asked, @queue);
my ($reading, $writing) = ('', '');
vec($reading, fileno STDIN, 1) = 1;
my ($heard, $told) = ('', "ready\n");
my ($stopping, $ended) = (0, 0);
my $start = now();
my ($count, $spoken) = (0, $start);
# When the sockets were last looked at, and for how long beyond an interval what is seen then may have lain there: on a
# busy machine a look comes late, or we learn late what it saw, so that only the next one sees the rest.
my ($looked, $held, $unseen) = ($start, 0, 0);
sub beyond { my ($time) = @_; return $time > $interval ? $time - $interval : 0 }

sub record {
  my ($one, $answered) = @_;
  my ($status) = $one->{text} =~ m{^HTTP/1\.[01] (\d{3})};
  # A head without its end is no answer, nor is a page whose end did not come.
  $answered = $status = undef unless $answered && $status && $one->{text} =~ /\r\n\r\n/;
  my ($server) = $one->{text} =~ /^x-served-by: *(\S{1,64})/im;
  $told .= sprintf "r %.3f %.3f %s %s %s\n", $one->{due}, $one->{sent},
    $answered ? sprintf('%.3f', $answered) : '-', $status || '-', $server || '-';
}

sub finish {
  my ($one, $answered) = @_;
  my $number = fileno $one->{socket};
  $one->{over} = 1;
  vec($reading, $number, 1) = 0;
  vec($writing, $number, 1) = 0;
  delete $asked{$number};
  close $one->{socket};
  record($one, $answered);
}

sub taken {
  my ($one, $when) = @_;
  $one->{text} = "HTTP/1.1 200\r\n\r\n";
  finish($one, $when);
}

sub ask {
  my ($due) = @_;
  my $sent = now();
  my $one = {due => $due, sent => $sent, since => $sent, held => 0, text => ''};
  $one->{echo} = $number_of_echo++ & 0xffff;
  if (keys %asked >= $most
    || !socket($one->{socket}, $peer->{family}, $type, $protocol)) {
    return record($one);
  }
  my $number = fileno $one->{socket};
  $asked{$number} = $one;
  push @queue, $one;
  vec($writing, $number, 1) = 1;
  return if connect(unblocked($one->{socket}), $peer->{addr}) || $! == EINPROGRESS;
  finish($one);
}

# A wait of this request ended with this look. The most that it was longer for us than for the network is no time of
# the network's, nor is what passed since the look: then it is we who are busy, or stopped.
sub waited {
  my ($one) = @_;
  my ($now, $time) = (now(), $looked - $one->{since});
  $one->{held} += ($held < $time ? $held : $time) + $now - $looked;
  $one->{since} = $now;
}

sub send_request {
  my ($one) = @_;
  my $failed = unpack 'i', getsockopt($one->{socket}, SOL_SOCKET, SO_ERROR);
  return finish($one) if $failed;
  return finish($one) unless $bare || defined syswrite($one->{socket}, $way ? echo_request($peer->{family}, $one->{echo}) : $request);
  waited($one);
  if ($bare) {
    $one->{made} = $one->{since} - $one->{held};
    return taken($one, $one->{made}) if $stays eq '';
  }
  my $number = fileno $one->{socket};
  vec($writing, $number, 1) = 0;
  vec($reading, $number, 1) = 1;
}

sub receive {
  my ($one) = @_;
  my $got = sysread $one->{socket}, $one->{text}, 65_536, length $one->{text};
  return if !defined $got && ($! == EAGAIN || $! == EWOULDBLOCK || $! == EINTR);
  # A page is read to its end, within reason; a connection that is reset in the middle brought none.
  return finish($one) unless defined $got;
  # A socket that hears all echoes of this peer hears those of others, too.
  if ($way) {
    my $is_ours = echo_answers($peer->{family}, $way, $one->{echo}, $one->{text});
    $one->{text} = '';
    return unless $is_ours;
    waited($one);
    $one->{text} = "HTTP/1.1 200\r\n\r\n";
    return finish($one, $one->{since} - $one->{held});
  }
  waited($one);
  if ($bare) {
    return finish($one) unless $got;
    $spoke++;
    return taken($one, $one->{since} - $one->{held});
  }
  if ($datagram ne '') {
    $one->{text} = (substr($one->{text}, 0, length $mask) & $mask) eq $value ? "HTTP/1.1 200\r\n\r\n" : "HTTP/1.1 500\r\n\r\n";
    return finish($one, $one->{since} - $one->{held});
  }
  finish($one, $one->{since} - $one->{held}) if $got == 0 || length $one->{text} > 65_536;
}

sub listen_to_our_side {
  my $got = sysread STDIN, $heard, 4096, length $heard;
  return if !defined $got && ($! == EAGAIN || $! == EWOULDBLOCK || $! == EINTR);
  exit 0 unless $got;
  $spoken = now();
  while ($heard =~ s/^([^\n]*)\n//) {
    if ($1 eq 't') { $told .= sprintf "t %.3f\n", now() }
    elsif ($1 eq 'stop') { $stopping = 1 }
  }
}

until ($ended && $told eq '') {
  vec($writing, fileno STDOUT, 1) = $told ne '';
  my $wait = ($stopping ? $interval : $start + $count * $interval - now()) / 1000;
  my $before = now();
  my $ready = select my $readable = $reading, my $writable = $writing, undef, $wait > 0 ? $wait : 0;
  my $now = now();
  $held = $unseen + beyond($now - $looked);
  $unseen = beyond($now - $before);
  $looked = $now;
  if ($ready > 0) {
    listen_to_our_side() if vec $readable, fileno STDIN, 1;
    while (my ($number, $one) = each %asked) {
      # Of what each gives next, only what it gave last may be deleted.
      if (vec $writable, $number, 1) { send_request($one) }
      elsif (vec $readable, $number, 1) { receive($one) }
    }
    if (vec $writable, fileno STDOUT, 1) {
      my $wrote = syswrite STDOUT, $told;
      substr($told, 0, $wrote) = '' if defined $wrote;
      exit 0 if !defined $wrote && $! != EAGAIN && $! != EWOULDBLOCK && $! != EINTR;
    }
  }
  if ($stays ne '' && $spoke < $habit) {
    for my $one (values %asked) {
      taken($one, $one->{made}) if $one->{made} && $before - $one->{made} >= $stays;
    }
  }
  # What was not there when we looked did not come in time. All that is sure is that the look was not before this:
  # whoever is stopped right after it learns the time too late.
  while (@queue && ($queue[0]{over} || $before - $queue[0]{sent} - $queue[0]{held} > $timeout)) {
    my $one = shift @queue;
    finish($one) unless $one->{over};
  }
  exit 0 if $before - $spoken > $silence;
  # When each is due is reckoned from the first: being late with one moves none of the others. Of several that were
  # missed one is sent: all at once they would be a load of our own making.
  $now = now();
  my $due = $start + $count * $interval;
  if (!$stopping && $due <= $now) {
    $count = 1 + int(($now - $start) / $interval);
    ask($due);
  }
  if ($stopping && !$ended && !%asked) { $told .= "end\n"; $ended = 1 }
}
`
