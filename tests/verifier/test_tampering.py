# ruff: noqa: S311 - random places, not secrets
"""Seven ways to tamper with the record, at random places, each named from old checkpoints alone.

Whoever tampers either has the files alone, or signs everything anew with the log's own key.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.verifier.implementations import BOTH, Call
from tests.verifier.naive import (
    LOG,
    NORTH,
    SOUTH,
    THIEF,
    Log,
    b64,
    head,
    leaf,
    log_of,
    made,
    proof,
    proof_file,
    signed,
)

SIZE, MARKS, KEPT = 60, (16, 32, 48), (8, 24, 40, 52, 60)
PLACES = 6
Answers = Callable[[Sequence[Call]], list[Any]]


@dataclass(slots=True)
class Outsider:
    """Somebody who kept checkpoints of a log, and is handed an archive later."""

    folder: Path
    kept: tuple[Path, ...]
    count: int = 0

    def call(self, log: Log, *more: object, kept: int | None = None) -> Call:
        """Have a log's archive written and return the call that checks it."""
        self.count += 1
        archive = log.write(self.folder / f"archive-{self.count}")
        old = [str(path) for path in self.kept[:kept]]
        return ["answer", [str(archive), "--key", LOG.vkey, "--old", *old, *map(str, more)]]

    def keep(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, "utf-8")
        return path


@pytest.fixture
def outsider(tmp_path: Path) -> Outsider:
    log = whole()
    kept = []
    for size in KEPT:
        path = tmp_path / f"kept-{size}"
        path.write_text(log.note(size), "utf-8")
        kept.append(path)
    return Outsider(tmp_path, tuple(kept))


def whole() -> Log:
    return log_of(SIZE, seed=3, marks=MARKS, erased=5)


def changed(change: Callable[[Log], None], *, anew: bool) -> Log:
    """The log after a change; signed anew at the same places when the key is at hand."""
    log = whole()
    change(log)
    if anew:
        log.marks = sorted({size for size in log.marks if size < len(log.lines)} | {len(log.lines)})
        log.seal()
    return log


def names(report: dict[str, Any]) -> set[str]:
    return {row["what"] for row in report["findings"]}


def could_be(report: dict[str, Any]) -> set[str]:
    return {name for row in report["findings"] for name in row["could_be"]}


def entries(report: dict[str, Any]) -> set[int]:
    return {row["entry"] for row in report["findings"] if row["entry"] is not None}


def span(report: dict[str, Any]) -> tuple[int, int]:
    (row,) = [row for row in report["findings"] if row["first"] is not None]
    return row["first"], row["last"]


ANEW = pytest.mark.parametrize("anew", [False, True], ids=["files alone", "with the log's key"])


@BOTH
def test_a_whole_archive_passes(answers: Answers, outsider: Outsider) -> None:
    witnesses = [NORTH.vkey, SOUTH.vkey]

    (code, report), (bare_code, bare) = answers(
        [
            outsider.call(whole(), "--witness", *witnesses, "--quorum", 2),
            ["answer", [str(whole().write(outsider.folder / "bare"))]],
        ]
    )

    assert (code, report["verdict"], report["findings"], report["notes"]) == (0, "whole", [], [])
    assert (report["entries"], report["kept"]) == (60, 5)
    assert report["witnesses"] == ["north.example", "south.example"]
    assert report["openings"] == {"fit": 48, "erased": 12}
    assert bare_code == 0
    assert "No checkpoint kept" in "".join(bare["notes"])


@ANEW
@BOTH
def test_a_flipped_bit_is_named_with_its_entry(
    answers: Answers, outsider: Outsider, *, anew: bool
) -> None:
    random_ = random.Random(11)
    places = [random_.randrange(SIZE) for _ in range(PLACES)]

    def flip(at: int) -> Callable[[Log], None]:
        def change(log: Log) -> None:
            line = bytearray(log.lines[at])
            line[random_.randrange(len(line))] ^= 1 << random_.randrange(8)
            log.lines[at] = bytes(line)

        return change

    given = answers([outsider.call(changed(flip(at), anew=anew)) for at in places])

    for at, (code, report) in zip(places, given, strict=True):
        assert code == 1
        assert "altered" in names(report)
        assert at in entries(report)
        assert ("two_histories" in names(report)) == anew


@ANEW
@BOTH
def test_a_flipped_bit_is_laid_between_two_checkpoints(
    answers: Answers, outsider: Outsider, *, anew: bool
) -> None:
    def change(log: Log) -> None:  # still an entry, and no single bit apart from what it was
        log.lines[27] = log.lines[27].replace(b'"v":1', b'"v":1').replace(b"2026-11", b"2025-02")
        log.openings[27] = None

    ((code, report),) = answers([outsider.call(changed(change, anew=anew))])

    assert code == 1
    assert span(report) == ((24, 39) if anew else (24, 31))
    assert "unclear" in names(report)
    assert "altered" in could_be(report)
    assert "cannot tell" in report["findings"][-1]["words"]


@ANEW
@pytest.mark.parametrize("clean", [False, True], ids=["opening left", "opening gone"])
@BOTH
def test_a_deleted_entry_is_named(
    answers: Answers, outsider: Outsider, *, anew: bool, clean: bool
) -> None:
    random_ = random.Random(12)
    places = [random_.randrange(48) for _ in range(PLACES)]

    def delete(at: int) -> Callable[[Log], None]:
        def change(log: Log) -> None:
            del log.lines[at]
            if clean:
                del log.openings[at]

        return change

    given = answers([outsider.call(changed(delete(at), anew=anew)) for at in places])

    for at, (code, report) in zip(places, given, strict=True):
        first, last = span(report)
        assert code == 1
        assert "deleted" in names(report)
        assert first <= at <= last
        assert last - first < 17
        assert ("two_histories" in names(report)) == anew


@BOTH
def test_an_entry_deleted_and_grown_over_is_not_called_more_than_is_known(
    answers: Answers, outsider: Outsider
) -> None:
    def change(log: Log) -> None:
        del log.lines[30], log.openings[30]

    ((code, report),) = answers([outsider.call(changed(change, anew=True), kept=4)])

    assert code == 1
    assert names(report) == {"two_histories", "unclear"}
    assert "deleted" in could_be(report)
    assert span(report) == (24, 39)


@ANEW
@pytest.mark.parametrize("count", [1, 3])
@BOTH
def test_inserted_entries_are_named_with_their_place(
    answers: Answers, outsider: Outsider, *, anew: bool, count: int
) -> None:
    random_ = random.Random(13)
    places = [random_.randrange(SIZE) for _ in range(PLACES)]

    def insert(at: int) -> Callable[[Log], None]:
        def change(log: Log) -> None:
            log.lines[at:at] = [made(random_)[0] for _ in range(count)]

        return change

    given = answers([outsider.call(changed(insert(at), anew=anew)) for at in places])

    for at, (code, report) in zip(places, given, strict=True):
        assert code == 1
        assert "inserted" in names(report), report
        assert at in entries(report)
        assert ("two_histories" in names(report)) == anew


@ANEW
@BOTH
def test_an_entry_put_behind_the_last_is_named(
    answers: Answers, outsider: Outsider, *, anew: bool
) -> None:
    log = whole()
    log.lines.append(made(random.Random(1))[0])

    ((code, report),) = answers([outsider.call(log)])

    assert code == 1
    assert names(report) == {"inserted"}
    assert "under no checkpoint" in report["findings"][0]["words"]


@ANEW
@pytest.mark.parametrize("way", ["neighbours", "far", "moved"])
@BOTH
def test_reordered_entries_are_named(
    answers: Answers, outsider: Outsider, *, anew: bool, way: str
) -> None:
    random_ = random.Random(14)
    pairs = [sorted(random_.sample(range(SIZE - 1), 2)) for _ in range(PLACES)]

    def reorder(one: int, two: int) -> Callable[[Log], None]:
        def change(log: Log) -> None:
            lines = log.lines
            if way == "moved":
                lines.insert(two, lines.pop(one))
            else:
                other = one + 1 if way == "neighbours" else two
                lines[one], lines[other] = lines[other], lines[one]

        return change

    given = answers([outsider.call(changed(reorder(one, two), anew=anew)) for one, two in pairs])

    for (one, two), (code, report) in zip(pairs, given, strict=True):
        assert code == 1
        assert "reordered" in names(report), (one, two, report)
        assert one in entries(report)
        assert ("two_histories" in names(report)) == anew


@ANEW
@BOTH
def test_a_tail_cut_off_is_named(answers: Answers, outsider: Outsider, *, anew: bool) -> None:
    random_ = random.Random(15)
    sizes = [random_.randrange(SIZE) for _ in range(PLACES)] + [0, 48, 59]

    def cut(size: int) -> Callable[[Log], None]:
        def change(log: Log) -> None:
            del log.lines[size:], log.openings[size:]

        return change

    given = answers([outsider.call(changed(cut(size), anew=anew)) for size in sizes])

    for size, (code, report) in zip(sizes, given, strict=True):
        assert code == 1
        assert names(report) == {"cut_off"}
        assert f"the log had 60 entries, here are {size}" in report["findings"][0]["words"]


@BOTH
def test_a_tail_cut_off_at_a_checkpoint_or_with_openings_left_is_sure(
    answers: Answers, outsider: Outsider
) -> None:
    at_mark, with_openings, within = whole(), whole(), whole()
    del at_mark.lines[40:], at_mark.openings[40:]
    del with_openings.lines[45:]
    del within.lines[45:], within.openings[45:]

    (_, marked), (_, opened), (_, unsure) = answers(
        [outsider.call(each) for each in (at_mark, with_openings, within)]
    )

    assert could_be(marked) == could_be(opened) == {"cut_off"}
    assert could_be(unsure) == {"cut_off", "deleted"}
    assert "cannot tell" in unsure["findings"][0]["words"]


@pytest.mark.parametrize("same", [True, False], ids=["same entries", "other entries"])
@BOTH
def test_a_log_rewritten_with_another_key_is_named(
    answers: Answers, outsider: Outsider, *, same: bool
) -> None:
    log = whole() if same else log_of(SIZE, seed=4, marks=MARKS)
    log.signer = THIEF
    log.seal()

    call = outsider.call(log)
    _, (archive, *_) = call
    old = [str(path) for path in outsider.kept]
    given = answers([call, ["answer", [archive, "--old", *old]], ["answer", [archive]]])

    (code, report), (keyless_code, keyless), (blind_code, _) = given
    assert (code, keyless_code) == (1, 1)
    assert "other_key" in names(report) & names(keyless)
    assert names(report) == {"other_key"} | (set() if same else {"unclear"})
    assert blind_code == 0  # nothing to hold it against: the remarks say so


@BOTH
def test_two_histories_for_two_witnesses_are_named(answers: Answers, outsider: Outsider) -> None:
    random_ = random.Random(16)
    calls: list[Call] = []
    for at in (random_.randrange(50) for _ in range(PLACES)):
        north, south = whole(), whole()
        south.lines[at] = made(random_)[0]
        north.witnesses, south.witnesses = (NORTH,), (SOUTH,)
        size = random_.randrange(at + 1, SIZE)
        north.seal()
        shown = outsider.keep(f"north-{at}", north.note(SIZE))
        other = outsider.keep(f"south-{at}", south.note(SIZE))
        early = outsider.keep(f"early-{at}", south.note(size))
        key = ["--key", LOG.vkey, "--witness", SOUTH.vkey]
        calls.append(["answer", ["--compare", str(shown), str(other), *key]])
        calls.append(["answer", ["--compare", str(early), str(shown), *key]])
        calls.append(outsider.call(north, early))

    given = answers(calls)

    for same, apart, held in zip(given[::3], given[1::3], given[2::3], strict=True):
        assert same[0] == 1
        assert names(same[1]) == {"two_histories"}
        assert apart[0] == 2  # two sizes cannot be compared without the entries or a proof
        assert held[0] == 1
        assert "two_histories" in names(held[1])


@BOTH
def test_checkpoints_that_can_both_be_true_compare_as_whole(
    answers: Answers, outsider: Outsider
) -> None:
    log = whole()
    lines = [b64(each) for each in proof(24, log.hashes[:52])]
    good = outsider.keep("good", "".join(f"{line}\n" for line in lines))
    bad = outsider.keep("bad", "".join(f"{line}\n" for line in lines[::-1]))
    early, late = str(outsider.kept[1]), str(outsider.kept[3])
    call = ["--key", LOG.vkey, "--compare", late, early, "--consistency"]

    given = answers(
        [
            ["answer", [*call, str(good)]],
            ["answer", [*call, str(bad)]],
            ["answer", ["--key", LOG.vkey, "--compare", late, late]],
        ]
    )

    assert [code for code, _ in given] == [0, 2, 0]


@BOTH
def test_two_changes_are_not_called_one(answers: Answers, outsider: Outsider) -> None:
    log = whole()
    log.lines[10], log.lines[11] = log.lines[11], log.lines[10]
    log.lines[50] = made(random.Random(1))[0]

    ((code, report),) = answers([outsider.call(log)])

    assert code == 1
    assert names(report) == {"reordered"}
    assert "Even with that undone the one over 52 does not fit" in report["findings"][0]["words"]


@BOTH
def test_a_proof_somebody_kept_tells_what_became_of_its_entry(
    answers: Answers, outsider: Outsider
) -> None:
    kept = outsider.keep("kept.tlog-proof", proof_file(whole(), 30, 40))
    spoilt = outsider.keep(
        "spoilt.tlog-proof", proof_file(whole(), 30, 40).replace("index 30", "index 29")
    )

    def delete(log: Log) -> None:
        del log.lines[25], log.openings[25]

    def replace_it(log: Log) -> None:
        log.lines[30], log.openings[30] = made(random.Random(2))[0], None

    alone = ["--key", LOG.vkey, "--proof"]
    given = answers(
        [
            outsider.call(whole(), "--proof", kept),
            outsider.call(changed(delete, anew=True), "--proof", kept, kept=2),
            outsider.call(changed(replace_it, anew=True), "--proof", kept, kept=2),
            ["answer", [*alone, str(kept)]],
            ["answer", [*alone, str(spoilt)]],
        ]
    )

    (good, _), (less, deleted), (other, gone), (sound, _), (unsound, wrong) = given
    assert (good, less, other, sound, unsound) == (0, 1, 1, 0, 1)
    assert "stood at 30 and now stands at 29" in deleted["findings"][-1]["words"]
    assert "no longer in the archive" in gone["findings"][-1]["words"]
    assert names(wrong) == {"proof_wrong"}


@BOTH
def test_openings_and_witnesses_that_were_changed_are_named(
    answers: Answers, outsider: Outsider
) -> None:
    opened, unsigned, stranger = whole(), whole(), whole()
    opened.openings[7] = (opened.openings[7] or b"").replace(b'"number":', b'"number":1')
    text = head(unsigned.hashes, SIZE)
    unsigned.notes[SIZE] = signed(text, LOG, NORTH) + SOUTH.line(head(unsigned.hashes, 59))
    stranger.notes[SIZE] = signed(text, LOG)

    given = answers(
        [
            outsider.call(opened),
            outsider.call(unsigned),
            outsider.call(stranger, "--witness", NORTH.vkey, SOUTH.vkey, "--quorum", 1),
        ]
    )

    assert [code for code, _ in given] == [1, 1, 1]
    assert [names(report) for _, report in given] == [{"opening_changed"}, {"forged"}, {"quorum"}]
    assert entries(given[0][1]) == {7}


@BOTH
def test_a_key_or_a_checkpoint_under_a_false_name_is_named(
    answers: Answers, outsider: Outsider
) -> None:
    calls = [outsider.call(whole()), outsider.call(whole())]
    first, second = (Path(call[1][0]) for call in calls)
    (first / "log.vkey").write_text(f"{THIEF.vkey}\n", "utf-8")
    (second / "checkpoints" / f"{16:012d}").rename(second / "checkpoints" / f"{17:012d}")

    given = answers(calls)

    assert [code for code, _ in given] == [1, 1]
    assert [names(report) for _, report in given] == [{"other_key"}, {"damaged"}]


@BOTH
def test_what_cannot_be_read_is_said(answers: Answers, outsider: Outsider) -> None:
    damaged = outsider.keep("damaged", whole().note(40).replace("\n40\n", "\n41\n"))
    foreign = outsider.keep("foreign", signed(head([leaf(b"a")], 1, "other.example"), LOG))
    other = outsider.keep("other", replace(whole(), signer=THIEF).note(40))
    no_note = outsider.keep("no-note", "hello\n")
    folder = outsider.folder
    calls = [outsider.call(whole(), "--old", path) for path in (damaged, foreign, other, no_note)]
    calls += [
        ["answer", [str(folder / "nowhere")]],
        ["answer", ["--key", LOG.vkey]],
        ["answer", [str(folder / "archive-1"), "--key", NORTH.vkey]],
        ["answer", [str(folder / "archive-1"), "--key", "x+y+z"]],
        ["answer", ["--compare", str(outsider.kept[0]), str(outsider.kept[0])]],
    ]

    given = answers(calls)

    assert [(code, report["verdict"]) for code, report in given] == [(2, "unreadable")] * 9
