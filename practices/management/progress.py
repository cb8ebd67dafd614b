"""How far a long command is."""

from collections.abc import Callable

from django.core.management.base import OutputWrapper

STEP = 100


def show_progress(output: OutputWrapper) -> Callable[[int, int], None]:
    """Return what writes "300 / 996" every hundred rows."""

    def show(done: int, total: int) -> None:
        if done % STEP == 0 and done < total:
            output.write(f"{done} / {total}")

    return show
