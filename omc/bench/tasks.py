"""One step of the bench in a process of its own, on the database that DATABASE_URL names."""

import json
import os
import sys
import time
from pathlib import Path


def main(task: str, folder: Path, name: str, *rest: str) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omc.bench.settings")
    import django  # noqa: PLC0415

    django.setup()
    from omc.bench import building  # noqa: PLC0415

    note = folder / f"built-{name}.json"
    if task == "age":
        return int(building.age_of(note))
    if task == "forward":
        building.bring_forward(note)
        return 0
    if task == "measure":
        import omc.wsgi  # noqa: F401, PLC0415  the process as a server has it
        from omc.bench.measures import measure_all  # noqa: PLC0415

        Path(rest[0]).write_text(json.dumps(measure_all(os.environ.get("ONLY", "")), indent=1))
        return 0
    note.unlink(missing_ok=True)  # what breaks off is not current
    started = time.monotonic()
    if task == "seed":
        building.seed()
        steps: dict[str, float] = {}
    else:
        steps = building.grow(int(rest[0]))
    seconds = round(time.monotonic() - started, 1)
    note.write_text(json.dumps(building.made_of() | {"seconds": seconds, "steps": steps}, indent=1))
    return 0


if __name__ == "__main__":
    task_, folder_, *others = sys.argv[1:]
    sys.exit(main(task_, Path(folder_), *others))
