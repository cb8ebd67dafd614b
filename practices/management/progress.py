"""How far a long command is."""

from collections.abc import Callable

from django.core.management.base import OutputWrapper

STEP = 100


def show_progress(output: OutputWrapper, step: str = "%(done)d / %(total)d") -> Callable[[int, int], None]:
    """Return what writes how far a step is every hundred rows, such as "300 / 996"."""

    def show(done: int, total: int) -> None:
        if done % STEP == 0 and done < total:
            output.write(step % {"done": done, "total": total})
            output.flush()  # also where a file or a pipe takes it

    return show
