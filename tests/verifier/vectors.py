"""Makes the vectors every implementation is held to: python -m tests.verifier.vectors.

From the plain definitions of `naive`, and from what RFC 6962's first logs, RFC 8032 and the notes
of Go's checksum database published. A case is [what is asked, its arguments…, what is right]; bytes
are hexadecimal, texts that may be no UTF-8 are written as Latin-1.
"""

import json
from pathlib import Path
from typing import Any

from tests.verifier import naive
from tests.verifier.naive import LOG, NORTH, ORIGIN, SECONDS, SOUTH, THIEF, signed

FOLDER = Path(__file__).parents[2] / "src" / "senim" / "verifier" / "vectors"
Case = list[Any]

PUBLISHED_LEAVES = (
    *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
    "606162636465666768696a6b6c6d6e6f",
)
PUBLISHED_ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
RFC_8032 = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e3970"
            "1cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613"
            "d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760"
            "984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
)
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqf"
    "qdngotpRZb6KE6RyyBwJnAM=\n"
)


def turned(data: bytes, bit: int = 0) -> bytes:
    """Bytes with one bit flipped."""
    changed = bytearray(data)
    changed[bit // 8 % len(changed)] ^= 1 << bit % 8
    return bytes(changed)


def latin(text: str) -> str:
    return text.encode().decode("latin-1")


def hexes(hashes: list[bytes]) -> list[str]:
    return [each.hex() for each in hashes]


def roots() -> list[Case]:
    data = [bytes.fromhex(text) for text in PUBLISHED_LEAVES]
    cases: list[Case] = [
        ["root", list(PUBLISHED_LEAVES[:size]), root] for size, root in enumerate(PUBLISHED_ROOTS)
    ]
    cases += [["leaf", each.hex(), naive.leaf(each).hex()] for each in data]
    for size in (9, 15, 16, 17, 31, 33, 100):
        leaves = [b"entry %d" % at for at in range(size)]
        root = naive.mth([naive.leaf(each) for each in leaves]).hex()
        cases.append(["root", hexes(leaves), root])
    return cases


def inclusions() -> list[Case]:
    cases: list[Case] = []
    for size in (1, 2, 3, 5, 8, 13, 21):
        hashes = [naive.leaf(b"entry %d" % at) for at in range(size)]
        root = naive.mth(hashes)
        for at in range(size):
            proof = naive.path(at, hashes)
            cases.append(_inclusion(hashes[at], at, size, proof, root, holds=True))
        cases += _false_inclusions(hashes, size // 2, root)
    return cases


def _inclusion(  # a case has as many parts as the question
    leaf: bytes, at: int, size: int, proof: list[bytes], root: bytes, *, holds: bool
) -> Case:
    return ["inclusion", leaf.hex(), at, size, hexes(proof), root.hex(), holds]


def _false_inclusions(hashes: list[bytes], at: int, root: bytes) -> list[Case]:
    size, leaf, proof = len(hashes), hashes[at], naive.path(at, hashes)
    wrong = [
        (turned(leaf), at, size, proof, root),
        (leaf, at, size, proof, turned(root)),
        (leaf, size, size, proof, root),
        (leaf, at, size, [*proof, leaf], root),
    ]
    if proof:
        wrong += [
            (leaf, at + 1, size, proof, root),
            (leaf, at, size, proof[:-1], root),
            (leaf, at, size, [turned(proof[0]), *proof[1:]], root),
            (leaf, at, 4 * size, proof, root),
        ]
    if len(proof) > 1:
        wrong.append((leaf, at, size, proof[::-1], root))
    return [_inclusion(*each, holds=False) for each in wrong]


def consistencies() -> list[Case]:
    hashes = [naive.leaf(b"entry %d" % at) for at in range(22)]
    cases: list[Case] = []
    for second in (1, 2, 3, 4, 6, 7, 8, 13, 16, 22):
        new = naive.mth(hashes[:second])
        for first in range(second + 1):
            old, proof = naive.mth(hashes[:first]), naive.proof(first, hashes[:second])
            cases.append(_consistency(first, second, old, new, proof, holds=True))
            if 0 < first < second:
                cases += _false_consistencies(first, second, old, new, proof)
    cases.append(_consistency(5, 4, new, new, [], holds=False))
    cases.append(_consistency(0, 4, turned(new), new, [], holds=False))
    cases.append(_consistency(4, 4, new, turned(new), [], holds=False))
    return cases


def _consistency(
    first: int, second: int, old: bytes, new: bytes, proof: list[bytes], *, holds: bool
) -> Case:
    return ["consistency", first, second, old.hex(), new.hex(), hexes(proof), holds]


def _false_consistencies(
    first: int, second: int, old: bytes, new: bytes, proof: list[bytes]
) -> list[Case]:
    wrong = [
        (turned(old), new, proof),
        (old, turned(new), proof),
        (old, new, []),
        (old, new, [*proof, proof[-1]]),
        (old, new, proof[:-1]),
        (old, new, [turned(proof[0]), *proof[1:]]),
    ]
    return [_consistency(first, second, *each, holds=False) for each in wrong]


def signatures() -> list[Case]:
    order = 2**252 + 27742317777372353535851937790883648493
    cases: list[Case] = []
    for key, message, text in RFC_8032:
        signature = bytes.fromhex(text)
        malleable = int.from_bytes(signature[32:], "little") + order
        cases += [
            ["ed25519", key, message, text, True],
            ["ed25519", key, f"{message}00", text, False],
            ["ed25519", key, message, turned(signature).hex(), False],
            ["ed25519", key, message, turned(signature, 300).hex(), False],
            ["ed25519", key, message, text[:64] + malleable.to_bytes(32, "little").hex(), False],
            ["ed25519", turned(bytes.fromhex(key), 3).hex(), message, text, False],
            ["ed25519", key, message, text[:-2], False],
            ["ed25519", key[:-2], message, text, False],
        ]
    return cases


def keys() -> list[Case]:
    cases: list[Case] = []
    for signer in (LOG, NORTH):
        raw = signer.private.public_key().public_bytes_raw().hex()
        right = {"name": signer.name, "id": signer.id.hex(), "kind": signer.kind, "public": raw}
        cases.append(["key", signer.vkey, right])
    name, key_id, encoded = LOG.vkey.split("+", 2)
    wrong = [
        f"{name}+{key_id}", f"+{key_id}+{encoded}", f"a b+{key_id}+{encoded}", f"{LOG.vkey} ",
        SOUTH.vkey.replace(SOUTH.id.hex(), SOUTH.id.hex().upper()),
        f"{name}+{turned(LOG.id).hex()}+{encoded}",
        f"{name}+{key_id}+{encoded[:-4]}", f"x{LOG.vkey}", LOG.vkey[:-1], "", "++",
        f"{name}+{key_id}+{encoded[:-1]}=", f"{name}+{key_id}+B{encoded[1:]}",
    ]  # fmt: skip
    return cases + [["key", text, "unreadable"] for text in wrong]


def notes() -> list[Case]:
    hashes = [naive.leaf(b"entry %d" % at) for at in range(9)]
    text = naive.head(hashes, 9)
    whole = signed(text, LOG)
    right = {"origin": ORIGIN, "size": 9, "root": naive.mth(hashes).hex()}
    line = LOG.line(text)
    root = text.split("\n")[2]
    go = {"text": GO_NOTE.partition("\n\n")[0] + "\n", "names": ["PeterNeumann"]}
    further = text + "an extension line\n"
    cases: list[Case] = [
        ["note", latin(GO_NOTE), go],
        ["checkpoint", latin(whole), LOG.vkey, right | {"signed": True}],
        ["checkpoint", latin(whole), THIEF.vkey, right | {"signed": None}],
        ["checkpoint", latin(signed(text, SOUTH, LOG, NORTH)), LOG.vkey, right | {"signed": True}],
        ["checkpoint", latin(signed(further, LOG)), LOG.vkey, right | {"signed": True}],
        ["checkpoint", latin(signed(text, NORTH)), LOG.vkey, right | {"signed": None}],
        ["checkpoint", latin(f"{text}\n{LOG.line(further)}"), LOG.vkey, right | {"signed": False}],
        [
            "checkpoint",
            latin(whole.replace("\n9\n", "\n8\n")),
            LOG.vkey,
            right | {"size": 8, "signed": False},
        ],
    ]
    empty = signed(naive.head([], 0), LOG)
    nothing = {"origin": ORIGIN, "size": 0, "root": naive.mth([]).hex(), "signed": True}
    cases.append(["checkpoint", latin(empty), LOG.vkey, nothing])
    wrong = [
        text, f"{text}\n", whole[:-1], f"{ORIGIN}\n9\n\n{line}", f"\n9\n{root}\n\n{line}",
        f"{ORIGIN}\n09\n{root}\n\n{line}", f"{ORIGIN}\n-9\n{root}\n\n{line}",
        f"{ORIGIN}\n9.0\n{root}\n\n{line}", f"{ORIGIN}\n\u0669\n{root}\n\n{line}",
        f"{ORIGIN}\n9\n{root[4:]}\n\n{line}", f"{ORIGIN}\n9\n{root[:-2]}==\n\n{line}",
        f"{ORIGIN}\n9\n{root}\n\n\n{line}", f"{ORIGIN}\n9\n{root}\r\n\n{line}",
        f"{text}\n- {line[2:]}", f"{text}\n{line.replace(' ', '  ')}", f"{text}\n{line[:-2]}\n",
        f"{text}\n\u2014 {ORIGIN} AAAA\n", f"{text}\n\u2014 a+b {line.split()[2]}\n",
        f"{text}\n{line}\u2014\n", f"\ufeff{text[:0]}\n\n{line}", f"{text}\n{line}x\n",
        f"{text}\n{line}" + line * 100,
    ]  # fmt: skip
    cases += [["checkpoint", latin(each), LOG.vkey, "unreadable"] for each in wrong]
    cases.append(["checkpoint", "\xff" + latin(whole), LOG.vkey, "unreadable"])
    return cases


def cosignatures() -> list[Case]:
    hashes = [naive.leaf(b"entry %d" % at) for at in range(9)]
    text, other = naive.head(hashes, 9), naive.head(hashes, 8)
    whole = signed(text, LOG, NORTH, SOUTH)
    data = f"cosignature/v1\ntime {SECONDS}\n{text}".encode()
    stamp = (SECONDS + 1).to_bytes(8, "big")
    late = NORTH.id + stamp + NORTH.private.sign(data)
    bare = NORTH.id + NORTH.private.sign(text.encode())
    huge = signed(text, LOG) + NORTH.line(text, 2**63)
    cases: list[Case] = [
        ["cosigned", latin(whole), NORTH.vkey, SECONDS],
        ["cosigned", latin(whole), SOUTH.vkey, SECONDS],
        ["cosigned", latin(signed(text, LOG)), NORTH.vkey, None],
        ["cosigned", latin(signed(text, LOG) + NORTH.line(text, 1)), NORTH.vkey, 1],
        ["cosigned", latin(signed(text, LOG) + NORTH.line(other)), NORTH.vkey, -1],
        ["cosigned", latin(huge), NORTH.vkey, -1],
    ]
    for wrong in (late, bare, late[:40]):
        line = f"\u2014 {NORTH.name} {naive.b64(wrong)}\n"
        cases.append(["cosigned", latin(signed(text, LOG) + line), NORTH.vkey, -1])
    return cases


def proofs() -> list[Case]:
    log = naive.log_of(21, seed=5)
    good = naive.proof_file(log, 13, 21)
    lines = good.split("\n")
    cases: list[Case] = [
        ["proof", latin(naive.proof_file(log, at, size)), True]
        for at, size in ((0, 1), (0, 21), (7, 8), (13, 21), (20, 21))
    ]
    swapped = [*lines[:3], lines[4], lines[3], *lines[5:]]
    wrong: list[tuple[str, object]] = [
        (good.replace("index 13", "index 12"), False),
        (good.replace("index 13", "index 21"), False),
        ("\n".join(swapped), False),
        (good.replace(lines[1], f"extra {naive.b64(log.lines[12])}"), False),
        ("\n".join(lines[:3] + lines[4:]), False),
        (good.replace(f"{lines[1]}\n", ""), "no entry"),
        (good.replace("@v1", "@v2", 1), "unreadable"),
        (good.replace("index 13", "index 013"), "unreadable"),
        (good.replace("index 13\n", ""), "unreadable"),
        (good.replace(lines[3], lines[3][4:]), "unreadable"),
        (good.partition("\n\n")[0], "unreadable"),
    ]
    return cases + [["proof", latin(text), right] for text, right in wrong]


def entries() -> list[Case]:
    line = naive.log_of(1, seed=6).lines[0].decode()
    form, loose = "is not an entry of version 1", "is not canonical JSON"
    fields = json.loads(line)
    parts = line[1:-1].split(",")
    told: list[tuple[str, str | None]] = [
        (line, None),
        (naive.canonical(fields | {"v": 2}).decode(), form),
        (naive.canonical(fields | {"more": 1}).decode(), form),
        (naive.canonical(fields | {"kind": "Look"}).decode(), form),
        ('{"\u20ac":1,"\U0001f600":2,"\ufb33":3}', form),  # sorted by UTF-16, as RFC 8785 has it
        ('{"\u20ac":1,"\ufb33":3,"\U0001f600":2}', loose),
        ('{"a":"\\b\\t\\n\\f\\r\\"\\\\\\u0001\x7f/\u2028"}', form),
        ('{"a":"\\u0008"}', loose), ('{"a":"\\/"}', loose), ('{"a":"\\u20ac"}', loose),
        ('{"a":"\\ud800"}', loose), ('{"a":1,"a":1}', loose), ('{"a":1.0}', loose),
        ('{"a":1.5}', loose), ('{"a":1e3}', loose), ('{"a":-0}', loose), ('{"a":-1}', form),
        ('{"a":9007199254740991}', form), ('{"a":9007199254740993}', loose), ("null", form),
        ('{"a":NaN}', loose), ('{"b":1,"a":1}', loose), ("", loose), ("{", loose),
        (line + " ", loose), (line + "\r", loose), (line.replace(",", ", ", 1), loose),
        ("\ufeff" + line, loose), ("{" + ",".join(parts[::-1]) + "}", loose),
        ("[" * 100 + "]" * 100, form), ('{"__proto__":1,"a":2}', form), ('{"10":1,"9":2}', form),
        ('{"9":2,"10":1}', loose),
    ]  # fmt: skip
    cases: list[Case] = [["entry", latin(text), right] for text, right in told]
    return [*cases, ["entry", '{"a":"\xff"}', loose]]


FILES = {
    "tree.json": lambda: [*roots(), *inclusions(), *consistencies()],
    "notes.json": lambda: [*signatures(), *keys(), *notes(), *cosignatures()],
    "proofs.json": proofs,
    "entries.json": entries,
}


def written(cases: list[Case]) -> str:
    """The text of a file of vectors: one case a line."""
    return "[\n" + ",\n".join(json.dumps(case, ensure_ascii=True) for case in cases) + "\n]\n"


def main() -> None:
    """Write all vectors."""
    FOLDER.mkdir(exist_ok=True)
    for name, make in FILES.items():
        (FOLDER / name).write_text(written(make()), "utf-8")


if __name__ == "__main__":
    main()
