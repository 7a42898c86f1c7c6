-- Asks for the requests of a table in turn; makes a fresh operation name where a body says @op@.
local requests = dofile(os.getenv("BENCH_REQUESTS"))
local at = 0
local made = 0
local seed = math.random(0, 0xffffff) + os.time()

local function operation()
  made = made + 1
  return string.format("%08x-%04x-7%03x-8%03x-%012x", os.time(), made % 0x10000,
    math.random(0, 0xfff), math.random(0, 0xfff), seed * 0x1000000 + made)
end

request = function()
  at = at % #requests + 1
  local asked = requests[at]
  local body = asked.body
  if body then body = body:gsub("@op@", operation) end
  return wrk.format(asked.method, asked.path, asked.headers, body)
end

done = function(summary, latency)
  local wrong = summary.errors.status + summary.errors.connect + summary.errors.read
    + summary.errors.write + summary.errors.timeout
  io.write(string.format(
    'FIGURES {"requests": %d, "bytes": %d, "p50": %d, "p99": %d, "errors": %d}\n',
    summary.requests, summary.bytes, latency:percentile(50), latency:percentile(99), wrong))
end
