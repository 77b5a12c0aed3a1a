#!/bin/sh
# Runs ffmpeg with the arguments given, and kills it when standard input ends: nobody writes to that, and it ends when
# the process at its other end dies, whatever it dies of. Otherwise the ffmpeg of a killed worker would run on, for
# nobody, beside the one that takes its place. SIGTERM kills ffmpeg and ends this when ffmpeg is gone.
exec 3<&0
(
  read -r _
  kill -TERM $$
) <&3 >/dev/null 2>&1 &
watcher=$!
trap 'kill -KILL $!; wait $!; exit 143' TERM
ffmpeg "$@" </dev/null 3<&- &
wait $!
status=$?
kill $watcher
exit $status
