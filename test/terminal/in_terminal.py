"""Runs a command in a terminal of its own: what it prints goes to stdout, what comes on stdin is typed.

Usage: in_terminal.py COLUMNS ROWS COMMAND [ARGUMENT ...]. The end of stdin closes the terminal. Exits as the command does,
with 128 and the signal's number where a signal ended it.
"""

import fcntl
import os
import pty
import select
import struct
import sys
import termios


def main(columns, rows, command):
    child, terminal = pty.fork()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", int(rows), int(columns), 0, 0))
        os.execvp(command[0], command)
    typing = [0]
    while True:
        ready, _, _ = select.select([terminal, *typing], [], [])
        if 0 in ready:
            typed = os.read(0, 65536)
            if not typed:
                os.close(terminal)
                break
            os.write(terminal, typed)
        if terminal in ready:
            try:
                printed = os.read(terminal, 65536)
            except OSError:  # Linux says so where others say that nothing is left.
                printed = b""
            if not printed:
                break
            os.write(1, printed)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    sys.exit(code if code >= 0 else 128 - code)


main(sys.argv[1], sys.argv[2], sys.argv[3:])
