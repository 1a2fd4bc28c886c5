# The first program in a sandbox with a fenced network: takes what comes to a port of loopback to
# the worker's socket, and becomes the agent. What forwards is no child of the agent's: it is handed
# to the sandbox's first process, and ends with that.
use Socket;
my ($port, $path, @command) = @ARGV;
sub fail { print STDERR "nightdesk-start: $_[0]: $!\n"; exit 126 }
socket(my $door, PF_INET, SOCK_STREAM, 0) or fail("no socket");
bind($door, pack_sockaddr_in($port, INADDR_LOOPBACK)) or fail("port $port");
listen($door, 64) or fail("port $port");
defined(my $helper = fork) or fail("no process");
if ($helper) {
  waitpid $helper, 0;
  close $door;
  exec { $command[0] } @command or fail("exec $command[0]");
}
exit 0 if fork;
setpgrp 0, 0;
open STDIN, '<', '/dev/null';
open STDOUT, '>', '/dev/null';
open STDERR, '>', '/dev/null';
$0 = 'nightdesk-egress';
$SIG{CHLD} = 'IGNORE';

# One process for each direction, so that neither waits for the other.
sub pass {
  my ($from, $to) = @_;
  while (sysread $from, my $piece, 65536) {
    for (my $done = 0; $done < length $piece;) {
      $done += syswrite($to, $piece, length($piece) - $done, $done) // exit;
    }
  }
  shutdown $to, 1;
  exit;
}
while (1) {
  my $client;
  if (!accept $client, $door) {
    select undef, undef, undef, 0.05;
    next;
  }
  my $child = fork;
  select undef, undef, undef, 0.05 unless defined $child;
  next if !defined $child || $child;
  close $door;
  socket(my $worker, PF_UNIX, SOCK_STREAM, 0) or exit;
  connect($worker, pack_sockaddr_un($path)) or exit;
  defined(my $back = fork) or exit;
  $back ? pass($client, $worker) : pass($worker, $client);
}
