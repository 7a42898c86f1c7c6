-- Asks for the requests of a table in turn; makes a fresh operation name where a body says @op@.
-- An answer of another status, or without the text that a right one holds, counts as wrong.
local requests = dofile(os.getenv("BENCH_REQUESTS"))
local status_wanted = tonumber(os.getenv("BENCH_STATUS"))
local text_wanted = os.getenv("BENCH_TEXT")
local at = 0
local threads = {}
wrong = 0
math.randomseed(os.time())

local function operation() -- a UUID of version 7
  local ms = os.time() * 1000
  return string.format("%08x-%04x-7%03x-%04x-%06x%06x", math.floor(ms / 0x10000), ms % 0x10000,
    math.random(0, 0xfff), 0x8000 + math.random(0, 0x3fff),
    math.random(0, 0xffffff), math.random(0, 0xffffff))
end

setup = function(thread)
  table.insert(threads, thread)
end

request = function()
  at = at % #requests + 1
  local asked = requests[at]
  local body = asked.body
  if body then body = body:gsub("@op@", operation) end
  return wrk.format(asked.method, asked.path, asked.headers, body)
end

response = function(status, headers, body)
  if status ~= status_wanted or not body:find(text_wanted, 1, true) then wrong = wrong + 1 end
end

done = function(summary, latency)
  local failed = summary.errors.connect + summary.errors.read + summary.errors.write
    + summary.errors.timeout
  for _, thread in ipairs(threads) do failed = failed + thread:get("wrong") end
  io.write(string.format(
    'FIGURES {"requests": %d, "bytes": %d, "p50": %d, "p99": %d, "errors": %d}\n',
    summary.requests, summary.bytes, latency:percentile(50), latency:percentile(99), failed))
end
