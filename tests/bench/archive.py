"""An archive of letters, made and built, measured: speed beside jieba.posseg, one process and two, memory, one letter changed, nothing changed.

    python -m tests.bench.archive 1000                 100 and 1,000 letters, time for each letter and memory
    python -m tests.bench.archive 10000                the same with 10,000: half an hour on one core
    python -m tests.bench.archive 1000 --make FOLDER   only make the letters

Letter number N is the same in every archive: an example letter (each in turn) in which names of companies, parks, universities, funds, people
and places are exchanged for others by number, paragraphs are left out and put in another order, and figures and dates are changed. Names come
from pools that grow with the square root of the number, as in an archive some names recur and others come once.
"""
from __future__ import annotations

import argparse
import json
import logging
import os
import platform
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from kg.cli.terminal import table

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLES = sorted((ROOT / "examples" / "letters").glob("*.txt"))
TOWNS = ("天津市", "上海市", "广州市", "深圳市", "杭州市", "成都市", "武汉市", "南京市", "西安市", "青岛市", "厦门市", "长沙市", "郑州市", "合肥市")
SYLLABLES = "安邦昌诚创达德鼎东方丰富高广国海汉恒宏鸿华汇嘉江金锦景凯康科坤蓝联隆铭南宁鹏启强荣瑞润三盛舜泰天通同万维文西祥新鑫兴阳亿宇远云泽长振正中众卓"
TRADES = ("生物", "电子", "医药", "智能", "新材料", "航空", "海洋", "软件", "能源", "食品", "装备", "信息", "环保", "检测")
ENDS = (("有限公司", "科技有限公司"), ("大学", "大学"), ("基金", "产业基金"), ("产业园", "产业园"), ("协会", "协会"), ("研究院", "研究院"), ("中心", "创新中心"))
NAME = re.compile("[\u4e00-\u9fff]{2,6}(?P<end>有限公司|产业园|基金|协会|研究院)")
NUMBER = re.compile(r"(?<![0-9.年第〔])[0-9]{2,4}(?:\.[0-9]+)?(?![0-9.]|年|月|日|号|〕|届)")


def letter(number: int) -> str:
    """The text of a letter, by its number."""
    chance = random.Random(f"letter {number}")
    text = EXAMPLES[number % len(EXAMPLES)].read_text(encoding="utf-8")
    head, *body = text.split("\n")
    town = TOWNS[chance.randrange(len(TOWNS))]
    lines = _shortened(body, chance)
    text = "\n".join([head, *lines])
    text = NAME.sub(lambda found: _name(found["end"], number, chance), text)
    text = NUMBER.sub(lambda found: _number(found.group(), chance), text)
    return text.replace("天津市", town).replace("我市", "我市" if chance.random() < 0.7 else town)


def _shortened(lines: list[str], chance: random.Random) -> list[str]:
    """The first lines and the last, and between them about half of the paragraphs, their sentences in another order."""
    first, last = min(6, len(lines)), max(len(lines) - 5, 6)
    kept = [_turned(line, chance) for line in lines[first:last] if chance.random() < 0.6]
    return [*lines[:first], *kept, *lines[last:]]


def _turned(line: str, chance: random.Random) -> str:
    sentences = re.findall("[^。]*。|[^。]+$", line)
    middle = sentences[1:]
    chance.shuffle(middle)
    return "".join(sentences[:1] + [one for one in middle if chance.random() < 0.85])


def _name(end: str, number: int, chance: random.Random) -> str:
    """A name of that sort: from a pool that grows with the square root of the number."""
    pool = random.Random(f"{end} {int(chance.random() ** 2 * (20 + 12 * number ** 0.5))}")
    town = pool.choice(TOWNS).removesuffix("市")
    return town + "".join(pool.sample(SYLLABLES, 2)) + (pool.choice(TRADES) if end not in ("大学",) else "") + end


def _number(text: str, chance: random.Random) -> str:
    whole, _, rest = text.partition(".")
    new = str(max(1, int(int(whole) * chance.uniform(0.4, 2.5))))
    return f"{new}.{rest}" if rest else new


def make(folder: Path, numbers: Sequence[int]) -> Path:
    """Letters in a folder, a thousand to a folder below it."""
    for number in numbers:
        target = folder / f"{number // 1000:03}" / f"letter-{number:06}.txt"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(letter(number), encoding="utf-8")
    return folder


def surroundings() -> dict[str, str]:
    """The environment of a build. Python may keep what it compiles, as it does where zhihan is installed."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(ROOT)}


def build(folder: Path, store: Path, workers: int, one_core: bool = False) -> dict[str, float]:
    """A build in processes of its own: seconds, processor seconds, and the most that the process that loads and the largest that reads had in
    memory, in MB, with the pages of libraries that they share with others.

    What the first had is asked of /proc, since getrusage counts for a process also what the one was that started it.
    With `one_core` all its threads share one processor: RocksDB's would else take a second one, and one process be measured with two.
    """
    code = ("import io, json, os, resource, sys, time\nfrom kg.api import open\nstart = time.perf_counter()\n"
            "if sys.argv[4] == 'True': os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
            "with open(sys.argv[2]) as graph: report = graph.build(sys.argv[1], workers=int(sys.argv[3]))\n"
            "own, below = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))\n"
            "peak = next(int(line.split()[1]) for line in io.open('/proc/self/status') if line.startswith('VmHWM'))\n"
            "print(json.dumps({'seconds': time.perf_counter() - start, 'cpu': sum((own.ru_utime, own.ru_stime, below.ru_utime, below.ru_stime)),"
            " 'mb': peak / 1024, 'mb_reading': below.ru_maxrss / 1024, 'letters': report.letters, 'written': len(report.written)}))")
    done = subprocess.run([sys.executable, "-c", code, str(folder), str(store), str(workers), str(one_core)], check=True, capture_output=True, cwd=ROOT,
                          env=surroundings())
    found: dict[str, float] = json.loads(done.stdout)
    return found


def command(*arguments: object) -> float:
    """Seconds that `kg build` takes, imports included; the shortest of three."""
    def once() -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "kg", "build", *map(str, arguments)], check=True, capture_output=True, cwd=ROOT, env=surroundings())
        return time.perf_counter() - start
    return min(once() for _ in range(3))


def posseg(files: Sequence[Path]) -> float:
    """Processor seconds that jieba.posseg takes to tag the files, its dictionary loaded before."""
    import jieba.posseg
    jieba.setLogLevel(logging.WARNING)
    list(jieba.posseg.cut("我们"))
    start = time.process_time()
    for file in files:
        list(jieba.posseg.cut(file.read_text(encoding="utf-8")))
    return time.process_time() - start


def rows(number: int, folder: Path) -> Iterator[tuple[str, str, str]]:
    """What is measured, the figure and the bound."""
    few = max(20, number // 10)
    archive, small = folder / "archive", folder / "small"
    make(small, range(few))
    make(archive, range(number))
    files = sorted(archive.rglob("*.txt"))
    characters = sum(len(file.read_text(encoding="utf-8")) for file in files)
    yield "letters", f"{number:,} of {characters / number:,.0f} characters", ""
    yield from against_posseg(small, few, folder)
    least, most = build(small, folder / "store-small", 1), build(archive, folder / "store", 1)
    ratio = most["cpu"] / number / (least["cpu"] / few)
    yield f"{few:,} letters, one process", f"{least['seconds']:.1f} s, {least['cpu'] / few * 1000:.0f} ms of processor a letter, {least['mb']:.0f} MB", ""
    yield f"{number:,} letters, one process", f"{most['seconds']:.1f} s, {most['cpu'] / number * 1000:.0f} ms of processor a letter, {most['mb']:.0f} MB", ""
    yield "time for each letter, many to few", f"{ratio:.2f}", "1.15"
    yield "memory, many to few", f"{most['mb'] / least['mb']:.2f}", "1.1"
    few_two, many_two = build(small, folder / "store-small-two", 2), build(archive, folder / "store-two", 2)
    for what, name in (("mb", "that loads"), ("mb_reading", "of two that read")):
        yield f"memory of the process {name}, many to few", f"{few_two[what]:.0f} and {many_two[what]:.0f} MB: {many_two[what] / few_two[what]:.2f}", "1.1"
    yield "nothing changed", f"{command(archive, '--store', folder / 'store'):.2f} s", "1 s"
    yield "one letter changed", f"{changed(files[number // 2], archive, folder / 'store'):.2f} s", "2 s"


def against_posseg(small: Path, number: int, folder: Path) -> Iterator[tuple[str, str, str]]:
    """One process, two processes and posseg on the same letters, by turns, twice; the better of each."""
    files = sorted(small.rglob("*.txt"))
    core, one, two, tagged = [], [], [], []
    for turn in range(2):
        tagged.append(posseg(files))
        core.append(build(small, folder / f"core-{turn}", 1, one_core=True))
        one.append(build(small, folder / f"one-{turn}", 1))
        two.append(build(small, folder / f"two-{turn}", 2))
    cpu, single = (min(run[what] for run in core) for what in ("cpu", "seconds"))
    seconds, both = (min(run["seconds"] for run in runs) for runs in (one, two))
    yield "jieba.posseg, processor", f"{min(tagged):.1f} s for {number} letters", ""
    yield "build on one core, processor, imports and loading included", f"{cpu:.1f} s, {min(tagged) / cpu:.2f} times as fast as posseg", "1, aim 3"
    yield "two workers on two cores, wall, beside one on one core", f"{both:.1f} s against {single:.1f} s: {single / both:.2f} times as fast", "1.8"
    yield "beside one whose threads may use both", f"{both:.1f} s against {seconds:.1f} s: {seconds / both:.2f} times as fast", ""


def changed(file: Path, archive: Path, store: Path) -> float:
    """Seconds of a build in which one letter has changed; the shortest of three, each with another text."""
    def once(turn: int) -> float:
        file.write_text(file.read_text(encoding="utf-8") + f"附件{turn}：名单。\n", encoding="utf-8")
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "kg", "build", str(archive), "--store", str(store)], check=True, capture_output=True, cwd=ROOT,
                       env=surroundings())
        return time.perf_counter() - start
    return min(once(turn) for turn in range(3))


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure builds of an archive.")
    parser.add_argument("number", type=int, help="how many letters")
    parser.add_argument("--make", type=Path, metavar="FOLDER", help="only make the letters there")
    options = parser.parse_args()
    if options.make:
        make(options.make, range(options.number))
        return
    print(f"{platform.platform()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    folder = Path(tempfile.mkdtemp(prefix="archive-"))
    try:
        print(table(("what", "measured", "held to"), list(rows(options.number, folder))))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
