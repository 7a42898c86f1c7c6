"""Pictures of pages in few bytes: PNG with a palette, by browser and standard library alone.

The browser decodes the picture and chooses the palette: a page has few colours, so its 256 most
frequent ones hold it, and the rest of the edges of letters take the nearest.
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
  const palette = ranked.slice(0, 256).map(parts);
  const nearest = (pixel) => {
    const [red, green, blue] = parts(pixel);
    let best = 0;
    let least = Infinity;
    palette.forEach(([r, g, b], place) => {
      const far = (red - r) ** 2 + (green - g) ** 2 + (blue - b) ** 2;
      if (far < least) [best, least] = [place, far];
    });
    return best;
  };
  const place = new Map(ranked.map((pixel, n) => [pixel, n < 256 ? n : nearest(pixel)]));
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
