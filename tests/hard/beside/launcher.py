"""Starts the processes of a site in milliseconds: Django is loaded once, and each process is a fork of it.

Each line of standard input is a JSON list: a file for the output, then a command. The answer is the process
id. The exit code of a process is in the file of the same name with `.code`; a killed process leaves none. All
end when standard input does.
"""

import ctypes
import json
import os
import runpy
import select
import signal
import sys
from contextlib import suppress
from pathlib import Path

import django

PR_SET_PDEATHSIG = 1
EVERY = 0.05  # seconds
living: set[int] = set()


def main() -> None:
    """Load Django, then start what is asked for."""
    django.setup()
    print("ready", flush=True)
    while line := next_line():
        log, *command = json.loads(line)
        pid = os.fork()
        if not pid:
            be_child(Path(log), command)
        living.add(pid)
        print(pid, flush=True)
    for pid in living:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def next_line() -> str:
    """Return what is asked for next, empty at the end; bury who ended meanwhile.

    A handler of the signal would not do: one that comes just before the read has to wait for the next line.
    """
    while not select.select([sys.stdin], [], [], EVERY)[0]:
        reap()
    return sys.stdin.readline()


def reap() -> None:
    """Forget processes that ended, so that their numbers are free."""
    with suppress(ChildProcessError):
        while pid := os.waitpid(-1, os.WNOHANG)[0]:
            living.discard(pid)


def be_child(log: Path, command: list[str]) -> None:
    """Do the command with the output in a file, and end."""
    os.setsid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number, stream in enumerate((os.open(os.devnull, os.O_RDONLY), file, file)):
        os.dup2(stream, number)
    code = 1
    try:
        code = do(command)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException as error:  # noqa: BLE001  whatever it is, it must be told
        print(f"{type(error).__name__}: {error}", flush=True)
    sys.stdout.flush()
    sys.stderr.flush()
    Path(f"{log}.code").write_text(str(code))
    os._exit(code)


def do(command: list[str]) -> int:
    """Serve, run a program beside this one, or run a management command; return the exit code."""
    name, *arguments = command
    if name == "gunicorn":
        from gunicorn.app.wsgiapp import run

        sys.argv = ["gunicorn", *arguments]
        run()
    elif name.endswith(".py"):
        sys.argv = [name, *arguments]
        runpy.run_path(str(Path(__file__).parent / name), run_name="__main__")
    else:
        from django.core.management import CommandError, call_command

        try:
            call_command(name, *arguments)
        except CommandError as error:
            print(error)
            return 1
    return 0


if __name__ == "__main__":
    main()
