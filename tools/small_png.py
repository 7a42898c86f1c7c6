"""Pictures of pages in few bytes: PNG with a palette, by browser and standard library alone.

The browser decodes the picture and chooses the palette: the most frequent colours, then those that
can be told apart from them, so that a rare red stays red; the edges of letters take the nearest.
"""

import base64
import struct
import zlib

from playwright.sync_api import Browser

MAP_TO_PALETTE = """async (source) => {
  const bytes = Uint8Array.from(atob(source), (c) => c.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes], {type: "image/png"}));
  const {width, height} = picture;
  const context = new OffscreenCanvas(width, height).getContext("2d");
  context.drawImage(picture, 0, 0);
  const pixels = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const ranked = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a) || a - b);
  const parts = (pixel) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
  const palette = [];
  const far = (one, other) => one.reduce((sum, part, n) => sum + (part - other[n]) ** 2, 0);
  for (const [most, apart] of [[64, 0], [256, 120], [256, 0]]) {
    for (const colour of ranked.map(parts)) {
      if (palette.length === most) break;
      if (palette.every((other) => far(colour, other) > apart)) palette.push(colour);
    }
  }
  const nearest = (pixel) => {
    const colour = parts(pixel);
    let best = 0;
    let least = Infinity;
    palette.forEach((other, place) => {
      const distance = far(colour, other);
      if (distance < least) [best, least] = [place, distance];
    });
    return best;
  };
  const place = new Map(ranked.map((pixel) => [pixel, nearest(pixel)]));
  const places = Uint8Array.from(pixels, (pixel) => place.get(pixel));
  let text = "";
  for (let n = 0; n < places.length; n += 32768)
    text += String.fromCharCode(...places.subarray(n, n + 32768));
  return {width, height, palette: palette.flat(), places: btoa(text)};
}"""


def small(chromium: Browser, png: bytes) -> bytes:
    """Return an opaque PNG as one with a palette of at most 256 colours."""
    page = chromium.new_page()
    found = page.evaluate(MAP_TO_PALETTE, base64.b64encode(png).decode())
    page.close()
    width, height = found["width"], found["height"]
    places = base64.b64decode(found["places"])
    rows = b"".join(b"\0" + places[n : n + width] for n in range(0, width * height, width))
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"PLTE", bytes(found["palette"])),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in chunks)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
